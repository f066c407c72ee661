import { changeSettings, selectedSource, useStudio } from '../../app/store.ts';
import { Segments } from '../../ui/Segments.tsx';
import { t } from '../../ui/words.ts';
import { SCALES } from './choose.ts';

export function SizeSection() {
  const scale = useStudio(({ settings }) => settings.scale);
  const source = useStudio(selectedSource);
  const { width, height } = source ?? {};
  return (
    <section className="section" aria-labelledby="size">
      <h2 id="size">{t('restore.size')}</h2>
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
      <p className="faint note numbers">
        {width && height
          ? `${width} × ${height} → ${width * scale} × ${height * scale} px`
          : t('restore.sizeHint')}
      </p>
    </section>
  );
}
