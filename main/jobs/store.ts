import {
  type AnyRecipe,
  CLIP_NAME_TOKENS,
  isClipRecipe,
  isGenerateRecipe,
  isLearnRecipe,
  isStyleRecipe,
} from '../../contract/clip-recipe.ts';
import type { ErrorRecord } from '../../contract/errors.ts';
import { GessoError } from '../../contract/errors.ts';
import { GENERATE_NAME_TOKENS } from '../../contract/generate-recipe.ts';
import { LEARN_NAME_TOKENS } from '../../contract/learn-step.ts';
import { NAME_TOKENS, type RunOptions } from '../../contract/recipe.ts';
import { STYLE_NAME_TOKENS } from '../../contract/style-recipe.ts';
import { isLeaseVoid } from './lease.ts';
import { migrate } from './migrations.ts';
import { checkTemplate, toldApart } from './names.ts';
import {
  type FlowScale,
  type ItemRecord,
  type ItemResult,
  type ItemStatus,
  type JobRecord,
  TERMINAL,
  toItem,
  toJob,
} from './records.ts';
import { Sql } from './sql.ts';

/** One file of a new job. */
export interface NewItem {
  /** Absolute path; empty where a picture is made of nothing. */
  input: string;
  /** Absolute folder of the result. */
  folder: string;
  /** Absolute path of the other picture, where two make a clip. */
  second?: string;
}

/** A piece of an item that is finished and on the disk. */
export interface PartRecord {
  number: number;
  /** In the item's folder of parts. */
  name: string;
  sha256: string;
  frames: number;
}

/** What changes together with a status. */
export interface StatusPatch {
  result?: ItemResult;
  error?: ErrorRecord;
  tileLimit?: number;
  flowLimit?: FlowScale;
}

/** Of a job: its pictures are made of words or by rules; and nothing is left to do in it. */
const IS_MADE = "json_extract(jobs.recipe, '$.steps[0].studio') = 'generate'";
/** What a room shows when the drawer does not any more: what was made, and what had begun to learn. */
const IS_KEPT = `(${IS_MADE} OR (json_extract(jobs.recipe, '$.steps[0].studio') = 'learn'
  AND jobs.id IN (SELECT job FROM items WHERE status IN ('failed', 'cancelled'))))`;
const IS_OVER = "jobs.id NOT IN (SELECT job FROM items WHERE status IN ('queued', 'running'))";

function tokensOf(recipe: AnyRecipe): readonly string[] {
  if (isStyleRecipe(recipe)) return STYLE_NAME_TOKENS;
  if (isGenerateRecipe(recipe)) return GENERATE_NAME_TOKENS;
  if (isLearnRecipe(recipe)) return LEARN_NAME_TOKENS;
  return isClipRecipe(recipe) ? CLIP_NAME_TOKENS : NAME_TOKENS;
}

/** The queue on disk: jobs, items and their states in one SQLite file that several instances may share. */
export class JobStore {
  readonly sql: Sql;
  readonly #recipes = new Map<number, AnyRecipe>();

  constructor(file: string) {
    this.sql = new Sql(file);
    migrate(this.sql);
  }

  close(): void {
    this.sql.close();
  }

  /** Appends a job with all its items in one transaction. */
  append(recipe: AnyRecipe, options: RunOptions, items: readonly NewItem[]): JobRecord {
    checkTemplate(recipe.output.name, tokensOf(recipe));
    // A clip's container may be any: two of one name are told apart whatever they are.
    const format = isClipRecipe(recipe) ? 'clip' : recipe.output.format;
    // Made pictures are told apart by their seeds.
    const apart = isGenerateRecipe(recipe)
      ? items.map(() => false)
      : toldApart(items, recipe.output.name, format);
    const id = this.sql.transaction(() => {
      const row = this.sql.first(
        `INSERT INTO jobs (created, recipe, options, rank)
         VALUES (?, ?, ?, (SELECT coalesce(max(rank), 0) + 1 FROM jobs)) RETURNING id`,
        Date.now(),
        JSON.stringify(recipe),
        JSON.stringify(options),
      );
      const job = Number(row?.id);
      for (const [position, { input, folder, second }] of items.entries()) {
        this.sql.run(
          'INSERT INTO items (job, position, rank, input, folder, second, told_apart, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
          job,
          position,
          position,
          input,
          folder,
          second ?? null,
          apart[position] ? 1 : 0,
          this.#nextSeq(),
        );
      }
      return job;
    });
    return this.job(id);
  }

