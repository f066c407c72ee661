import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateRecipe } from '../../contract/generate-recipe.ts';
import { learnRecipe } from '../../contract/learn-step.ts';
import { recipe, runOptions } from '../../contract/recipe.ts';
import { hashFile } from '../../models/library/storage.ts';
import { Ledger, type Reservation } from './ledger.ts';
import { JobStore } from './store.ts';

let folder: string;
let store: JobStore;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-queue-'));
  store = new JobStore(path.join(folder, 'queue.sqlite'));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const RECIPE = recipe.parse({ gesso: 1, steps: [{ studio: 'restore' }] });
const OPTIONS = runOptions.parse({});
const me = `${hostname()} ${process.pid} me`;
const you = `${hostname()} ${process.pid} you`;
/** A process that is surely gone: no system gives out this id. */
const gone = `${hostname()} 99999999 gone`;

const append = (...names: string[]) =>
  store.append(
    RECIPE,
    OPTIONS,
    names.map((name) => ({ input: path.join(folder, name), folder })),
  );

const order = () => store.unfinished().map(({ input }) => path.basename(input));

describe('the queue', () => {
  it('hands each item to one owner, in order', () => {
    append('a.png', 'b.png');
    append('c.png');
    const claimed = [store.claim(me), store.claim(you), store.claim(me)].map((item) =>
      path.basename(item!.input),
    );
    expect(claimed).toEqual(['a.png', 'b.png', 'c.png']);
    expect(store.claim(me)).toBeUndefined();
  });

  it('takes back an item whose process is gone, and not one whose lease beats', () => {
    append('a.png', 'b.png');
    store.claim(you);
    const lost = store.claim(gone)!;
    expect(store.claim(me)?.id).toBe(lost.id);
    expect(store.claim(me)).toBeUndefined();
  });

  it('takes back an item whose lease ran out', () => {
    append('a.png');
    const item = store.claim(you)!;
    store.sql.run('UPDATE items SET heartbeat = ? WHERE id = ?', Date.now() - 11_000, item.id);
    expect(store.claim(me)?.attempts).toBe(2);
    expect(store.heartbeat(item.id, you)).toBe(false);
    expect(store.setStatus(item.id, you, 'done')).toBe(false);
  });

  it('never leaves a terminal state, and counts every change', () => {
    append('a.png');
    const item = store.claim(me)!;
    const before = item.seq;
    expect(store.setStatus(item.id, me, 'done')).toBe(true);
    expect(store.item(item.id).seq).toBeGreaterThan(before);
    for (const status of ['queued', 'running', 'failed'] as const)
      expect(store.setStatus(item.id, me, status)).toBe(false);
    expect(store.item(item.id).status).toBe('done');
  });

  it('cancels what is not finished, and retries what failed or was cancelled', () => {
    const job = append('a.png', 'b.png', 'c.png');
    const [a, b] = [store.claim(me)!, store.claim(me)!];
    store.setStatus(a.id, me, 'done');
    expect(store.cancel(job.id)).toBe(2);
    expect(store.heartbeat(b.id, me)).toBe(false);
    expect(store.job(job.id).counts).toMatchObject({ done: 1, cancelled: 2 });
    expect(store.retry(job.id)).toBe(2);
    expect(store.job(job.id).counts).toMatchObject({ done: 1, queued: 2 });
  });

  it('clears only jobs in which nothing is left to do', () => {
    append('a.png');
    const second = append('b.png');
    const item = store.claim(me)!;
    store.setStatus(item.id, me, 'done');
    expect(store.clear()).toBe(1);
    expect(store.jobs().map(({ id }) => id)).toEqual([second.id]);
  });

  it('keeps what had begun to learn when the list is cleared, until it is forgotten', () => {
    const learning = () =>
      store.append(
        learnRecipe.parse({ gesso: 1, steps: [{ studio: 'learn', kind: 'vae', sources: ['/spots'] }] }),
        OPTIONS,
        [{ input: '/spots', folder }],
      );
    const [stopped, learnt] = [learning(), learning()];
    store.cancel(stopped.id);
    const item = store.claim(me)!;
    store.setStatus(item.id, me, 'done');
    expect(store.latestLearning(9).map(({ id }) => id)).toEqual([learnt.id, stopped.id]);
    store.clear();
    expect(store.jobs()).toEqual([]);
    expect(store.latestLearning(9).map(({ id }) => id)).toEqual([stopped.id]);
    store.retry(stopped.id);
    expect(store.jobs().map(({ id }) => id)).toEqual([stopped.id]);
    store.cancel(stopped.id);
    store.forgetItem(store.items(stopped.id)[0]!.id);
    expect(store.latestLearning(9)).toEqual([]);
  });

  it('keeps what was made when its job is cleared, until it is forgotten itself', () => {
    const made = store.append(
      generateRecipe.parse({ gesso: 1, steps: [{ studio: 'generate', kind: 'rule', rule: 'noise' }] }),
      OPTIONS,
      [
        { input: '', folder },
        { input: '', folder },
      ],
    );
    append('a.png');
    const [first, second] = store.items(made.id);
    expect(store.latestMade(9).map(({ id }) => id)).toEqual([second!.id, first!.id]);
    for (let item = store.claim(me); item; item = store.claim(me)) store.setStatus(item.id, me, 'done');
    expect(store.clear()).toBe(2);
    expect(store.clear()).toBe(0);
    expect(store.jobs()).toEqual([]);
    expect(store.latestJobs(9)).toEqual([]);
    expect(store.forgetItem(first!.id)).toBe(true);
    expect(store.latestMade(9).map(({ id }) => id)).toEqual([second!.id]);
    store.retry(made.id);
    expect(store.jobs().map(({ id }) => id)).toEqual([made.id]);
    store.forgetItem(second!.id);
    expect(() => store.job(made.id)).toThrow(/no job/);
  });

  it('forgets no picture that is waited for', () => {
    const job = append('a.png');
    const [item] = store.items(job.id);
    expect(store.forgetItem(item!.id)).toBe(false);
    expect(store.items(job.id)).toHaveLength(1);
  });

  it('refuses what libsql would die of', () => {
    expect(() => store.sql.run('SELECT ?', true as unknown as string)).toThrow(TypeError);
    expect(() => store.sql.run('SELECT ?', Buffer.alloc(1) as unknown as string)).toThrow(TypeError);
  });

  it('refuses a file of a newer program', () => {
    store.sql.script('PRAGMA user_version = 99');
    expect(() => new JobStore(path.join(folder, 'queue.sqlite'))).toThrow(/newer Gesso/);
  });

  it('tells what was last made of a file', () => {
    append('a.png', 'b.png');
    const again = append('a.png');
    expect(store.latestOf(path.join(folder, 'a.png'))?.job).toBe(again.id);
    expect(store.latestOf(path.join(folder, 'c.png'))).toBeUndefined();
  });

  it('takes over the file of an older program', () => {
    append('a.png');
    append('b.png');
    store.sql.script(`
      DROP INDEX items_by_input;
      ALTER TABLE jobs DROP COLUMN rank;
      ALTER TABLE items DROP COLUMN rank;
      DROP TABLE speeds;
      ALTER TABLE items DROP COLUMN second;
      ALTER TABLE parts DROP COLUMN frames;
      ALTER TABLE items DROP COLUMN flow_limit;
      ALTER TABLE jobs DROP COLUMN listed;
      PRAGMA user_version = 1;
    `);
    store.close();
    store = new JobStore(path.join(folder, 'queue.sqlite'));
    expect(store.latestOf(path.join(folder, 'a.png'))?.status).toBe('queued');
    const plan = store.sql.all(
      'EXPLAIN QUERY PLAN SELECT * FROM items WHERE input = ? ORDER BY id DESC',
      'a',
    );
    expect(JSON.stringify(plan)).toContain('items_by_input');
    expect(order()).toEqual(['a.png', 'b.png']);
  });

  it('is taken in the order that the user gave it, over a restart too', () => {
    append('a.png', 'b.png');
    append('c.png');
    const last = append('d.png', 'e.png');
    expect(store.moveJob(last.id, 'first')).toBe(true);
    expect(order()).toEqual(['d.png', 'e.png', 'a.png', 'b.png', 'c.png']);
    expect(store.moveJob(last.id, 'later')).toBe(true);
    expect(order()).toEqual(['a.png', 'b.png', 'd.png', 'e.png', 'c.png']);
    expect(store.moveJob(last.id, 'earlier')).toBe(true);
    expect(store.moveJob(last.id, 'earlier')).toBe(false);
    expect(store.moveItemFirst(store.items(last.id)[1]!.id)).toBe(true);
    store.close();
    store = new JobStore(path.join(folder, 'queue.sqlite'));
    expect(order()).toEqual(['e.png', 'd.png', 'a.png', 'b.png', 'c.png']);
    expect(path.basename(store.claim(me)!.input)).toBe('e.png');
    // Names are made of the place that an item was given first.
    expect(store.items(last.id).map(({ input }) => path.basename(input))).toEqual(['d.png', 'e.png']);
  });

  it('never moves what is in hand, and only what waits', () => {
    const first = append('a.png');
    const second = append('b.png');
    const held = store.claim(me)!;
    expect(store.moveItemFirst(held.id)).toBe(false);
    expect(store.moveJob(first.id, 'later')).toBe(false);
    expect(store.moveJob(second.id, 'first')).toBe(false);
    expect(store.item(held.id)).toEqual(held);
    expect(store.claim(you)?.job).toBe(second.id);
  });

  it('stays one order of everything, whatever is moved', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(5), fc.constantFrom('earlier', 'later', 'first' as const)), {
          maxLength: 20,
        }),
        (moves) => {
          const own = new JobStore(':memory:');
          const jobs = Array.from({ length: 5 }, (_, i) =>
            own.append(RECIPE, OPTIONS, [{ input: `/${i}.png`, folder: '/' }]),
          );
          let expected = jobs.map(({ id }) => id);
          for (const [at, to] of moves) {
            const job = jobs[at]?.id ?? -1;
            const from = expected.indexOf(job);
            const target = to === 'first' ? 0 : to === 'earlier' ? from - 1 : from + 1;
            const can = from >= 0 && target >= 0 && target < expected.length && target !== from;
            expect(own.moveJob(job, to as 'first')).toBe(can);
            if (can) {
              expected = expected.filter((id) => id !== job);
              expected.splice(target, 0, job);
            }
          }
          expect(own.unfinished().map((item) => item.job)).toEqual(expected);
          own.close();
        },
      ),
      { numRuns: 40 },
    );
  });

  it('bears that a cancelled job is forgotten while an item of it is in hand', () => {
    const job = append('a.png');
    const item = store.claim(me)!;
    store.cancel(job.id);
    expect(store.forget(job.id)).toBe(true);
    expect(store.heartbeat(item.id, me)).toBe(false);
    expect(store.setStatus(item.id, me, 'queued')).toBe(false);
  });

  it('lists every job that is not over, however many came after it', () => {
    const first = append('a.png');
    for (let i = 0; i < 5; i++) append(`${i}.png`);
    expect(store.latestJobs(2).map(({ id }) => id)).toContain(first.id);
    for (let item = store.claim(me); item; item = store.claim(me)) store.setStatus(item.id, me, 'failed');
    expect(store.latestJobs(2)).toHaveLength(2);
  });

  it('forgets a job only when nothing of it is left to do', () => {
    const job = append('a.png');
    expect(store.forget(job.id)).toBe(false);
    const item = store.claim(me)!;
    expect(store.forget(job.id)).toBe(false);
    store.setStatus(item.id, me, 'failed');
    expect(store.forget(job.id)).toBe(true);
    expect(store.jobs()).toEqual([]);
  });

  it('remembers which tiles ran and which failed', () => {
    expect(store.tileMemory('webgpu', 'm')).toEqual({});
    store.rememberTile('webgpu', 'm', { ran: 256 });
    store.rememberTile('webgpu', 'm', { failed: 512 });
    store.rememberTile('webgpu', 'm', { ran: 128 });
    store.rememberTile('webgpu', 'm', { failed: 384 });
    expect(store.tileMemory('webgpu', 'm')).toEqual({ largestRan: 256, smallestFailed: 384 });
  });
});

