interface BarProps {
  label: string;
  /** 0..1 */
  fraction: number;
  className?: string;
}

/** A thin progress bar. */
export function Bar({ label, fraction, className = '' }: BarProps) {
  const percent = Math.round(fraction * 100);
  return (
    <div
      className={`bar ${className}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div className="bar-done" style={{ transform: `scaleX(${fraction})` }} />
    </div>
  );
}