  /** @throws GessoError job/missing */
  job(id: number): JobRecord {
    const row = this.sql.first('SELECT * FROM jobs WHERE id = ?', id);
    if (!row)
      throw new GessoError(
        'job/missing',
        `There is no job ${id}.`,
        'See what there is with `gesso jobs list`.',
      );
    return toJob(row, this.#counts(id));
  }

  jobs(): JobRecord[] {
    return this.sql
      .all('SELECT * FROM jobs WHERE listed = 1 ORDER BY id')
      .map((row) => toJob(row, this.#counts(Number(row.id))));
  }

  /** The last `count` jobs and all that are not over, in the order in which they are taken, the last one first. */
  latestJobs(count: number): JobRecord[] {
    return this.sql
      .all(
        `SELECT * FROM jobs
         WHERE id IN (SELECT id FROM jobs WHERE listed = 1 ORDER BY id DESC LIMIT ?)
            OR id IN (SELECT job FROM items WHERE status IN ('queued', 'running'))
         ORDER BY rank DESC, id DESC`,
        count,
      )
      .map((row) => toJob(row, this.#counts(Number(row.id))));
  }

  /** Jobs that learn something, however far they are; the newest first. */
  latestLearning(count: number): JobRecord[] {
    return this.sql
      .all(
        `SELECT * FROM jobs WHERE json_extract(recipe, '$.steps[0].studio') = 'learn' ORDER BY id DESC LIMIT ?`,
        count,
      )
      .map((row) => toJob(row, this.#counts(Number(row.id))));
  }

  /** A stretch of a job's items in the order in which they are taken. */
  itemsFrom(job: number, offset: number, count: number): ItemRecord[] {
    return this.sql
      .all('SELECT * FROM items WHERE job = ? ORDER BY rank, position LIMIT ? OFFSET ?', job, count, offset)
      .map(toItem);
  }

  /** Grows with every change of an item of that job. */
  seqOf(job: number): number {
    return Number(this.sql.first('SELECT max(seq) AS seq FROM items WHERE job = ?', job)?.seq ?? 0);
  }

  items(job: number): ItemRecord[] {
    return this.sql.all('SELECT * FROM items WHERE job = ? ORDER BY position', job).map(toItem);
  }

  item(id: number): ItemRecord {
    const row = this.sql.first('SELECT * FROM items WHERE id = ?', id);
    if (!row)
      throw new GessoError('job/missing', `There is no item ${id}.`, 'It was cleared from the queue.');
    return toItem(row);
  }

  /** A job's recipe, which never changes. @throws GessoError job/missing */
  recipeOf(job: number): AnyRecipe {
    let recipe = this.#recipes.get(job);
    if (recipe === undefined) {
      recipe = this.job(job).recipe;
      this.#recipes.set(job, recipe);
    }
    return recipe;
  }

  /** What was said of a finished item whose result lies there; the newest. */
  resultAt(file: string): ItemResult | undefined {
    const row = this.sql.first(
      "SELECT items.* FROM outputs JOIN items ON items.id = outputs.item WHERE path = ? AND status = 'done' ORDER BY items.id DESC LIMIT 1",
      file,
    );
    return row && toItem(row).result;
  }

  /** The newest item that has that file as its input. */
  latestOf(input: string): ItemRecord | undefined {
    const row = this.sql.first('SELECT * FROM items WHERE input = ? ORDER BY id DESC LIMIT 1', input);
    return row && toItem(row);
  }

  /** Pictures that are made of words or by rules, however far they are; the newest first. */
  latestMade(count: number): ItemRecord[] {
    return this.sql
      .all(
        `SELECT items.* FROM items JOIN jobs ON jobs.id = items.job
         WHERE ${IS_MADE}
         ORDER BY job DESC, position DESC LIMIT ?`,
        count,
      )
      .map(toItem);
  }

  /** Forgets an item with which nothing is left to do, and a job of which it was the last. Its output stays. */
  forgetItem(id: number): boolean {
    return this.sql.transaction(() => {
      const forgotten = this.sql.run(
        "DELETE FROM items WHERE id = ? AND status NOT IN ('queued', 'running')",
        id,
      );
      this.sql.run('DELETE FROM jobs WHERE id NOT IN (SELECT job FROM items)');
      return forgotten > 0;
    });
  }

  /** Items that are not finished, of one job or of all, in the order in which they are taken. */
  unfinished(job?: number): ItemRecord[] {
    return this.#select("status IN ('queued', 'running')", job);
  }

  /** Takes the next item for `owner`: the first that is queued or whose holder is gone. */
  claim(owner: string, job?: number): ItemRecord | undefined {
    return this.sql.transaction(() => {
      const now = Date.now();
      const lost = this.#select("status = 'running'", job).find(({ owner, heartbeat }) =>
        isLeaseVoid(owner, heartbeat, now),
      );
      const free = lost ?? this.#select("status = 'queued'", job, 1)[0];
      if (!free) return undefined;
      this.sql.run(
        "UPDATE items SET status = 'running', owner = ?, heartbeat = ?, attempts = attempts + 1, seq = ? WHERE id = ?",
        owner,
        now,
        this.#nextSeq(),
        free.id,
      );
      return this.item(free.id);
    });
  }

  /** Renews the lease; false when the item is no longer this owner's (its job was cancelled, the lease ran out). */
  heartbeat(id: number, owner: string): boolean {
    return (
      this.sql.run(
        "UPDATE items SET heartbeat = ? WHERE id = ? AND owner = ? AND status = 'running'",
        Date.now(),
        id,
        owner,
      ) > 0
    );
  }

  /**
   * The one way a status changes after a claim. It refuses to leave a terminal state, and to touch an item that
   * another instance holds; returns whether it changed.
   */
  setStatus(id: number, owner: string, status: ItemStatus, patch: StatusPatch = {}): boolean {
    return this.sql.transaction(() => this.setStatusInTransaction(id, owner, status, patch));
  }

  /** As `setStatus`, inside a transaction of the caller's (the ledger's). */
  setStatusInTransaction(id: number, owner: string, status: ItemStatus, patch: StatusPatch = {}): boolean {
    const row = this.sql.first('SELECT * FROM items WHERE id = ?', id);
    // Its job may have been cancelled and forgotten while it was in hand.
    const item = row && toItem(row);
    if (!item || TERMINAL.includes(item.status) || item.owner !== owner) return false;
    this.sql.run(
      'UPDATE items SET status = ?, owner = ?, result = ?, error = ?, tile_limit = ?, flow_limit = ?, seq = ? WHERE id = ?',
      status,
      status === 'running' ? owner : null,
      patch.result ? JSON.stringify(patch.result) : null,
      patch.error ? JSON.stringify(patch.error) : null,
      patch.tileLimit ?? item.tileLimit ?? null,
      patch.flowLimit ?? item.flowLimit ?? null,
      this.#nextSeq(),
      id,
    );
    return true;
  }

  /** Cancels what of a job is not finished. Whoever runs an item of it hears so at its next heartbeat. */
  cancel(job: number): number {
    this.job(job);
    return this.sql.transaction(() => {
      const cancelled = this.sql.run(
        "UPDATE items SET status = 'cancelled', owner = NULL, seq = ? WHERE job = ? AND status IN ('queued', 'running')",
        this.#nextSeq(),
        job,
      );
      // A job that was finished before stays what it was.
      if (cancelled > 0) this.sql.run('UPDATE jobs SET cancelled = 1 WHERE id = ?', job);
      return cancelled;
    });
  }

  /** The user's own wish to try again: failed and cancelled items of a job go back to the queue. */
  retry(job: number): number {
    this.job(job);
    return this.sql.transaction(() => {
      this.sql.run('UPDATE jobs SET cancelled = 0, listed = 1 WHERE id = ?', job);
      return this.sql.run(
        "UPDATE items SET status = 'queued', attempts = 0, error = NULL, tile_limit = NULL, flow_limit = NULL, seq = ? WHERE job = ? AND status IN ('failed', 'cancelled')",
        this.#nextSeq(),
        job,
      );
    });
  }

  /**
   * Takes a job with something waiting before the one in front of it, after the one behind it, or before all others;
   * what is in hand stays in hand. Returns whether anything changed.
   */
  moveJob(job: number, to: 'earlier' | 'later' | 'first'): boolean {
    return this.sql.transaction(() => {
      const waiting = this.#waitingJobs();
      const at = waiting.findIndex(({ id }) => id === job);
      const other = to === 'first' ? 0 : to === 'earlier' ? at - 1 : at + 1;
      const [own, beside] = [waiting[at], waiting[other]];
      if (!own || !beside || own === beside) return false;
      if (to === 'first') this.#rankJob(job, beside.rank - 1);
      else {
        this.#rankJob(job, beside.rank);
        this.#rankJob(beside.id, own.rank);
      }
      return true;
    });
  }

  /** Takes a waiting item before all others of its job; false for one that does not wait. */
  moveItemFirst(id: number): boolean {
    return (
      this.sql.run(
        `UPDATE items SET seq = ?, rank = (SELECT min(rank) - 1 FROM items AS others WHERE others.job = items.job)
         WHERE id = ? AND status = 'queued'`,
        this.#nextSeq(),
        id,
      ) > 0
    );
  }

  /** True for a file that a job of this queue made. */
  isOutput(file: string): boolean {
    return (
      this.sql.first(
        "SELECT 1 AS hit FROM outputs JOIN items ON items.id = outputs.item WHERE path = ? AND status = 'done'",
        file,
      ) !== undefined
    );
  }

  /**
   * Takes the jobs in which nothing is left to do off the list, or one of them; returns how many. Their outputs stay,
   * and what was made of words or by rules stays in its room, as does what had begun to learn: see `latestMade`.
   */
  clear(job?: number): number {
    const [one, values] = job === undefined ? ['', []] : ['AND id = ?', [job]];
    return this.sql.transaction(
      () =>
        this.sql.run(
          `UPDATE jobs SET listed = 0 WHERE listed = 1 AND ${IS_KEPT} AND ${IS_OVER} ${one}`,
          ...values,
        ) + this.sql.run(`DELETE FROM jobs WHERE NOT ${IS_KEPT} AND ${IS_OVER} ${one}`, ...values),
    );
  }

  /** As `clear`, of one job; returns whether nothing was left to do in it. */
  forget(job: number): boolean {
    return this.clear(job) > 0;
  }

  /** Finished pieces of an item, in order. */
  parts(item: number): PartRecord[] {
    return this.sql
      .all('SELECT number, path, sha256, frames FROM parts WHERE item = ? ORDER BY number', item)
      .map(({ number, path, sha256, frames }) => ({
        number: Number(number),
        name: String(path),
        sha256: String(sha256),
        frames: Number(frames),
      }));
  }

  addPart(item: number, { number, name, sha256, frames }: PartRecord): void {
    this.sql.run(
      'INSERT OR REPLACE INTO parts (item, number, path, sha256, frames) VALUES (?, ?, ?, ?, ?)',
      item,
      number,
      name,
      sha256,
      frames,
    );
  }

  forgetParts(item: number): void {
    this.sql.run('DELETE FROM parts WHERE item = ?', item);
  }

  /** Items that may still need their parts: what waits, runs, or failed and may be tried again. */
  itemsWithParts(): Set<number> {
    return new Set(
      this.sql
        .all("SELECT id FROM items WHERE status IN ('queued', 'running', 'failed')")
        .map(({ id }) => Number(id)),
    );
  }

  tileMemory(device: string, model: string): { largestRan?: number; smallestFailed?: number } {
    const row = this.sql.first('SELECT * FROM tile_memory WHERE device = ? AND model = ?', device, model);
    return {
      ...(row?.largest_ran ? { largestRan: Number(row.largest_ran) } : {}),
      ...(row?.smallest_failed ? { smallestFailed: Number(row.smallest_failed) } : {}),
    };
  }

  rememberTile(device: string, model: string, outcome: { ran?: number; failed?: number }): void {
    this.sql.run(
      `INSERT INTO tile_memory (device, model, largest_ran, smallest_failed) VALUES (?, ?, ?, ?)
       ON CONFLICT (device, model) DO UPDATE SET
         largest_ran = max(coalesce(largest_ran, 0), coalesce(excluded.largest_ran, 0)),
         smallest_failed = min(coalesce(smallest_failed, 9999), coalesce(excluded.smallest_failed, 9999))`,
      device,
      model,
      outcome.ran ?? null,
      outcome.failed ?? null,
    );
  }

  /** What was measured of a model: by device, source pixels in a second; the fastest first. */
  speeds(model: string): Map<string, number> {
    const rows = this.sql.all(
      'SELECT device, pixels_per_second AS speed FROM speeds WHERE model = ? ORDER BY speed DESC',
      model,
    );
    return new Map(rows.map(({ device, speed }) => [String(device), Number(speed)]));
  }

  rememberSpeed(device: string, model: string, pixelsPerSecond: number): void {
    this.sql.run(
      'INSERT INTO speeds (device, model, pixels_per_second) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET pixels_per_second = excluded.pixels_per_second',
      device,
      model,
      pixelsPerSecond,
    );
  }

  #select(condition: string, job: number | undefined, limit = -1): ItemRecord[] {
    const where = job === undefined ? condition : `${condition} AND job = ?`;
    const values = job === undefined ? [limit] : [job, limit];
    return this.sql
      .all(
        `SELECT items.* FROM items JOIN jobs ON jobs.id = items.job
         WHERE ${where} ORDER BY jobs.rank, job, items.rank, position LIMIT ?`,
        ...values,
      )
      .map(toItem);
  }

  /** Jobs with something waiting, in the order in which they are taken. */
  #waitingJobs(): { id: number; rank: number }[] {
    return this.sql
      .all(
        "SELECT id, rank FROM jobs WHERE id IN (SELECT job FROM items WHERE status = 'queued') ORDER BY rank, id",
      )
      .map(({ id, rank }) => ({ id: Number(id), rank: Number(rank) }));
  }

  #rankJob(job: number, rank: number): void {
    this.sql.run('UPDATE jobs SET rank = ? WHERE id = ?', rank, job);
  }

  #counts(job: number): Record<ItemStatus, number> {
    const counts = { queued: 0, running: 0, done: 0, skipped: 0, failed: 0, cancelled: 0 };
    for (const row of this.sql.all(
      'SELECT status, count(*) AS n FROM items WHERE job = ? GROUP BY status',
      job,
    ))
      counts[row.status as ItemStatus] = Number(row.n);
    return counts;
  }

  #nextSeq(): number {
    return Number(this.sql.first('UPDATE sequence SET value = value + 1 RETURNING value')?.value);
  }
}
