import path from 'node:path';
import { isClipRecipe, isGenerateRecipe, isLearnRecipe, isStyleRecipe } from '../../contract/clip-recipe.ts';
import { cancelled, type ErrorRecord, GessoError, isCancelled } from '../../contract/errors.ts';
import type { EngineHost } from '../engine/host/host.ts';
import type { Params } from '../engine/protocol/methods.ts';
import type { AttemptContext, AttemptProgress } from './attempt.ts';
import { ClipAttempt } from './clip-attempt.ts';
import { isClip } from './clip-files.ts';
import { type BundlesReady, GenerateAttempt } from './generate-attempt.ts';
import { LearnAttempt } from './learn-attempt.ts';
import type { LearntLibrary } from './learnt-library.ts';
import { HEARTBEAT_MS } from './lease.ts';
import { Ledger } from './ledger.ts';
import { FLOW_SCALES, type ItemRecord } from './records.ts';
import type { ReadyModel } from './resolve.ts';
import { RestoreAttempt } from './restore-attempt.ts';
import type { JobStore, StatusPatch } from './store.ts';
import { StyleAttempt } from './style-attempt.ts';
import { StyleClipAttempt } from './style-clip-attempt.ts';

type Attempt =
  | RestoreAttempt
  | ClipAttempt
  | StyleAttempt
  | StyleClipAttempt
  | GenerateAttempt
  | LearnAttempt;
type LivePiece = NonNullable<AttemptProgress['piece']>;
type FrameCounts = NonNullable<AttemptProgress['frames']>;
type LatestFrame = NonNullable<AttemptProgress['latest']>;
type StepCounts = NonNullable<AttemptProgress['steps']>;
type Sketch = NonNullable<AttemptProgress['sketch']>;
type Losses = NonNullable<AttemptProgress['losses']>;

/** Who listens to a run. Live progress is not stored: it is gone when the run is. */
export interface RunListener {
  itemStarted?(item: ItemRecord): void;
  /** `fraction` 0..1 of this item; never falls while one attempt lasts. */
  itemProgressed?(item: ItemRecord, fraction: number): void;
  /** Frames of a clip are made. */
  itemCounted?(item: ItemRecord, frames: FrameCounts): void;
  /** A part of its result can be looked at: for who watches it. */
  itemShowed?(item: ItemRecord, piece: LivePiece): void;
  /** Steps of a picture that is made of noise. */
  itemStepped?(item: ItemRecord, steps: StepCounts): void;
  /** What such a picture is like so far. */
  itemSketched?(item: ItemRecord, sketch: Sketch): void;
  /** What learns got on. */
  itemLearnt?(item: ItemRecord, losses: Losses): void;
  /** The newest frame of a clip that somebody watches. */
  itemMade?(item: ItemRecord, frame: LatestFrame): void;
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
  /** The diffusion models that are installed now. */
  bundles: BundlesReady;
  /** What was learnt on this machine. */
  learnt: LearntLibrary;
  /** A folder for the engine's spools. */
  work: string;
  /** A folder for finished segments of clips. */
  parts: string;
  software: string;
}

/** An engine that dies with a tile this small did not die of the tile. */
const SMALLEST_TILE = 128;
const TILE_STEPS = [512, 384, 256, 192, 128];
/** A file that takes the engine down without a tile in hand gets one more try. */
const MOST_ATTEMPTS_WITHOUT_TILE = 2;
const POLL_MS = 400;
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

  /** From now on the newest frame of that clip is told (`itemMade`) while it is worked on here, or no more. */
  async watchClip(item: ItemRecord, watch: Params<'interpolate.watch'>['watch']): Promise<void> {
    await this.options.host.call('interpolate.watch', { parts: partsOf(this.options.parts, item), watch });
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
    const attempt = this.#attempt(item);
    try {
      await attempt.run(stop.signal, ({ fraction, piece, frames, latest, steps, sketch, losses }) => {
        if (fraction !== undefined) listener.itemProgressed?.(item, fraction);
        if (piece) listener.itemShowed?.(item, piece);
        if (frames) listener.itemCounted?.(item, frames);
        if (latest) listener.itemMade?.(item, latest);
        if (steps) listener.itemStepped?.(item, steps);
        if (losses) listener.itemLearnt?.(item, losses);
        if (sketch) listener.itemSketched?.(item, sketch);
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

  #attempt(item: ItemRecord): Attempt {
    const { store, work, parts } = this.options;
    const job = store.job(item.job);
    const context: AttemptContext = {
      ...this.options,
      ...{ item, job },
      ledger: this.#ledger,
      work: workOf(work, item),
      parts: partsOf(parts, item),
    };
    const { recipe } = job;
    if (isClipRecipe(recipe)) return new ClipAttempt(context, recipe);
    if (isStyleRecipe(recipe))
      return isClip(item.input) ? new StyleClipAttempt(context, recipe) : new StyleAttempt(context, recipe);
    if (isGenerateRecipe(recipe)) return new GenerateAttempt(context, recipe, this.options.bundles);
    if (isLearnRecipe(recipe)) return new LearnAttempt(context, recipe, this.options.learnt);
    return new RestoreAttempt(context, recipe);
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
    const retry = error.code === 'engine/crashed' ? retryOf(item, attempt) : undefined;
    if (retry) store.setStatus(item.id, owner, 'queued', retry);
    else store.setStatus(item.id, owner, 'failed', { error: inWordsOf(item, error) });
  }
}

/** Undefined: an engine that died over this item is not given it again. */
function retryOf(
  item: ItemRecord,
  attempt: Attempt,
): Pick<StatusPatch, 'tileLimit' | 'flowLimit'> | undefined {
  if ((attempt instanceof StyleClipAttempt || attempt instanceof LearnAttempt) && attempt.hasAdvanced)
    return {};
  if (!(attempt instanceof ClipAttempt)) return retryAfterCrash(item, attempt.tile);
  // Whoever finished a segment gets on, whatever ended the engine.
  if (attempt.hasAdvanced) return {};
  const { flowScale } = attempt;
  if (flowScale === undefined) return retryAfterCrash(item, undefined);
  const flowLimit = FLOW_SCALES.find((scale) => scale < flowScale);
  return flowLimit && { flowLimit };
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

/** The folder of an item's finished pieces, whichever process goes on with it. */
function partsOf(folder: string, item: ItemRecord): string {
  return path.join(folder, String(item.id));
}

/** Every stored failure names its file. */
function inWordsOf(item: ItemRecord, error: GessoError): ErrorRecord {
  const name = path.basename(item.input);
  const record = error.toRecord();
  return record.message.includes(name) ? record : { ...record, message: `${name}: ${record.message}` };
}
