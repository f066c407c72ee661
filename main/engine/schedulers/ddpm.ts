import { type Clip, readClip } from './clip.ts';
import { combine } from './combine.ts';
import { readNoiseSchedule } from './noise-schedule.ts';
import type { Options } from './options.ts';
import { cleanOf, levelOfShare, type Prediction, readPrediction } from './prediction.ts';
import { checkTimesteps, PreservingSampler } from './preserving-sampler.ts';
import type { RunRequest, Step } from './sampling.ts';
import { checkSteps, readSpacing, spacedSteps } from './spacing.ts';

const VARIANCES = ['fixed_small', 'fixed_small_log', 'fixed_large', 'fixed_large_log'] as const;
const LEAST_VARIANCE = 1e-20;

/** Denoising diffusion probabilistic models (Ho et al. 2020, equations 6 and 7): ancestral, with noise in each step. */
export class Ddpm extends PreservingSampler {
  /** The share of the picture that is left at each call, and 1 at the end. */
  readonly #shares: readonly number[];
  readonly #prediction: Prediction;
  readonly #clip: Clip;
  readonly #isSmall: boolean;

  constructor(options: Options, { steps }: RunRequest) {
    const { length, alphaBar } = readNoiseSchedule(options, { zeroSnr: true });
    checkSteps(steps, length);
    const spacing = readSpacing(options, 'leading');
    const offset = options.integer('steps_offset', 0, 0, length);
    const timesteps = spacedSteps({ spacing, length, offset }, steps);
    checkTimesteps(timesteps, length);
    const shares = timesteps.map((time) => alphaBar[time]!);
    super(timesteps, shares.map(levelOfShare));
    this.#shares = [...shares, 1];
    this.#prediction = readPrediction(options);
    this.#clip = readClip(options, true);
    // `_log` says how the value is stored on its way, not what it is.
    this.#isSmall = options.choice('variance_type', VARIANCES, 'fixed_small').startsWith('fixed_small');
  }

  step(prediction: Float32Array, index: number, sample: Float32Array, noise: () => Float32Array): Step {
    const denoised = this.#clip(cleanOf(this.#prediction, prediction, sample, this.levels[index]!));
    const [share, next] = [this.#shares[index]!, this.#shares[index + 1]!];
    // Between neighbours of a thousand steps almost nothing is lost: what float32 makes of that is part of the result.
    const kept = Math.fround(share / next);
    const mean = combine(
      [(Math.sqrt(next) * (1 - kept)) / (1 - share), denoised],
      [(Math.sqrt(kept) * (1 - next)) / (1 - share), sample],
    );
    if (this.timesteps[index] === 0) return { sample: mean, denoised };
    const small = Math.max(LEAST_VARIANCE, ((1 - next) / (1 - share)) * (1 - kept));
    const deviation = Math.sqrt(this.#isSmall ? small : 1 - kept);
    return { sample: combine([1, mean], [deviation, noise()]), denoised };
  }
}
