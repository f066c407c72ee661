import type { Options } from './options.ts';

/** Keeps what a step foresees within what pictures can be. */
export type Clip = (clean: Float32Array) => Float32Array;

const AS_IT_IS: Clip = (clean) => clean;

/** @param clipsByDefault whether `clip_sample` is on where the configuration does not say */
export function readClip(options: Options, clipsByDefault: boolean): Clip {
  return readThreshold(options) ?? readRange(options, clipsByDefault) ?? AS_IT_IS;
}

/** For samplers that know `thresholding` only. */
export function readThresholdOnly(options: Options): Clip {
  return readThreshold(options) ?? AS_IT_IS;
}

/** For samplers that know `clip_sample` only. */
export function readRangeOnly(options: Options): Clip {
  return readRange(options, false) ?? AS_IT_IS;
}

function readRange(options: Options, byDefault: boolean): Clip | undefined {
  if (!options.flag('clip_sample', byDefault)) return undefined;
  const range = options.number('clip_sample_range', 1, 0);
  return (clean) => clean.map((value) => Math.min(range, Math.max(-range, value)));
}

/**
 * Dynamic thresholding (Saharia et al. 2022, section 2.3): what is past a quantile of all values is cut off, and the
 * rest brought to -1..1.
 */
function readThreshold(options: Options): Clip | undefined {
  if (!options.flag('thresholding', false)) return undefined;
  const ratio = options.number('dynamic_thresholding_ratio', 0.995, 0, 1);
  const most = options.number('sample_max_value', 1, 0);
  return (clean) => {
    // Where the bounds cross, the upper one holds.
    const limit = Math.min(most, Math.max(1, quantile(clean.map(Math.abs), ratio)));
    return clean.map((value) => Math.min(limit, Math.max(-limit, value)) / limit);
  };
}

/** @param values changed: sorted */
function quantile(values: Float32Array, ratio: number): number {
  values.sort();
  const place = ratio * (values.length - 1);
  const low = Math.floor(place);
  const [below, above] = [values[low] ?? 0, values[Math.min(low + 1, values.length - 1)] ?? 0];
  return below + (place - low) * (above - below);
}
