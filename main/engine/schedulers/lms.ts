import { combine, type Term } from './combine.ts';
import type { Options } from './options.ts';
import type { RunRequest, Step } from './sampling.ts';
import { planSigmas, SigmaSampler, slopeOf } from './sigma-sampler.ts';

const MOST_ORDER = 4;
/** Gauss and Legendre's two points: exact for the cubics that are integrated. */
const GAUSS = [-1 / Math.sqrt(3), 1 / Math.sqrt(3)] as const;

/** Linear multistep (Adams and Bashforth) of order 4 over sigmas that are not even, as k-diffusion's `lms`. */
export class LmsDiscrete extends SigmaSampler {
  readonly order = 1;
  readonly #sigmas: readonly number[];
  /** The latest first. */
  #slopes: readonly Float32Array[] = [];

  constructor(options: Options, { steps }: RunRequest) {
    const plan = planSigmas(options, steps);
    super(plan, plan.timesteps, plan.sigmas);
    this.#sigmas = [...plan.sigmas, 0];
  }

  step(prediction: Float32Array, index: number, sample: Float32Array): Step {
    const denoised = this.denoised(prediction, index, sample);
    const slope = slopeOf(sample, denoised, this.#sigmas[index]!);
    this.#slopes = [slope, ...this.#slopes].slice(0, MOST_ORDER);
    // The order follows the schedule and not what has been seen, as in diffusers: a run that begins late takes the
    // first terms of a sum of four.
    const order = Math.min(index + 1, MOST_ORDER);
    const terms = this.#slopes
      .slice(0, order)
      .map((past, back): Term => [this.#weight(index, order, back), past]);
    return { sample: combine([1, sample], ...terms), denoised };
  }

  /** The integral over the step of the polynomial that is 1 at the sigma `back` calls ago and 0 at the others. */
  #weight(index: number, order: number, back: number): number {
    const sigmas = this.#sigmas;
    const [from, to] = [sigmas[index]!, sigmas[index + 1]!];
    const [middle, half] = [(from + to) / 2, (to - from) / 2];
    const at = (sigma: number) => {
      let product = 1;
      for (let other = 0; other < order; other++) {
        if (other === back) continue;
        const zero = sigmas[index - other]!;
        product *= (sigma - zero) / (sigmas[index - back]! - zero);
      }
      return product;
    };
    return half * (at(middle + half * GAUSS[0]) + at(middle + half * GAUSS[1]));
  }
}
