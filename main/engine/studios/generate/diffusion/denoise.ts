import type { Scheduler } from '../../../schedulers/scheduler.ts';
import type { BundleNetworks, Condition, LatentSize } from './networks.ts';

/** Gives noise in the order in which it is drawn. */
export interface NoiseSource {
  /** @returns `count` numbers of a normal distribution */
  next(count: number): Float32Array;
}

/** What is kept of a picture while the rest is made anew (inpainting). */
export interface Kept {
  /** The picture's latents, scaled. */
  readonly latents: Float32Array;
  /** The noise that the run began with. */
  readonly noise: Float32Array;
  /** [height * width]: 1 is made anew, 0 is kept. */
  readonly mask: Float32Array;
}

export interface DenoiseJob {
  readonly scheduler: Scheduler;
  readonly size: LatentSize;
  /** Latents to begin with, as noisy as the first call expects them. */
  readonly latents: Float32Array;
  /** Index of the first call. */
  readonly begin: number;
  readonly positive: Condition;
  /** Left out: no guidance. */
  readonly negative?: Condition | undefined;
  readonly guidance: number;
  /** How much of the deviation that guidance adds is taken back, 0..1 (Lin et al., arXiv:2305.08891, 3.4). */
  readonly rescale?: number | undefined;
  /** See UNET_PORTS. */
  readonly sizes: readonly number[];
  readonly noise: NoiseSource;
  readonly kept?: Kept | undefined;
  /** Channels beside the latents, for a network that was trained to fill in: the mask and the masked picture. */
  readonly beside?: Float32Array | undefined;
  /** Overlapping pieces of large latents; left out: whole. */
  readonly predict?: Predict | undefined;
  checkpoint(): void;
  /** After each call: its index, the latents now and the clean ones that it foresees. */
  stepped?(index: number, latents: Float32Array, denoised: Float32Array): Promise<void> | void;
}

/** The network's answer for all of the latents. */
export type Predict = (sample: Float32Array, time: number, condition: Condition) => Promise<Float32Array>;

/**
 * From noise to latents, one call of the scheduler after another, with classifier-free guidance (Ho and Salimans,
 * arXiv:2207.12598).
 * @returns the finished latents, scaled as the U-Net means them
 */
export async function denoise(networks: BundleNetworks, job: DenoiseJob): Promise<Float32Array> {
  const { scheduler, size, begin, positive, negative, guidance, rescale = 0, noise, kept, beside } = job;
  const predict: Predict =
    job.predict ?? ((sample, time, condition) => networks.predict(sample, size, time, condition, job.sizes));
  let { latents } = job;
  for (let index = begin; index < scheduler.timesteps.length; index += 1) {
    job.checkpoint();
    const time = scheduler.timesteps[index] ?? 0;
    const scaled = scheduler.scaleInput(latents, index);
    const sample = beside ? joined(scaled, beside) : scaled;
    const wanted = await predict(sample, time, positive);
    const prediction = negative
      ? guided(await predict(sample, time, negative), wanted, guidance, rescale)
      : wanted;
    const made = scheduler.step(prediction, index, latents, () => noise.next(latents.length));
    latents = kept ? keep(made.sample, kept, scheduler, index) : made.sample;
    await job.stepped?.(index, latents, made.denoised);
  }
  return latents;
}

function guided(
  without: Float32Array,
  wanted: Float32Array,
  guidance: number,
  rescale: number,
): Float32Array {
  const made = Float32Array.from(without, (value, at) => value + guidance * ((wanted[at] ?? 0) - value));
  if (rescale === 0) return made;
  const factor = 1 - rescale + (rescale * deviation(wanted)) / deviation(made);
  return Number.isFinite(factor) ? made.map((value) => value * factor) : made;
}

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** Outside the mask the picture's own latents, as noisy as the next call expects. */
function keep(made: Float32Array, kept: Kept, scheduler: Scheduler, index: number): Float32Array {
  const isLast = index + 1 >= scheduler.timesteps.length;
  const own = isLast ? kept.latents : scheduler.addNoise(kept.latents, kept.noise, index + 1);
  const places = kept.mask.length;
  return Float32Array.from(made, (value, at) => {
    const share = kept.mask[at % places] ?? 0;
    return (1 - share) * (own[at] ?? 0) + share * value;
  });
}

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const out = new Float32Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
