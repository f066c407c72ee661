interface SearchFieldProps {
  label: string;
  value: string;
  onChange(value: string): void;
}

/** Narrows a list as one types; what it is for stands in it while it is empty. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  return (
    <input
      className="field"
      type="search"
      aria-label={label}
      placeholder={label}
      spellCheck={false}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
