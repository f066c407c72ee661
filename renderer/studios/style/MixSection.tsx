import { MOST_MIXED } from '../../../contract/style-settings.ts';
import { changeLook, lookOf, useStudio } from '../../app/store.ts';
import { percentsOf } from '../../ui/percents.ts';
import { t } from '../../ui/words.ts';
import { Amount } from './Amount.tsx';
import { MixPad } from './MixPad.tsx';
import { keyOf, nameOf, toggled, withWeight } from './shelf.ts';
import { useMixDrop } from './style-drag.ts';
import type { Thumbs } from './thumbs.ts';

/** The chosen styles and how much each has of the mixture; styles of the shelf are dragged here, too. */
export function MixSection({ thumbs }: { thumbs: Thumbs }) {
  const look = useStudio(({ style }) => lookOf(style));
  const pictures = useStudio((state) => state.stylePictures);
  const drop = useMixDrop();
  const { styles } = look;
  const percents = percentsOf(styles.map(({ weight }) => weight));
  const hint = [t('style.mixHint'), t('style.mixMore', { count: MOST_MIXED })][styles.length];
  return (
    <section className="section mix" aria-labelledby="mix" data-dropping={drop.isOver} {...drop.handlers}>
      <h2 id="mix">{t('style.mix')}</h2>
      <MixPad thumbs={thumbs} />
      {styles.map(({ from, weight }, at) => {
        const name = nameOf(from, pictures);
        return (
          <div key={keyOf(from)} className="mix-row">
            {styles.length === 1 ? (
              <span>{name}</span>
            ) : (
              <Amount
                label={name}
                text={t('units.percent', { percent: percents[at] ?? 0 })}
                value={Math.round(weight * 100)}
                {...{ min: 0, max: 100, step: 1 }}
                onChange={(value) => changeLook(withWeight(look, from, value / 100))}
              />
            )}
            <button
              type="button"
              className="link"
              aria-label={t('style.without', { name })}
              onClick={() => changeLook(toggled(look, from))}
            >
              {t('library.remove')}
            </button>
          </div>
        );
      })}
      {hint !== undefined && <p className="faint note">{hint}</p>}
    </section>
  );
}
