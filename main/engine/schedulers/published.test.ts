import { expect, test } from 'vitest';
import { makeScheduler } from './scheduler.ts';
import { type DummyLoop, dummyRun, sumOf } from './testing/dummy-run.ts';

const LIN1000 = { num_train_timesteps: 1000, beta_start: 0.0001, beta_end: 0.02, beta_schedule: 'linear' };
const LIN1100 = { ...LIN1000, num_train_timesteps: 1100 };
const SD = {
  num_train_timesteps: 1000,
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
};
const CLIPPED = { ...LIN1000, clip_sample: true };
const STEEP = { ...LIN1000, beta_start: 0.01 };
const V = { prediction_type: 'v_prediction' };
const KARRAS = { use_karras_sigmas: true };
const DPM = {
  ...LIN1000,
  lower_order_final: false,
  euler_at_final: false,
  final_sigmas_type: 'sigma_min',
};
const UNIPC = { ...LIN1000, final_sigmas_type: 'sigma_min' };
const DDPM = { ...CLIPPED, variance_type: 'fixed_small' };
const LEADING = { ...SD, timestep_spacing: 'leading', steps_offset: 1 };

type Row = readonly [
  scheduler: string,
  config: Readonly<Record<string, unknown>>,
  sum: number | undefined,
  mean: number,
  start?: number,
];

/**
 * Constants that diffusers' own tests publish (tests/schedulers at 58eb52c0, Apache-2.0): the sum and mean of what is
 * left without signs after ten steps with a stand-in of a network, to 0.01 and 0.001.
 */
const PUBLISHED: Readonly<Record<Exclude<DummyLoop, 'pipeline'>, readonly Row[]>> = {
  plain: [
    ['DDIM', CLIPPED, 172.0067, 0.223967],
    ['DDIM', { ...CLIPPED, ...V }, 52.5302, 0.0684],
    ['DDIM', { ...STEEP, clip_sample: true, set_alpha_to_one: true }, 149.8295, 0.1951],
    ['DDIM', { ...STEEP, clip_sample: true, set_alpha_to_one: false }, 149.0784, 0.1941],
    ['DDIM', CLIPPED, 354.5418, 0.4616, 8],
    ['PNDM', LIN1000, 198.1318, 0.258],
    ['PNDM', { ...LIN1000, ...V }, 67.3986, 0.0878],
    ['PNDM', { ...STEEP, set_alpha_to_one: true }, 230.0399, 0.2995],
    ['PNDM', { ...STEEP, set_alpha_to_one: false }, 186.9482, 0.2434],
    ['DPMSolverMultistep', DPM, undefined, 0.3301],
    ['DPMSolverMultistep', DPM, 318.4111, 0.4146, 5],
    [
      'DPMSolverMultistep',
      { ...DPM, thresholding: true, dynamic_thresholding_ratio: 0.87, sample_max_value: 0.5 },
      undefined,
      1.1364,
    ],
    ['DPMSolverMultistep', { ...DPM, ...V }, undefined, 0.2251],
    ['DPMSolverMultistep', { ...DPM, ...V, ...KARRAS }, undefined, 0.2096],
    ['DPMSolverMultistep', { ...DPM, ...V, use_lu_lambdas: true }, undefined, 0.1554],
    ['UniPCMultistep', UNIPC, undefined, 0.2464],
    ['UniPCMultistep', { ...UNIPC, ...KARRAS }, undefined, 0.2925],
    ['UniPCMultistep', { ...UNIPC, ...V }, undefined, 0.1014],
    ['UniPCMultistep', { ...UNIPC, ...V, ...KARRAS }, undefined, 0.1966],
    ['UniPCMultistep', UNIPC, 315.5757, 0.4109, 8],
    ['LCM', SD, 197.7616, 0.2575],
  ],
  kstyle: [
    ['EulerDiscrete', LIN1100, 10.0807, 0.0131],
    ['EulerDiscrete', { ...LIN1100, ...KARRAS }, 124.523, 0.162139],
    ['EulerDiscrete', LIN1100, 57062.9297, 74.3007, 8],
    ['EulerAncestralDiscrete', LIN1100, 152.3192, 0.1983],
    ['EulerAncestralDiscrete', { ...LIN1100, ...V }, 108.4439, 0.1412],
    ['EulerAncestralDiscrete', LIN1100, 56163.0508, 73.129, 8],
    ['LMSDiscrete', LIN1100, 1006.388, 1.31],
    ['LMSDiscrete', { ...LIN1100, ...KARRAS }, 3812.9927, 4.9648],
    ['LMSDiscrete', LIN1100, 27663.6895, 36.0204, 8],
    ['HeunDiscrete', LIN1100, 0.1233, 0.0002],
    ['HeunDiscrete', LIN1100, 75074.8906, 97.7538, 8],
    ['KDPM2Discrete', LIN1100, 20.4125, 0.0266],
    ['KDPM2Discrete', LIN1100, 70408.4062, 91.6776, 8],
    ['KDPM2AncestralDiscrete', LIN1100, 13979.9433, 18.203],
    ['KDPM2AncestralDiscrete', { ...LIN1100, ...V }, 331.8133, 0.432],
    ['KDPM2AncestralDiscrete', LIN1100, 93087.3437, 121.2074, 8],
  ],
};

