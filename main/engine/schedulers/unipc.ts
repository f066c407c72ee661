import { type Clip, readThresholdOnly } from './clip.ts';
import { combine, type Term } from './combine.ts';
import type { Options } from './options.ts';
import { cleanOf, levelOfSigma, type Prediction, readPrediction } from './prediction.ts';
import { PreservingSampler } from './preserving-sampler.ts';
import type { RunRequest, Step } from './sampling.ts';
import { planSigmaRun } from './sigma-run.ts';

const MOST_ORDER = 4;
const SOLVERS = ['bh2', 'bh1', 'midpoint', 'heun', 'logrho'] as const;

/** What the last step was made from, for the corrector. */
interface Made {
  readonly sample: Float32Array;
  readonly order: number;
}

/**
 * UniPC (Zhao et al. 2023, "UniPC: A Unified Predictor-Corrector Framework", algorithms 5 and 6, predicting clean
 * latents): each call first corrects the step that led to it, which costs nothing, and then predicts the next one.
 */
export class UniPc extends PreservingSampler {
  readonly #sigmas: readonly number[];
  readonly #prediction: Prediction;
  readonly #clip: Clip;
  readonly #order: number;
  readonly #isBh1: boolean;
  readonly #lowersAtEnd: boolean;
  readonly #uncorrected: ReadonlySet<number>;
  /** Clean latents as earlier calls foresaw them, the latest first. */
  #past: readonly Float32Array[] = [];
  #made: Made | undefined;

  constructor(options: Options, { steps }: RunRequest) {
    options.refuse('use_flow_sigmas', 'use_dynamic_shifting', 'solver_p');
    options.require('predict_x0', true);
    const run = planSigmaRun(options, steps, { ends: true });
    super(run.timesteps, run.sigmas.map(levelOfSigma));
    this.#sigmas = run.sigmas;
    this.#prediction = readPrediction(options);
    this.#clip = readThresholdOnly(options);
    this.#order = options.integer('solver_order', 2, 1, MOST_ORDER);
    // Configurations of DPM-Solver and DEIS name solvers of their own; they get bh2, as in diffusers.
    this.#isBh1 = options.choice('solver_type', SOLVERS, 'bh2') === 'bh1';
    this.#lowersAtEnd = options.flag('lower_order_final', true);
    this.#uncorrected = new Set(options.indices('disable_corrector'));
  }

  step(prediction: Float32Array, index: number, sample: Float32Array): Step {
    const denoised = this.#clip(cleanOf(this.#prediction, prediction, sample, this.levels[index]!));
    const made = this.#made;
    const corrected =
      made && !this.#uncorrected.has(index - 1)
        ? this.#advance(index - 1, made.order, made.sample, denoised)
        : sample;
    this.#past = [denoised, ...this.#past].slice(0, this.#order);

    const left = this.timesteps.length - index;
    const order = Math.min(this.#lowersAtEnd ? left : this.#order, this.#order, this.#past.length);
    this.#made = { sample: corrected, order };
    return { sample: this.#advance(index, order, corrected), denoised };
  }

  /**
   * One step from the call `index` to the next.
   * @param end the clean latents as they were foreseen where the step ends: with them the step is corrected
   */
  #advance(index: number, order: number, sample: Float32Array, end?: Float32Array): Float32Array {
    const [from, to] = [this.levels[index]!, this.levels[index + 1]!];
    const [d0 = sample, ...before] = this.#past;
    const z = this.#lambda(index) - this.#lambda(index + 1);
    // Karras' sigmas end with the least, and may be told to end there once more.
    if (z === 0) return sample;
    const phi1 = Math.expm1(z);
    const plain: Term[] = [
      [to.noise / from.noise, sample],
      [-to.signal * phi1, d0],
    ];
    // A step to no noise at all has no lambda to end at.
    const points = Number.isFinite(z)
      ? before
          .slice(0, order - 1)
          .map((past, i) => ({ past, at: (this.#lambda(index - 1 - i) - this.#lambda(index)) / -z }))
      : [];
    const all = end ? [...points, { past: end, at: 1 }] : points;
    const base = this.#isBh1 ? z : phi1;
    const weights = this.#weights(all, z, base);
    const bent = all.map(({ past, at }, i): Term[] => {
      const factor = (-to.signal * base * weights[i]!) / at;
      return [
        [factor, past],
        [-factor, d0],
      ];
    });
    return combine(...plain, ...bent.flat());
  }

  /** Those with which polynomials are integrated exactly; of a single point the paper takes 1/2. */
  #weights(points: readonly { at: number }[], z: number, base: number): number[] {
    if (points.length === 1) return [0.5];
    const moments: number[] = [];
    let phi = Math.expm1(z) / z - 1;
    let factorial = 1;
    for (let k = 1; k <= points.length; k++) {
      factorial *= k;
      moments.push((phi * factorial) / base);
      phi = phi / z - 1 / (factorial * (k + 1));
    }
    return solve(
      moments.map((_, k) => points.map(({ at }) => at ** k)),
      moments,
    );
  }

  #lambda(index: number): number {
    return -Math.log(this.#sigmas[index]!);
  }
}

/** Solves rows x = right by Gauss and Jordan, with the largest pivot of each column; both are changed. */
function solve(rows: number[][], right: number[]): number[] {
  const count = rows.length;
  for (let column = 0; column < count; column++) {
    let pivot = column;
    for (let row = column + 1; row < count; row++)
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    [right[column], right[pivot]] = [right[pivot]!, right[column]!];
    for (let row = 0; row < count; row++) {
      if (row === column) continue;
      const factor = rows[row]![column]! / rows[column]![column]!;
      for (let k = column; k < count; k++) rows[row]![k]! -= factor * rows[column]![k]!;
      right[row]! -= factor * right[column]!;
    }
  }
  return right.map((value, i) => value / rows[i]![i]!);
}
