import { DEFAULT_STYLE, setState, useStudio } from '../../app/store.ts';
import { DeviceSection } from '../../inspector/DeviceSection.tsx';
import { t } from '../../ui/words.ts';
import { Foot } from './Foot.tsx';
import { LayersSection } from './LayersSection.tsx';
import { LookSection } from './LookSection.tsx';
import { MixSection } from './MixSection.tsx';
import { ModelsSection } from './ModelsSection.tsx';
import { OutputSection } from './OutputSection.tsx';
import { PresetSection } from './PresetSection.tsx';
import { ShelfSection } from './ShelfSection.tsx';
import { useThumbs } from './thumbs.ts';
import './style.css';

/** The Style studio's settings, in the order of decisions. */
export function Inspector() {
  const thumbs = useThumbs();
  const isReady = useStudio(({ phase }) => phase === 'ready');
  return (
    <>
      <div className="inspector">
        <PresetSection />
        {isReady && <ModelsSection />}
        {isReady && <LayersSection />}
        {isReady && <ShelfSection thumbs={thumbs} />}
        <MixSection thumbs={thumbs} />
        <LookSection />
        <DeviceSection />
        <OutputSection />
        <button
          type="button"
          className="link reset"
          onClick={() =>
            setState(({ style }) => ({
              style: { ...DEFAULT_STYLE, ...(style.folder && { folder: style.folder }) },
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
