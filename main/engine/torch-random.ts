import { expected, GessoError } from '../../contract/errors.ts';

/** Words of state, and how far apart those are that are mixed (Matsumoto and Nishimura 1998). */
const WORDS = 624;
const APART = 397;
const TWIST = 0x9908b0df;
const SEED_FACTOR = 1812433253;
/** From this many values on PyTorch makes them in blocks. */
const BLOCK = 16;

/**
 * PyTorch's generator on the processor: MT19937, and normal values by Box and Muller's transform in PyTorch's two
 * ways. What is drawn is what `torch.Generator().manual_seed(seed)` and `torch.randn` give, to 5e-7.
 * Source: Matsumoto and Nishimura, "Mersenne Twister", 1998; the order of values was measured on PyTorch.
 */
export class TorchRandom {
  readonly #state = new Uint32Array(WORDS);
  #next = WORDS;
  /** The second value of a pair, kept for whoever draws next. */
  #partner: number | undefined;

  /**
   * @param seed a whole number; its low 32 bits count, as in PyTorch
   * @throws GessoError recipe/invalid where it is not one
   */
  constructor(seed: number | bigint) {
    if (typeof seed === 'number' && !Number.isSafeInteger(seed))
      throw new GessoError(
        'recipe/invalid',
        expected('a whole number', 'seed', seed),
        'Choose a seed from 0 to 4294967295.',
      );
    const state = this.#state;
    state[0] = Number(BigInt.asUintN(32, BigInt(seed)));
    for (let i = 1; i < WORDS; i++) {
      const before = state[i - 1]!;
      state[i] = Math.imul(SEED_FACTOR, before ^ (before >>> 30)) + i;
    }
  }

  /** Standard normal values, float32; what is drawn next goes on from here. */
  randn(count: number): Float32Array {
    const values = new Float32Array(count);
    if (count < BLOCK) {
      for (let i = 0; i < count; i++) values[i] = this.#single();
      return values;
    }
    for (let i = 0; i < count; i++) values[i] = this.#uniform();
    for (let from = 0; from + BLOCK <= count; from += BLOCK) transformBlock(values, from);
    if (count % BLOCK !== 0) {
      const from = count - BLOCK;
      for (let i = from; i < count; i++) values[i] = this.#uniform();
      transformBlock(values, from);
    }
    return values;
  }

  /** In float64, two at a time. */
  #single(): number {
    const kept = this.#partner;
    if (kept !== undefined) {
      this.#partner = undefined;
      return kept;
    }
    const turn = 2 * Math.PI * this.#uniform53();
    const radius = Math.sqrt(-2 * Math.log1p(-this.#uniform53()));
    this.#partner = radius * Math.sin(turn);
    return radius * Math.cos(turn);
  }

  /** 0 to 1, in steps of 2^-24: all that float32 holds. */
  #uniform(): number {
    return (this.#word() & 0xffffff) * 2 ** -24;
  }

  /** 0 to 1, in steps of 2^-53. */
  #uniform53(): number {
    const high = this.#word() & 0x1fffff;
    return (high * 2 ** 32 + this.#word()) * 2 ** -53;
  }

  #word(): number {
    if (this.#next === WORDS) this.#refill();
    let word = this.#state[this.#next++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  #refill(): void {
    const state = this.#state;
    for (let i = 0; i < WORDS; i++) {
      const joined = (state[i]! & 0x80000000) | (state[(i + 1) % WORDS]! & 0x7fffffff);
      state[i] = state[(i + APART) % WORDS]! ^ (joined >>> 1) ^ (joined & 1 ? TWIST : 0);
    }
    this.#next = 0;
  }
}

/** Sixteen uniform values to sixteen normal ones: the first half gives the radii, the second the angles. */
function transformBlock(values: Float32Array, from: number): void {
  const half = BLOCK / 2;
  for (let i = from; i < from + half; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - values[i]!));
    const turn = 2 * Math.PI * values[i + half]!;
    values[i] = radius * Math.cos(turn);
    values[i + half] = radius * Math.sin(turn);
  }
}
