import { describe, expect, it } from 'vitest';
import { anyRecipe, isClipRecipe, isStyleRecipe } from './clip-recipe.ts';
import { keptColour, styleRecipe } from './style-recipe.ts';

const STYLES = [{ from: { builtIn: 3 } }];
const wanted = { gesso: 1, steps: [{ studio: 'style', styles: STYLES }] };

describe('a recipe of Style', () => {
  it('has what was left out filled in, and stays what it is when it is read again', () => {
    const made = styleRecipe.parse(wanted);
    const settled = { strength: 1, colour: 'style', brush: 1, detail: 0, exact: false };
    expect(made.steps).toEqual([expect.objectContaining({ ...settled, opacity: 1, blend: 'normal' })]);
    expect(made.output.name).toBe('{name}_{style}');
    expect(anyRecipe.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
  });

  it('is told from those of the other studios', () => {
    const any = anyRecipe.parse(wanted);
    expect([isStyleRecipe(any), isClipRecipe(any)]).toEqual([true, false]);
    const restore = anyRecipe.parse({ gesso: 1, steps: [{ studio: 'restore' }] });
    expect(isStyleRecipe(restore)).toBe(false);
  });

  it('is a stack of layers, each with a name, a mask, how far it covers and how it is blended', () => {
    const above = { label: 'Sky', mask: 'sky.png', opacity: 0.4, blend: 'soft-light' };
    const [below, sky] = styleRecipe.parse({
      ...wanted,
      steps: [wanted.steps[0], { ...wanted.steps[0], ...above }],
    }).steps;
    expect(below).not.toHaveProperty('mask');
    expect(sky).toMatchObject(above);
    const many = (count: number) => ({
      ...wanted,
      steps: Array.from({ length: count }, () => wanted.steps[0]),
    });
    expect([0, 1, 16, 17].map((count) => styleRecipe.safeParse(many(count)).success)).toEqual([
      ...[false, true, true, false],
    ]);
  });

  it.each([
    ['no style', { styles: [] }],
    ['a built-in style past the last', { styles: [{ from: { builtIn: 26 } }] }],
    ['a style that is a picture and built in', { styles: [{ from: { builtIn: 1, picture: 'a' } }] }],
    ['no weight at all', { styles: [{ from: { builtIn: 1 }, weight: 0 }] }],
    ['an opacity above 1', { styles: STYLES, opacity: 1.5 }],
    ['a way of blending that there is not', { styles: STYLES, blend: 'burn' }],
    ['a word that it does not know', { styles: STYLES, sharpness: 1 }],
  ])('is refused with %s', (_, step) => {
    expect(styleRecipe.safeParse({ gesso: 1, steps: [{ studio: 'style', ...step }] }).success).toBe(false);
  });
});

it('colour is the style’s, the original’s, or a number between', () => {
  expect((['style', 'original', 0.3] as const).map(keptColour)).toEqual([0, 1, 0.3]);
});
