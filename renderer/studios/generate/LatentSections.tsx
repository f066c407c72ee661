import { changeLatent } from '../../app/generate-changes.ts';
import { useStudio } from '../../app/store.ts';
import { Pick } from '../../ui/Pick.tsx';
import { t } from '../../ui/words.ts';
import { LatentModelSection } from './LatentModelSection.tsx';
import { SeedPad } from './SeedPad.tsx';
import { SheetSection } from './SheetSection.tsx';
import { Slid } from './Slid.tsx';
import { WalkSection } from './WalkSection.tsx';

const percents = (value: number) => t('units.percent', { percent: Math.round(value * 100) });

/** What a picture of a latent space is made by: the network, seeds and how they are mixed, and what is asked for. */
export function LatentSections() {
  const { spread, truncation } = useStudio(({ generate }) => generate.latent);
  return (
    <>
      <LatentModelSection />
      <SeedPad />
      <section className="section" aria-labelledby="latent">
        <h2 id="latent">{t('generate.latent.how')}</h2>
        <ConditionPick />
        <Slid
          label={t('generate.latent.truncation')}
          text={percents(truncation)}
          value={Math.round(truncation * 100)}
          {...{ min: 0, max: 200, step: 5 }}
          onChange={(value) => changeLatent({ truncation: value / 100 })}
        />
        <Slid
          label={t('generate.latent.spread')}
          text={percents(spread)}
          value={Math.round(spread * 100)}
          {...{ min: 0, max: 100, step: 5 }}
          onChange={(value) => changeLatent({ spread: value / 100 })}
        />
        <p className="faint note">{t('generate.latent.spreadHint')}</p>
      </section>
      <WalkSection />
      <SheetSection />
    </>
  );
}

const EACH = '';
const MIXED = ' mixed';

/** What the network was told in training, where it was told anything. */
function ConditionPick() {
  const { model, condition } = useStudio(({ generate }) => generate.latent);
  const names = useStudio(({ models }) => models.find(({ id }) => id === model)?.conditions) ?? [];
  if (names.length === 0) return null;
  return (
    <div className="named-field">
      <span className="dim">{t('generate.latent.condition')}</span>
      <Pick
        label={t('generate.latent.condition')}
        value={typeof condition === 'object' ? MIXED : (condition ?? EACH)}
        options={[
          { value: EACH, text: t('generate.latent.conditionOfSeeds') },
          // A recipe may mix them.
          ...(typeof condition === 'object' ? [{ value: MIXED, text: mixedText(condition) }] : []),
          ...names.map((value) => ({ value, text: value })),
        ]}
        onChange={(value) => {
          if (value !== MIXED) changeLatent({ condition: value === EACH ? undefined : value });
        }}
      />
    </div>
  );
}

function mixedText(condition: Readonly<Record<string, number>>): string {
  return Object.entries(condition)
    .map(([name, weight]) => `${name} ${weight}`)
    .join(' + ');
}
