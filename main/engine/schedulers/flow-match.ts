import { combine } from './combine.ts';
import type { Options } from './options.ts';
import type { RunRequest, Scheduler, Step } from './sampling.ts';
import { curvedSigmas, readSigmaCurve } from './sigma-table.ts';
import { checkSteps } from './spacing.ts';

/**
 * Euler's method for networks that predict the velocity from picture to noise along straight lines (Lipman et al.
 * 2023, Esser et al. 2024): latents are (1 - sigma) clean + sigma noise.
 */
export class FlowMatchEuler implements Scheduler {
  readonly order = 1;
  readonly initNoiseSigma = 1;
  readonly timesteps: readonly number[];
  readonly #sigmas: readonly number[];
  readonly #isStochastic: boolean;

  constructor(options: Options, { steps }: RunRequest) {
    options.refuse('use_dynamic_shifting', 'shift_terminal', 'invert_sigmas');
    const length = options.integer('num_train_timesteps', 1000, 1, 100_000);
    checkSteps(steps, length);
    const shift = options.number('shift', 1, 0);
    const curve = readSigmaCurve(options);
    // Esser et al., equation 23. The ends are shifted before and, with all others, again.
    const shifted = (sigma: number) => (shift * sigma) / (1 + (shift - 1) * sigma);
    const [first, last] = [shifted(1), shifted(1 / length)];
    const even = Array.from({ length: steps }, (_, i) =>
      shifted(first + (steps === 1 ? 0 : i / (steps - 1)) * (last - first)),
    );
    const sigmas = curve === 'trained' ? even : curvedSigmas(curve, even[0]!, even.at(-1)!, steps);
    const rounded = sigmas.map(Math.fround);
    this.timesteps = rounded.map((sigma) => Math.fround(sigma * length));
    this.#sigmas = [...rounded, 0];
    this.#isStochastic = options.flag('stochastic_sampling', false);
  }

  scaleInput(sample: Float32Array, _index: number): Float32Array {
    return sample;
  }

  addNoise(clean: Float32Array, noise: Float32Array, index: number): Float32Array {
    const sigma = this.#sigmas[index]!;
    return combine([1 - sigma, clean], [sigma, noise]);
  }

  step(prediction: Float32Array, index: number, sample: Float32Array, noise: () => Float32Array): Step {
    const [from, to] = [this.#sigmas[index]!, this.#sigmas[index + 1]!];
    const denoised = combine([1, sample], [-from, prediction]);
    const next = this.#isStochastic
      ? combine([1 - to, denoised], [to, noise()])
      : combine([1, sample], [to - from, prediction]);
    return { sample: next, denoised };
  }
}
