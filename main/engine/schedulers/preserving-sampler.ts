import { GessoError } from '../../../contract/errors.ts';
import { combine } from './combine.ts';
import type { Level } from './prediction.ts';
import type { Scheduler, Step } from './sampling.ts';

/** A sampler whose latents keep a variance of 1, as they did in training: the network is shown them as they are. */
export abstract class PreservingSampler implements Scheduler {
  readonly order = 1;
  readonly initNoiseSigma = 1;
  readonly timesteps: readonly number[];
  /** Of each call. */
  protected readonly levels: readonly Level[];

  protected constructor(timesteps: readonly number[], levels: readonly Level[]) {
    this.timesteps = timesteps;
    this.levels = levels;
  }

  scaleInput(sample: Float32Array, _index: number): Float32Array {
    return sample;
  }

  addNoise(clean: Float32Array, noise: Float32Array, index: number): Float32Array {
    const { signal, noise: share } = this.levels[index]!;
    return combine([signal, clean], [share, noise]);
  }

  abstract step(
    prediction: Float32Array,
    index: number,
    sample: Float32Array,
    noise: () => Float32Array,
  ): Step;
}

/**
 * An offset can push the first step past the last one of training.
 * @throws GessoError recipe/invalid
 */
export function checkTimesteps(timesteps: readonly number[], length: number): void {
  if (timesteps.every((time) => time >= 0 && time < length)) return;
  throw new GessoError(
    'recipe/invalid',
    `${timesteps.length} steps do not fit into this model's ${length}.`,
    'Ask for fewer steps.',
  );
}
