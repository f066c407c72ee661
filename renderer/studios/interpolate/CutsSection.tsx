import { Slider } from 'radix-ui';
import { changeStep, useStudio } from '../../app/store.ts';
import { endStep, holdStep } from '../../app/undo.ts';
import { Segments } from '../../ui/Segments.tsx';
import { t } from '../../ui/words.ts';

/** Where one begins who wants to say it: about what `auto` takes for a cut. */
const FIRST = 0.4;

/** Scenes that change, and frames that repeat. */
export function CutsSection() {
  const scene = useStudio(({ clip }) => clip.step.scene);
  const duplicates = useStudio(({ clip }) => clip.step.duplicates);
  const kind = typeof scene === 'number' ? 'own' : scene;
  return (
    <>
      <section className="section" aria-labelledby="cuts">
        <div className="row">
          <h2 id="cuts">{t('interpolate.cuts')}</h2>
          {typeof scene === 'number' && (
            <span className="dim numbers">{t('units.percent', { percent: Math.round(scene * 100) })}</span>
          )}
        </div>
        <Segments
          label={t('interpolate.cuts')}
          value={kind}
          options={(['auto', 'own', 'off'] as const).map((value) => ({
            value,
            text: t(`interpolate.cutsOf.${value}`),
          }))}
          onChange={(value) => changeStep({ scene: value === 'own' ? FIRST : value })}
        />
        {typeof scene === 'number' && <Threshold value={scene} />}
        <p className="faint note">{t(`interpolate.cutsHint.${kind}`)}</p>
      </section>
      <label className="check">
        <input
          type="checkbox"
          checked={duplicates === 'drop'}
          onChange={({ target }) => changeStep({ duplicates: target.checked ? 'drop' : 'keep' })}
        />
        {t('interpolate.drop')}
      </label>
    </>
  );
}

/** How much of a picture has to be new to begin a scene. */
function Threshold({ value }: { value: number }) {
  const percent = Math.round(value * 100);
  return (
    <Slider.Root
      className="slider"
      min={1}
      max={100}
      step={1}
      value={[percent]}
      onValueChange={([next = percent]) => {
        holdStep();
        changeStep({ scene: next / 100 });
      }}
      onValueCommit={endStep}
      onPointerUp={endStep}
      onKeyUp={endStep}
      onBlur={endStep}
    >
      <Slider.Track className="slider-track">
        <Slider.Range className="slider-range" />
      </Slider.Track>
      <Slider.Thumb
        className="slider-thumb"
        aria-label={t('interpolate.threshold')}
        aria-valuetext={t('units.percent', { percent })}
      />
    </Slider.Root>
  );
}
