import { Slider } from 'radix-ui';
import { changeSettings, useStudio } from '../../app/store.ts';
import { endStep, holdStep } from '../../app/undo.ts';
import { t } from '../../ui/words.ts';

export function StrengthSection() {
  const strength = useStudio(({ settings }) => settings.strength);
  const percent = Math.round(strength * 100);
  const meaning = percent === 0 ? 'none' : percent === 100 ? 'full' : 'mixed';
  return (
    <section className="section" aria-labelledby="strength">
      <div className="row">
        <h2 id="strength">{t('restore.strength')}</h2>
        <span className="dim numbers">{t('units.percent', { percent })}</span>
      </div>
      <Slider.Root
        className="slider"
        min={0}
        max={100}
        step={1}
        value={[percent]}
        onValueChange={([value = 100]) => {
          holdStep();
          changeSettings({ strength: value / 100 });
        }}
        onValueCommit={endStep}
        // A drag that ends where it began commits nothing.
        onPointerUp={endStep}
        // With the keys, the end is told before the change that it ends.
        onKeyUp={endStep}
        onBlur={endStep}
      >
        <Slider.Track className="slider-track">
          <Slider.Range className="slider-range" />
        </Slider.Track>
        <Slider.Thumb
          className="slider-thumb"
          aria-label={t('restore.strength')}
          aria-valuetext={t(`restore.strengthOf.${meaning}`, { percent })}
        />
      </Slider.Root>
    </section>
  );
}
