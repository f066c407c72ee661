import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { keyOf, openedFrom } from './opened.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'gesso-opened-'));
afterAll(() => rmSync(root, { recursive: true }));

function make(folder: string, ...names: string[]): string {
  mkdirSync(path.join(root, folder), { recursive: true });
  for (const name of names) writeFileSync(path.join(root, folder, name), '');
  return path.join(root, folder);
}
const paths = async (...args: Parameters<typeof openedFrom>) =>
  (await openedFrom(...args)).map(({ path: file }) => path.relative(root, file));

it('takes named files as they are and finds the pictures in folders, each once', async () => {
  const folder = make('a', 'b.PNG', 'a.jpg', 'notes.txt', '.dot.png');
  make('a/inner/.hidden', 'd.png');
  make('a/inner', 'c.webp');
  const at = (name: string) => path.join(folder, name);
  expect(await paths([at('notes.txt'), folder, at('a.jpg'), at('missing.png')], 'restore')).toEqual(
    ['notes.txt', 'a.jpg', 'b.PNG', 'inner/c.webp', 'missing.png'].map((name) => `a/${name}`),
  );
});

it('takes clips to Interpolate wherever they are dropped, and a GIF to where one is', async () => {
  const folder = make('mixed', 'one.mkv', 'two.png', 'three.gif');
  const files = ['one.mkv', 'two.png', 'three.gif'].map((name) => path.join(folder, name));
  const found = await openedFrom(files, 'restore');
  expect(found.map(({ studio }) => studio)).toEqual(['interpolate', 'restore', 'restore']);
  const [gif] = await openedFrom([files[2]!], 'interpolate');
  expect(gif).toMatchObject({ studio: 'interpolate' });
  expect(keyOf(gif!)).not.toBe(keyOf(found[2]!));
});

it('makes a film of two pictures, or of a folder of them, in Interpolate', async () => {
  const folder = make('shots', 'shot_1.png', 'shot_2.png', 'shot_3.png');
  const [one, two, three] = [1, 2, 3].map((n) => path.join(folder, `shot_${n}.png`)) as [
    string,
    string,
    string,
  ];
  expect(await openedFrom([one, two], 'interpolate')).toEqual([
    { path: one, second: two, studio: 'interpolate' },
  ]);
  expect(await openedFrom([folder], 'interpolate')).toEqual([{ path: folder, studio: 'interpolate' }]);
  // Of three, no pair: each says by itself that it is no clip.
  expect(await paths([one, two, three], 'interpolate')).toHaveLength(3);
});

it('finds the clips of a folder that has some', async () => {
  const folder = make('clips', 'b.mp4', 'a.mov', 'cover.jpg', 'back.jpg');
  expect(await paths([folder], 'interpolate')).toEqual(['clips/a.mov', 'clips/b.mp4']);
});
