import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { generateRecipe } from '../../contract/generate-recipe.ts';
import type { MadeProgress, MadeView } from '../../contract/made.ts';
import { runOptions } from '../../contract/recipe.ts';
import type { ItemRecord } from '../jobs/records.ts';
import { JobStore } from '../jobs/store.ts';
import { ChosenFiles } from './chosen-files.ts';
import { ClipPieces } from './clip-pieces.ts';
import { Ids } from './ids.ts';
import { MadePictures } from './made-pictures.ts';
import { Previews } from './previews.ts';

const me = `${hostname()} ${process.pid} me`;
let folder: string;
let store: JobStore;
let made: MadePictures;
let told: { changed: MadeView[]; removed: string[] }[];
let progress: MadeProgress[];
const ids = new Ids<number>('result');

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-made-'));
  store = new JobStore(path.join(folder, 'queue.sqlite'));
  told = [];
  progress = [];
  const preview = async (_: string, target: string) => {
    writeFileSync(target, 'small');
    return { width: 8, height: 8, previewWidth: 8, display: 'srgb' as const };
  };
  made = new MadePictures({
    store,
    sources: { itemId: (id) => ids.of(id), jobId: (id) => ids.of(-id), item: (id) => ids.key(id) },
    previews: new Previews(path.join(folder, 'previews'), preview),
    pieces: new ClipPieces(path.join(folder, 'pieces')),
    files: new ChosenFiles({ file: path.join(folder, 'files.json'), onProblem: () => {} }),
    drawn: async () => path.join(folder, 'drawn.png'),
    changed: (news) => told.push(news),
    progressed: (all) => {
      progress = all;
    },
  });
});
afterEach(() => {
  made.close();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function append(count: number): ItemRecord[] {
  const recipe = generateRecipe.parse({
    gesso: 1,
    steps: [{ studio: 'generate', kind: 'rule', rule: 'noise', seed: 5 }],
  });
  const items = Array.from({ length: count }, () => ({ input: '', folder }));
  return store.items(store.append(recipe, runOptions.parse({}), items).id);
}

function finish(item: ItemRecord, output: string): void {
  store.claim(me);
  const result = { output, model: 'noise', width: 64, height: 32, seed: 5, notes: [] };
  store.setStatus(item.id, me, 'done', { result });
  made.itemChanged(store.item(item.id));
}

it('lists pictures with their own seeds, the newest first', () => {
  append(3);
  expect(made.list().map(({ seed, status }) => [seed, status])).toEqual([
    [7, 'queued'],
    [6, 'queued'],
    [5, 'queued'],
  ]);
});

it('lists pictures of a latent space, each as the one of its row, sheets as many on', () => {
  const of = (more: object) =>
    generateRecipe.parse({
      gesso: 1,
      steps: [{ studio: 'generate', kind: 'latent', model: 'eyes', seeds: [{ seed: 9 }], ...more }],
    });
  const items = [1, 2].map(() => ({ input: '', folder }));
  store.append(of({ spread: 0.25 }), runOptions.parse({}), items);
  store.append(of({ sheet: { columns: 2, rows: 2 } }), runOptions.parse({}), items);
  store.append(of({ walk: { seconds: '1', stops: [3] } }), runOptions.parse({}), items);
  expect(made.list().map(({ seed, step }) => [seed, step])).toEqual([
    // A walk has no row.
    [10, expect.objectContaining({ walk: expect.objectContaining({ stops: [3] }) })],
    [9, expect.objectContaining({ walk: expect.objectContaining({ seconds: '1' }) })],
    [13, expect.objectContaining({ picture: 4, sheet: { columns: 2, rows: 2 } })],
    [9, expect.objectContaining({ picture: 0, sheet: { columns: 2, rows: 2 } })],
    [
      10,
      expect.objectContaining({ kind: 'latent', picture: 1, spread: 0.25, seeds: [{ seed: 9, weight: 1 }] }),
    ],
    [9, expect.objectContaining({ picture: 0 })],
  ]);
});

it('tells of a picture that is done, and again with its thumbnail', async () => {
  const [item] = append(1);
  const output = path.join(folder, 'noise.png');
  writeFileSync(output, 'pixels');
  finish(item!, output);
  await vi.waitFor(() => expect(told.at(-1)?.changed[0]?.thumb).toMatch(/^gesso:\/\/picture\/thumb\//));
  expect(told[0]?.changed[0]).toMatchObject({ status: 'done', name: 'noise.png', width: 64, height: 32 });
  expect(await made.fileOf(ids.of(item!.id))).toBe(output);
});

it('shows copies of sketches, as the work folder goes with the work', async () => {
  const [item] = append(1);
  const work = path.join(folder, 'work');
  mkdirSync(work);
  const sketch = path.join(work, '0.png');
  writeFileSync(sketch, 'sketch');
  made.started(item!);
  made.progressed(item!, 0.5);
  made.stepped(item!, { done: 3, total: 6 });
  await made.sketched(item!, { file: sketch, width: 16, height: 16 });
  rmSync(work, { recursive: true });
  await vi.waitFor(() => expect(progress[0]?.sketch?.url).toMatch(/^gesso:\/\/picture\/piece\//));
  expect(progress[0]).toMatchObject({ fraction: 0.5, steps: { done: 3, total: 6 } });
  // One that comes too late is none.
  await made.sketched(item!, { file: sketch, width: 16, height: 16 });
  made.finished(item!);
  made.progressed(item!, 0.9);
  expect(progress[0]?.fraction).toBe(0.5);
});

it('says why a picture cannot be shown: it is not made, or its file has gone', async () => {
  const [item, other] = append(2);
  await expect(made.fileOf(ids.of(other!.id))).rejects.toMatchObject({ code: 'job/missing' });
  finish(item!, path.join(folder, 'gone.png'));
  await expect(made.fileOf(ids.of(item!.id))).rejects.toMatchObject({ code: 'input/unreadable' });
});

it('shows an SVG as pixels', async () => {
  const [item] = append(1);
  const output = path.join(folder, 'noise.svg');
  writeFileSync(output, '<svg/>');
  finish(item!, output);
  expect(await made.fileOf(ids.of(item!.id))).toBe(path.join(folder, 'drawn.png'));
});

it('takes off the list what is not waited for', () => {
  const [first, second] = append(2);
  finish(first!, path.join(folder, 'noise.png'));
  made.forget([ids.of(first!.id), ids.of(second!.id)]);
  expect(told.at(-1)?.removed).toEqual([ids.of(first!.id)]);
  expect(made.list().map(({ id }) => id)).toEqual([ids.of(second!.id)]);
});
