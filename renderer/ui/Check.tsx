import type { ReactNode } from 'react';

interface CheckProps {
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  /** Its label. */
  children: ReactNode;
}

/** A box to tick, with its label. */
export function Check({ isOn, onChange, children }: CheckProps) {
  return (
    <label className="check">
      <input type="checkbox" checked={isOn} onChange={({ target }) => onChange(target.checked)} />
      {children}
    </label>
  );
}
