import type { Studio } from '../../contract/tasks.ts';
import type { ItemView, QueueView } from '../../contract/views.ts';

const TOO_EARLY_MS = 1000;
const TOO_LITTLE = 0.01;

type Status = ItemView['status'];

interface Entry {
  status: Status;
  /** 0..1 of this item. */
  fraction: number;
  /** Its work, in pixels of the source; undefined until that is read. */
  pixels: number | undefined;
  studio: Studio;
  /** Finished before this round began: it says nothing about the speed now. */
  isOld: boolean;
}

/** Counts the items since the queue was last idle, and foresees when they are done: by pixels, not by pictures. */
export class Tally {
  readonly #items = new Map<number, Entry>();
  #begun = 0;
  #isPaused = false;
  /** Since when nothing is worked on, because of a pause. */
  #heldSince: number | undefined;

  constructor(private readonly now: () => number = Date.now) {}

  /** A new round: items of the one before are no longer counted. */
  begin(): void {
    this.#items.clear();
    this.#begun = this.now();
    if (this.#heldSince !== undefined) this.#heldSince = this.#begun;
  }

  /** What is in hand is finished first; from then on no time passes: what is left is foreseen from the time worked. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#compare();
  }

  set(item: number, status: Status, pixels?: number, studio: Studio = 'restore'): void {
    const isEnd = status !== 'queued' && status !== 'running';
    const known = this.#items.get(item);
    this.#items.set(item, {
      status,
      fraction: isEnd ? 1 : 0,
      pixels: pixels ?? known?.pixels,
      studio,
      isOld: known ? known.isOld && isEnd : isEnd,
    });
    this.#compare();
  }

  progress(item: number, fraction: number): void {
    const entry = this.#items.get(item);
    if (entry?.status === 'running') entry.fraction = Math.max(entry.fraction, fraction);
  }

  #compare(): void {
    const isHeld = this.#isPaused && ![...this.#items.values()].some(({ status }) => status === 'running');
    if (isHeld) this.#heldSince ??= this.now();
    else if (this.#heldSince !== undefined) {
      this.#begun += this.now() - this.#heldSince;
      this.#heldSince = undefined;
    }
  }

  view(): QueueView {
    const items = [...this.#items.values()];
    const count = (...statuses: Status[]) => items.filter(({ status }) => statuses.includes(status)).length;
    const known = items.flatMap(({ pixels }) => pixels ?? []);
    const usual = known.length > 0 ? sum(known) / known.length : 1;
    const weighed = items.map((item) => ({ ...item, weight: item.pixels ?? usual }));
    const all = sum(weighed.map(({ weight }) => weight));
    const old = sum(weighed.map(({ weight, isOld }) => (isOld ? weight : 0)));
    const done = sum(weighed.map(({ weight, fraction }) => weight * fraction));
    const total = items.length;
    const finished = count('done', 'skipped', 'failed', 'cancelled');
    const working = finished < total;
    const paused = this.#isPaused;
    const elapsed = this.now() - this.#begun;
    const share = all > old ? (done - old) / (all - old) : 0;
    const isKnown = working && !paused && elapsed > TOO_EARLY_MS && share > TOO_LITTLE;
    const hasClips = items.some(({ studio }) => studio === 'interpolate');
    const hasPictures = items.some(({ studio }) => studio === 'restore');
    // Nothing is restored there: what is said of both says nothing wrong.
    const hasMade = items.some(({ studio }) => studio === 'generate' || studio === 'learn');
    return {
      working,
      of: hasMade || (hasClips && hasPictures) ? 'both' : hasClips ? 'clips' : 'pictures',
      total,
      running: count('running'),
      paused,
      finished,
      skipped: count('skipped'),
      failed: count('failed'),
      cancelled: count('cancelled'),
      fraction: total === 0 ? 0 : working ? Math.min(1, done / all) : 1,
      ...(isKnown && { millisecondsLeft: Math.max(0, (elapsed * (1 - share)) / share) }),
    };
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
