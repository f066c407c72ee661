import { Slider } from 'radix-ui';
import { endStep, holdStep } from '../../app/undo.ts';

interface AmountProps {
  label: string;
  /** What it says beside the label. */
  text: string;
  value: number;
  min: number;
  max: number;
  step: number;
  onChange(value: number): void;
}

/** A slider with its value; a drag is one step of the history. */
export function Amount({ label, text, value, min, max, step, onChange }: AmountProps) {
  return (
    <div className="amount">
      <div className="row">
        <span className="amount-name">{label}</span>
        <span className="dim numbers">{text}</span>
      </div>
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
    </div>
  );
}
