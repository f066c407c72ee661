import { OF_KINDS } from '../../../contract/learn-kinds.ts';
import { LEARN_SIZES } from '../../../contract/learn-step.ts';
import { changeLearn } from '../../app/learn-changes.ts';
import { useStudio } from '../../app/store.ts';
import { Check } from '../../ui/Check.tsx';
import { Segments } from '../../ui/Segments.tsx';
import { t } from '../../ui/words.ts';

/** How large, and for how long. */
export function LengthSection() {
  const settings = useStudio((state) => state.learn);
  const { kind, size, lengthBy, minutes, steps, earlyStop } = settings;
  const usual = OF_KINDS[kind];
  const value = lengthBy === 'steps' ? steps : (minutes ?? usual.minutes);
  return (
    <>
      {usual.hasSize && (
        <section className="section" aria-labelledby="learn-size">
          <h2 id="learn-size">{t('learn.size')}</h2>
          <Segments
            label={t('learn.size')}
            value={String(size)}
            options={LEARN_SIZES.map((each) => ({ value: String(each), text: `${each} px` }))}
            onChange={(chosen) => changeLearn({ size: LEARN_SIZES.find((each) => String(each) === chosen)! })}
          />
          <p className="faint note">{t('learn.sizeHint')}</p>
        </section>
      )}
      <section className="section" aria-labelledby="learn-length">
        <h2 id="learn-length">{t('learn.length')}</h2>
        <div className="learn-length">
          <Segments
            label={t('learn.lengthBy')}
            value={lengthBy}
            options={(['minutes', 'steps'] as const).map((each) => ({
              value: each,
              text: t(`learn.by.${each}`),
            }))}
            onChange={(by) => changeLearn({ lengthBy: by })}
          />
          <input
            className="field numbers"
            type="number"
            aria-label={t(`learn.by.${lengthBy}`)}
            min={lengthBy === 'steps' ? 1 : 0.5}
            step={lengthBy === 'steps' ? 100 : 0.5}
            value={Number.isNaN(value) ? '' : value}
            onChange={({ target }) => changeLearn({ [lengthBy]: target.valueAsNumber })}
          />
        </div>
        {usual.holdsOut && (
          <Check isOn={earlyStop} onChange={(isOn) => changeLearn({ earlyStop: isOn })}>
            {t('learn.earlyStop')}
          </Check>
        )}
        <p className="faint note">{t(`learn.lengthHint.${kind === 'denoise' ? 'each' : lengthBy}`)}</p>
      </section>
    </>
  );
}
