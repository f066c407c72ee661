import type { ActionId } from '../../contract/actions.ts';
import { actionWith, keysOf, shortcutsOf } from '../../contract/shortcuts.ts';
import { t } from '../ui/words.ts';
import { runAction } from './actions.ts';
import { getState, useStudio } from './store.ts';

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

/** Hears the keys of the whole window; while something is being typed, only those with Ctrl or Cmd. */
export function listenForKeys(isMac: boolean): () => void {
  const hear = (event: KeyboardEvent) => {
    const isTyping =
      event.target instanceof HTMLElement &&
      event.target.matches('input, select, textarea, [contenteditable]');
    if (event.defaultPrevented || (isTyping && !event.ctrlKey && !event.metaKey)) return;
    const keys = keysOf(event, isMac);
    const id = keys === undefined ? undefined : actionWith(keys, getState().appSettings.shortcuts);
    if (id === undefined) return;
    event.preventDefault();
    void runAction(id);
  };
  window.addEventListener('keydown', hear);
  return () => window.removeEventListener('keydown', hear);
}
