import { changeSettings, selectedSource, useStudio } from '../../app/store.ts';
import { Segments } from '../../ui/Segments.tsx';
import { t } from '../../ui/words.ts';
import { modelFor, SCALES } from './choose.ts';
import { chainOf, scaleOfSteps } from './steps.ts';

/** How far the step enlarges, where its model does, and what comes of all steps. */
export function SizeSection() {
  const settings = useStudio((state) => state.settings);
  const models = useStudio((state) => state.models);
  const source = useStudio(selectedSource);
  const { width, height } = source ?? {};
  const { family, scale } = settings;
  const isKept = modelFor(models, family, scale)?.scale === 1;
  const times = scaleOfSteps(chainOf(settings, models).steps, models);
  return (
    <section className="section" aria-labelledby="size">
      <h2 id="size">{t('restore.size')}</h2>
      {isKept ? (
        <p className="dim">{t('restore.keepsSize')}</p>
      ) : (
        <Segments
          label={t('restore.size')}
          value={String(scale)}
          options={SCALES.map((each) => ({
            value: String(each),
            text: `×${each}`,
            name: t('restore.times', { scale: each }),
          }))}
          onChange={(value) => changeSettings({ scale: Number(value) })}
        />
      )}
      <p className="faint note numbers">
        {width && height
          ? `${width} × ${height} → ${width * times} × ${height * times} px`
          : t('restore.sizeHint')}
      </p>
    </section>
  );
}
