import { combine } from './combine.ts';
import { type KnownBetas, readNoiseSchedule, trainedSigmas } from './noise-schedule.ts';
import type { Options } from './options.ts';
import { cleanOf, type Prediction, readPrediction } from './prediction.ts';
import type { Scheduler, Step } from './sampling.ts';
import { curvedSigmas, interpolated, readSigmaCurve, TimeOfSigma } from './sigma-table.ts';
import { checkSteps, readSpacing, type Spacing, spacedTimes } from './spacing.ts';

/** A run as all samplers of this kind lay it out. */
export interface SigmaPlan {
  readonly prediction: Prediction;
  readonly spacing: Spacing;
  /** One for each step, falling, float32, without the last 0. */
  readonly sigmas: readonly number[];
  readonly timesteps: readonly number[];
  readonly timeOf: TimeOfSigma;
  /** Of the first step of training. */
  readonly leastSigma: number;
}

/** What the samplers of this kind do not all know. */
interface Known {
  readonly betas?: KnownBetas;
  readonly curves?: boolean;
  /** `sigma_max` and `sigma_min` */
  readonly ends?: boolean;
  /** Timesteps of Karras' sigmas are whole. */
  readonly roundsKarras?: (time: number) => number;
}

export function planSigmas(options: Options, steps: number, known: Known = {}): SigmaPlan {
  const trained = readNoiseSchedule(options, known.betas);
  checkSteps(steps, trained.length);
  const spacing = readSpacing(options, 'linspace');
  const offset = options.integer('steps_offset', 0, 0, trained.length);
  const curve = known.curves === false ? 'trained' : readSigmaCurve(options);
  const table = trainedSigmas(trained);
  const timeOf = new TimeOfSigma(table);
  const rest = { prediction: readPrediction(options), spacing, timeOf, leastSigma: table[0]! };

  const times = spacedTimes({ spacing, length: trained.length, offset }, steps);
  const along = times.map((time) => interpolated(table, time));
  if (curve === 'trained') return { ...rest, sigmas: along.map(Math.fround), timesteps: times };

  const end = (key: string) => (known.ends ? options.optionalNumber(key, 0) : undefined);
  const [largest, smallest] = [end('sigma_max') ?? along[0]!, end('sigma_min') ?? along.at(-1)!];
  const sigmas = curvedSigmas(curve, largest, smallest, steps);
  const round = (curve === 'karras' && known.roundsKarras) || Math.fround;
  return {
    ...rest,
    sigmas: sigmas.map(Math.fround),
    timesteps: sigmas.map((sigma) => round(timeOf.at(sigma))),
  };
}

/**
 * A sampler that keeps the clean latents unscaled and adds sigma times noise to them (Karras et al. 2022), as
 * k-diffusion's do.
 */
export abstract class SigmaSampler implements Scheduler {
  abstract readonly order: 1 | 2;
  readonly timesteps: readonly number[];
  readonly initNoiseSigma: number;
  /** The sigma that the network sees at each call. */
  readonly #levels: readonly number[];
  readonly #prediction: Prediction;

  protected constructor(
    { prediction, spacing }: SigmaPlan,
    timesteps: readonly number[],
    levels: readonly number[],
  ) {
    const largest = Math.max(...levels);
    // What leads begins with less than all noise: the picture's own variance is added.
    this.initNoiseSigma = Math.fround(spacing === 'leading' ? Math.hypot(largest, 1) : largest);
    this.timesteps = timesteps;
    this.#levels = levels;
    this.#prediction = prediction;
  }

  scaleInput(sample: Float32Array, index: number): Float32Array {
    return combine([1 / Math.hypot(this.#levels[index]!, 1), sample]);
  }

  addNoise(clean: Float32Array, noise: Float32Array, index: number): Float32Array {
    return combine([1, clean], [this.#levels[index]!, noise]);
  }

  abstract step(
    prediction: Float32Array,
    index: number,
    sample: Float32Array,
    noise: () => Float32Array,
  ): Step;

  protected denoised(prediction: Float32Array, index: number, sample: Float32Array): Float32Array {
    return cleanOf(this.#prediction, prediction, sample, { signal: 1, noise: this.#levels[index]! });
  }
}

/** Along the line from latents to the clean ones that they are thought to come from, from one sigma to another. */
export function towards(sample: Float32Array, clean: Float32Array, from: number, to: number): Float32Array {
  const left = to / from;
  return combine([left, sample], [1 - left, clean]);
}

/** The slope of that line: latents change by it for each unit of sigma. */
export function slopeOf(sample: Float32Array, clean: Float32Array, sigma: number): Float32Array {
  return combine([1 / sigma, sample], [-1 / sigma, clean]);
}
