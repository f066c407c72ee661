/** The rate is that of the last minute of work, milliseconds; what was before says little about now. */
const WINDOW_MS = 60_000;
/** Too little work to foresee anything from; milliseconds. */
const LEAST_MS = 2000;

/** How fast a job goes: by the time in which it was worked on, so that a pause or another job does not slow it. */
export class Pace {
  readonly #samples: { worked: number; done: number }[] = [];
  #worked = 0;
  #since: number | undefined;

  constructor(private readonly now: () => number = Date.now) {}

  /** An item of it is in hand from now on. */
  started(): void {
    this.#since ??= this.now();
  }

  finished(): void {
    this.#worked = this.worked;
    this.#since = undefined;
  }

  /** Milliseconds that were worked on it. */
  get worked(): number {
    return this.#worked + (this.#since === undefined ? 0 : this.now() - this.#since);
  }

  /** @param done items that are made, the one in hand as a part */
  note(done: number): void {
    const samples = this.#samples;
    // Items that are tried again make the count fall: what was measured before is of no use.
    if (done < (samples.at(-1)?.done ?? 0)) samples.length = 0;
    samples.push({ worked: this.worked, done });
    while (samples.length > 2 && samples[1]!.worked < this.worked - WINDOW_MS) samples.shift();
  }

  /** Items a millisecond; undefined while too little is known. */
  get rate(): number | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last) return undefined;
    const worked = last.worked - first.worked;
    const done = last.done - first.done;
    return worked >= LEAST_MS && done > 0 ? done / worked : undefined;
  }
}
