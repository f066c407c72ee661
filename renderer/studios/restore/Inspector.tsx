import { DEFAULT_SETTINGS, setState, useStudio } from '../../app/store.ts';
import { DeviceSection } from '../../inspector/DeviceSection.tsx';
import { t } from '../../ui/words.ts';
import { Foot } from './Foot.tsx';
import { MaskSection } from './MaskSection.tsx';
import { ModelCard } from './ModelCard.tsx';
import { OutputSection } from './OutputSection.tsx';
import { PresetSection } from './PresetSection.tsx';
import { SizeSection } from './SizeSection.tsx';
import { StepsSection } from './StepsSection.tsx';
import { StrengthSection } from './StrengthSection.tsx';
import { TaskSection } from './TaskSection.tsx';

/** The Restore studio's settings, in the order of decisions. */
export function Inspector() {
  const isReady = useStudio(({ phase }) => phase === 'ready');
  return (
    <>
      <div className="inspector">
        <PresetSection />
        {isReady && <StepsSection />}
        <TaskSection />
        {isReady && <ModelCard />}
        <SizeSection />
        <StrengthSection />
        {isReady && <MaskSection />}
        <DeviceSection />
        <OutputSection />
        <button type="button" className="link reset" onClick={() => setState({ settings: DEFAULT_SETTINGS })}>
          {t('restore.reset')}
        </button>
      </div>
      <Foot />
    </>
  );
}
