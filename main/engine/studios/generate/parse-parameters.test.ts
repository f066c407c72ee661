import { describe, expect, it } from 'vitest';
import { parseParameters } from './parse-parameters.ts';

const SETTINGS =
  'Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: 1234567890, Size: 768x512, Model hash: 6CE0161689, Model: v1-5-pruned, Denoising strength: 0.4, Clip skip: 2, Version: v1.6.0';

describe('what other programs write into a PNG', () => {
  it('is a prompt, a negative one and settings', () => {
    expect(parseParameters(`a fox,\nin the snow\nNegative prompt: blurry,\nugly\n${SETTINGS}`)).toEqual({
      prompt: 'a fox,\nin the snow',
      negative: 'blurry,\nugly',
      steps: 28,
      sampler: 'dpmpp_2m:karras',
      guidance: 6.5,
      seed: 1_234_567_890,
      width: 768,
      height: 512,
      strength: 0.4,
      clipSkip: 1,
      model: 'v1-5-pruned',
      modelHash: '6ce0161689',
    });
  });

  it('may have no negative prompt, or nothing but a prompt', () => {
    expect(parseParameters(`a fox\n${SETTINGS}`)).toMatchObject({ prompt: 'a fox', negative: '', steps: 28 });
    expect(parseParameters('a fox: red, quick')).toEqual({ prompt: 'a fox: red, quick', negative: '' });
    expect(parseParameters('')).toEqual({ prompt: '', negative: '' });
  });

  it('may say the spacing of the steps as a type of schedule', () => {
    const sampler = (text: string) => parseParameters(`a\nSteps: 20, ${text}, Seed: 1`).sampler;
    expect(sampler('Sampler: Euler, Schedule type: Exponential')).toBe('euler:exponential');
    expect(sampler('Sampler: DPM++ 2M, Schedule type: Automatic')).toBe('dpmpp_2m');
    expect(sampler('Sampler: Euler a, Schedule type: Karras')).toBe('euler_a');
    expect(sampler('Sampler: PLMS')).toBe('pndm');
    expect(sampler('Sampler: Restart')).toBeUndefined();
  });

  it('may have values in quotes, with commas in them', () => {
    const made = parseParameters(
      'a\nSteps: 20, Lora hashes: "x: 1, Seed: 5", Seed: 7, Size: 500x500, CFG scale: 7',
    );
    expect(made).toMatchObject({ seed: 7, width: 504, height: 504 });
  });

  it('may tell what is no value, which is left out', () => {
    expect(
      parseParameters('a\nSteps: many, Sampler: , CFG scale: 900, Seed: -1, Size: 8x9, Clip skip: 99'),
    ).toEqual({ prompt: 'a', negative: '' });
  });
});
