import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GessoError } from '../../../contract/errors.ts';
import { TorchRandom } from '../torch-random.ts';
import { makeScheduler, type RunRequest, type Scheduler } from './scheduler.ts';

type Config = Readonly<Record<string, unknown>>;

const SD: Config = { beta_schedule: 'scaled_linear', beta_start: 0.00085, beta_end: 0.012 };
const UNCLIPPED = { ...SD, clip_sample: false, set_alpha_to_one: true, skip_prk_steps: true };
const SIZE = 64;

const CLASSES = [
  'DDIMScheduler',
  'DDPMScheduler',
  'PNDMScheduler',
  'LMSDiscreteScheduler',
  'EulerDiscreteScheduler',
  'EulerAncestralDiscreteScheduler',
  'HeunDiscreteScheduler',
  'KDPM2DiscreteScheduler',
  'KDPM2AncestralDiscreteScheduler',
  'DPMSolverMultistepScheduler',
  'UniPCMultistepScheduler',
  'LCMScheduler',
  'FlowMatchEulerDiscreteScheduler',
] as const;

/** These step by the gap between steps, which only `leading` keeps to. */
const BY_GAPS: ReadonlySet<string> = new Set(['DDIMScheduler', 'PNDMScheduler']);
/** Takes the first terms of a sum of four where it begins late, as diffusers publishes. */
const LATE_STARTER = 'LMSDiscreteScheduler';

/** Adds up predictions of several levels before it asks what they say, so that only those of noise agree. */
const MIXES_PREDICTIONS = 'PNDMScheduler';

/** A network that knows the picture, and says so in the way it was trained to. */
function knowing(clean: Float32Array, kind: unknown) {
  return (scheduler: Scheduler, index: number, sample: Float32Array): Float32Array => {
    const [none, one] = [Float32Array.of(0), Float32Array.of(1)];
    const signal = scheduler.addNoise(one, none, index)[0]!;
    const noise = scheduler.addNoise(none, one, index)[0]!;
    if (kind === 'sample') return clean;
    return sample.map((value, i) => {
      const epsilon = (value - signal * clean[i]!) / noise;
      if (kind === 'epsilon') return epsilon;
      if (kind === 'flow') return epsilon - clean[i]!;
      const length = Math.hypot(signal, noise);
      return (signal * epsilon - noise * clean[i]!) / length;
    });
  };
}

interface Ran {
  readonly sample: Float32Array;
  readonly previews: readonly Float32Array[];
  readonly draws: readonly number[];
}

/** A picture to begin with, or another factor of the first noise than the sampler's. */
interface Start {
  readonly clean?: Float32Array;
  readonly first?: number;
}

type Network = (scheduler: Scheduler, index: number, sample: Float32Array) => Float32Array;

function run(name: string, config: Config, request: RunRequest, network: Network, start: Start = {}): Ran {
  const scheduler = makeScheduler(name, config, request);
  const random = new TorchRandom(7);
  const begin = request.begin ?? 0;
  let sample: Float32Array = random.randn(SIZE);
  const { clean, first = scheduler.initNoiseSigma } = start;
  sample = clean ? scheduler.addNoise(clean, sample, begin) : sample.map((value) => value * first);
  const [previews, draws]: [Float32Array[], number[]] = [[], []];
  for (let index = begin; index < scheduler.timesteps.length; index++) {
    const before = Float32Array.from(sample);
    const prediction = network(scheduler, index, sample);
    const step = scheduler.step(prediction, index, sample, () => {
      draws.push(index);
      return random.randn(SIZE);
    });
    expect(sample).toEqual(before);
    previews.push(step.denoised);
    sample = step.sample;
  }
  return { sample, previews, draws };
}

