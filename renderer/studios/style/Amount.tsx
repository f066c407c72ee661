import type { ComponentProps } from 'react';
import { StepSlider } from '../../inspector/StepSlider.tsx';

/** A slider with its name and value over it. */
export function Amount(props: ComponentProps<typeof StepSlider>) {
  return (
    <div className="amount">
      <div className="row">
        <span className="amount-name">{props.label}</span>
        <span className="dim numbers">{props.text}</span>
      </div>
      <StepSlider {...props} />
    </div>
  );
}
