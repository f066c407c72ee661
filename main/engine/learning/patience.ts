/** Tells when what is held out has long not been told better. */
export class Patience {
  #lowest = Number.POSITIVE_INFINITY;
  #without = 0;

  /** @param most looks without progress, one after the other, that are borne */
  constructor(private readonly most: number) {}

  /** One look. @returns whether it is the best so far, and whether it is time to end */
  look(loss: number): { isBest: boolean; isOver: boolean } {
    const isBest = loss < this.#lowest;
    if (isBest) this.#lowest = loss;
    this.#without = isBest ? 0 : this.#without + 1;
    return { isBest, isOver: this.#without >= this.most };
  }
}
