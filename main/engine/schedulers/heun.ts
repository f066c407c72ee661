import { type Clip, readRangeOnly } from './clip.ts';
import { combine } from './combine.ts';
import { STABLE_BETAS } from './noise-schedule.ts';
import type { Options } from './options.ts';
import type { RunRequest, Step } from './sampling.ts';
import { planSigmas, SigmaSampler, slopeOf } from './sigma-sampler.ts';

/** Where a step began, while its second call is awaited. */
interface Begun {
  readonly sample: Float32Array;
  readonly slope: Float32Array;
}

/**
 * Heun's method (Karras et al. 2022, algorithm 1): a step is tried, the slope looked at where it ends, and the step
 * made with the mean of both slopes. The last step ends at 0, where there is no slope, and is Euler's.
 */
export class HeunDiscrete extends SigmaSampler {
  readonly order = 2;
  readonly #sigmas: readonly number[];
  readonly #clip: Clip;
  #begun: Begun | undefined;

  constructor(options: Options, { steps }: RunRequest) {
    const plan = planSigmas(options, steps, { betas: { defaults: STABLE_BETAS } });
    const clip = readRangeOnly(options);
    super(plan, eachTwice(plan.timesteps), eachTwice(plan.sigmas));
    this.#sigmas = [...plan.sigmas, 0];
    this.#clip = clip;
  }

  step(prediction: Float32Array, index: number, sample: Float32Array): Step {
    const denoised = this.#clip(this.denoised(prediction, index, sample));
    const [from, to] = this.#sigmas.slice(index >> 1) as [number, number];
    const begun = this.#begun;
    if (begun) {
      this.#begun = undefined;
      const slope = slopeOf(sample, denoised, to);
      const half = (to - from) / 2;
      return { sample: combine([1, begun.sample], [half, begun.slope], [half, slope]), denoised };
    }
    const slope = slopeOf(sample, denoised, from);
    this.#begun = { sample, slope };
    return { sample: combine([1, sample], [to - from, slope]), denoised };
  }
}

/** The first once: nothing steps to it. */
function eachTwice(values: readonly number[]): number[] {
  return values.flatMap((value, i) => (i === 0 ? [value] : [value, value]));
}
