import { readNoiseSchedule } from '../../schedulers/noise-schedule.ts';
import { Options } from '../../schedulers/options.ts';

/**
 * What a learnt diffusion network was trained with, as a scheduler_config.json says it: so that the samplers of Generate
 * draw with it.
 */
export const LEARNT_SCHEDULE = {
  num_train_timesteps: 1000,
  beta_schedule: 'squaredcos_cap_v2',
  prediction_type: 'v_prediction',
  timestep_spacing: 'trailing',
  clip_sample: true,
} as const;

const { alphaBar } = readNoiseSchedule(new Options('learnt', LEARNT_SCHEDULE));

/** Steps of noise, and what is left of a picture at each: x = signal * picture + noise * normal. */
export const NOISE_STEPS = alphaBar.length;
export const signalAt = (step: number) => Math.sqrt(alphaBar[step]!);
export const noiseAt = (step: number) => Math.sqrt(1 - alphaBar[step]!);
