import { ToggleGroup } from 'radix-ui';
import { LEARN_KINDS, type LearnKind } from '../../../contract/learn-step.ts';
import { changeLearn } from '../../app/learn-changes.ts';
import { useStudio } from '../../app/store.ts';
import { t } from '../../ui/words.ts';

/** What can be learnt, each with what it is for. */
export function KindSection() {
  const kind = useStudio(({ learn }) => learn.kind);
  return (
    <section className="section" aria-labelledby="learn-kind">
      <h2 id="learn-kind">{t('learn.kind')}</h2>
      <ToggleGroup.Root
        className="learn-kinds"
        type="single"
        orientation="vertical"
        aria-labelledby="learn-kind"
        value={kind}
        // Pressing the one that is on would leave none.
        onValueChange={(chosen) => chosen !== '' && changeLearn({ kind: chosen as LearnKind })}
      >
        {LEARN_KINDS.map((each) => (
          <ToggleGroup.Item
            key={each}
            value={each}
            className="learn-kind"
            aria-label={t(`learn.kinds.${each}.name`)}
            aria-describedby={`learn-kind-${each}`}
          >
            <strong>{t(`learn.kinds.${each}.name`)}</strong>
            <span id={`learn-kind-${each}`} className="faint">
              {t(`learn.kinds.${each}.what`)}
            </span>
          </ToggleGroup.Item>
        ))}
      </ToggleGroup.Root>
    </section>
  );
}
