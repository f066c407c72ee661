import type { Options } from './options.ts';

/** Shape of Karras' schedule: how much more densely small sigmas are visited (Karras et al. 2022, equation 5). */
const RHO = 7;
const LEAST_SIGMA = 1e-10;

/** How the sigmas of a run lie between the largest and the smallest. */
export type SigmaCurve = 'trained' | 'karras' | 'exponential';

/** @throws GessoError model/unknown-architecture where two are asked for, or one that Gesso does not have */
export function readSigmaCurve(options: Options): SigmaCurve {
  options.refuse('use_beta_sigmas');
  const isKarras = options.flag('use_karras_sigmas', false);
  if (isKarras) options.refuse('use_exponential_sigmas');
  if (isKarras) return 'karras';
  return options.flag('use_exponential_sigmas', false) ? 'exponential' : 'trained';
}

/**
 * Sigmas of a run, falling, float64.
 * @param curve any but `trained`, which follows the steps of training and has no formula
 */
export function curvedSigmas(
  curve: 'karras' | 'exponential',
  largest: number,
  smallest: number,
  steps: number,
): number[] {
  const [bend, straighten] =
    curve === 'karras'
      ? [(sigma: number) => sigma ** (1 / RHO), (root: number) => root ** RHO]
      : [Math.log, Math.exp];
  const [from, to] = [bend(largest), bend(smallest)];
  return Array.from({ length: steps }, (_, i) =>
    straighten(from + (steps === 1 ? 0 : i / (steps - 1)) * (to - from)),
  );
}

/** A value between those of a table, at a place 0..length-1; places outside are the ends'. */
export function interpolated(table: Float32Array, place: number): number {
  const low = Math.min(table.length - 1, Math.max(0, Math.floor(place)));
  const high = Math.min(table.length - 1, low + 1);
  const part = Math.min(1, Math.max(0, place - low));
  return (table[high]! - table[low]!) * part + table[low]!;
}

/** The inverse of a table of sigmas: the fractional step of training that has a sigma, linear in its logarithm. */
export class TimeOfSigma {
  readonly #logs: Float32Array;

  /** @param sigmas of training, rising */
  constructor(sigmas: Float32Array) {
    this.#logs = sigmas.map(Math.log);
  }

  at(sigma: number): number {
    const logs = this.#logs;
    if (logs.length === 1) return 0;
    const log = Math.log(Math.max(sigma, LEAST_SIGMA));
    let [low, high] = [0, logs.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (logs[middle]! <= log) low = middle;
      else high = middle;
    }
    const part = (log - logs[low]!) / (logs[high]! - logs[low]!);
    return low + Math.min(1, Math.max(0, part));
  }
}