function farthest(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const spacings = fc.constantFrom('leading', 'linspace', 'trailing');

describe('a network that knows the picture', () => {
  test.for(CLASSES)('is followed to it by %s, whatever the schedule', (name) => {
    const isFlow = name.startsWith('FlowMatch');
    fc.assert(
      fc.property(
        seeds,
        fc.integer({ min: 2, max: 40 }),
        spacings,
        fc.constantFrom('linear', 'scaled_linear', 'squaredcos_cap_v2'),
        fc.constantFrom('epsilon', 'v_prediction', 'sample'),
        fc.constantFrom({}, { use_karras_sigmas: true }, { use_exponential_sigmas: true }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        (seed, steps, spacing, beta_schedule, anyKind, curve, cut) => {
          const kind = name === MIXES_PREDICTIONS ? 'epsilon' : anyKind;
          const timestep_spacing = BY_GAPS.has(name) ? 'leading' : spacing;
          const config = {
            ...UNCLIPPED,
            timestep_spacing,
            beta_schedule,
            prediction_type: kind,
            ...curve,
            steps_offset: timestep_spacing === 'leading' ? 1 : 0,
          };
          const clean = new TorchRandom(seed).randn(SIZE);
          const { order } = makeScheduler(name, config, { steps });
          const begin = name === LATE_STARTER ? 0 : Math.floor(cut * steps) * order;
          const network = knowing(clean, isFlow ? 'flow' : kind);
          const { sample, previews } = run(name, config, { steps, begin }, network, { clean });
          // The noisiest previews divide by almost nothing.
          expect(farthest(previews.at(-1)!, clean)).toBeLessThan(0.02);
          // What remains of a run that LCM or an ancestral one ends with is the boundary's share of the sample.
          expect(farthest(sample, clean)).toBeLessThan(0.02);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('samplers that are each other', () => {
  const wild: Network = (scheduler, index, sample) =>
    sample.map((value, i) => Math.sin(3 * value + i) * (0.5 + scheduler.timesteps[index]! / 2000));
  const even = fc.constantFrom(2, 4, 5, 8, 10, 20, 25, 50);

  test('DDIM with all of its noise is DDPM', () => {
    fc.assert(
      fc.property(even, (steps) => {
        const ddim = run('DDIMScheduler', UNCLIPPED, { steps, eta: 1 }, wild);
        const ddpm = run('DDPMScheduler', UNCLIPPED, { steps }, wild);
        expect(farthest(ddim.sample, ddpm.sample)).toBeLessThan(2e-3);
      }),
    );
  });

  test('DPM-Solver of the first order is DDIM, and so is Euler in its own scale', () => {
    fc.assert(
      fc.property(even, (steps) => {
        const config = { ...UNCLIPPED, timestep_spacing: 'trailing', solver_order: 1 };
        const ddim = run('DDIMScheduler', config, { steps }, wild);
        const dpm = run('DPMSolverMultistepScheduler', config, { steps }, wild);
        expect(farthest(ddim.sample, dpm.sample)).toBeLessThan(2e-3);

        // Euler's latents are DDIM's over the signal that is left in them.
        const shown: Network = (scheduler, index, sample) =>
          wild(scheduler, index, scheduler.scaleInput(sample, index));
        const { initNoiseSigma } = makeScheduler('EulerDiscreteScheduler', config, { steps });
        const first = Math.hypot(initNoiseSigma, 1);
        const euler = run('EulerDiscreteScheduler', config, { steps }, shown, { first });
        expect(farthest(ddim.sample, euler.sample)).toBeLessThan(2e-3);
      }),
    );
  });
});

describe('noise', () => {
  const calm: Network = (_scheduler, _index, sample) => sample.map((value) => value / 2);
  const drawn = (name: string, steps: number, config: Config = UNCLIPPED, eta = 0) =>
    run(name, config, { steps, eta }, calm).draws;

  test('is drawn exactly when diffusers draws', () => {
    expect(drawn('EulerAncestralDiscreteScheduler', 3)).toEqual([0, 1, 2]);
    expect(drawn('DDPMScheduler', 3)).toEqual([0, 1]);
    expect(drawn('DDPMScheduler', 3, { ...UNCLIPPED, steps_offset: 1 })).toEqual([0, 1, 2]);
    expect(drawn('LCMScheduler', 3)).toEqual([0, 1]);
    expect(drawn('KDPM2AncestralDiscreteScheduler', 3)).toEqual([1, 3]);
    expect(drawn('DDIMScheduler', 3)).toEqual([]);
    expect(drawn('DDIMScheduler', 3, UNCLIPPED, 0.5)).toEqual([0, 1, 2]);
    const sde = { ...UNCLIPPED, algorithm_type: 'sde-dpmsolver++' };
    expect(drawn('DPMSolverMultistepScheduler', 3, sde)).toEqual([0, 1, 2]);
    for (const name of ['PNDM', 'LMSDiscrete', 'EulerDiscrete', 'HeunDiscrete', 'KDPM2Discrete'])
      expect(drawn(`${name}Scheduler`, 3)).toEqual([]);
    expect(drawn('UniPCMultistepScheduler', 3)).toEqual([]);
    expect(drawn('DPMSolverMultistepScheduler', 3)).toEqual([]);
  });

  test('that is all of the last step is all that DDIM begins with, where no signal is left', () => {
    const config = { ...SD, rescale_betas_zero_snr: true, timestep_spacing: 'trailing' };
    const ddim = makeScheduler('DDIMScheduler', config, { steps: 5 });
    expect([...ddim.addNoise(Float32Array.of(3), Float32Array.of(-2), 0)]).toEqual([-2]);
    const euler = makeScheduler('EulerDiscreteScheduler', config, { steps: 5 });
    expect(euler.initNoiseSigma).toBeCloseTo(4096, 0);
    // LMS does not know the option, and begins where it always did.
    const lms = makeScheduler('LMSDiscreteScheduler', config, { steps: 5 });
    expect(lms.initNoiseSigma).toBeCloseTo(14.6146, 3);
  });
});

describe('what makes no run is refused in words', () => {
  const refused = (code: string, name: string, config: Config, request: RunRequest) => {
    const made = () => makeScheduler(name, config, request);
    expect(made).toThrow(GessoError);
    expect(made).toThrow(expect.objectContaining({ code }));
  };
  const unknown = (name: string, config: Config) =>
    refused('model/unknown-architecture', name, config, { steps: 10 });

  test('classes and values that Gesso does not have', () => {
    unknown('SASolverScheduler', {});
    unknown('DDIMScheduler', { beta_schedule: 'exp' });
    unknown('DDIMScheduler', { beta_start: 'small' });
    unknown('DDIMScheduler', { num_train_timesteps: 1e12 });
    unknown('DDIMScheduler', { trained_betas: [0.1, 0.2] });
    unknown('EulerDiscreteScheduler', { prediction_type: 'flow_prediction' });
    unknown('EulerDiscreteScheduler', { use_beta_sigmas: true });
    unknown('EulerDiscreteScheduler', { use_karras_sigmas: true, use_exponential_sigmas: true });
    unknown('DDPMScheduler', { variance_type: 'learned_range' });
    unknown('DPMSolverMultistepScheduler', { algorithm_type: 'dpmsolver' });
    unknown('DPMSolverMultistepScheduler', { solver_order: 4 });
    unknown('UniPCMultistepScheduler', { predict_x0: false });
    unknown('FlowMatchEulerDiscreteScheduler', { use_dynamic_shifting: true });
  });

  test('steps, eta and begin that are out of range', () => {
    for (const steps of [0, -1, 1.5, Number.NaN, 1001])
      refused('recipe/invalid', 'EulerDiscreteScheduler', SD, { steps });
    refused('recipe/invalid', 'DDIMScheduler', { ...SD, steps_offset: 1 }, { steps: 1000 });
    refused('recipe/invalid', 'LCMScheduler', SD, { steps: 51 });
    refused('recipe/invalid', 'PNDMScheduler', SD, { steps: 3 });
    refused('recipe/invalid', 'DDIMScheduler', SD, { steps: 10, eta: 1.5 });
    refused('recipe/invalid', 'DDIMScheduler', SD, { steps: 10, begin: 10 });
  });

  test('keys that a class does not know are ignored, and null says nothing', () => {
    const config = {
      ...SD,
      trained_betas: null,
      sigma_min: null,
      solver_order: 99,
      lambda_min_clipped: '-inf',
    };
    expect(makeScheduler('EulerDiscreteScheduler', config, { steps: 4 }).timesteps).toHaveLength(4);
  });
});

test('every number of steps gives as many, falling, within training', () => {
  for (const name of ['DDIM', 'EulerDiscrete', 'DPMSolverMultistep', 'UniPCMultistep'])
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 499 }), spacings, (steps, timestep_spacing) => {
        const { timesteps } = makeScheduler(`${name}Scheduler`, { ...SD, timestep_spacing }, { steps });
        expect(timesteps).toHaveLength(steps);
        expect(timesteps.every((time, i) => time >= 0 && time < (timesteps[i - 1] ?? 1000))).toBe(true);
      }),
    );
});
