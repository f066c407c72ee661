import path from 'node:path';
import { cancelled, type ErrorRecord, GessoError, isCancelled } from '../../contract/errors.ts';
import type { Recipe } from '../../contract/recipe.ts';
import type { EngineHost } from '../engine/host/host.ts';
import type { Event, Params, Result } from '../engine/protocol/methods.ts';
import { HEARTBEAT_MS } from './lease.ts';
import { Ledger, type Reservation } from './ledger.ts';
import { fillTemplate } from './names.ts';
import type { ItemRecord, ItemResult, JobRecord } from './records.ts';
import { type ReadyModel, type ResolvedRecipe, resolveSteps } from './resolve.ts';
import type { JobStore } from './store.ts';

type LivePiece = NonNullable<Event<'restore.picture'>['piece']>;

/** Who listens to a run. Live progress is not stored: it is gone when the run is. */
export interface RunListener {
  itemStarted?(item: ItemRecord): void;
  /** `fraction` 0..1 of this item; never falls while one attempt lasts. */
  itemProgressed?(item: ItemRecord, fraction: number): void;
  /** A part of its result can be looked at: for who watches it. */
  itemShowed?(item: ItemRecord, piece: LivePiece): void;
  /** Once for each item that reached a terminal state here. */
  itemFinished?(item: ItemRecord): void;
}

export interface RunnerOptions {
  store: JobStore;
  host: EngineHost;
  /** This instance's name on its leases (lease.ts). */
  owner: string;
  /** The models that are installed now. */
  models(): ReadyModel[];
  /** A folder for the engine's spools. */
  work: string;
  software: string;
}

/** An engine that dies with a tile this small did not die of the tile. */
const SMALLEST_TILE = 128;
const TILE_STEPS = [512, 384, 256, 192, 128];
/** A file that takes the engine down without a tile in hand gets one more try. */
const MOST_ATTEMPTS_WITHOUT_TILE = 2;
const POLL_MS = 400;
/** A picture this large tells how fast a model is here. */
const TELLING_PIXELS = 250_000;

type WriteFormat = Params<'restore.picture'>['format'];
const EXTENSIONS: Record<WriteFormat, string> = {
  png: '.png',
  jpeg: '.jpg',
  webp: '.webp',
  avif: '.avif',
  tiff: '.tif',
};

/** Takes items off the queue, one at a time, has the engine make each, and records how it ended. */
export class Runner {
  readonly #ledger: Ledger;

  constructor(private readonly options: RunnerOptions) {
    this.#ledger = new Ledger(options.store);
  }

