import { ancestralSplit } from './ancestral.ts';
import { combine } from './combine.ts';
import type { Options } from './options.ts';
import type { RunRequest, Step } from './sampling.ts';
import { planSigmas, SigmaSampler, towards } from './sigma-sampler.ts';

/** Euler's method along sigma (Karras et al. 2022, algorithm 2 without churn). */
export class EulerDiscrete extends SigmaSampler {
  readonly order = 1;
  readonly #sigmas: readonly number[];

  constructor(options: Options, { steps }: RunRequest) {
    const plan = planSigmas(options, steps, { betas: { zeroSnr: true }, ends: true });
    options.choice('interpolation_type', ['linear'], 'linear');
    options.choice('timestep_type', ['discrete'], 'discrete');
    const ending = options.choice('final_sigmas_type', ['zero', 'sigma_min'], 'zero');
    super(plan, plan.timesteps, plan.sigmas);
    this.#sigmas = [...plan.sigmas, ending === 'zero' ? 0 : plan.leastSigma];
  }

  step(prediction: Float32Array, index: number, sample: Float32Array): Step {
    const denoised = this.denoised(prediction, index, sample);
    const [from, to] = [this.#sigmas[index]!, this.#sigmas[index + 1]!];
    return { sample: towards(sample, denoised, from, to), denoised };
  }
}

/** Euler's method with a part of each step left to fresh noise, as k-diffusion's `euler_ancestral`. */
export class EulerAncestral extends SigmaSampler {
  readonly order = 1;
  readonly #sigmas: readonly number[];

  constructor(options: Options, { steps }: RunRequest) {
    const plan = planSigmas(options, steps, { betas: { zeroSnr: true }, curves: false });
    super(plan, plan.timesteps, plan.sigmas);
    this.#sigmas = [...plan.sigmas, 0];
  }

  step(prediction: Float32Array, index: number, sample: Float32Array, noise: () => Float32Array): Step {
    const denoised = this.denoised(prediction, index, sample);
    const [from, to] = [this.#sigmas[index]!, this.#sigmas[index + 1]!];
    const { down, up } = ancestralSplit(from, to);
    // Drawn for the last step as well, where none of it is left: who draws next depends on it.
    const fresh = noise();
    return { sample: combine([1, towards(sample, denoised, from, down)], [up, fresh]), denoised };
  }
}
