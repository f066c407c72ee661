import { ACTIONS, type Action, type ActionId } from '../../contract/actions.ts';
import { actionWith, keysOf, shortcutsOf } from '../../contract/shortcuts.ts';
import { t } from '../ui/words.ts';
import { runAction } from './actions.ts';
import { getState, useStudio } from './store.ts';

/** What the menu's entries do with a field. */
const FIELD_COMMANDS: Partial<Record<ActionId, string>> = {
  'edit.undo': 'undo',
  'edit.redo': 'redo',
  'sources.chooseAll': 'selectAll',
};

/** "Ctrl+Shift+O", "Strg+Umschalt+O" or "⌘⇧O": keys as the platform's people read them. */
export function keyText(keys: string | undefined, isMac: boolean): string {
  if (keys === undefined) return '';
  if (isMac)
    return keys
      .replace('CmdOrCtrl', '⌘')
      .replace('Shift', '⇧')
      .replace(/(?<=.)\+(?=.)/g, '');
  return keys
    .replace('CmdOrCtrl', t('keys.ctrl'))
    .replace('Shift', t('keys.shift'))
    .replace('Enter', t('keys.enter'))
    .replace('Delete', t('keys.delete'))
    .replace('Insert', t('keys.insert'));
}

/** The keys that each action has now, as text. */
export function useKeyText(): (id: ActionId) => string {
  const isMac = useStudio((state) => state.platform === 'darwin');
  const changes = useStudio(({ appSettings }) => appSettings.shortcuts);
  const shortcuts = shortcutsOf(changes);
  return (id) => keyText(shortcuts.get(id), isMac);
}

/** The field in which text is being typed. */
function textField(): HTMLElement | undefined {
  const field = document.activeElement;
  const isText =
    field instanceof HTMLElement &&
    field.matches('input:not([type="checkbox"]), textarea, [contenteditable]');
  return isText ? field : undefined;
}

/** What the menu asked for; while text is typed, some entries are the field's. */
export function hearMenu(id: ActionId): void {
  const command = FIELD_COMMANDS[id];
  if (command && textField()) document.execCommand(command);
  else void runAction(id);
}

/** Hears the keys of the whole window; while something is being typed, only those with Ctrl or Cmd. */
export function listenForKeys(isMac: boolean): () => void {
  const hear = (event: KeyboardEvent) => {
    const isTyping =
      event.target instanceof HTMLElement &&
      event.target.matches('input, select, textarea, [contenteditable]');
    if (event.defaultPrevented || (isTyping && !event.ctrlKey && !event.metaKey)) return;
    const keys = keysOf(event, isMac);
    const id = keys === undefined ? undefined : actionWith(keys, getState().appSettings.shortcuts);
    if (id === undefined || ((ACTIONS[id] as Action).isOfFields && textField())) return;
    event.preventDefault();
    void runAction(id);
  };
  // From the menu, which pastes text into fields.
  const paste = () => {
    if (!textField()) void runAction('sources.paste');
  };
  window.addEventListener('keydown', hear);
  window.addEventListener('paste', paste);
  return () => {
    window.removeEventListener('keydown', hear);
    window.removeEventListener('paste', paste);
  };
}
