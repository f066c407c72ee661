import { type KeyboardEvent, useEffect, useState } from 'react';
import type { ActionId } from '../../contract/actions.ts';
import { keysOf } from '../../contract/shortcuts.ts';
import { bridge } from '../app/bridge.ts';
import { t } from '../ui/words.ts';

interface KeyFieldProps {
  id: ActionId;
  /** The keys it has, as text; '' for none. */
  keys: string;
  isMac: boolean;
  onKeys(keys: string): void;
}

/** An action and its keys; pressed, it listens for other ones. Escape leaves them, Tab goes on. */
export function KeyField({ id, keys, isMac, onKeys }: KeyFieldProps) {
  const [isListening, setListening] = useState(false);
  useEffect(() => {
    if (!isListening) return;
    void bridge.captureKeys({ on: true });
    return () => void bridge.captureKeys({ on: false });
  }, [isListening]);

  const press = (event: KeyboardEvent) => {
    if (!isListening) return;
    const pressed = keysOf(event, isMac);
    if (pressed === 'Tab' || pressed === 'Shift+Tab') return;
    // Neither the window's keys nor the drawer's Escape nor a press of this button.
    event.preventDefault();
    event.stopPropagation();
    if (pressed === undefined) return;
    setListening(false);
    if (pressed !== 'Escape') onKeys(pressed);
  };

  return (
    <button
      type="button"
      className="key-field"
      aria-pressed={isListening}
      onClick={() => setListening(!isListening)}
      onBlur={() => setListening(false)}
      onKeyDown={press}
    >
      <span className="key-action">{t(`actions.${id}`)}</span>
      <kbd data-listening={isListening}>
        {isListening ? t('settings.shortcuts.press') : keys || t('settings.shortcuts.noKeys')}
      </kbd>
    </button>
  );
}
