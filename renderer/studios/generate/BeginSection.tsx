import { INPAINTING } from '../../../contract/tasks.ts';
import { changeWords } from '../../app/generate-changes.ts';
import { openFrom } from '../../app/open.ts';
import { selectedSource, setState, useStudio } from '../../app/store.ts';
import { closeSources } from '../../app/undo.ts';
import { MaskRow } from '../../inspector/MaskRow.tsx';
import { StepSlider } from '../../inspector/StepSlider.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { t } from '../../ui/words.ts';
import { GrowFields } from './GrowFields.tsx';

/** The picture that the next one begins with, and how much of it is made anew. */
export function BeginSection() {
  const source = useStudio(selectedSource);
  const strength = useStudio(({ generate }) => generate.diffusion.strength);
  // A mask is painted where its picture is seen.
  const isShown = useStudio((state) => state.shownMade === undefined && state.generateView === 'canvas');
  const percent = t('units.percent', { percent: Math.round(strength * 100) });
  return (
    <section className="section" aria-labelledby="begin">
      <h2 id="begin">{t('generate.begin')}</h2>
      {source ? (
        <>
          <div className="begin">
            <button
              type="button"
              className="begin-show"
              aria-label={t('generate.beginShow')}
              onClick={() =>
                setState({ shownMade: undefined, besideMade: undefined, generateView: 'canvas' })
              }
            >
              {source.thumb ? <img src={source.thumb} alt="" draggable={false} /> : <Icon name="picture" />}
            </button>
            <span className="dim cut-off">{source.name}</span>
            <button
              type="button"
              className="reset-one"
              aria-label={t('generate.beginWithout', { name: source.name })}
              onClick={() => void closeSources([source.id])}
            >
              <Icon name="stop" />
            </button>
          </div>
          {isShown && <MaskRow layer={INPAINTING} />}
          <GrowFields />
          <div className="named-field">
            <span className="row">
              <span className="dim">{t('generate.changed')}</span>
              <span className="dim numbers">{percent}</span>
            </span>
            <StepSlider
              label={t('generate.changed')}
              text={percent}
              value={Math.round(strength * 100)}
              {...{ min: 0, max: 100, step: 1 }}
              onChange={(value) => changeWords({ strength: value / 100 })}
            />
          </div>
        </>
      ) : (
        <p className="faint note">{t('generate.beginNone')}</p>
      )}
      <div className="row links">
        <button type="button" className="link" onClick={() => void openFrom('files')}>
          {t('generate.beginOpen')}
        </button>
        <ActionButton action="made.begin" className="link">
          {t('generate.beginShown')}
        </ActionButton>
      </div>
    </section>
  );
}
