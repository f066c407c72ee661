import { StepSlider } from '../../inspector/StepSlider.tsx';

interface SlidProps {
  label: string;
  value: number;
  /** How the value reads; left out: as it is. */
  text?: string;
  min: number;
  max: number;
  step: number;
  onChange(value: number): void;
}

/** A slider under its name and value. */
export function Slid({ label, value, max, text = String(value), ...rest }: SlidProps) {
  return (
    <div className="named-field">
      <span className="row">
        <span className="dim">{label}</span>
        <span className="dim numbers">{text}</span>
      </span>
      {/* A recipe may hold more than the slider offers. */}
      <StepSlider label={label} text={text} value={value} max={Math.max(max, value)} {...rest} />
    </div>
  );
}
