import { putTime, TIME } from '../../../../models/learning/texture-unet.ts';
import type { Given } from '../../learning/open-graph.ts';
import { normals } from '../../learning/picture-set.ts';

import { makeScheduler } from '../../schedulers/scheduler.ts';
import { LEARNT_SCHEDULE } from './noise-levels.ts';

/** What the network foretells of pictures under noise at one time. */
export type Predictor = (x: Given, time: Given) => Promise<Float32Array>;

export interface DrawJob {
  /** Pixels of a side. */
  readonly size: number;
  /** Pictures at once, as many as the network takes. */
  readonly batch: number;
  /** Calls of the sampler. */
  readonly steps: number;
  readonly seed: number;
  /** Pictures to begin with, [batch, 3, size, size], -1..1, and how much of them is made anew, 0..1. */
  readonly init?: { readonly planes: Float32Array; readonly strength: number } | undefined;
  /** Where the pictures begun with are made anew: 1, and where they stay: 0; [size * size]. */
  readonly mask?: Float32Array | undefined;
  checkpoint?(): void;
  /** 0..1 */
  progress?(done: number): void;
}

/**
 * Makes pictures of noise, or of pictures, by the samplers of Generate (DPM-Solver++ of second order).
 * @returns [batch, 3, size, size], about -1..1
 */
export async function drawWith(predict: Predictor, job: DrawJob): Promise<Float32Array> {
  const { size, batch, steps, seed, init, mask } = job;
  const begin = init ? Math.min(steps - 1, Math.max(0, Math.round(steps * (1 - init.strength)))) : 0;
  const scheduler = makeScheduler('DPMSolverMultistepScheduler', LEARNT_SCHEDULE, { steps, begin });
  const dims = [batch, 3, size, size];
  const noise = normals(seed, 0, dims).floats;
  let sample: Float32Array = init
    ? scheduler.addNoise(init.planes, noise, begin)
    : noise.map((value) => value * scheduler.initNoiseSigma);
  let drawn = 1;
  for (let index = begin; index < scheduler.timesteps.length; index++) {
    job.checkpoint?.();
    const time = new Float32Array(batch * TIME);
    for (let at = 0; at < batch; at++) putTime(scheduler.timesteps[index]!, time, at * TIME);
    const given = { floats: scheduler.scaleInput(sample, index), dims };
    const foretold = await predict(given, { floats: time, dims: [batch, TIME] });
    const next = scheduler.step(foretold, index, sample, () => normals(seed, drawn++, dims).floats);
    sample = next.sample;
    if (init && mask) {
      const isLast = index + 1 >= scheduler.timesteps.length;
      const own = isLast ? init.planes : scheduler.addNoise(init.planes, noise, index + 1);
      sample = sample.map((value, at) => {
        const share = mask[at % mask.length]!;
        return share * value + (1 - share) * own[at]!;
      });
    }
    job.progress?.((index + 1 - begin) / (scheduler.timesteps.length - begin));
  }
  return sample;
}
