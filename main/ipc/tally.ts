import type { ItemView, QueueView } from '../../contract/views.ts';

const TOO_EARLY_MS = 1000;
const TOO_LITTLE = 0.01;

type Status = ItemView['status'];

/** Counts the items since the queue was last idle, and foresees when they are done. */
export class Tally {
  readonly #items = new Map<number, { status: Status; fraction: number }>();
  #begun = 0;
  /** What was finished before work (again) began: it says nothing about the speed now. */
  #headStart = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** A new round: items of the one before are no longer counted. */
  begin(): void {
    this.#items.clear();
    this.#begun = this.now();
    this.#headStart = 0;
  }

  set(item: number, status: Status): void {
    const isEnd = status !== 'queued' && status !== 'running';
    if (isEnd && !this.#items.has(item)) this.#headStart++;
    this.#items.set(item, { status, fraction: isEnd ? 1 : 0 });
  }

  progress(item: number, fraction: number): void {
    const entry = this.#items.get(item);
    if (entry?.status === 'running') entry.fraction = Math.max(entry.fraction, fraction);
  }

  view(): QueueView {
    const items = [...this.#items.values()];
    const count = (...statuses: Status[]) => items.filter(({ status }) => statuses.includes(status)).length;
    const total = items.length;
    const finished = count('done', 'skipped', 'failed', 'cancelled');
    const doneNow = items.reduce((sum, { fraction }) => sum + fraction, 0) - this.#headStart;
    const workNow = total - this.#headStart;
    const working = finished < total;
    const elapsed = this.now() - this.#begun;
    const share = workNow > 0 ? doneNow / workNow : 0;
    const isKnown = working && elapsed > TOO_EARLY_MS && share > TOO_LITTLE;
    return {
      working,
      total,
      finished,
      skipped: count('skipped'),
      failed: count('failed'),
      cancelled: count('cancelled'),
      fraction: total === 0 ? 0 : Math.min(1, (doneNow + this.#headStart) / total),
      ...(isKnown && { millisecondsLeft: Math.max(0, (elapsed * (1 - share)) / share) }),
    };
  }
}
