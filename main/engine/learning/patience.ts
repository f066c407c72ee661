/** What earlier looks found: kept with what is learnt, so that a stop changes nothing. */
export interface Looked {
  /** The lowest loss so far. */
  readonly lowest: number;
  /** Looks since then, none of which was better. */
  readonly without: number;
}

/** Tells when what is held out has long not been told better. */
export class Patience {
  #looked: Looked | undefined;

  /** @param most looks without progress, one after the other, that are borne */
  constructor(private readonly most: number) {}

  /** Undefined before the first look. */
  get looked(): Looked | undefined {
    return this.#looked;
  }

  goOn(looked: Looked | undefined): void {
    this.#looked = looked;
  }

  get isOver(): boolean {
    return this.#looked !== undefined && this.#looked.without >= this.most;
  }

  /** One look. @returns whether it is the best so far */
  look(loss: number): boolean {
    const { lowest, without } = this.#looked ?? { lowest: Number.POSITIVE_INFINITY, without: 0 };
    const isBest = loss < lowest;
    this.#looked = isBest ? { lowest: loss, without: 0 } : { lowest, without: without + 1 };
    return isBest;
  }
}
