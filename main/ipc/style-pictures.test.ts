import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StyleTaste } from '../../contract/style-settings.ts';
import type { StylePictureView } from '../../contract/views.ts';
import { Previews } from './previews.ts';
import { StylePictures } from './style-pictures.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'gesso-styles-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function open(): {
  shelf: StylePictures;
  told: StylePictureView[][];
  tastes: StyleTaste[];
  problems: unknown[];
} {
  const size = { width: 4, height: 3, previewWidth: 4, previewHeight: 3, display: 'srgb' as const };
  const told: StylePictureView[][] = [];
  const tastes: StyleTaste[] = [];
  const problems: unknown[] = [];
  const shelf = new StylePictures({
    file: path.join(root, 'styles.json'),
    previews: new Previews(path.join(root, 'previews'), async (file) => {
      if (file.endsWith('.txt')) throw new Error('no picture');
      return size;
    }),
    changed: (pictures) => told.push(pictures),
    tasteChanged: (taste) => tastes.push(taste),
    onProblem: (problem) => problems.push(problem),
  });
  return { shelf, told, tastes, problems };
}

function picture(name: string): string {
  const file = path.join(root, name);
  writeFileSync(file, name);
  return file;
}

it('keeps pictures under the same ids, the newest first and each once, as long as they are there', async () => {
  const [wave, night] = [picture('wave.png'), picture('night.png')];
  const first = open();
  first.shelf.add([wave]);
  first.shelf.add([night, wave]);
  await vi.waitFor(() => expect(first.shelf.list().every(({ thumb }) => thumb)).toBe(true));
  expect(first.shelf.list().map(({ name }) => name)).toEqual(['night.png', 'wave.png']);
  const ids = first.shelf.list().map(({ id }) => id);
  const second = open();
  expect(second.shelf.list().map(({ id }) => id)).toEqual(ids);
  expect(second.shelf.path(ids[1]!)).toBe(wave);
  rmSync(night);
  expect(
    open()
      .shelf.list()
      .map(({ name }) => name),
  ).toEqual(['wave.png']);
  second.shelf.remove(ids[1]!);
  expect(() => second.shelf.path(ids[1]!)).toThrow(/not on the shelf/);
});

it('says of one that cannot be read why', async () => {
  const { shelf } = open();
  shelf.add([picture('notes.txt')]);
  await vi.waitFor(() =>
    expect(shelf.list()[0]).toMatchObject({ name: 'notes.txt', error: { code: 'internal/bug' } }),
  );
});

it('keeps favourites and what was used, of the pictures only as long as they are on the shelf', () => {
  const { shelf, tastes } = open();
  shelf.add([picture('wave.png')]);
  const own = { picture: shelf.list()[0]!.id };
  shelf.favour({ builtIn: 4 }, true);
  shelf.favour(own, true);
  shelf.used([own]);
  const kept = { favourites: [own, { builtIn: 4 }], used: [{ from: own, times: 1 }] };
  expect(tastes.at(-1)).toEqual(kept);
  const second = open();
  expect(second.shelf.taste).toEqual(kept);
  second.shelf.remove(own.picture);
  expect(second.tastes.at(-1)).toEqual({ favourites: [{ builtIn: 4 }], used: [] });
});

it('opens a file of a version that had no favourites', () => {
  const wave = { id: '2f0c6a52-90d1-4f52-9d57-4a0f2d1c8f11', path: picture('wave.png') };
  writeFileSync(path.join(root, 'styles.json'), JSON.stringify({ gesso: 1, pictures: [wave] }));
  const { shelf } = open();
  expect(shelf.path(wave.id)).toBe(wave.path);
  expect(shelf.taste).toEqual({ favourites: [], used: [] });
});
