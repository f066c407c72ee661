import type { Sampler } from '../../../contract/samplers.ts';

/** Samplers as the people who use them call them: names, the same in every language. */
export const SAMPLER_NAMES: Readonly<Record<Sampler, string>> = {
  ddim: 'DDIM',
  ddpm: 'DDPM',
  pndm: 'PNDM',
  lms: 'LMS',
  euler: 'Euler',
  euler_a: 'Euler a',
  heun: 'Heun',
  dpm2: 'DPM2',
  dpmpp_2m: 'DPM++ 2M',
  dpmpp_2m_sde: 'DPM++ 2M SDE',
  unipc: 'UniPC',
  lcm: 'LCM',
};
