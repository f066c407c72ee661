import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { recipe } from '../../contract/recipe.ts';
import type { SourceView } from '../../contract/views.ts';
import { picture } from './opened.ts';
import { Previews } from './previews.ts';
import { Pyramids } from './pyramids.ts';
import { Sources } from './sources.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'gesso-sources-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function open(...names: string[]) {
  const files = names.map((name) => {
    const file = path.join(root, name);
    writeFileSync(file, name);
    return file;
  });
  const size = { width: 4, height: 3, previewWidth: 4, previewHeight: 3, display: 'srgb' as const };
  const previews = new Previews(path.join(root, 'previews'), async () => size);
  const pyramids = new Pyramids(path.join(root, 'pyramids'), { decode: async () => {}, cut: async () => {} });
  const told = new Map<string, SourceView>();
  const removed: string[][] = [];
  const sources = new Sources({
    previews,
    pyramids,
    clips: { read: async () => ({}) },
    recipeOf: () => recipe.parse({ gesso: 1, steps: [{ studio: 'restore' }] }),
    listener: {
      changed: (view) => told.set(view.id, view),
      removed: (ids) => removed.push(ids),
      listed: () => {},
    },
  });
  sources.add(files.map(picture));
  return { files, sources, told, removed, ids: files.map((file) => sources.idOf(picture(file))) };
}

const states = (views: Iterable<SourceView>) => [...views].map(({ state }) => state);

it('brings back what was taken off the list, each in its place, once', async () => {
  const { files, sources, removed, ids } = open('a.png', 'b.png', 'c.png');
  const before = sources.list().map(({ id, place }) => [id, place]);
  sources.remove([ids[0]!, ids[1]!]);
  expect(removed).toEqual([[ids[0], ids[1]]]);
  expect(sources.opened().map(({ path: file }) => file)).toEqual([files[2]]);
  expect(sources.bringBack([ids[1]!, ids[0]!])).toEqual([files[1]!, files[0]!].map(picture));
  expect(sources.bringBack(ids)).toEqual([]);
  expect(sources.list().map(({ id, place }) => [id, place])).toEqual(before);
});

it('says so of a file that is gone by then', async () => {
  const { files, sources, told, ids } = open('a.png', 'b.png');
  await vi.waitFor(() => expect(states(told.values())).toEqual(['ready', 'ready']));
  sources.remove(ids);
  rmSync(files[0]!);
  sources.bringBack(ids);
  await vi.waitFor(() => expect(states(sources.list())).toEqual(['unreadable', 'ready']));
});

it('tells when a file was changed', async () => {
  const { files, sources, ids } = open('a.png');
  sources.remove(ids);
  utimesSync(files[0]!, 1000, 1000);
  sources.bringBack(ids);
  await vi.waitFor(() => expect(sources.list()[0]?.modified).toBe(1_000_000));
});
