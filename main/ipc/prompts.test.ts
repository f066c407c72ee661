import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Prompts } from './prompts.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-prompts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open() {
  const problems: unknown[] = [];
  const file = path.join(folder, 'prompts.json');
  const prompts = new Prompts({ file, changed: () => {}, onProblem: (problem) => problems.push(problem) });
  return { prompts, problems, file };
}
const pair = (prompt: string, negative = '') => ({ prompt, negative });

it('remembers what was asked for, the newest first and each once, also after a restart', () => {
  const { prompts } = open();
  for (const each of ['a', 'b', 'a', ' ']) prompts.used(pair(each));
  prompts.used(pair('a', 'blurry'));
  expect(open().prompts.shelf.history).toEqual([pair('a', 'blurry'), pair('a'), pair('b')]);
});

it('forgets what is older than a hundred others, but no favourite', () => {
  const { prompts } = open();
  prompts.used(pair('first'));
  prompts.favour(pair('first'), true);
  for (let i = 0; i < 100; i++) prompts.used(pair(`${i}`));
  expect(prompts.shelf.history).toHaveLength(100);
  expect(prompts.shelf.history).not.toContainEqual(pair('first'));
  prompts.clear();
  expect(open().prompts.shelf).toEqual({ history: [], favourites: [pair('first')] });
  prompts.favour(pair('first'), false);
  expect(open().prompts.shelf.favourites).toEqual([]);
});

it('begins anew with a broken file, and says what cannot be kept', () => {
  const { file } = open();
  writeFileSync(file, '{');
  const { prompts, problems } = open();
  expect(prompts.shelf.history).toEqual([]);
  rmSync(folder, { recursive: true });
  prompts.used(pair('a'));
  expect(problems).toHaveLength(1);
  expect(prompts.shelf.history).toEqual([pair('a')]);
});
