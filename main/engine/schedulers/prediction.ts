import { combine } from './combine.ts';
import type { Options } from './options.ts';

const PREDICTIONS = ['epsilon', 'v_prediction', 'sample'] as const;
/** What a network says of noisy latents: the noise in them, the velocity, or the clean latents. */
export type Prediction = (typeof PREDICTIONS)[number];

/** Noisy latents are `signal` times the clean ones and `noise` times standard normal noise. */
export interface Level {
  readonly signal: number;
  readonly noise: number;
}

export function readPrediction(options: Options): Prediction {
  return options.choice('prediction_type', PREDICTIONS, 'epsilon');
}

/** A level that keeps the variance at 1, from the share of the picture that is left. */
export function levelOfShare(alphaBar: number): Level {
  return { signal: Math.sqrt(alphaBar), noise: Math.sqrt(Math.fround(1 - alphaBar)) };
}

/** A level that keeps the variance at 1, from noise over signal. */
export function levelOfSigma(sigma: number): Level {
  const signal = 1 / Math.hypot(sigma, 1);
  return { signal, noise: sigma * signal };
}

/**
 * The clean latents that a prediction speaks of. Velocity (Salimans and Ho 2022) is defined where the variance is 1;
 * other levels are brought there by their length.
 */
export function cleanOf(
  kind: Prediction,
  prediction: Float32Array,
  sample: Float32Array,
  { signal, noise }: Level,
): Float32Array {
  if (kind === 'sample') return prediction;
  if (kind === 'epsilon') return combine([1 / signal, sample], [-noise / signal, prediction]);
  const length = Math.hypot(signal, noise);
  return combine([signal / length ** 2, sample], [-noise / length, prediction]);
}

/** The noise that a prediction speaks of. */
export function noiseOf(
  kind: Prediction,
  prediction: Float32Array,
  sample: Float32Array,
  { signal, noise }: Level,
): Float32Array {
  if (kind === 'epsilon') return prediction;
  if (kind === 'sample') return combine([1 / noise, sample], [-signal / noise, prediction]);
  const length = Math.hypot(signal, noise);
  return combine([noise / length ** 2, sample], [signal / length, prediction]);
}
