import { shownLearnt } from '../../app/learn-changes.ts';
import { useStudio } from '../../app/store.ts';
import { t } from '../../ui/words.ts';
import { Foot } from './Foot.tsx';
import { KindSection } from './KindSection.tsx';
import { LengthSection } from './LengthSection.tsx';
import { MaskSection } from './MaskSection.tsx';
import { MoreSection } from './MoreSection.tsx';
import { ResultsFolder } from './ResultsFolder.tsx';
import { SourceSection } from './SourceSection.tsx';
import { ThingInspector } from './ThingInspector.tsx';
import './learn.css';

/** The Learn studio's settings: what, from what, for how long; or what can be done with something learnt. */
export function Inspector() {
  const thing = useStudio(shownLearnt);
  const kind = useStudio(({ learn }) => learn.kind);
  if (thing) return <ThingInspector thing={thing} />;
  return (
    <>
      <div className="inspector">
        <KindSection />
        <SourceSection />
        {kind === 'denoise' && <MaskSection />}
        <LengthSection />
        <MoreSection />
        {kind === 'denoise' && <ResultsFolder usual={t('restore.beside')} />}
      </div>
      <Foot />
    </>
  );
}
