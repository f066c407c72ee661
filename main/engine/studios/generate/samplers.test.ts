import { expect, test } from 'vitest';
import { SAMPLERS, spacingsOf } from '../../../../contract/samplers.ts';
import { TRAINED_SCHEDULE } from '../../../../models/architectures/diffusion/scheduler-config.ts';
import { makeScheduler } from '../../schedulers/scheduler.ts';
import { readSampler, schedulerConfig } from './samplers.ts';

const names = SAMPLERS.flatMap((name) => [name, ...spacingsOf(name).map((spacing) => `${name}:${spacing}`)]);

test.for(names)('%s makes a run of what single files are taken for', (name) => {
  const read = readSampler(name);
  const scheduler = makeScheduler(read.className, schedulerConfig(read, TRAINED_SCHEDULE), { steps: 12 });
  expect(scheduler.timesteps.length).toBeGreaterThanOrEqual(12);
});

test('spacings change where the steps lie', () => {
  const timesteps = (name: string) => {
    const read = readSampler(name);
    return makeScheduler(read.className, schedulerConfig(read, TRAINED_SCHEDULE), { steps: 4 }).timesteps;
  };
  expect(timesteps('ddim')).toEqual([751, 501, 251, 1]);
  expect(timesteps('ddim:trailing')).toEqual([999, 749, 499, 249]);
  expect(
    new Set([timesteps('euler'), timesteps('euler:karras'), timesteps('euler:exponential')].map(String)).size,
  ).toBe(3);
});

test('a sampler says what of the model it replaces, and leaves the rest', () => {
  const model = {
    _class_name: 'DPMSolverMultistepScheduler',
    algorithm_type: 'sde-dpmsolver++',
    use_karras_sigmas: true,
    prediction_type: 'v_prediction',
  };
  expect(schedulerConfig(readSampler('dpmpp_2m'), model)).toMatchObject({
    algorithm_type: 'dpmsolver++',
    use_karras_sigmas: true,
    prediction_type: 'v_prediction',
  });
  expect(schedulerConfig(readSampler('dpmpp_2m_sde:exponential'), model)).toMatchObject({
    algorithm_type: 'sde-dpmsolver++',
    use_karras_sigmas: false,
    use_exponential_sigmas: true,
  });
});

test('what a model never said is not handed to another class', () => {
  const model = {
    _class_name: 'PNDMScheduler',
    _use_default_values: ['timestep_spacing'],
    timestep_spacing: 'leading',
  };
  expect(schedulerConfig(readSampler('euler'), model)).not.toHaveProperty('timestep_spacing');
  expect(schedulerConfig(readSampler('pndm'), model)).toHaveProperty('timestep_spacing', 'leading');
});

test.for(['eulre', '', 'euler:', 'euler:cubic', 'ddim:karras', 'lcm:trailing', 'euler:karras:trailing'])(
  '“%s” is refused, with what there is',
  (text) => {
    expect(() => readSampler(text)).toThrow(
      expect.objectContaining({ code: 'recipe/invalid', hint: expect.stringContaining('Choose one of') }),
    );
  },
);

test('a model that moves along flows keeps its own sampler', () => {
  const model = { _class_name: 'FlowMatchEulerDiscreteScheduler', shift: 3 };
  expect(() => schedulerConfig(readSampler('ddim'), model)).toThrow(
    expect.objectContaining({ code: 'recipe/invalid' }),
  );
});
