import type { DiffusionWishes } from '../../../contract/bundle.ts';

/** How Stable Diffusion was trained (Rombach et al., arXiv:2112.10752) and is sampled: what a single file leaves out. */
export const TRAINED_SCHEDULE: Readonly<Record<string, unknown>> = {
  _class_name: 'PNDMScheduler',
  num_train_timesteps: 1000,
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  clip_sample: false,
  set_alpha_to_one: false,
  skip_prk_steps: true,
  steps_offset: 1,
  timestep_spacing: 'leading',
  prediction_type: 'epsilon',
};

/** The schedule with what the user says of it. Zero terminal SNR (Lin et al., arXiv:2305.08891) needs trailing steps. */
export function wishedSchedule(
  found: Readonly<Record<string, unknown>>,
  { prediction = 'auto', zeroSnr }: DiffusionWishes,
): Record<string, unknown> {
  return {
    ...found,
    ...(prediction !== 'auto' && { prediction_type: prediction === 'v' ? 'v_prediction' : 'epsilon' }),
    ...(zeroSnr && { rescale_betas_zero_snr: true, timestep_spacing: 'trailing' }),
  };
}