it('remembers how fast a device last was with a model', () => {
  store.rememberSpeed('cpu', 'a', 500_000);
  store.rememberSpeed('cpu', 'a', 600_000.5);
  store.rememberSpeed('webgpu', 'a', 9e6);
  expect([...store.speeds('a')]).toEqual([
    ['webgpu', 9e6],
    ['cpu', 600_000.5],
  ]);
  expect(store.speeds('b').size).toBe(0);
});

describe('the ledger', () => {
  const rules = (existing: 'skip' | 'overwrite' | 'rename') => ({ existing });
  type Reserved = Extract<Reservation, { kind: 'reserved' }>;

  async function reserve(existing: 'skip' | 'overwrite' | 'rename' = 'skip') {
    append('a.png');
    const item = store.claim(me)!;
    const ledger = new Ledger(store);
    return {
      item,
      ledger,
      reserved: (await ledger.reserve(item, 'out', '.png', rules(existing))) as Reserved,
    };
  }

  it('gives no path twice while both items are unfinished, and never the input', async () => {
    const first = await reserve();
    const second = await reserve();
    expect([first.reserved.path, second.reserved.path].map((p) => path.basename(p))).toEqual([
      'out.png',
      'out_2.png',
    ]);
    append('out_3.png');
    const item = store.claim(me)!;
    const third = (await first.ledger.reserve(item, 'out_3', '.png', rules('overwrite'))) as Reserved;
    expect(path.basename(third.path)).toBe('out_3_2.png');
  });

  it('puts finished bytes in place, and does not replace what appeared meanwhile', async () => {
    const { item, ledger, reserved } = await reserve();
    writeFileSync(reserved.temp, 'finished');
    const written = await hashFile(reserved.temp);
    expect(
      await ledger.commit(item, me, reserved, written, { output: reserved.path, model: 'm', notes: [] }),
    ).toBe(true);
    expect(readFileSync(reserved.path, 'utf8')).toBe('finished');
    expect(store.item(item.id).status).toBe('done');

    const other = await reserve('rename');
    writeFileSync(other.reserved.temp, 'late');
    writeFileSync(other.reserved.path, 'somebody else');
    const late = other.ledger.commit(other.item, me, other.reserved, await hashFile(other.reserved.temp), {
      output: other.reserved.path,
      model: 'm',
      notes: [],
    });
    await expect(late).rejects.toMatchObject({ code: 'output/exists' });
    expect(readFileSync(other.reserved.path, 'utf8')).toBe('somebody else');
    expect(existsSync(other.reserved.temp)).toBe(false);
  });

  it('after a kill tells a whole output from a missing one, at every moment', async () => {
    for (const moment of ['reserved', 'half written', 'hashed', 'renamed'] as const) {
      const { item, ledger, reserved } = await reserve('rename');
      if (moment !== 'reserved') writeFileSync(reserved.temp, moment === 'half written' ? 'fin' : 'finished');
      if (moment === 'hashed' || moment === 'renamed') {
        const { sha256, bytes } = await hashFile(reserved.temp);
        store.sql.run('UPDATE outputs SET sha256 = ?, bytes = ? WHERE item = ?', sha256, bytes, item.id);
      }
      if (moment === 'renamed') {
        writeFileSync(reserved.path, 'finished');
        rmSync(reserved.temp);
      }
      const recovered = await ledger.recover(item);
      expect([moment, recovered?.output]).toEqual([moment, moment === 'renamed' ? reserved.path : undefined]);
      expect(existsSync(reserved.temp)).toBe(false);
      store.setStatus(item.id, me, 'failed');
    }
  });

  it('drops the bytes of an item that was taken over or cancelled', async () => {
    const { item, ledger, reserved } = await reserve();
    writeFileSync(reserved.temp, 'finished');
    store.cancel(item.job);
    const written = await hashFile(reserved.temp);
    expect(await ledger.commit(item, me, reserved, written, { output: '', model: 'm', notes: [] })).toBe(
      false,
    );
    expect([existsSync(reserved.temp), existsSync(reserved.path)]).toEqual([false, false]);
  });
});
