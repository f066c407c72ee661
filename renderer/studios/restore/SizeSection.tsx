import { changeSettings, selectedSource, useStudio } from '../../app/store.ts';
import { Segments } from '../../ui/Segments.tsx';
import { SCALES } from './choose.ts';

export function SizeSection() {
  const scale = useStudio(({ settings }) => settings.scale);
  const source = useStudio(selectedSource);
  const { width, height } = source ?? {};
  return (
    <section className="section" aria-labelledby="size">
      <h2 id="size">Size</h2>
      <Segments
        label="Size"
        value={String(scale)}
        options={SCALES.map((each) => ({ value: String(each), text: `×${each}`, name: `${each} times` }))}
        onChange={(value) => changeSettings({ scale: Number(value) })}
      />
      <p className="faint note numbers">
        {width && height
          ? `${width} × ${height} → ${width * scale} × ${height * scale} px`
          : 'Width and height of the result, in pixels'}
      </p>
    </section>
  );
}
