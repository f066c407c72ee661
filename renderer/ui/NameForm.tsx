import { type FormEvent, useEffect, useRef } from 'react';
import { t } from './words.ts';

interface NameFormProps {
  /** What is being named. */
  label: string;
  /** To begin with. */
  name: string;
  onKeep(name: string): void;
  onCancel(): void;
}

/** Asks for a name in its place: Enter keeps it, Escape leaves all as it was. */
export function NameForm({ label, name, onKeep, onCancel }: NameFormProps) {
  const field = useRef<HTMLInputElement>(null);
  // After the menu has given the focus back to its button, which is gone.
  useEffect(() => {
    const frame = requestAnimationFrame(() => field.current?.select());
    return () => cancelAnimationFrame(frame);
  }, []);
  const keep = (event: FormEvent) => {
    event.preventDefault();
    const { current } = field;
    const typed = current?.value.trim();
    if (typed) onKeep(typed);
    else if (current) {
      // The browser takes blanks for a name: without them it says itself that one is needed.
      current.value = '';
      current.reportValidity();
    }
  };
  return (
    <form className="name-form" onSubmit={keep}>
      <input
        ref={field}
        className="field"
        aria-label={label}
        defaultValue={name}
        maxLength={80}
        required
        spellCheck={false}
        onKeyDown={(event) => event.key === 'Escape' && onCancel()}
      />
      <div className="row fields">
        <button type="submit" className="button">
          {t('presets.keep')}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          {t('app.cancel')}
        </button>
      </div>
    </form>
  );
}
