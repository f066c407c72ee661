import { isCancelled } from '../../contract/errors.ts';
import type { ItemRecord } from '../jobs/records.ts';
import type { RunListener, Runner } from '../jobs/runner.ts';
import type { JobStore } from '../jobs/store.ts';

/** While another instance (a `gesso` command) holds the last items, their states are read this often; milliseconds. */
const WATCH_MS = 700;

export interface BackgroundOptions {
  store: JobStore;
  runner: Runner;
  listener: Required<RunListener>;
  /** A state changed that no run of ours reported. */
  itemChanged(item: ItemRecord): void;
  /** What was in hand is given up: it was cancelled, or the window closes. */
  itemLeft(item: ItemRecord): void;
  /** The queue is held now, or goes on: because the user said so, or because nothing is left of it. */
  paused(isPaused: boolean): void;
  onProblem(problem: unknown): void;
}

/** Works off the queue whenever something is in it, for as long as the window lives. */
export class Background {
  #abort = new AbortController();
  #inHand: ItemRecord | undefined;
  #loop: Promise<void> | undefined;
  #isClosed = false;
  #isPaused = false;
  readonly #open = new Map<number, ItemRecord>();

  constructor(private readonly options: BackgroundOptions) {}

  /** Looks into the queue; harmless while it is being worked off already. */
  wake(): void {
    for (const item of this.options.store.unfinished()) this.#open.set(item.id, item);
    if (this.#isPaused) return;
    this.#loop ??= this.#work().finally(() => {
      this.#loop = undefined;
      // Something may have come in between the last look and now.
      if (!this.#isClosed && !this.#isPaused && this.options.store.unfinished().length > 0)
        setTimeout(() => this.wake(), WATCH_MS);
    });
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /**
   * Holds the queue, or lets it go on. The picture in hand is finished first: its work is not thrown away. A pause is
   * of this window and this run; what another instance holds goes on there.
   */
  pause(isPaused: boolean): void {
    this.#hold(isPaused);
    if (!isPaused) this.wake();
  }

  #hold(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    this.options.paused(isPaused);
  }

  /** Cancels a job, or all; what is in hand stops at its next tile. Returns how many items that were. */
  cancel(job?: number): number {
    const { store } = this.options;
    const jobs = job === undefined ? new Set(store.unfinished().map((item) => item.job)) : [job];
    let count = 0;
    for (const each of jobs) count += store.cancel(each);
    if (this.#inHand && (job === undefined || this.#inHand.job === job)) this.#abort.abort();
    this.#compare();
    this.#endEmptyPause();
    return count;
  }

  /** Puts the item in hand back into the queue and stops. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#abort.abort();
    await this.#loop;
  }

  async #work(): Promise<void> {
    const { store, runner, listener } = this.options;
    const watch = setInterval(() => {
      if (!this.#inHand) this.#compare();
    }, WATCH_MS);
    const heard: RunListener = {
      itemStarted: (item) => {
        this.#inHand = item;
        listener.itemStarted(item);
      },
      itemProgressed: listener.itemProgressed,
      itemShowed: listener.itemShowed,
      itemCounted: listener.itemCounted,
      itemMade: listener.itemMade,
      itemStepped: listener.itemStepped,
      itemLearnt: listener.itemLearnt,
      itemSketched: listener.itemSketched,
      itemFinished: (item) => {
        this.#inHand = undefined;
        this.#open.delete(item.id);
        listener.itemFinished(item);
      },
    };
    try {
      while (!this.#isClosed && !this.#isPaused && store.unfinished().length > 0) {
        this.#abort = new AbortController();
        await runner
          .run({ signal: this.#abort.signal, listener: heard, isHeld: () => this.#isPaused })
          .catch((thrown) => {
            if (!isCancelled(thrown)) throw thrown;
          })
          .finally(() => {
            // Cancelled; or its engine died while the queue was held, and it waits again.
            if (this.#inHand) this.options.itemLeft(this.#inHand);
            this.#inHand = undefined;
          });
      }
    } catch (thrown) {
      this.options.onProblem(thrown);
    } finally {
      clearInterval(watch);
      this.#endEmptyPause();
      if (!this.#isClosed) this.#compare();
    }
  }

  /** A pause with nothing left would only surprise the next job. */
  #endEmptyPause(): void {
    if (!this.#isClosed && this.options.store.unfinished().length === 0) this.#hold(false);
  }

  /** Tells what changed in the queue without us: another instance's work, a cancel. */
  #compare(): void {
    for (const known of [...this.#open.values()]) {
      const now = this.#read(known.id);
      if (now?.seq === known.seq) continue;
      if (now && ['queued', 'running'].includes(now.status)) this.#open.set(now.id, now);
      else this.#open.delete(known.id);
      if (now) this.options.itemChanged(now);
    }
  }

  #read(id: number): ItemRecord | undefined {
    try {
      return this.options.store.item(id);
    } catch {
      return undefined;
    }
  }
}
