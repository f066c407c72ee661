/** The line's end; a line also begins behind one. */
export const LINE_END = 0;
/** Stands for every character that the alphabet lacks; it is read, and never written. */
export const OTHER = 1;
const FIRST = 2;
/** Rarer characters are not worth a symbol. */
const MOST = 160;

/** Characters (Unicode code points) and the symbols that a network knows them by. */
export class Alphabet {
  readonly #ids: ReadonlyMap<string, number>;

  /** @param characters in the order of their symbols */
  constructor(readonly characters: readonly string[]) {
    this.#ids = new Map(characters.map((character, at) => [character, FIRST + at]));
  }

  /** That of a text: its characters, the most frequent first. */
  static of(lines: readonly string[]): Alphabet {
    const counts = new Map<string, number>();
    for (const line of lines)
      for (const character of line) counts.set(character, (counts.get(character) ?? 0) + 1);
    const sorted = [...counts].sort(([a, n], [c, m]) => m - n || (a < c ? -1 : 1));
    return new Alphabet(sorted.slice(0, MOST).map(([character]) => character));
  }

  /** Symbols in all. */
  get size(): number {
    return FIRST + this.characters.length;
  }

  idsOf(text: string): number[] {
    return Array.from(text, (character) => this.#ids.get(character) ?? OTHER);
  }

  /** The character of a symbol; of those that stand for none: nothing. */
  characterOf(id: number): string {
    return this.characters[id - FIRST] ?? '';
  }

  /** Lines one after the other, each behind a line's end, and one more at the end of all. */
  streamOf(lines: readonly string[]): Int32Array {
    return Int32Array.from([...lines.flatMap((line) => [LINE_END, ...this.idsOf(line)]), LINE_END]);
  }
}

/**
 * How surprised a model is that knows only how frequent each symbol is: exp of the mean of -log p, for every symbol
 * but the first. What never came up counts as once.
 * @returns the perplexity a symbol, 1 to `size`
 */
export function unigramPerplexity(learnt: Int32Array, held: Int32Array, size: number): number {
  const counts = new Float64Array(size).fill(1);
  for (const id of learnt.subarray(1)) counts[id]! += 1;
  const all = counts.reduce((sum, count) => sum + count, 0);
  let sum = 0;
  for (const id of held.subarray(1)) sum -= Math.log(counts[id]! / all);
  return Math.exp(sum / Math.max(1, held.length - 1));
}
