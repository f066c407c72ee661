import { type Clip, readClip } from './clip.ts';
import { combine } from './combine.ts';
import { readNoiseSchedule } from './noise-schedule.ts';
import type { Options } from './options.ts';
import { cleanOf, levelOfShare, noiseOf, type Prediction, readPrediction } from './prediction.ts';
import { checkTimesteps, PreservingSampler } from './preserving-sampler.ts';
import type { RunRequest, Step } from './sampling.ts';
import { checkSteps, readSpacing, spacedSteps } from './spacing.ts';

/** Denoising diffusion implicit models (Song et al. 2021, equation 12). */
export class Ddim extends PreservingSampler {
  readonly #alphaBar: Float32Array;
  readonly #gap: number;
  readonly #finalShare: number;
  readonly #prediction: Prediction;
  readonly #clip: Clip;
  readonly #eta: number;

  constructor(options: Options, { steps, eta = 0 }: RunRequest) {
    const { length, alphaBar } = readNoiseSchedule(options, { zeroSnr: true });
    checkSteps(steps, length);
    const spacing = readSpacing(options, 'leading');
    const offset = options.integer('steps_offset', 0, 0, length);
    const timesteps = spacedSteps({ spacing, length, offset }, steps);
    checkTimesteps(timesteps, length);
    super(
      timesteps,
      timesteps.map((time) => levelOfShare(alphaBar[time]!)),
    );
    this.#alphaBar = alphaBar;
    this.#gap = Math.floor(length / steps);
    this.#finalShare = options.flag('set_alpha_to_one', true) ? 1 : alphaBar[0]!;
    this.#prediction = readPrediction(options);
    this.#clip = readClip(options, true);
    this.#eta = eta;
  }

  step(prediction: Float32Array, index: number, sample: Float32Array, noise: () => Float32Array): Step {
    const time = this.timesteps[index]!;
    const level = this.levels[index]!;
    const denoised = this.#clip(cleanOf(this.#prediction, prediction, sample, level));
    const direction = noiseOf(this.#prediction, prediction, sample, level);

    // By the gap and not by the list: where they differ, `trailing` steps a little past the next timestep.
    const share = this.#alphaBar[time]!;
    const next = this.#alphaBar[time - this.#gap] ?? this.#finalShare;
    const variance = ((1 - next) / (1 - share)) * (1 - Math.fround(share / next));
    const deviation = this.#eta * Math.sqrt(variance);
    const certain = combine(
      [Math.sqrt(next), denoised],
      [Math.sqrt(Math.max(0, 1 - next - deviation ** 2)), direction],
    );
    if (this.#eta === 0) return { sample: certain, denoised };
    return { sample: combine([1, certain], [deviation, noise()]), denoised };
  }
}
