import { changeWords } from '../../app/generate-changes.ts';
import { selectedSource, useStudio } from '../../app/store.ts';
import { useOneStep } from '../../app/undo.ts';
import { t } from '../../ui/words.ts';
import { GROWN_BY, grownTo, NO_SIDES, outpaintOf, SIDES } from './grow-frame.ts';

/** By how much the picture grows on each side, as numbers; the frame on the canvas says the same. */
export function GrowFields() {
  const source = useStudio(selectedSource);
  const sides = useStudio(({ generate }) => generate.diffusion.outpaint) ?? NO_SIDES;
  const oneStep = useOneStep();
  const size = { width: source?.width ?? 64, height: source?.height ?? 64 };
  const isGrown = outpaintOf(sides) !== undefined;
  return (
    <div className="named-field">
      <span className="row">
        <span className="dim">{t('generate.grow.title')}</span>
        {isGrown && (
          <button type="button" className="link" onClick={() => changeWords({ outpaint: undefined })}>
            {t('generate.grow.none')}
          </button>
        )}
      </span>
      <div className="grow-fields">
        {SIDES.map((side) => (
          <label key={side} className="grow-field">
            <span className="faint">{t(`generate.grow.short.${side}`)}</span>
            <input
              className="field"
              type="number"
              aria-label={t(`generate.grow.${side}`)}
              min={0}
              step={GROWN_BY}
              {...oneStep}
              value={sides[side]}
              onChange={({ target }) =>
                changeWords({ outpaint: outpaintOf(grownTo(sides, side, target.valueAsNumber, size)) })
              }
            />
          </label>
        ))}
      </div>
    </div>
  );
}
