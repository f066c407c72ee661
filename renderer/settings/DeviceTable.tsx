import { useStudio } from '../app/store.ts';
import { modelName } from '../studios/restore/choose.ts';
import { Icon } from '../ui/Icon.tsx';
import { WhatHappened } from '../ui/Why.tsx';
import { duration, t, useLanguage } from '../ui/words.ts';
import { deviceName } from './device-name.ts';

/** A photograph of an ordinary camera or telephone. */
const PHOTO_MEGAPIXELS = 12;

/** The last comparison of the devices; nothing before the first. */
export function DeviceTable() {
  const comparison = useStudio(({ appSettings }) => appSettings.comparison);
  const language = useLanguage();
  if (!comparison) return null;
  const { devices, model, modelName: name, measuredAt } = comparison;
  const number = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(new Date(measuredAt));
  const speeds = devices.flatMap(({ speed }) => (speed ? [speed.megapixelsPerSecond] : []));
  const fastest = speeds.length > 1 ? Math.max(...speeds) : undefined;
  return (
    <>
      <table className="speeds" aria-label={t('settings.device.table')}>
        <thead>
          <tr>
            <th scope="col">{t('settings.device.columnDevice')}</th>
            <th scope="col">{t('settings.device.columnSpeed')}</th>
            <th scope="col">{t('settings.device.columnPhoto')}</th>
          </tr>
        </thead>
        <tbody>
          {devices.map(({ device, speed, error }) => (
            <tr key={device}>
              <th scope="row">
                {deviceName(device)}
                {speed && speed.megapixelsPerSecond === fastest && (
                  <span className="speeds-fastest">
                    <Icon name="check" />
                    {t('settings.device.fastest')}
                  </span>
                )}
              </th>
              {speed && (
                <>
                  <td>{number.format(speed.megapixelsPerSecond)}</td>
                  <td>{duration((PHOTO_MEGAPIXELS / speed.megapixelsPerSecond) * 1000)}</td>
                </>
              )}
              {error && (
                <td colSpan={2} className="speeds-why">
                  <WhatHappened error={error} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="faint">{t('settings.device.measured', { model: modelName(name || model), date })}</p>
    </>
  );
}
