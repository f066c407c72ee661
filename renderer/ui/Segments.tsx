import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';

interface SegmentsProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; text: ReactNode; name?: string; isDisabled?: boolean }[];
  onChange(value: T): void;
}

/** One of a few: always exactly one is on. */
export function Segments<T extends string>({ label, value, options, onChange }: SegmentsProps<T>) {
  return (
    <ToggleGroup.Root
      className="segments"
      type="single"
      aria-label={label}
      value={value}
      // Pressing the one that is on would leave none.
      onValueChange={(chosen) => chosen !== '' && onChange(chosen as T)}
    >
      {options.map(({ value: each, text, name, isDisabled = false }) => (
        <ToggleGroup.Item key={each} value={each} aria-label={name} disabled={isDisabled}>
          {text}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
