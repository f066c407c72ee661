import path from 'node:path';
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

it('takes a mask by its whole path, over that of the file', () => {
  const masked = restoreRecipe({ mask: 'face.png' });
  expect(masked.mask).toBe(path.resolve('face.png'));
  expect(restoreRecipe({}, masked).mask).toBe(masked.mask);
  expect(restoreRecipe({ mask: '/other.png' }, masked).mask).toBe(path.resolve('/other.png'));
  expect(restoreRecipe({})).not.toHaveProperty('mask');
});

it('asks for layers only of a format that holds them', () => {
  expect(restoreRecipe({ layered: true, format: 'tiff' }).output).toMatchObject({ layered: true });
  expect(restoreRecipe({ layered: true }).output).toMatchObject({ format: 'same', layered: true });
  expect(() => restoreRecipe({ layered: true, format: 'webp' })).toThrow(/--layered goes with/);
});
