import { describe, expect, it } from 'vitest';
import { GessoError } from '../../contract/errors.ts';
import { type GenerateRecipe, generateRecipe } from '../../contract/generate-recipe.ts';
import { type LatentFlags, latentRecipeOf } from './generate-latent.ts';

const recipe = (flags: LatentFlags, base?: GenerateRecipe) =>
  latentRecipeOf({ model: 'eyes', ...flags }, base, () => 77);
const step = (flags: LatentFlags, base?: GenerateRecipe) => recipe(flags, base).steps[0];

function refusal(flags: LatentFlags, base?: GenerateRecipe): string {
  try {
    recipe(flags, base);
  } catch (thrown) {
    const error = GessoError.from(thrown);
    expect(error.code).toBe('usage/invalid');
    return `${error.message} ${error.hint}`;
  }
  throw new Error('nothing was refused');
}

describe('gesso generate latent', () => {
  it('needs a model and nothing else: the seed is a random one', () => {
    expect(step({})).toEqual({
      ...{ studio: 'generate', kind: 'latent', model: 'eyes', seeds: [{ seed: 77, weight: 1 }] },
      ...{ picture: 0, spread: 1, truncation: 1 },
    });
    expect(refusal({ model: undefined } as unknown as LatentFlags)).toContain('--model');
  });

  it('mixes seeds, all alike or by weights', () => {
    expect(step({ seed: ['5', '9'] })).toMatchObject({
      seeds: [
        { seed: 5, weight: 1 },
        { seed: 9, weight: 1 },
      ],
    });
    expect(step({ seed: ['5', '9'], mix: '2, 0.5' })).toMatchObject({
      seeds: [
        { seed: 5, weight: 2 },
        { seed: 9, weight: 0.5 },
      ],
    });
    expect(refusal({ seed: ['5', '9'], mix: '1' })).toContain('2 weights');
    expect(refusal({ seed: ['blue'] })).toContain('seed');
    expect(refusal({ seed: ['1', '2', '3', '4', '5'] })).toContain('seeds');
  });

  it('takes a condition as a name or as weights of names', () => {
    expect(step({ condition: 'blue' })).toMatchObject({ condition: 'blue' });
    expect(step({ condition: 'blue:2, green' })).toMatchObject({ condition: { blue: 2, green: 1 } });
    expect(refusal({ condition: 'blue:lots' })).toContain('blue');
  });

  it('walks through the seeds, or through the next ones where there is one', () => {
    expect(step({ seed: ['5', '9', '2'], walk: '4' })).toMatchObject({
      seeds: [{ seed: 5 }],
      walk: { seconds: '4', fps: '25', stops: [9, 2], loops: true, format: 'mp4' },
    });
    expect(step({ seed: ['5'], walk: '4', fps: '24000/1001', format: 'webm', loop: false })).toMatchObject({
      walk: { fps: '24000/1001', stops: [6, 7, 8], loops: false, format: 'webm' },
    });
    expect(step({ seed: ['5', '6'], mix: '1,1', walk: '4', through: '1,2' })).toMatchObject({
      seeds: [{ seed: 5 }, { seed: 6 }],
      walk: { stops: [1, 2] },
    });
  });

  it('walks through mixtures too, made as the step itself', () => {
    const flags = {
      seed: ['5'],
      walk: '4',
      through: '7, 3:2+9:0.5,1+2',
      truncation: '0.8',
      condition: 'blue',
    };
    const as = { picture: 0, spread: 1, truncation: 0.8, condition: 'blue' };
    expect(step(flags)).toMatchObject({
      walk: {
        stops: [
          7,
          {
            ...as,
            seeds: [
              { seed: 3, weight: 2 },
              { seed: 9, weight: 0.5 },
            ],
          },
          {
            ...as,
            seeds: [
              { seed: 1, weight: 1 },
              { seed: 2, weight: 1 },
            ],
          },
        ],
      },
    });
    expect(refusal({ ...flags, through: '3:x' })).toContain('--help');
  });

  it('keeps formats of clips and of pictures apart', () => {
    expect(recipe({ format: 'webp', quality: '80' }).output).toMatchObject({ format: 'webp', quality: 80 });
    expect(recipe({ walk: '2', format: 'png' }).output.format).toBe('png');
    expect(refusal({ walk: '2', format: 'jpeg' })).toContain('mp4, webm, png');
    expect(refusal({ format: 'mp4' })).toContain('format');
  });

  it.each<[LatentFlags, string]>([
    [{ fps: '25' }, '--walk'],
    [{ through: '1,2' }, '--walk'],
    [{ sheet: '6' }, 'COLUMNSxROWS'],
    [{ sheet: '2x2', walk: '4' }, 'not a sheet'],
    [{ walk: 'long' }, 'seconds'],
    [{ truncation: '3' }, 'truncation'],
    [{ spread: '2' }, 'spread'],
  ])('refuses %j by naming what is wrong', (flags, why) => {
    expect(refusal(flags)).toContain(why);
  });

  it('changes a recipe by what is given and keeps the rest', () => {
    const base = recipe({ seed: ['5'], condition: 'blue', sheet: '3x2', truncation: '0.5', name: '{seed}' });
    expect(step({ truncation: '0.9' }, base)).toEqual({ ...base.steps[0], truncation: 0.9 });
    expect(recipe({}, base).output.name).toBe('{seed}');
    // As commander leaves a flag that may be repeated and was not given.
    const [made] = base.steps;
    const later = { ...base, steps: [{ ...made, picture: 4 }] } as GenerateRecipe;
    expect(step({ seed: [] }, later)).toMatchObject({ picture: 4 });
    expect(step({ seed: ['6'] }, later)).toMatchObject({ picture: 0, seeds: [{ seed: 6 }] });
    const walk = recipe({ seed: ['5', '6'], walk: '3', format: 'webm' });
    expect(step({}, walk)).toEqual(walk.steps[0]);
    expect(step({ fps: '10' }, walk)).toMatchObject({ walk: { fps: '10', stops: [6], format: 'webm' } });
  });

  it('refuses a recipe of another kind', () => {
    const rule = { studio: 'generate', kind: 'rule', rule: 'noise' };
    const base = generateRecipe.parse({ gesso: 1, steps: [rule] });
    expect(refusal({}, base)).toContain('gesso generate rule');
  });
});