for (const loop of ['plain', 'kstyle'] as const)
  test.for(PUBLISHED[loop])(`what diffusers publishes for %sScheduler, ${loop}, of %o`, (row) => {
    const [name, config, sum, mean, start] = row;
    const run = { scheduler: `${name}Scheduler`, config, steps: 10, loop };
    const { sample } = dummyRun(start === undefined ? run : { ...run, start });
    if (sum !== undefined) expect(Math.abs(sumOf(sample) - sum)).toBeLessThan(0.01);
    expect(Math.abs(sumOf(sample) / sample.length - mean)).toBeLessThan(0.001);
  });

test.for([
  [DDPM, 258.9606, 0.3372, undefined],
  [{ ...DDPM, ...V }, 202.0296, 0.2631, undefined],
  [DDPM, 387.9466, 0.5051, 998],
] as const)(
  'what diffusers publishes for DDPMScheduler in all of its steps, of %o',
  ([config, sum, mean, start]) => {
    const run = { scheduler: 'DDPMScheduler', config, steps: 1000, loop: 'plain' } as const;
    const { sample } = dummyRun(start === undefined ? run : { ...run, start });
    expect(Math.abs(sumOf(sample) - sum)).toBeLessThan(0.01);
    expect(Math.abs(sumOf(sample) / sample.length - mean)).toBeLessThan(0.001);
  },
);

/** Runs as a pipeline makes them, computed with diffusers and torch 2.13: where sums end. */
test.for<[string, Readonly<Record<string, unknown>>, number, number]>([
  ['DDIM', { ...LEADING, clip_sample: false, set_alpha_to_one: false }, 20, 192.0829],
  ['PNDM', { ...LEADING, skip_prk_steps: true, set_alpha_to_one: false }, 20, 202.4588],
  ['EulerDiscrete', LEADING, 20, 189.3475],
  ['EulerDiscrete', { ...LEADING, ...KARRAS }, 20, 190.993],
  ['EulerDiscrete', { ...SD, timestep_spacing: 'trailing' }, 1, 18.66605],
  ['EulerDiscrete', { ...SD, timestep_spacing: 'trailing' }, 4, 145.7461],
  ['EulerAncestralDiscrete', LEADING, 20, 261.894],
  ['EulerAncestralDiscrete', { ...SD, timestep_spacing: 'trailing' }, 1, 18.66605],
  ['DPMSolverMultistep', LEADING, 20, 190.8372],
  ['DPMSolverMultistep', { ...LEADING, ...KARRAS }, 20, 205.5888],
  ['DPMSolverMultistep', { ...LEADING, ...KARRAS, algorithm_type: 'sde-dpmsolver++' }, 20, 286.3398],
  ['UniPCMultistep', LEADING, 20, 190.6911],
  ['HeunDiscrete', LEADING, 20, 208.124],
  ['LMSDiscrete', LEADING, 20, 199.9573],
  ['KDPM2Discrete', LEADING, 20, 203.1154],
  ['LCM', SD, 1, 18.7097],
  ['LCM', SD, 4, 189.0072],
  ['LCM', SD, 8, 199.1737],
  ['DDPM', { ...LEADING, clip_sample: false }, 20, 261.894],
  ['FlowMatchEulerDiscrete', { shift: 3 }, 10, 129.3495],
])('what diffusers gives for %sScheduler in a pipeline, of %o, %i steps', ([name, config, steps, sum]) => {
  const { sample } = dummyRun({ scheduler: `${name}Scheduler`, config, steps, loop: 'pipeline' });
  expect(Math.abs(sumOf(sample) - sum)).toBeLessThan(sum * 1e-5);
});

test('timesteps are those that diffusers publishes', () => {
  const of = (name: string, config: Record<string, unknown>, steps: number) =>
    makeScheduler(`${name}Scheduler`, config, { steps }).timesteps;
  expect(of('DDIM', { ...LIN1000, steps_offset: 1 }, 5)).toEqual([801, 601, 401, 201, 1]);
  expect(of('PNDM', { ...LIN1000, steps_offset: 1 }, 10)).toEqual([
    901, 851, 851, 801, 801, 751, 751, 701, 701, 651, 651, 601, 601, 501, 401, 301, 201, 101, 1,
  ]);
  expect(of('LCM', SD, 4)).toEqual([999, 759, 499, 259]);
  expect(of('EulerDiscrete', { ...SD, timestep_spacing: 'trailing' }, 4)).toEqual([999, 749, 499, 249]);
});