  /**
   * Works until nothing is left of `job` (or of the whole queue); also waits for items that another instance holds.
   * @throws GessoError job/cancelled when `signal` aborts; the item in hand is then back in the queue.
   */
  async run(options: {
    job?: number;
    signal?: AbortSignal;
    listener?: RunListener;
    /** Asked before each item; true: ends here and leaves the rest where it is. */
    isHeld?(): boolean;
  }): Promise<void> {
    const { job, signal, listener = {}, isHeld } = options;
    const { store, owner } = this.options;
    for (;;) {
      if (signal?.aborted) throw cancelled('The job');
      if (isHeld?.()) return;
      const item = store.claim(owner, job);
      if (item) {
        await this.#work(item, signal, listener);
        continue;
      }
      if (store.unfinished(job).length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** From now on tiles of that item are told (`itemShowed`) while it is worked on here, or no more. */
  async watch(item: ItemRecord, watch: Params<'restore.watch'>['watch']): Promise<void> {
    await this.options.host.call('restore.watch', { work: workOf(this.options.work, item), watch });
  }

  async #work(item: ItemRecord, signal: AbortSignal | undefined, listener: RunListener): Promise<void> {
    const { store, owner } = this.options;
    listener.itemStarted?.(item);
    // Aborted by the user or by a lost lease. Not AbortSignal.any: on a signal that outlives a thousand items each
    // would leave something behind.
    const stop = new AbortController();
    const abort = () => stop.abort();
    signal?.addEventListener('abort', abort, { once: true });
    const beat = setInterval(() => {
      try {
        if (!store.heartbeat(item.id, owner)) abort();
      } catch {
        // A disk that is full or busy for the moment: the lease lasts for some beats more.
      }
    }, HEARTBEAT_MS);
    const attempt = new Attempt(this.options, this.#ledger, item);
    try {
      await attempt.run(stop.signal, ({ fraction, piece }) => {
        listener.itemProgressed?.(item, fraction);
        if (piece) listener.itemShowed?.(item, piece);
      });
    } catch (thrown) {
      await this.#settle(item, attempt, GessoError.from(thrown), signal);
    } finally {
      clearInterval(beat);
      signal?.removeEventListener('abort', abort);
    }
    const after = this.#read(item.id);
    if (after && after.status !== 'queued' && after.status !== 'running') listener.itemFinished?.(after);
  }

  /** Undefined: its job was cancelled and forgotten meanwhile. */
  #read(id: number): ItemRecord | undefined {
    try {
      return this.options.store.item(id);
    } catch {
      return undefined;
    }
  }

  async #settle(item: ItemRecord, attempt: Attempt, error: GessoError, signal: AbortSignal | undefined) {
    const { store, owner } = this.options;
    await this.#ledger.release(item);
    if (isCancelled(error)) {
      store.setStatus(item.id, owner, 'queued');
      if (signal?.aborted) throw error;
      return;
    }
    const retry = error.code === 'engine/crashed' ? retryAfterCrash(item, attempt.tile) : undefined;
    if (retry) store.setStatus(item.id, owner, 'queued', retry);
    else store.setStatus(item.id, owner, 'failed', { error: inWordsOf(item, error) });
  }
}

/** A dead engine counts as out of memory: the next try takes the next smaller tile; undefined: give up. */
function retryAfterCrash(item: ItemRecord, tile: number | undefined): { tileLimit?: number } | undefined {
  if (tile === undefined) return item.attempts < MOST_ATTEMPTS_WITHOUT_TILE ? {} : undefined;
  if (tile <= SMALLEST_TILE) return undefined;
  return { tileLimit: TILE_STEPS.find((step) => step < tile) ?? SMALLEST_TILE };
}

/** The folder of an item's spools, one for each process that may work on it. */
function workOf(folder: string, item: ItemRecord): string {
  return path.join(folder, `${item.id}-${process.pid}`);
}

/** Every stored failure names its file. */
function inWordsOf(item: ItemRecord, error: GessoError): ErrorRecord {
  const name = path.basename(item.input);
  const record = error.toRecord();
  return record.message.includes(name) ? record : { ...record, message: `${name}: ${record.message}` };
}

/** One try at one item. */
class Attempt {
  /** The tile size that the engine last began to work with. */
  tile: number | undefined;

  constructor(
    private readonly options: RunnerOptions,
    private readonly ledger: Ledger,
    private readonly item: ItemRecord,
  ) {}

  async run(signal: AbortSignal, onEvent: (event: Event<'restore.picture'>) => void): Promise<void> {
    const { item, ledger } = this;
    const { store, host, owner } = this.options;
    const job = store.job(item.job);
    const recovered = item.attempts > 1 ? await ledger.recover(item) : undefined;
    const resolved = resolveSteps(job.recipe.steps, this.options.models());
    if (recovered) {
      const result = { output: recovered.output, model: resolved.model, notes: [] };
      store.setStatus(item.id, owner, 'done', { result });
      return;
    }
    const facts = await host.call('picture.probe', { file: item.input }, { signal });
    const notes = [...resolved.notes];
    const format = writeFormat(job.recipe.output.format, facts.format, notes);
    const stem = this.#stem(job, resolved);
    const reserved = await ledger.reserve(item, stem, EXTENSIONS[format], job.recipe.output);
    if (reserved.kind === 'exists') {
      const result = { output: reserved.path, model: resolved.model, notes };
      store.setStatus(item.id, owner, 'skipped', { result });
      return;
    }
    const pixels = facts.width * facts.height;
    await this.#make(job, resolved, format, reserved, pixels, notes, signal, onEvent);
  }

