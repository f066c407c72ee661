import { changeLook, lookOf, useStudio } from '../../app/store.ts';
import { t } from '../../ui/words.ts';
import { Amount } from './Amount.tsx';
import { nameOf, shareOf, toggled, withWeight } from './shelf.ts';

/** The chosen styles and how much each has of the mixture. */
export function MixSection() {
  const look = useStudio(({ style }) => lookOf(style));
  const pictures = useStudio((state) => state.stylePictures);
  const { styles } = look;
  return (
    <section className="section" aria-labelledby="mix">
      <h2 id="mix">{t('style.mix')}</h2>
      {styles.length === 0 && <p className="faint note">{t('style.mixHint')}</p>}
      {styles.map(({ from, weight }) => {
        const name = nameOf(from, pictures);
        return (
          <div key={JSON.stringify(from)} className="mix-row">
            {styles.length === 1 ? (
              <span>{name}</span>
            ) : (
              <Amount
                label={name}
                text={t('units.percent', { percent: Math.round(shareOf(look, from) * 100) })}
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
    </section>
  );
}
