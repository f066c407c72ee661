import { ancestralSplit } from './ancestral.ts';
import { combine } from './combine.ts';
import { STABLE_BETAS } from './noise-schedule.ts';
import type { Options } from './options.ts';
import type { RunRequest, Step } from './sampling.ts';
import { planSigmas, type SigmaPlan, SigmaSampler, slopeOf } from './sigma-sampler.ts';
import { roundHalfEven } from './spacing.ts';

/** One step: its slope is looked at in the middle, in the logarithm of sigma, and leads from `from` to `to`. */
interface Stride {
  readonly from: number;
  /** 0 for the last step, which has one call only. */
  readonly middle: number;
  readonly to: number;
  /** Deviation of the noise that is added at the end. */
  readonly up: number;
}

/** Second order by the midpoint (Karras et al. 2022, section 3 and k-diffusion's `dpm_2`). */
abstract class Midpoint extends SigmaSampler {
  readonly order = 2;
  readonly #strides: readonly Stride[];
  /** Where the step began whose second call is awaited. */
  #begun: Float32Array | undefined;

  protected constructor(plan: SigmaPlan, strides: readonly Stride[]) {
    const middles = strides.slice(0, -1).map(({ middle }) => middle);
    super(
      plan,
      interleaved(
        plan.timesteps,
        middles.map((sigma) => Math.fround(plan.timeOf.at(sigma))),
      ),
      interleaved(plan.sigmas, middles),
    );
    this.#strides = strides;
  }

  step(prediction: Float32Array, index: number, sample: Float32Array, noise: () => Float32Array): Step {
    const denoised = this.denoised(prediction, index, sample);
    const { from, middle, to, up } = this.#strides[index >> 1]!;
    const begun = this.#begun;
    if (begun) {
      this.#begun = undefined;
      const end = combine([1, begun], [to - from, slopeOf(sample, denoised, middle)]);
      return { sample: this.isAncestral ? combine([1, end], [up, noise()]) : end, denoised };
    }
    this.#begun = sample;
    return { sample: combine([1, sample], [middle - from, slopeOf(sample, denoised, from)]), denoised };
  }

  protected abstract readonly isAncestral: boolean;
}

export class Kdpm2Discrete extends Midpoint {
  protected readonly isAncestral = false;

  constructor(options: Options, { steps }: RunRequest) {
    const plan = planMidpoints(options, steps);
    super(
      plan,
      strides(plan.sigmas, (_, to) => ({ down: to, up: 0 })),
    );
  }
}

export class Kdpm2Ancestral extends Midpoint {
  protected readonly isAncestral = true;

  constructor(options: Options, { steps }: RunRequest) {
    const plan = planMidpoints(options, steps);
    super(plan, strides(plan.sigmas, ancestralSplit));
  }
}

function planMidpoints(options: Options, steps: number): SigmaPlan {
  return planSigmas(options, steps, { betas: { defaults: STABLE_BETAS }, roundsKarras: roundHalfEven });
}

function strides(sigmas: readonly number[], split: typeof ancestralSplit): Stride[] {
  return sigmas.map((from, i) => {
    const { down, up } = split(from, sigmas[i + 1] ?? 0);
    return { from, middle: Math.fround(Math.sqrt(from * down)), to: down, up };
  });
}

function interleaved(values: readonly number[], between: readonly number[]): number[] {
  return values.flatMap((value, i) => (i === 0 ? [value] : [between[i - 1]!, value]));
}
