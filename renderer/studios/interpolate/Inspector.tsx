import { DEFAULT_CLIP, setState, useStudio } from '../../app/store.ts';
import { DeviceSection } from '../../inspector/DeviceSection.tsx';
import { t } from '../../ui/words.ts';
import { CutsSection } from './CutsSection.tsx';
import { Foot } from './Foot.tsx';
import { ModelCard } from './ModelCard.tsx';
import { OutputSection } from './OutputSection.tsx';
import { PresetSection } from './PresetSection.tsx';
import { RateSection } from './RateSection.tsx';

/** The Interpolate studio's settings, in the order of decisions. */
export function Inspector() {
  const isReady = useStudio(({ phase }) => phase === 'ready');
  return (
    <>
      <div className="inspector">
        <PresetSection />
        <RateSection />
        <CutsSection />
        {isReady && <ModelCard />}
        <DeviceSection />
        <OutputSection />
        <button
          type="button"
          className="link reset"
          onClick={() =>
            setState(({ clip }) => ({
              clip: { ...DEFAULT_CLIP, ...(clip.folder && { folder: clip.folder }) },
            }))
          }
        >
          {t('restore.reset')}
        </button>
      </div>
      <Foot />
    </>
  );
}
