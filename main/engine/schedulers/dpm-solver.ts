import { type Clip, readThresholdOnly } from './clip.ts';
import { combine, type Term } from './combine.ts';
import type { Options } from './options.ts';
import { cleanOf, levelOfSigma, type Prediction, readPrediction } from './prediction.ts';
import { PreservingSampler } from './preserving-sampler.ts';
import type { RunRequest, Step } from './sampling.ts';
import { planSigmaRun } from './sigma-run.ts';

const MOST_ORDER = 3;
/** Runs shorter than this end with lower orders: high ones overshoot in large steps. */
const SHORT_RUN = 15;
const SOLVERS = ['midpoint', 'heun', 'logrho', 'bh1', 'bh2'] as const;
const ALGORITHMS = ['dpmsolver++', 'sde-dpmsolver++', 'deis'] as const;

/**
 * DPM-Solver++ in several steps (Lu et al. 2022, "DPM-Solver++: Fast Solver for Guided Sampling", algorithm 2, and its
 * section 5 for the stochastic kind): the clean latents are taken as a polynomial in lambda, half the logarithm of the
 * signal-to-noise ratio, and the linear rest of the equation is solved exactly.
 */
export class DpmSolverMultistep extends PreservingSampler {
  readonly #sigmas: readonly number[];
  readonly #prediction: Prediction;
  readonly #clip: Clip;
  readonly #order: number;
  readonly #isMidpoint: boolean;
  readonly #isStochastic: boolean;
  readonly #endsWithFirst: boolean;
  readonly #endsWithSecond: boolean;
  /** Clean latents as earlier calls foresaw them, the latest first. */
  #past: readonly Float32Array[] = [];

  constructor(options: Options, { steps }: RunRequest) {
    options.refuse('use_flow_sigmas', 'use_dynamic_shifting', 'variance_type');
    const run = planSigmaRun(options, steps, {
      lu: true,
      cutsCosine: true,
      lastStep: (sigmas) => stepsAbove(sigmas, options.number('lambda_min_clipped', -Infinity)),
    });
    super(run.timesteps, run.sigmas.map(levelOfSigma));
    this.#sigmas = run.sigmas;
    this.#prediction = readPrediction(options);
    this.#clip = readThresholdOnly(options);
    this.#order = options.integer('solver_order', 2, 1, MOST_ORDER);
    // Configurations of DEIS and UniPC name solvers of their own; they get the first ones, as in diffusers.
    this.#isMidpoint = options.choice('solver_type', SOLVERS, 'midpoint') !== 'heun';
    this.#isStochastic = options.choice('algorithm_type', ALGORITHMS, 'dpmsolver++') === 'sde-dpmsolver++';
    this.#endsWithSecond = options.flag('lower_order_final', true) && run.timesteps.length < SHORT_RUN;
    this.#endsWithFirst = this.#endsWithSecond || options.flag('euler_at_final', false) || run.endsAtZero;
  }

  step(prediction: Float32Array, index: number, sample: Float32Array, noise: () => Float32Array): Step {
    const level = this.levels[index]!;
    const denoised = this.#clip(cleanOf(this.#prediction, prediction, sample, level));
    this.#past = [denoised, ...this.#past].slice(0, this.#order);

    const next = this.levels[index + 1]!;
    const h = this.#lambda(index + 1) - this.#lambda(index);
    // Fresh noise takes the share of the old that the stochastic equation loses, as if the step were twice as long.
    const length = this.#isStochastic ? 2 * h : h;
    const kept = (next.noise / level.noise) * (this.#isStochastic ? Math.exp(-h) : 1);
    const certain: Term[] = [[kept, sample], ...this.#polynomial(index, h, length, next.signal)];
    if (!this.#isStochastic) return { sample: combine(...certain), denoised };
    const fresh: Term = [next.noise * Math.sqrt(-Math.expm1(-length)), noise()];
    return { sample: combine(...certain, fresh), denoised };
  }

  /** What the polynomial through the clean latents adds; its derivatives are divided differences over h. */
  #polynomial(index: number, h: number, length: number, signal: number): Term[] {
    // Karras' sigmas end with the least, and may be told to end there once more.
    if (h === 0) return [];
    const [d0, before, earlier] = this.#past;
    const phi1 = -Math.expm1(-length);
    const order = this.#orderAt(index);
    if (order === 1 || !before) return [[signal * phi1, d0!]];

    const phi2 = 1 - phi1 / length;
    const r0 = (this.#lambda(index) - this.#lambda(index - 1)) / h;
    const slope = combine([1 / r0, d0!], [-1 / r0, before]);
    if (order === 2 || !earlier) {
      const weight = this.#isMidpoint ? phi1 / 2 : phi2;
      return [
        [signal * phi1, d0!],
        [signal * weight, slope],
      ];
    }
    // diffusers has the last term's 1/2 with the other sign for the stochastic kind, which does not vanish with h.
    const phi3 = 0.5 - (length - phi1) / length ** 2;
    const r1 = (this.#lambda(index - 1) - this.#lambda(index - 2)) / h;
    const slopeBefore = combine([1 / r1, before], [-1 / r1, earlier]);
    const bend = combine([1 / (r0 + r1), slope], [-1 / (r0 + r1), slopeBefore]);
    return [
      [signal * phi1, d0!],
      [signal * phi2, combine([1, slope], [r0, bend])],
      [signal * phi3, bend],
    ];
  }

  #orderAt(index: number): number {
    const left = this.timesteps.length - 1 - index;
    if (left === 0 && this.#endsWithFirst) return 1;
    const most = left === 1 && this.#endsWithSecond ? 2 : this.#order;
    return Math.min(most, this.#past.length);
  }

  #lambda(index: number): number {
    return -Math.log(this.#sigmas[index]!);
  }
}

/** Steps of training whose lambda is not below a bound. */
function stepsAbove(sigmas: Float32Array, leastLambda: number): number {
  return sigmas.filter((sigma) => -Math.log(sigma) >= leastLambda).length;
}
