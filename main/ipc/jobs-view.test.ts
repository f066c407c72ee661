import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recipe, runOptions } from '../../contract/recipe.ts';
import { JobStore } from '../jobs/store.ts';
import { JobsView } from './jobs-view.ts';
import { Previews } from './previews.ts';
import { Pyramids } from './pyramids.ts';
import { Sources } from './sources.ts';

let root: string;
let store: JobStore;
let time: number;
let view: JobsView;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'gesso-jobs-'));
  store = new JobStore(path.join(root, 'queue.sqlite'));
  time = 0;
  const previews = new Previews(path.join(root, 'previews'), () => Promise.reject(new Error('none')));
  const pyramids = new Pyramids(path.join(root, 'pyramids'), { decode: async () => {}, cut: async () => {} });
  const sources = new Sources({
    previews,
    pyramids,
    clips: { read: async () => ({}) },
    recipeOf: () => RECIPE,
    listener: {
      changed: () => {},
      removed: () => {},
      listed: () => {},
    },
  });
  view = new JobsView(store, sources, () => time);
});
afterEach(() => {
  store.close();
  rmSync(root, { recursive: true, force: true });
});

const RECIPE = recipe.parse({ gesso: 1, steps: [{ studio: 'restore', model: 'span-x2', scale: 2 }] });
const append = (...names: string[]) =>
  store.append(
    RECIPE,
    runOptions.parse({}),
    names.map((name) => ({ input: path.join('/pictures', name), folder: '/results' })),
  );
const me = `${os.hostname()} ${process.pid} me`;

function work(milliseconds: number): void {
  const item = store.claim(me)!;
  view.started(item);
  time += milliseconds;
  store.setStatus(item.id, me, 'done', { result: { output: '/results/x.png', model: 'span-x2', notes: [] } });
  view.finished(store.item(item.id));
}

it('lists what is taken next first, and what is over below, the newest first', () => {
  const [a, b, c] = [append('a.png'), append('b.png'), append('c.png', 'd.png')];
  work(1000);
  store.moveJob(c.id, 'first');
  const jobs = view.list();
  expect(jobs.map(({ counts }) => counts.queued)).toEqual([2, 1, 0]);
  expect(jobs.map(({ canMove }) => canMove)).toEqual([
    { earlier: false, later: true },
    { earlier: true, later: false },
    { earlier: false, later: false },
  ]);
  expect(jobs[0]).toMatchObject({ model: 'span-x2', scale: 2, fraction: 0 });
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(new Set([a.id, b.id, c.id]).size);
});

it('says how fast a job goes and when it is over, from its own work', () => {
  append('a.png', 'b.png', 'c.png', 'd.png');
  work(6000);
  time += 1e6;
  work(6000);
  const [job] = view.list();
  expect(job).toMatchObject({ fraction: 0.5 });
  expect(job!.perMinute).toBeCloseTo(10, 6);
  expect(job!.millisecondsLeft).toBeCloseTo(12_000, 3);
});

it('counts the item in hand by its own progress, and never lets that fall', () => {
  append('a.png', 'b.png');
  const item = store.claim(me)!;
  view.started(item);
  view.progressed(item, 0.5);
  view.progressed(item, 0.2);
  const [job] = view.list();
  expect(job).toMatchObject({ fraction: 0.25, inHand: { name: 'a.png', fraction: 0.5 } });
});

it('bears that a cancelled job is forgotten while its last tile is in hand', () => {
  const job = append('a.png');
  const item = store.claim(me)!;
  view.started(item);
  store.cancel(job.id);
  store.forget(job.id);
  expect(() => view.progressed(item, 0.5)).not.toThrow();
  expect(() => view.finished(item)).not.toThrow();
  expect(view.list()).toEqual([]);
});

it('tells a stretch of the items, and changes its number when one of them changes', () => {
  const job = append('a.png', 'b.png', 'c.png');
  expect(view.items(job.id, 1, 5).map(({ name, folder }) => [name, folder])).toEqual([
    ['b.png', 'pictures'],
    ['c.png', 'pictures'],
  ]);
  const before = view.list()[0]!.seq;
  store.moveItemFirst(store.items(job.id)[2]!.id);
  expect(view.items(job.id, 0, 1)[0]).toMatchObject({ name: 'c.png', status: 'queued' });
  expect(view.list()[0]!.seq).toBeGreaterThan(before);
});
