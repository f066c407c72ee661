import { GessoError } from '../../../contract/errors.ts';
import { type Clip, readClip } from './clip.ts';
import { combine } from './combine.ts';
import { readNoiseSchedule } from './noise-schedule.ts';
import type { Options } from './options.ts';
import { cleanOf, levelOfShare, type Prediction, readPrediction } from './prediction.ts';
import { PreservingSampler } from './preserving-sampler.ts';
import type { RunRequest, Step } from './sampling.ts';
import { checkSteps } from './spacing.ts';

const BETAS = { first: 0.00085, last: 0.012, kind: 'scaled_linear' } as const;
/** The deviation of pictures that consistency models are made for (Song et al. 2023). */
const SIGMA_DATA = 0.5;

/**
 * Latent consistency models (Luo et al. 2023): each call foresees the clean latents, and noise of the next level is
 * put on them, 2 to 8 times. Their steps are chosen from those that the model was distilled at.
 */
export class Lcm extends PreservingSampler {
  readonly #prediction: Prediction;
  readonly #clip: Clip;
  readonly #timeScale: number;

  constructor(options: Options, { steps }: RunRequest) {
    const { length, alphaBar } = readNoiseSchedule(options, { defaults: BETAS, zeroSnr: true });
    checkSteps(steps, length);
    const distilled = options.integer('original_inference_steps', 50, 1, length);
    if (steps > distilled)
      throw new GessoError(
        'recipe/invalid',
        `The sampler lcm cannot make ${steps} steps: the model was distilled at ${distilled}.`,
        `Ask for at most ${distilled} steps; 4 to 8 are usual.`,
      );
    const gap = Math.floor(length / distilled);
    const timesteps = Array.from(
      { length: steps },
      (_, i) => (distilled - Math.floor(i * (distilled / steps))) * gap - 1,
    );
    super(
      timesteps,
      timesteps.map((time) => levelOfShare(alphaBar[time]!)),
    );
    this.#prediction = readPrediction(options);
    this.#clip = readClip(options, false);
    this.#timeScale = options.number('timestep_scaling', 10, 0);
  }

  step(prediction: Float32Array, index: number, sample: Float32Array, noise: () => Float32Array): Step {
    const clean = this.#clip(cleanOf(this.#prediction, prediction, sample, this.levels[index]!));
    const time = this.timesteps[index]! * this.#timeScale;
    const length = Math.hypot(time, SIGMA_DATA);
    // At time 0 a consistency model has to answer with what it is shown.
    const denoised = combine([time / length, clean], [(SIGMA_DATA / length) ** 2, sample]);
    const next = this.levels[index + 1];
    if (!next) return { sample: denoised, denoised };
    return { sample: combine([next.signal, denoised], [next.noise, noise()]), denoised };
  }
}