  async #make(
    job: JobRecord,
    resolved: ResolvedRecipe,
    format: WriteFormat,
    reserved: Extract<Reservation, { kind: 'reserved' }>,
    pixels: number,
    notes: string[],
    signal: AbortSignal,
    onEvent: (event: Event<'restore.picture'>) => void,
  ): Promise<void> {
    const { item } = this;
    const { store, host, owner, work, software } = this.options;
    const begun = performance.now();
    const networks = resolved.steps.flatMap(({ passes }) => passes);
    const model = networks[0]!.descriptor.id;
    const gpu = job.options.device === 'auto' ? 'webgpu' : job.options.device;
    const made = await host.call(
      'restore.picture',
      {
        input: item.input,
        temp: reserved.temp,
        work: workOf(work, item),
        steps: resolved.steps,
        format,
        quality: job.recipe.output.quality,
        stripPrivate: job.recipe.output.stripPrivate,
        device: job.options.device,
        tile: limitTile(job.options.tile, item.tileLimit),
        tileMemory: store.tileMemory(gpu, model),
        software,
        recipe: JSON.stringify(asRun(job.recipe, resolved)),
      },
      {
        signal,
        onEvent: (event) => {
          if (event.tile !== undefined) this.tile = event.tile;
          onEvent(event);
        },
      },
    );
    if (made.device !== 'cpu')
      store.rememberTile(made.device, model, {
        ran: made.tile,
        ...(made.failedTile !== undefined && { failed: made.failedTile }),
      });
    // A chain's time is of several models, a small picture's mostly of its border.
    const { session } = made.timings;
    if (networks.length === 1 && pixels >= TELLING_PIXELS && session > 0)
      store.rememberSpeed(made.device, model, (pixels / session) * 1000);
    const result = toResult(made, reserved.path, resolved.model, notes, performance.now() - begun);
    await this.ledger.commit(item, owner, reserved, made, result);
  }

  #stem(job: JobRecord, resolved: ResolvedRecipe): string {
    const { item } = this;
    const { name, ext } = path.parse(item.input);
    const count = Object.values(job.counts).reduce((a, b) => a + b, 0);
    const stem = fillTemplate(job.recipe.output.name, {
      name,
      model: resolved.model,
      scale: resolved.scale,
      date: localDate(job.created),
      index: String(item.position + 1).padStart(String(count).length, '0'),
    });
    return item.toldApart && ext.length > 1 ? `${stem}_${ext.slice(1).toLowerCase()}` : stem;
  }
}

/** The recipe with its defaults filled in: what goes into the file tells how to make it again. */
function asRun(recipe: Recipe, { steps }: ResolvedRecipe): Recipe {
  const filled = recipe.steps.map((step, index) => {
    const { model, scale } = steps[index]!;
    return { ...step, model, scale };
  });
  return { ...recipe, steps: filled };
}

function toResult(
  made: Result<'restore.picture'>,
  output: string,
  model: string,
  notes: string[],
  milliseconds: number,
): ItemResult {
  const { width, height, tiles, device, timings } = made;
  const seconds = Math.round(milliseconds) / 1000;
  return { output, model, device, width, height, tiles, seconds, notes: [...notes, ...made.notes], timings };
}

/** `same` as the source, or PNG where that kind cannot be written, and it says so. */
function writeFormat(wished: string, source: string, notes: string[]): WriteFormat {
  if (wished !== 'same') return wished as WriteFormat;
  if (source in EXTENSIONS) return source as WriteFormat;
  notes.push(`${source.toUpperCase()} cannot be written; the result is a PNG.`);
  return 'png';
}

function limitTile(wished: 'auto' | number, limit: number | undefined): 'auto' | number {
  if (limit === undefined) return wished;
  return wished === 'auto' ? limit : Math.min(wished, limit);
}

function localDate(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
