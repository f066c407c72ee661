import { expect, it, vi } from 'vitest';
import { ACTION_IDS, ACTIONS, type Action } from '../../contract/actions.ts';

vi.stubGlobal('window', { gesso: {} });
const { actionOf, keyText } = await import('./keys.ts');

const press = (
  key: string,
  held: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', true>> = {},
) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});

it('finds the action of a press', () => {
  expect(actionOf(press('o', { ctrlKey: true }), false)).toBe('sources.openFiles');
  expect(actionOf(press('O', { ctrlKey: true, shiftKey: true }), false)).toBe('sources.openFolder');
  expect(actionOf(press('o', { metaKey: true }), true)).toBe('sources.openFiles');
  expect(actionOf(press('0'), false)).toBe('view.fit');
  expect(actionOf(press('+', { shiftKey: true }), false)).toBe('view.zoomIn');
  expect(actionOf(press('Enter', { ctrlKey: true }), false)).toBe('restore.all');
  expect(actionOf(press('.', { ctrlKey: true }), false)).toBe('queue.cancel');
});

it('leaves every other press alone', () => {
  expect(actionOf(press('o'), false)).toBeUndefined();
  expect(actionOf(press('o', { ctrlKey: true }), true)).toBeUndefined();
  expect(actionOf(press('o', { ctrlKey: true, altKey: true }), false)).toBeUndefined();
});

it('gives each action its own keys', () => {
  const keys = ACTION_IDS.flatMap((id) => (ACTIONS[id] as Action).keys ?? []);
  expect(new Set(keys).size).toBe(keys.length);
});

it('writes keys as the platform does', () => {
  expect(keyText('sources.openFolder', false)).toBe('Ctrl+Shift+O');
  expect(keyText('sources.openFolder', true)).toBe('⌘⇧O');
  expect(keyText('view.zoomIn', true)).toBe('+');
});
