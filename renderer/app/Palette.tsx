import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { ActionId } from '../../contract/actions.ts';
import { t } from '../ui/words.ts';
import { isEnabled, runAction } from './actions.ts';
import { findActions } from './find-actions.ts';
import { useKeyText } from './keys.ts';
import { setState, useStudio } from './store.ts';

/** Every action by its name: typed, chosen with the arrows, run with Enter. */
export function Palette() {
  const isOpen = useStudio((state) => state.isPaletteOpen);
  return isOpen ? <OpenPalette /> : null;
}

const close = () => setState({ isPaletteOpen: false });

/** The system's own modal dialog: it holds the focus, hears Escape, and gives the focus back. */
function OpenPalette() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const keyText = useKeyText();
  const state = useStudio();
  const found = findActions(typed);
  const active = found[Math.min(at, found.length - 1)];

  useEffect(() => dialog.current?.showModal(), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when another one is active
  useEffect(() => {
    dialog.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const run = (id: ActionId | undefined) => {
    if (!id || !isEnabled(id, state)) return;
    dialog.current?.close();
    void runAction(id);
  };
  const press = (event: KeyboardEvent) => {
    // The keys of the window do not reach through.
    event.stopPropagation();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length > 0) setAt((found.indexOf(active!) + step + found.length) % found.length);
    else if (event.key === 'Enter') run(active);
    else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a press beside it closes it; Escape does the same
    <dialog
      ref={dialog}
      className="palette"
      aria-label={t('app.palette.title')}
      onClose={close}
      onClick={({ target }) => target === dialog.current && dialog.current?.close()}
    >
      <input
        className="palette-field"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={active && `palette-${active}`}
        aria-label={t('app.palette.field')}
        placeholder={t('app.palette.prompt')}
        spellCheck={false}
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <div
        id="palette-list"
        className="palette-list"
        role="listbox"
        aria-label={t('app.palette.list')}
        // A press leaves the focus in the field.
        onMouseDown={(event) => event.preventDefault()}
      >
        {found.map((id) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above hears the keys for the whole list
          // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus
          <div
            key={id}
            id={`palette-${id}`}
            className="palette-row"
            role="option"
            aria-selected={id === active}
            aria-disabled={!isEnabled(id, state)}
            onClick={() => run(id)}
          >
            <span>{t(`actions.${id}`)}</span>
            <kbd>{keyText(id)}</kbd>
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="palette-none dim">{t('app.palette.none')}</p>}
    </dialog>
  );
}
