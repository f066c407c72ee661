import type { EngineHost } from '../engine/host/host.ts';

/** A window counts as in use for so long after the last key, click or move in it; milliseconds. */
const IN_USE_MS = 8000;
/** Cores that a batch leaves to a window in use. */
const CORES = 1;

/**
 * A batch takes every core, and one less while somebody works in the window: what is panned or typed then must not
 * wait for it.
 */
export class Courtesy {
  #until = 0;
  #isWorking = false;
  /** What the engine of the item in hand was told last. */
  #told: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly engine: Pick<EngineHost, 'call'>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Something was done in the window. */
  used(): void {
    this.#until = this.now() + IN_USE_MS;
    this.#compare();
  }

  /** An item is in hand, or none: an idle engine is not started to be told. */
  working(isWorking: boolean): void {
    this.#isWorking = isWorking;
    // Each item is told anew: its engine may be another one, or one that was told otherwise.
    this.#told = undefined;
    this.#compare();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #compare(): void {
    if (!this.#isWorking) return;
    const left = this.#until - this.now();
    const cores = left > 0 ? CORES : 0;
    if (cores !== this.#told) {
      this.#told = cores;
      // An engine that dies now is the runner's affair.
      this.engine.call('engine.spare', { cores }).catch(() => {});
    }
    clearTimeout(this.#timer);
    if (cores === 0) return;
    this.#timer = setTimeout(() => this.#compare(), left);
    this.#timer.unref();
  }
}
