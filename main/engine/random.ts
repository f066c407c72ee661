/**
 * The xoshiro128** generator (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018), whose
 * state is filled by splitmix32: whole numbers only, so that a seed is the same sequence on every machine.
 */
export class Random {
  readonly #state = new Uint32Array(4);

  /** @param seed 0..2^32-1 @param stream tells apart what one picture draws for different purposes */
  constructor(seed: number, stream = 0) {
    let state = scramble(seed ^ Math.imul(stream + 1, 0x85ebca6b));
    for (let at = 0; at < 4; at++) {
      state = (state + 0x9e3779b9) >>> 0;
      this.#state[at] = scramble(state);
    }
    // The one state from which nothing comes.
    if (this.#state.every((word) => word === 0)) this.#state[0] = 1;
  }

  /** 0..2^32-1 */
  next(): number {
    const s = this.#state;
    const result = Math.imul(rotate(Math.imul(s[1]!, 5), 7), 9) >>> 0;
    const kept = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= kept;
    s[3] = rotate(s[3]!, 11);
    return result;
  }

  /** 0 up to, not including, 1; or between two ends. */
  unit(from = 0, to = 1): number {
    return from + (to - from) * (this.next() / 2 ** 32);
  }

  /** 0..count-1 */
  below(count: number): number {
    return Math.floor(this.unit() * count);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

/** A number of 32 bits for a place of a lattice: the same place and seed, the same number. @param x,y,seed whole */
export function hashAt(x: number, y: number, seed: number): number {
  return scramble(scramble(Math.imul(x, 0x27d4eb2d) + seed) + Math.imul(y, 0x165667b1));
}

/** 0 up to, not including, 1. */
export function unitAt(x: number, y: number, seed: number): number {
  return hashAt(x, y, seed) / 2 ** 32;
}

/** A mixing of 32 bits with little bias: Wellons, "Prospecting for hash functions", 2018 (lowbias32). */
function scramble(value: number): number {
  let v = value;
  v = Math.imul(v ^ (v >>> 16), 0x7feb352d);
  v = Math.imul(v ^ (v >>> 15), 0x846ca68b);
  return (v ^ (v >>> 16)) >>> 0;
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
