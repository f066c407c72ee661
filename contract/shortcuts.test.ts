import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTION_IDS, ACTIONS, type Action, type ActionId } from './actions.ts';
import {
  actionWith,
  changeShortcut,
  isReserved,
  keysOf,
  type Press,
  type ShortcutChanges,
  shortcutChanges,
  shortcutsOf,
} from './shortcuts.ts';

const press = (key: string, held: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});

const table = ACTION_IDS.flatMap((id) => (ACTIONS[id] as Action).keys ?? []);
const anyId = fc.constantFrom(...ACTION_IDS);
/** Few enough that they clash all the time: keys of the table, free ones, reserved ones and nonsense. */
const anyKeys = fc.constantFrom(
  ...table,
  'J',
  'Shift+J',
  'CmdOrCtrl+J',
  'F5',
  'Tab',
  'CmdOrCtrl+C',
  'O+',
  'shift+j',
);
const anyChange = fc.tuple(anyId, fc.oneof(anyKeys, fc.constant(null), fc.constant(undefined)));

function expectLawful(changes: ShortcutChanges): void {
  const shortcuts = [...shortcutsOf(changes)];
  expect(new Set(shortcuts.map(([, keys]) => keys)).size).toBe(shortcuts.length);
  expect(shortcuts.filter(([id, keys]) => isReserved(keys, id))).toEqual([]);
}

describe('no two actions share a key', () => {
  it('in the table, where every action keeps what it is given', () => {
    expect([...shortcutsOf({}).values()]).toEqual(table);
  });

  it('after any sequence of changes, of which a refused one changes nothing and names who has the keys', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 60 }), (wishes) => {
        let changes: ShortcutChanges = {};
        for (const [id, keys] of wishes) {
          const before = shortcutsOf(changes);
          const answer = changeShortcut(changes, id, keys);
          const wished = keys === undefined ? (ACTIONS[id] as Action).keys : keys;
          if (answer.kind === 'taken') {
            expect(answer.by).not.toBe(id);
            expect(before.get(answer.by)).toBe(wished);
          } else if (answer.kind === 'changed') {
            changes = answer.changes;
            expectLawful(changes);
            expect(shortcutsOf(changes).get(id)).toBe(wished ?? undefined);
            // Nobody else lost or won anything.
            const others = (map: ReadonlyMap<ActionId, string>) => [...map].filter(([each]) => each !== id);
            expect(new Map(others(shortcutsOf(changes)))).toEqual(new Map(others(before)));
          }
        }
        expect(shortcutChanges.parse(changes)).toEqual(changes);
      }),
    );
  });

  it('whatever a file holds', () => {
    fc.assert(
      fc.property(fc.dictionary(anyId, fc.option(anyKeys)), (written) =>
        expectLawful(written as ShortcutChanges),
      ),
    );
  });
});

describe('a change', () => {
  it('is forgotten once it says what the table says', () => {
    const changed = changeShortcut({}, 'view.fit', 'U');
    expect(changed).toEqual({ kind: 'changed', changes: { 'view.fit': 'U' } });
    expect(changeShortcut({ 'view.fit': 'U' }, 'view.fit', '0')).toEqual({ kind: 'changed', changes: {} });
    expect(changeShortcut({ 'view.fit': 'U' }, 'view.fit', undefined)).toEqual({
      kind: 'changed',
      changes: {},
    });
  });

  it('is refused where another action has the keys, also by a reset, until they are free', () => {
    expect(changeShortcut({}, 'view.fit', 'F')).toEqual({ kind: 'taken', by: 'view.fill' });
    const swapped: ShortcutChanges = { 'view.fill': null, 'view.fit': 'F' };
    expect(changeShortcut(swapped, 'view.fill', undefined)).toEqual({ kind: 'taken', by: 'view.fit' });
    expect(actionWith('F', swapped)).toBe('view.fit');
    expect(actionWith('0', swapped)).toBeUndefined();
  });

  it('is refused for what the system and every list need', () => {
    for (const keys of ['Tab', 'Shift+Tab', 'Enter', 'Space', 'Escape', 'Left', 'Shift+Down', 'CmdOrCtrl+V'])
      expect(changeShortcut({}, 'view.fit', keys), keys).toEqual({ kind: 'reserved' });
  });
});

it('finds the action of the keys', () => {
  const pressed = (press: Press, isMac = false) => {
    const keys = keysOf(press, isMac);
    return keys && actionWith(keys, {});
  };
  expect(pressed(press('o', { ctrlKey: true }))).toBe('sources.openFiles');
  expect(pressed(press('O', { ctrlKey: true, shiftKey: true }))).toBe('sources.openFolder');
  expect(pressed(press('o', { metaKey: true }), true)).toBe('sources.openFiles');
  expect(pressed(press('0'))).toBe('view.fit');
  expect(pressed(press('+', { shiftKey: true }))).toBe('view.zoomIn');
  expect(pressed(press('Enter', { ctrlKey: true }))).toBe('restore.all');
  expect(pressed(press('.', { ctrlKey: true }))).toBe('queue.cancel');
  expect(pressed(press('u'))).toBeUndefined();
  expect(pressed(press('S', { shiftKey: true }))).toBeUndefined();
});

describe('a press', () => {
  it('comes to one text, the same on every keyboard', () => {
    expect(keysOf(press('o', { ctrlKey: true }), false)).toBe('CmdOrCtrl+O');
    expect(keysOf(press('O', { metaKey: true, shiftKey: true }), true)).toBe('CmdOrCtrl+Shift+O');
    expect(keysOf(press('+', { shiftKey: true }), false)).toBe('+');
    expect(keysOf(press('='), false)).toBe('+');
    // AZERTY types digits with shift.
    expect(keysOf(press('1', { shiftKey: true }), false)).toBe('1');
    expect(keysOf(press('Backspace', { ctrlKey: true, shiftKey: true }), false)).toBe(
      'CmdOrCtrl+Shift+Delete',
    );
    expect(keysOf(press('ArrowLeft', { shiftKey: true }), false)).toBe('Shift+Left');
    expect(keysOf(press('ö'), false)).toBe('Ö');
    expect(keysOf(press('ß'), false)).toBe('ß');
  });

  it('of a modifier alone, of Alt, or of a key without a name comes to none', () => {
    for (const key of ['Control', 'Shift', 'Dead', 'Unidentified', 'AudioVolumeUp'])
      expect(keysOf(press(key), false), key).toBeUndefined();
    expect(keysOf(press('a', { altKey: true }), false)).toBeUndefined();
    expect(keysOf(press('a', { metaKey: true }), false)).toBeUndefined();
    expect(keysOf(press('a', { ctrlKey: true }), true)).toBeUndefined();
  });
});
