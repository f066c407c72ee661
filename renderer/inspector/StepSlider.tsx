import { Slider } from 'radix-ui';
import { endStep, holdStep } from '../app/undo.ts';

interface StepSliderProps {
  label: string;
  /** What is read out of the value. */
  text: string;
  value: number;
  min: number;
  max: number;
  step: number;
  onChange(value: number): void;
}

/** A slider of an inspector: all of a drag, or of a held key, is one step of the history. */
export function StepSlider({ label, text, value, min, max, step, onChange }: StepSliderProps) {
  return (
    <Slider.Root
      className="slider"
      {...{ min, max, step }}
      value={[value]}
      onValueChange={([next = value]) => {
        holdStep();
        onChange(next);
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
      <Slider.Thumb className="slider-thumb" aria-label={label} aria-valuetext={text} />
    </Slider.Root>
  );
}
