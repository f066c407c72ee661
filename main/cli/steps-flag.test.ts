import { describe, expect, it } from 'vitest';
import { parseSteps } from './steps-flag.ts';

describe('--steps', () => {
  it('reads tasks, models, strengths and scales', () => {
    expect(parseSteps('denoise:maxim-denoise:strength=0.5, upscale:span-x4:scale=3,enhance')).toEqual([
      { studio: 'restore', task: 'denoise', model: 'maxim-denoise', strength: 0.5 },
      { studio: 'restore', task: 'upscale', model: 'span-x4', scale: 3, strength: 1 },
      { studio: 'restore', task: 'enhance', strength: 1 },
    ]);
    expect(parseSteps('upscale:scale=4')[0]).toMatchObject({ task: 'upscale', scale: 4 });
  });

  it.each([
    ['', /a task/],
    ['polish', /"polish"/],
    ['denoise:', /MODEL/],
    ['denoise:a:b', /MODEL/],
    ['denoise:strength=2', /0 to 1/],
    ['upscale:scale=9', /1 to 8/],
    ['upscale:scale=x', /1 to 8/],
    ['upscale:No Model', /id of a model/],
    ['denoise,,denoise', /a task/],
    [Array(9).fill('denoise').join(','), /at most 8/],
  ])('refuses "%s" and says what was meant', (text, message) => {
    expect(() => parseSteps(text)).toThrow(
      expect.objectContaining({ code: 'usage/invalid', message: expect.stringMatching(message) }),
    );
  });
});
