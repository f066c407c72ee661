import { GENERATE_KINDS } from '../../../contract/generate-settings.ts';
import { chooseKind } from '../../app/generate-changes.ts';
import { useStudio } from '../../app/store.ts';
import { DeviceSection } from '../../inspector/DeviceSection.tsx';
import { Segments } from '../../ui/Segments.tsx';
import { t } from '../../ui/words.ts';
import { Foot } from './Foot.tsx';
import { LatentSections } from './LatentSections.tsx';
import { OutputSection } from './OutputSection.tsx';
import { PatternSections } from './PatternSections.tsx';
import { PresetSection } from './PresetSection.tsx';
import { WordSections } from './WordSections.tsx';
import './generate.css';

/** What each way of making pictures asks for. */
const SECTIONS = { diffusion: WordSections, rule: PatternSections, latent: LatentSections } as const;

/** The Generate studio's settings: by what, then what of it, then how it is kept. */
export function Inspector() {
  const kind = useStudio(({ generate }) => generate.kind);
  const Sections = SECTIONS[kind];
  return (
    <>
      <div className="inspector">
        <Segments
          label={t('generate.kind')}
          value={kind}
          options={GENERATE_KINDS.map((value) => ({ value, text: t(`generate.kinds.${value}`) }))}
          onChange={chooseKind}
        />
        <PresetSection />
        <Sections />
        {kind !== 'rule' && <DeviceSection />}
        <OutputSection />
      </div>
      <Foot />
    </>
  );
}
