import { MOST_CELLS } from '../../../contract/generate-settings.ts';
import { changeLatentMore } from '../../app/generate-changes.ts';
import { useStudio } from '../../app/store.ts';
import { useOneStep } from '../../app/undo.ts';
import { WhyNot } from '../../inspector/WhyNot.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { Segments } from '../../ui/Segments.tsx';
import { t } from '../../ui/words.ts';
import { whyNotSheet } from './reasons.ts';

const SHOWN = ['near', 'any'] as const;
const SIDES = ['columns', 'rows'] as const;

/** Many pictures as one: of places near the one that is set, or of any seeds. */
export function SheetSection() {
  const generate = useStudio((state) => state.generate);
  const models = useStudio((state) => state.models);
  const oneStep = useOneStep();
  const { latentMore } = generate;
  const reasons = whyNotSheet({ generate, models });
  const count = latentMore.columns * latentMore.rows;
  return (
    <section className="section" aria-labelledby="sheet">
      <h2 id="sheet">{t('generate.latent.sheet')}</h2>
      <Segments
        label={t('generate.latent.sheetOf')}
        value={latentMore.isNear ? 'near' : 'any'}
        options={SHOWN.map((value) => ({ value, text: t(`generate.latent.sheets.${value}`) }))}
        onChange={(value) => changeLatentMore({ isNear: value === 'near' })}
      />
      <div className="side-fields">
        {SIDES.map((side) => (
          <label key={side} className="named-field">
            <span className="dim">{t(`generate.latent.sides.${side}`)}</span>
            <input
              className="field"
              type="number"
              min={1}
              max={MOST_CELLS}
              step={1}
              {...oneStep}
              value={Number.isNaN(latentMore[side]) ? '' : latentMore[side]}
              onChange={({ target }) => changeLatentMore({ [side]: target.valueAsNumber })}
            />
          </label>
        ))}
      </div>
      <WhyNot id="why-no-sheet" reasons={reasons} />
      <div className="row buttons">
        <ActionButton action="latent.sheet" describedBy="why-no-sheet">
          {t('generate.latent.makeSheet', { count: Number.isInteger(count) ? count : 1 })}
        </ActionButton>
      </div>
    </section>
  );
}
