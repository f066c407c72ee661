import { RULES, type RuleSetting } from '../../../contract/rule-list.ts';
import { changeRule } from '../../app/generate-changes.ts';
import { useStudio } from '../../app/store.ts';
import { t } from '../../ui/words.ts';
import { PaletteSection } from './PaletteSection.tsx';
import { PictureRow } from './PictureRow.tsx';
import { RuleField } from './RuleField.tsx';
import { RuleShelf } from './RuleShelf.tsx';
import { SeedRow } from './SeedRow.tsx';
import { SizeFields } from './SizeFields.tsx';

/** Squares that textures usually are, pixels. */
const SIZES = [512, 1024, 2048, 4096].map((side) => ({ width: side, height: side }));

/** What a pattern is made by: the rule, its settings, colours, seed and size. */
export function PatternSections() {
  const { rule, settings, width, height, picture, seed } = useStudio(({ generate }) => generate.rule);
  const own: readonly RuleSetting[] = RULES[rule].settings;
  return (
    <>
      <RuleShelf />
      <section className="section" aria-labelledby="rule">
        <div className="row section-head">
          <h2 id="rule">{t(`generate.rules.${rule}`)}</h2>
          {Object.keys(settings).length > 0 && (
            <button type="button" className="link" onClick={() => changeRule({ settings: {} })}>
              {t('generate.resetRule')}
            </button>
          )}
        </div>
        {RULES[rule].needsPicture && (
          <PictureRow
            label={t('generate.picture')}
            chosen={picture}
            onChange={(chosen) => changeRule({ picture: chosen })}
          />
        )}
        {own.map((setting) => (
          <RuleField key={`${rule} ${setting.key}`} setting={setting} />
        ))}
      </section>
      <PaletteSection />
      <section className="section" aria-labelledby="seed">
        <h2 id="seed">{t('generate.seed')}</h2>
        <SeedRow seed={seed} onChange={(next) => changeRule({ seed: next })} />
      </section>
      <section className="section" aria-labelledby="size">
        <h2 id="size">{t('generate.size')}</h2>
        <SizeFields
          {...{ width, height, sizes: SIZES, step: 1, min: 16, max: 16_384 }}
          onChange={changeRule}
        />
      </section>
    </>
  );
}
