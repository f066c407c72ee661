import { changeLearn } from '../../app/learn-changes.ts';
import { setState, useStudio } from '../../app/store.ts';
import { anySeed } from '../../ui/any-seed.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Tip } from '../../ui/Tip.tsx';
import { t } from '../../ui/words.ts';

/** What it is called, what chance begins with, and what a kind asks beside. */
export function MoreSection() {
  const { kind, seed, angle } = useStudio((state) => state.learn);
  const name = useStudio((state) => state.learnName);
  const source = useStudio((state) => state.toLearn);
  return (
    <section className="section" aria-labelledby="learn-more">
      <h2 id="learn-more">{t('learn.moreTitle')}</h2>
      {kind !== 'denoise' && (
        <label className="named-field">
          <span className="dim">{t('learn.name')}</span>
          <input
            className="field"
            maxLength={80}
            spellCheck={false}
            placeholder={source?.name ?? ''}
            value={name}
            onChange={({ target }) => setState({ learnName: target.value })}
          />
        </label>
      )}
      {kind === 'nerf' && (
        <label className="named-field">
          <span className="dim">{t('learn.angle')}</span>
          <input
            className="field numbers"
            type="number"
            min={-180}
            max={180}
            step={1}
            placeholder={t('learn.fullTurn')}
            value={angle ?? ''}
            onChange={({ target }) =>
              changeLearn({ angle: Number.isNaN(target.valueAsNumber) ? undefined : target.valueAsNumber })
            }
          />
        </label>
      )}
      <label className="named-field">
        <span className="dim">{t('generate.seed')}</span>
        <span className="row fields">
          <input
            className="field numbers"
            type="number"
            min={0}
            step={1}
            value={Number.isNaN(seed) ? '' : seed}
            onChange={({ target }) => changeLearn({ seed: target.valueAsNumber })}
          />
          <Tip text={t('actions.generate.dice')}>
            <button
              type="button"
              className="button menu-button"
              aria-label={t('actions.generate.dice')}
              onClick={() => changeLearn({ seed: anySeed() })}
            >
              <Icon name="dice" />
            </button>
          </Tip>
        </span>
      </label>
    </section>
  );
}
