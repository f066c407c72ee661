import { Slider } from 'radix-ui';
import { changeSettings, useStudio } from '../../app/store.ts';

export function StrengthSection() {
  const strength = useStudio(({ settings }) => settings.strength);
  const percent = Math.round(strength * 100);
  return (
    <section className="section" aria-labelledby="strength">
      <div className="row">
        <h2 id="strength">Strength</h2>
        <span className="dim numbers">{percent} %</span>
      </div>
      <Slider.Root
        className="slider"
        min={0}
        max={100}
        step={1}
        value={[percent]}
        onValueChange={([value = 100]) => changeSettings({ strength: value / 100 })}
      >
        <Slider.Track className="slider-track">
          <Slider.Range className="slider-range" />
        </Slider.Track>
        <Slider.Thumb
          className="slider-thumb"
          aria-label="Strength"
          aria-valuetext={`${percent} %: ${percent === 0 ? 'a plain enlargement' : percent === 100 ? 'the model alone' : 'mixed with a plain enlargement'}`}
        />
      </Slider.Root>
    </section>
  );
}
