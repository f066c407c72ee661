/** Ways to make a picture of noise, by the names that the command line and recipes give them. */
export const SAMPLERS = [
  'ddim',
  'ddpm',
  'pndm',
  'lms',
  'euler',
  'euler_a',
  'heun',
  'dpm2',
  'dpmpp_2m',
  'dpmpp_2m_sde',
  'unipc',
  'lcm',
] as const;
export type Sampler = (typeof SAMPLERS)[number];

/** How the steps of a run can lie, said behind a sampler's name: `euler:karras`. Without one they lie as the model has it. */
const SAMPLER_SPACINGS = ['karras', 'exponential', 'trailing'] as const;
export type SamplerSpacing = (typeof SAMPLER_SPACINGS)[number];

/** The spacings that a sampler can follow. */
export function spacingsOf(sampler: Sampler): readonly SamplerSpacing[] {
  switch (sampler) {
    case 'lcm':
      return [];
    case 'ddim':
    case 'ddpm':
    case 'pndm':
    case 'euler_a':
      return ['trailing'];
    case 'lms':
    case 'euler':
    case 'heun':
    case 'dpm2':
    case 'dpmpp_2m':
    case 'dpmpp_2m_sde':
    case 'unipc':
      return SAMPLER_SPACINGS;
  }
}

/** Whether it is NAME or NAME:SPACING, with a spacing that the sampler can follow. */
export function isSampler(text: string): boolean {
  const [name, spacing, ...rest] = text.split(':');
  const sampler = SAMPLERS.find((known) => known === name);
  if (sampler === undefined || rest.length > 0) return false;
  return spacing === undefined || spacingsOf(sampler).some((known) => known === spacing);
}
