import { DEFAULT_SETTINGS, setState, useStudio } from '../../app/store.ts';
import { DevicePick } from '../../settings/DevicePick.tsx';
import { Segments } from '../../ui/Segments.tsx';
import { t } from '../../ui/words.ts';
import { Foot } from './Foot.tsx';
import { ModelCard } from './ModelCard.tsx';
import { OutputSection } from './OutputSection.tsx';
import { PresetSection } from './PresetSection.tsx';
import { SizeSection } from './SizeSection.tsx';
import { StrengthSection } from './StrengthSection.tsx';

/** The Restore studio's settings, in the order of decisions. */
export function Inspector() {
  const isReady = useStudio(({ phase }) => phase === 'ready');
  return (
    <>
      <div className="inspector">
        <PresetSection />
        <section className="section" aria-labelledby="task">
          <h2 id="task">{t('restore.task')}</h2>
          <Segments
            label={t('restore.task')}
            value="upscale"
            options={[
              { value: 'upscale', text: t('restore.upscale') },
              { value: 'denoise', text: t('restore.denoise'), isDisabled: true },
              { value: 'deblur', text: t('restore.deblur'), isDisabled: true },
            ]}
            onChange={() => {}}
          />
          <p className="faint note">{t('restore.later')}</p>
        </section>
        {isReady && <ModelCard />}
        <SizeSection />
        <StrengthSection />
        <section className="section" aria-labelledby="device">
          <h2 id="device">{t('settings.device.title')}</h2>
          {isReady && <DevicePick />}
        </section>
        <OutputSection />
        <button type="button" className="link reset" onClick={() => setState({ settings: DEFAULT_SETTINGS })}>
          {t('restore.reset')}
        </button>
      </div>
      <Foot />
    </>
  );
}
