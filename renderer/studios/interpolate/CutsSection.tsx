import { changeStep, useStudio } from '../../app/store.ts';
import { StepSlider } from '../../inspector/StepSlider.tsx';
import { Check } from '../../ui/Check.tsx';
import { Segments } from '../../ui/Segments.tsx';
import { t } from '../../ui/words.ts';

/** Where one begins who wants to say it: about what `auto` takes for a cut. */
const FIRST = 0.4;

/** Scenes that change, and frames that repeat. */
export function CutsSection() {
  const scene = useStudio(({ clip }) => clip.step.scene);
  const duplicates = useStudio(({ clip }) => clip.step.duplicates);
  const kind = typeof scene === 'number' ? 'own' : scene;
  // How much of a picture has to be new to begin a scene.
  const percent = typeof scene === 'number' ? Math.round(scene * 100) : undefined;
  return (
    <>
      <section className="section" aria-labelledby="cuts">
        <div className="row">
          <h2 id="cuts">{t('interpolate.cuts')}</h2>
          {percent !== undefined && <span className="dim numbers">{t('units.percent', { percent })}</span>}
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
        {percent !== undefined && (
          <StepSlider
            label={t('interpolate.threshold')}
            text={t('units.percent', { percent })}
            value={percent}
            {...{ min: 1, max: 100, step: 1 }}
            onChange={(value) => changeStep({ scene: value / 100 })}
          />
        )}
        <p className="faint note">{t(`interpolate.cutsHint.${kind}`)}</p>
      </section>
      <Check
        isOn={duplicates === 'drop'}
        onChange={(isOn) => changeStep({ duplicates: isOn ? 'drop' : 'keep' })}
      >
        {t('interpolate.drop')}
      </Check>
    </>
  );
}
