import { expect, test } from 'vitest';
import { tempos } from './sound-converter.ts';

test.each([1, 2, 4, 8])('%d times longer, in steps that keep the pitch clean', (stretch) => {
  const steps = tempos(stretch);
  expect(steps.reduce((product, step) => product * step, 1)).toBeCloseTo(1 / stretch, 12);
  expect(steps.every((step) => step >= 0.5)).toBe(true);
});
