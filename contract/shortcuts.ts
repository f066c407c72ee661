import { z } from 'zod';
import { ACTION_IDS, ACTIONS, type Action, type ActionId } from './actions.ts';

/**
 * Keys of actions, and how a user changes them. Keys are written as Electron's accelerators write them, in one order:
 * `CmdOrCtrl+Shift+O`, `Shift+F`, `1`, `+`. Every press of keys comes to one such text, so two actions share a press
 * exactly when they share a text.
 */

/** The parts of a KeyboardEvent that decide. */
export interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

/** Other keys for an action, or none (null); an action that is left out has the keys of the table. */
export const shortcutChanges = z.partialRecord(z.enum(ACTION_IDS), z.string().min(1).max(40).nullable());
export type ShortcutChanges = z.infer<typeof shortcutChanges>;

/** Keys that mean the same: the delete key of a Mac, and plus without shift. */
const ALIASES: Record<string, string> = {
  Backspace: 'Delete',
  '=': '+',
  ' ': 'Space',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
};
const NAMED =
  /^(F([1-9]|1\d|2[0-4])|Enter|Delete|Insert|Tab|Space|Escape|Left|Right|Up|Down|Home|End|PageUp|PageDown)$/;

/** What moves the focus, presses buttons and walks through lists. */
const OF_CONTROLS = ['Tab', 'Enter', 'Space', 'Escape'];
const OF_LISTS = ['Left', 'Right', 'Up', 'Down', 'Home', 'End', 'PageUp', 'PageDown'];
/** The edit menu, the window menu, quit. */
const OF_SYSTEM = 'C V X A Z Shift+Z Y Q W M H Tab Space Escape'.split(' ').map((key) => `CmdOrCtrl+${key}`);

const RESERVED = new Set([
  ...[...OF_CONTROLS, ...OF_LISTS].flatMap((key) => [key, `Shift+${key}`]),
  ...OF_LISTS.flatMap((key) => [`CmdOrCtrl+${key}`, `CmdOrCtrl+Shift+${key}`]),
  ...OF_SYSTEM,
  'CmdOrCtrl+Shift+Tab',
  // The menu bar and the full screen.
  'F10',
  'F11',
]);

/** The keys of a press; undefined for modifiers alone and for what no shortcut can be (Alt writes characters). */
export function keysOf(press: Press, isMac: boolean): string | undefined {
  if (press.altKey || (isMac ? press.ctrlKey : press.metaKey)) return undefined;
  const name = keyName(press.key);
  if (name === undefined) return undefined;
  const hasCommand = isMac ? press.metaKey : press.ctrlKey;
  // Whether a digit or a sign needs shift is the keyboard's business.
  const hasShift = press.shiftKey && (name.length > 1 || name.toLowerCase() !== name.toUpperCase());
  return `${hasCommand ? 'CmdOrCtrl+' : ''}${hasShift ? 'Shift+' : ''}${name}`;
}

function keyName(key: string): string | undefined {
  const name = ALIASES[key] ?? key;
  if (NAMED.test(name)) return name;
  if ([...name].length !== 1) return undefined;
  // Some letters have no capital of one character.
  return name.toUpperCase().length === name.length ? name.toUpperCase() : name;
}

/** Whether the system, every field or every list needs these keys; those of fields have one action besides. */
export function isReserved(keys: string, id: ActionId): boolean {
  const { isOfFields }: Action = ACTIONS[id];
  return RESERVED.has(keys) && !(isOfFields && keys === tableKeys(id));
}

/** Whether these keys can be pressed at all: the one text of some press. */
function isWritten(keys: string): boolean {
  const [, command, shift, key = ''] = /^(CmdOrCtrl\+)?(Shift\+)?(.+)$/s.exec(keys) ?? [];
  const press = { key, ctrlKey: command !== undefined, metaKey: false, shiftKey: shift !== undefined };
  return keysOf({ ...press, altKey: false }, false) === keys;
}

function tableKeys(id: ActionId): string | undefined {
  return (ACTIONS[id] as Action).keys;
}

/**
 * The keys of every action that has some. No two share one, whatever the changes hold (a file may be written by hand,
 * a new version may bring an action with keys that a user gave to another): what the user wrote goes before the table,
 * then the order of the table decides.
 */
export function shortcutsOf(changes: ShortcutChanges): ReadonlyMap<ActionId, string> {
  const taken = new Set<string>();
  const found = new Map<ActionId, string>();
  const take = (id: ActionId, keys: string | null | undefined) => {
    if (!keys || taken.has(keys) || isReserved(keys, id) || !isWritten(keys)) return;
    taken.add(keys);
    found.set(id, keys);
  };
  for (const id of ACTION_IDS) take(id, changes[id]);
  for (const id of ACTION_IDS) if (changes[id] === undefined) take(id, tableKeys(id));
  return found;
}

/** Which action these keys mean. */
export function actionWith(keys: string, changes: ShortcutChanges): ActionId | undefined {
  for (const [id, own] of shortcutsOf(changes)) if (own === keys) return id;
  return undefined;
}

export type ShortcutAnswer =
  | { kind: 'changed'; changes: ShortcutChanges }
  | { kind: 'taken'; by: ActionId }
  | { kind: 'reserved' };

/**
 * Gives an action other keys, none (null), or those of the table again (undefined). Refused where another action has
 * them or the system needs them; nothing is changed then.
 */
export function changeShortcut(
  changes: ShortcutChanges,
  id: ActionId,
  keys: string | null | undefined,
): ShortcutAnswer {
  const { [id]: _, ...others } = changes;
  const wished = keys === undefined ? tableKeys(id) : keys;
  if (wished) {
    if (isReserved(wished, id) || !isWritten(wished)) return { kind: 'reserved' };
    const by = actionWith(wished, changes);
    if (by !== undefined && by !== id) return { kind: 'taken', by };
  }
  const isAsInTable = (wished ?? undefined) === tableKeys(id);
  return { kind: 'changed', changes: isAsInTable ? others : { ...others, [id]: wished ?? null } };
}
