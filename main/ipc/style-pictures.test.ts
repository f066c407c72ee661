import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StylePictureView } from '../../contract/views.ts';
import { Previews } from './previews.ts';
import { StylePictures } from './style-pictures.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'gesso-styles-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function open(): { shelf: StylePictures; told: StylePictureView[][]; problems: unknown[] } {
  const size = { width: 4, height: 3, previewWidth: 4, previewHeight: 3, display: 'srgb' as const };
  const told: StylePictureView[][] = [];
  const problems: unknown[] = [];
  const shelf = new StylePictures({
    file: path.join(root, 'styles.json'),
    previews: new Previews(path.join(root, 'previews'), async (file) => {
      if (file.endsWith('.txt')) throw new Error('no picture');
      return size;
    }),
    changed: (pictures) => told.push(pictures),
    onProblem: (problem) => problems.push(problem),
  });
  return { shelf, told, problems };
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
