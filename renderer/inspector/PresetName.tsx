import { type FormEvent, useEffect, useRef } from 'react';
import { t } from '../ui/words.ts';

interface PresetNameProps {
  /** To begin with. */
  name: string;
  onKeep(name: string): void;
  onCancel(): void;
}

/** Asks for a name in the place of the list: Enter keeps it, Escape leaves all as it was. */
export function PresetName({ name, onKeep, onCancel }: PresetNameProps) {
  const field = useRef<HTMLInputElement>(null);
  // After the menu has given the focus back to its button, which is gone.
  useEffect(() => {
    const frame = requestAnimationFrame(() => field.current?.select());
    return () => cancelAnimationFrame(frame);
  }, []);
  const keep = (event: FormEvent) => {
    event.preventDefault();
    const typed = field.current?.value.trim();
    if (typed) onKeep(typed);
  };
  return (
    <form className="preset-name" onSubmit={keep}>
      <input
        ref={field}
        className="field"
        aria-label={t('presets.name')}
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
