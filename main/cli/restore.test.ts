import { expect, it } from 'vitest';
import { recipe } from '../../contract/recipe.ts';
import { restoreRecipe } from './restore.ts';

const base = recipe.parse({
  gesso: 1,
  name: 'Letters',
  steps: [{ studio: 'restore', model: 'span-x4', scale: 3, strength: 0.5 }],
  output: { format: 'tiff', name: '{name}-big', stripPrivate: true },
});

it('is the recipe of the file where nothing else is said', () => {
  const { name: _, ...rest } = base;
  expect(restoreRecipe({}, base)).toEqual(rest);
});

it('changes what the options say, and nothing else', () => {
  expect(restoreRecipe({ scale: '4', format: 'png' }, base)).toMatchObject({
    steps: [{ model: 'span-x4', scale: 4, strength: 0.5 }],
    output: { format: 'png', name: '{name}-big', stripPrivate: true },
  });
});

it('has the defaults where there is no file', () => {
  expect(restoreRecipe({ scale: '2' })).toMatchObject({
    steps: [{ scale: 2, strength: 1 }],
    output: { format: 'same', quality: 92 },
  });
  expect(() => restoreRecipe({ scale: '5' })).toThrow(/--scale is 2, 3, 4 or 8/);
});
