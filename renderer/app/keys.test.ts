import { expect, it, vi } from 'vitest';

vi.stubGlobal('window', { gesso: {} });
const { keyText } = await import('./keys.ts');

it('writes keys as the platform does', () => {
  expect(keyText('CmdOrCtrl+Shift+O', false)).toBe('Ctrl+Shift+O');
  expect(keyText('CmdOrCtrl+Shift+O', true)).toBe('⌘⇧O');
  expect(keyText('+', true)).toBe('+');
  expect(keyText('CmdOrCtrl++', true)).toBe('⌘+');
  expect(keyText(undefined, false)).toBe('');
});
