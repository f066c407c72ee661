import type { Payload } from '../../contract/channels.ts';
import type { ItemRecord } from '../jobs/records.ts';

type Frames = NonNullable<Payload<'items.progressed'>[number]['frames']>;

/** Before that a pace says little; milliseconds. */
const TOO_EARLY_MS = 1000;

/** How many frames a second clips are worked at: from when this try began, without what an earlier one has left. */
export class FramePace {
  readonly #items = new Map<
    number,
    { begun: number; before: number; at: number; done: number; total: number }
  >();

  constructor(private readonly now: () => number = Date.now) {}

  /** @param frames that are encoded, of all */
  count({ id }: Pick<ItemRecord, 'id'>, { done, total }: { done: number; total: number }): void {
    const at = this.now();
    const known = this.#items.get(id);
    // A try that begins anew has done less than the one before.
    if (!known || done < known.done) this.#items.set(id, { begun: at, before: done, at, done, total });
    else this.#items.set(id, { ...known, at, done, total });
  }

  view({ id }: Pick<ItemRecord, 'id'>): Frames | undefined {
    const known = this.#items.get(id);
    if (!known) return undefined;
    const { begun, before, at, done, total } = known;
    const isKnown = at - begun >= TOO_EARLY_MS && done > before;
    return { done, total, ...(isKnown && { perSecond: ((done - before) / (at - begun)) * 1000 }) };
  }

  forget({ id }: Pick<ItemRecord, 'id'>): void {
    this.#items.delete(id);
  }
}
