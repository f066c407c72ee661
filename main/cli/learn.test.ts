import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Workshop } from '../jobs/workshop.ts';
import { learnRecipeOf } from './learn.ts';
import { renameLearnt } from './learnt.ts';

describe('the flags of gesso learn', () => {
  it('become a recipe with absolute sources, and say nothing that was not given', () => {
    expect(learnRecipeOf('vae', ['cats'], { minutes: '2.5', seed: '7' })).toMatchObject({
      gesso: 1,
      steps: [
        { studio: 'learn', kind: 'vae', sources: [path.resolve('cats')], length: { minutes: 2.5 }, seed: 7 },
      ],
    });
    expect(learnRecipeOf('vae', ['cats'], {}).steps[0].length).toBeUndefined();
  });

  it('of a picture that is repaired leave the picture to its item', () => {
    const { steps, output } = learnRecipeOf('denoise', ['scan.tif'], { mask: 'dust.png', format: 'tiff' });
    expect(steps[0]).toMatchObject({ sources: [], mask: path.resolve('dust.png') });
    expect(output).toMatchObject({ format: 'tiff', name: '{name}_denoised' });
  });

  it.each([
    [{ steps: '5', minutes: '1' }, /--steps and --minutes/],
    [{ steps: '0' }, /steps/],
    [{ minutes: 'long' }, /minutes|length/],
    [{ size: '33' }, /size/],
    [{ seed: '-1' }, /seed/],
  ])('are refused by name: %o', (flags, words) => {
    expect(() => learnRecipeOf('gan', ['cats'], flags)).toThrow(words);
  });
});

describe('gesso learn rename', () => {
  it.each(['', '   ', 'x'.repeat(81)])('refuses "%s"', async (name) => {
    const learnt = { rename: () => Promise.reject(new Error('was renamed')) };
    const asked = renameLearnt({ learnt } as unknown as Workshop, 'cats', name, false);
    await expect(asked).rejects.toMatchObject({ code: 'usage/invalid', message: /^name: / });
  });
});
