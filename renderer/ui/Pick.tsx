interface PickProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; text: string; lang?: string }[];
  onChange(value: T): void;
}

/** One of several, as the system's own list: it needs no style of its own, which the page's policy would refuse. */
export function Pick<T extends string>({ label, value, options, onChange }: PickProps<T>) {
  return (
    <select
      className="field"
      aria-label={label}
      value={value}
      onChange={({ target }) => onChange(target.value as T)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value} lang={option.lang}>
          {option.text}
        </option>
      ))}
    </select>
  );
}
