import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { maskFile } from './mask-file.ts';

let folder = '';
const at = (name: string) => path.join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-mask-'));
  for (const name of ['dust.PNG', 'notes.txt']) writeFileSync(at(name), '');
  mkdirSync(at('folder.png'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a mask is one picture', () => {
  expect(maskFile([at('dust.PNG')])).toBe(at('dust.PNG'));
});

it.each([
  [[], /not a picture/],
  [['notes.txt'], /^notes\.txt is not a picture/],
  [['folder.png'], /^folder\.png is not a picture/],
  [['gone.png'], /^gone\.png is not a picture/],
  [['dust.PNG', 'dust.PNG'], /^2 files/],
])('%o is none', (names, words) => {
  expect(() => maskFile(names.map(at))).toThrow(words);
});
