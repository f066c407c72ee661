import { attempt, bridge } from '../app/bridge.ts';
import { type StudioState, setState, useStudio } from '../app/store.ts';
import { modelFor, modelName } from '../studios/restore/choose.ts';
import { Bar } from '../ui/Bar.tsx';
import { t } from '../ui/words.ts';
import { DevicePick } from './DevicePick.tsx';
import { DeviceTable } from './DeviceTable.tsx';
import { deviceName } from './device-name.ts';

export function DeviceSection() {
  const device = useStudio(({ appSettings }) => appSettings.device);
  return (
    <section className="section" aria-labelledby="settings-device">
      <h3 id="settings-device">{t('settings.device.title')}</h3>
      <DevicePick />
      <p className="faint">{device === 'auto' ? t('settings.device.autoNote') : t('settings.device.note')}</p>
      <DeviceTable />
      <Measure />
    </section>
  );
}

/** The installed model that would run now; else any that is installed. */
function modelToMeasure({ models, settings }: StudioState) {
  const chosen = modelFor(models, settings.family, settings.scale);
  return chosen?.installed ? chosen : models.find(({ installed }) => installed);
}

function Measure() {
  const measuring = useStudio((state) => state.measuring);
  const model = useStudio(modelToMeasure);
  const isWorking = useStudio(({ queue }) => queue.working);
  if (measuring)
    return (
      <div className="settings-work">
        <Bar
          label={t('settings.device.measuring', { device: deviceName(measuring.device) })}
          fraction={measuring.fraction}
        />
        <div className="row">
          <span className="faint">
            {t('settings.device.measuring', { device: deviceName(measuring.device) })}
          </span>
          <button type="button" className="link" onClick={measuring.cancel}>
            {t('app.cancel')}
          </button>
        </div>
      </div>
    );
  const whyNot = !model ? t('settings.device.noModel') : isWorking ? t('settings.busy') : undefined;
  return (
    <div className="settings-row">
      <span className="faint" id="measure-note">
        {whyNot ?? t('settings.device.measureNote', { model: modelName(model!.name) })}
      </span>
      <button
        type="button"
        className="button"
        aria-disabled={whyNot !== undefined}
        aria-describedby="measure-note"
        onClick={() => whyNot === undefined && void measure(model!.id)}
      >
        {t('settings.device.measure')}
      </button>
    </div>
  );
}

/** Measures with the progress in the state, so that the drawer may be closed meanwhile. */
async function measure(model: string): Promise<void> {
  const call = bridge.measureDevices({ model });
  setState({ measuring: { device: 'cpu', fraction: 0, cancel: call.cancel } });
  await attempt(call.outcome);
  setState({ measuring: undefined });
}
