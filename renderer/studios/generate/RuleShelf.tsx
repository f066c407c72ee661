import { useEffect } from 'react';
import { RULE_IDS } from '../../../contract/rules.ts';
import { bridge } from '../../app/bridge.ts';
import { changeRule } from '../../app/generate-changes.ts';
import { getState, useStudio } from '../../app/store.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Tip } from '../../ui/Tip.tsx';
import { t } from '../../ui/words.ts';

/** All patterns, each as it is at first. */
export function RuleShelf() {
  const chosen = useStudio(({ generate }) => generate.rule.rule);
  const thumbs = useStudio((state) => state.patternThumbs);
  useEffect(() => {
    // What fails here is said by the preview; the shelf has its names.
    void bridge.makePatternThumbs();
  }, []);
  return (
    <section className="section" aria-labelledby="rules">
      <h2 id="rules">{t('generate.rule')}</h2>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields */}
      <div className="rules" role="group" aria-labelledby="rules">
        {RULE_IDS.map((rule) => {
          const name = t(`generate.rules.${rule}`);
          return (
            <Tip key={rule} text={name}>
              <button
                type="button"
                className="rule"
                aria-label={name}
                aria-pressed={rule === chosen}
                onClick={() => choose(rule)}
              >
                {thumbs[rule] ? <img src={thumbs[rule]} alt="" draggable={false} /> : <Icon name="picture" />}
              </button>
            </Tip>
          );
        })}
      </div>
    </section>
  );
}

/** Settings are a rule's own; colours, seed, size and picture go along. */
function choose(rule: (typeof RULE_IDS)[number]): void {
  if (getState().generate.rule.rule !== rule) changeRule({ rule, settings: {} });
  else changeRule({});
}
