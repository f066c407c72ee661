/**
 * Joins the symbols of words as byte-pair encoding learned to (Sennrich et al. 2016): the pair that was learned first
 * is joined first, the leftmost of several.
 */
export class BytePairs {
  readonly #ranks: ReadonlyMap<string, number>;

  /** @param merges two symbols and a space between them, in the order in which they were learned */
  constructor(merges: readonly string[]) {
    this.#ranks = new Map(merges.map((pair, rank) => [pair, rank]));
  }

  /** In n log n steps, because a prompt can be one word of 100,000 letters. */
  join(symbols: readonly string[]): string[] {
    const parts = [...symbols];
    const end = parts.length;
    const next = parts.map((_, i) => i + 1);
    const before = parts.map((_, i) => i - 1);
    const isGone = new Uint8Array(end);
    const heap = new Heap();
    const offer = (left: number) => {
      const right = next[left]!;
      if (right >= end) return;
      const rank = this.#ranks.get(`${parts[left]} ${parts[right]}`);
      if (rank !== undefined) heap.push({ rank, left, length: parts[left]!.length + parts[right]!.length });
    };
    for (let i = 0; i < end; i++) offer(i);

    for (let pair = heap.pop(); pair; pair = heap.pop()) {
      const { left, rank, length } = pair;
      const right = next[left]!;
      if (isGone[left] || right >= end) continue;
      // One of the two has grown since the pair was seen.
      if (parts[left]!.length + parts[right]!.length !== length) continue;
      if (this.#ranks.get(`${parts[left]} ${parts[right]}`) !== rank) continue;
      parts[left] += parts[right]!;
      isGone[right] = 1;
      next[left] = next[right]!;
      if (next[left]! < end) before[next[left]!] = left;
      offer(left);
      if (before[left]! >= 0) offer(before[left]!);
    }
    return parts.filter((_, i) => !isGone[i]);
  }
}

interface Pair {
  readonly rank: number;
  readonly left: number;
  /** Of both symbols together, when the pair was seen. */
  readonly length: number;
}

/** Gives the pair of the lowest rank first, of those the leftmost. */
class Heap {
  readonly #pairs: Pair[] = [];

  push(pair: Pair): void {
    const pairs = this.#pairs;
    let at = pairs.push(pair) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(pair, pairs[parent]!)) break;
      pairs[at] = pairs[parent]!;
      at = parent;
    }
    pairs[at] = pair;
  }

  pop(): Pair | undefined {
    const pairs = this.#pairs;
    const [first, last] = [pairs[0], pairs.pop()];
    if (pairs.length === 0 || !last) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= pairs.length) break;
      if (child + 1 < pairs.length && isBefore(pairs[child + 1]!, pairs[child]!)) child += 1;
      if (!isBefore(pairs[child]!, last)) break;
      pairs[at] = pairs[child]!;
      at = child;
    }
    pairs[at] = last;
    return first;
  }
}

function isBefore(a: Pair, b: Pair): boolean {
  return a.rank === b.rank ? a.left < b.left : a.rank < b.rank;
}
