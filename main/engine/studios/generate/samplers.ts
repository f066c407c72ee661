import { expected, GessoError } from '../../../../contract/errors.ts';
import { SAMPLERS, type Sampler, type SamplerSpacing, spacingsOf } from '../../../../contract/samplers.ts';

type Config = Readonly<Record<string, unknown>>;

/** A sampler as it was asked for: its class, and what of the model's configuration it replaces. */
export interface ReadSampler {
  readonly className: string;
  readonly overrides: Config;
}

const SAMPLERS_AS_CLASSES: Readonly<Record<Sampler, ReadSampler>> = {
  ddim: { className: 'DDIMScheduler', overrides: {} },
  ddpm: { className: 'DDPMScheduler', overrides: {} },
  pndm: { className: 'PNDMScheduler', overrides: { skip_prk_steps: true } },
  lms: { className: 'LMSDiscreteScheduler', overrides: {} },
  euler: { className: 'EulerDiscreteScheduler', overrides: {} },
  euler_a: { className: 'EulerAncestralDiscreteScheduler', overrides: {} },
  heun: { className: 'HeunDiscreteScheduler', overrides: {} },
  dpm2: { className: 'KDPM2DiscreteScheduler', overrides: {} },
  dpmpp_2m: {
    className: 'DPMSolverMultistepScheduler',
    overrides: { algorithm_type: 'dpmsolver++', solver_order: 2 },
  },
  dpmpp_2m_sde: {
    className: 'DPMSolverMultistepScheduler',
    overrides: { algorithm_type: 'sde-dpmsolver++', solver_order: 2 },
  },
  unipc: { className: 'UniPCMultistepScheduler', overrides: {} },
  lcm: { className: 'LCMScheduler', overrides: {} },
};

const NO_CURVE: Config = {
  use_karras_sigmas: false,
  use_exponential_sigmas: false,
  use_beta_sigmas: false,
  use_lu_lambdas: false,
};

const SPACINGS_AS_OPTIONS: Readonly<Record<SamplerSpacing, Config>> = {
  karras: { ...NO_CURVE, use_karras_sigmas: true },
  exponential: { ...NO_CURVE, use_exponential_sigmas: true },
  trailing: { timestep_spacing: 'trailing' },
};

/**
 * Reads `NAME` or `NAME:SPACING`, e.g. `dpmpp_2m:karras`.
 * @throws GessoError recipe/invalid, with what there is
 */
export function readSampler(text: string): ReadSampler {
  const colon = text.indexOf(':');
  const [name, wanted] = colon < 0 ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
  const sampler = SAMPLERS.find((known) => known === name);
  if (sampler === undefined) throw invalid(expected('a sampler', 'the sampler', name), SAMPLERS);
  const read = SAMPLERS_AS_CLASSES[sampler];
  if (wanted === undefined) return read;

  const spacings = spacingsOf(sampler);
  const spacing = spacings.find((known) => known === wanted);
  if (spacing === undefined)
    throw invalid(
      expected('a spacing', `the sampler ${sampler}`, wanted),
      spacings.length === 0 ? [sampler] : spacings.map((known) => `${sampler}:${known}`),
    );
  return { ...read, overrides: { ...read.overrides, ...SPACINGS_AS_OPTIONS[spacing] } };
}

/**
 * The configuration of a sampler for a model: the model's own, with what the sampler was asked to do. What the
 * sampler's class does not know is ignored when it is made.
 * @param modelConfig a scheduler_config.json
 * @throws GessoError recipe/invalid where the model moves along flows, which these samplers do not follow
 */
export function schedulerConfig({ className, overrides }: ReadSampler, modelConfig: Config): Config {
  const { _class_name: own, _use_default_values: unsaid, ...said } = modelConfig;
  if (typeof own === 'string' && own.startsWith('FlowMatch') && own !== className)
    throw new GessoError(
      'recipe/invalid',
      `The model needs its own sampler, ${own}: it was trained on flows.`,
      'Leave the sampler as the model has it.',
    );
  // Another class fills in what was never said with defaults of its own.
  const defaults = new Set(own === className || !Array.isArray(unsaid) ? [] : unsaid);
  const kept = Object.entries(said).filter(([key]) => !defaults.has(key));
  return { ...Object.fromEntries(kept), ...overrides };
}

function invalid(message: string, known: readonly string[]): GessoError {
  return new GessoError('recipe/invalid', message, `Choose one of ${known.join(', ')}.`);
}
