import { ACTION_IDS, ACTIONS, type Action, type ActionId } from '../../contract/actions.ts';
import { t } from '../ui/words.ts';
import { runAction } from './actions.ts';

/** The parts of a KeyboardEvent that decide. */
export type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** What the menu's entries do with a field. */
const FIELD_COMMANDS: Partial<Record<ActionId, string>> = {
  'edit.undo': 'undo',
  'edit.redo': 'redo',
  'sources.chooseAll': 'selectAll',
};

const NAMES: Record<string, string> = { Enter: 'Enter', Delete: 'Delete', Backspace: 'Delete', '=': '+' };

/** Which action a press of keys means, by the contract's table. */
export function actionOf(press: Press, isMac: boolean): ActionId | undefined {
  if (press.altKey) return undefined;
  const hasCommand = isMac ? press.metaKey : press.ctrlKey;
  if (isMac ? press.ctrlKey : press.metaKey) return undefined;
  const name = NAMES[press.key] ?? (press.key.length === 1 ? press.key.toUpperCase() : press.key);
  return ACTION_IDS.find((id) => {
    const { keys }: Action = ACTIONS[id];
    if (keys === undefined) return false;
    const parts = keys === '+' ? ['+'] : keys.split('+');
    const wantsShift = parts.includes('Shift');
    // "+" and "-" are typed with or without shift, as the keyboard has it.
    const isShiftRight = wantsShift === press.shiftKey || /^[+\-.]$/.test(parts.at(-1)!);
    return parts.at(-1) === name && parts.includes('CmdOrCtrl') === hasCommand && isShiftRight;
  });
}

/** "Ctrl+Shift+O", "Strg+Umschalt+O" or "⇧⌘O", for tooltips. */
export function keyText(id: ActionId, isMac: boolean): string {
  const { keys }: Action = ACTIONS[id];
  if (keys === undefined) return '';
  if (isMac)
    return keys
      .replace('CmdOrCtrl', '⌘')
      .replace('Shift', '⇧')
      .replace(/(?<=.)\+/g, '');
  return keys
    .replace('CmdOrCtrl', t('keys.ctrl'))
    .replace('Shift', t('keys.shift'))
    .replace('Enter', t('keys.enter'))
    .replace('Delete', t('keys.delete'));
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
    const id = actionOf(event, isMac);
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
