import { expect, it } from 'vitest';
import { DEFAULT_GENERATE, TABLE_AXES } from '../../app/generate-state.ts';
import { FIRST_VALUES, labelOf, stepsOf, valuesOf } from './table-axes.ts';

it('reads lists and stretches of numbers, each once', () => {
  expect(valuesOf({ axis: 'seed', text: '1-4, 9, 3' })).toEqual({ values: [1, 2, 3, 4, 9] });
  expect(valuesOf({ axis: 'guidance', text: '4, 7.5,12' })).toEqual({ values: [4, 7.5, 12] });
});

it('reads samplers by their names and by those of recipes', () => {
  expect(valuesOf({ axis: 'sampler', text: 'Euler a, dpmpp_2m:karras, dpm++ 2m karras' })).toEqual({
    values: ['euler_a', 'dpmpp_2m:karras'],
  });
  expect(labelOf('dpmpp_2m:karras')).toBe('DPM++ 2M Karras');
});

it('names what means nothing', () => {
  expect(valuesOf({ axis: 'sampler', text: 'Euler, Restart' })).toEqual({ wrong: 'Restart' });
  expect(valuesOf({ axis: 'steps', text: '10, 0' })).toEqual({ wrong: '0' });
  expect(valuesOf({ axis: 'steps', text: '7.5' })).toEqual({ wrong: '7.5' });
  expect(valuesOf({ axis: 'seed', text: '4-1' })).toEqual({ wrong: '4-1' });
  expect(valuesOf({ axis: 'seed', text: '1-400' })).toEqual({ wrong: '1-400' });
  expect(valuesOf({ axis: 'seed', text: ' ' })).toEqual({ wrong: '' });
});

it('begins with values that mean something', () => {
  for (const axis of TABLE_AXES)
    expect(valuesOf({ axis, text: FIRST_VALUES[axis] })).toHaveProperty('values');
});

it('makes all combinations, row by row', () => {
  const steps = stepsOf(
    DEFAULT_GENERATE.diffusion,
    { axis: 'seed', values: [1, 2] },
    { axis: 'sampler', values: ['euler', 'ddim'] },
  );
  expect(steps.map(({ seed, sampler }) => [seed, sampler])).toEqual([
    [1, 'euler'],
    [2, 'euler'],
    [1, 'ddim'],
    [2, 'ddim'],
  ]);
});
