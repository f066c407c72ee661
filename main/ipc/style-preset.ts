import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import { keptColour, type StyleRecipe, type StyleStep } from '../../contract/style-recipe.ts';
import { MOST_MIXED, type PresetLayer, type StyleChoice } from '../../contract/style-settings.ts';
import { DEFAULT_PAINTER } from '../../contract/tasks.ts';
import type { StylePreset } from '../../contract/views.ts';

/** The shelf as presets need it: recipes name files, the page knows ids. */
export interface Shelf {
  /** Undefined: it is not on the shelf. */
  idOf(file: string): string | undefined;
  /** @throws GessoError usage/invalid */
  path(id: string): string;
}

type Named<R> = R & { name: string };

/** A recipe as the page sees it: styles by ids, masks left out. */
export function viewOfStyle({ name, steps, output }: Named<StyleRecipe>, shelf: Shelf): StylePreset {
  const missing = [...new Set(picturesOf(steps))].filter((file) => shelf.idOf(file) === undefined);
  return {
    ...{ studio: 'style', name, output },
    layers: steps.map((step) => toLayer(step, shelf)),
    ...(missing.length > 0 && { missing: missing.map((file) => path.basename(file)) }),
  };
}

/** @throws GessoError usage/invalid for a style that is not on the shelf */
export function recipeOfStyle({ name, layers, output }: StylePreset, shelf: Shelf): Named<StyleRecipe> {
  const steps = layers.map(({ look: { styles, keptColour: colour, ...look }, ...over }): StyleStep => {
    const chosen = styles.map(({ from, weight }) => ({
      from: 'builtIn' in from ? from : { picture: shelf.path(from.picture) },
      weight,
    }));
    return { studio: 'style', styles: chosen, ...look, colour, ...over };
  });
  return { gesso: 1, name, steps, output };
}

/** Files of all pictures whose styles are painted in. */
export function picturesOf(steps: readonly StyleStep[]): string[] {
  return steps.flatMap(({ styles }) =>
    styles.flatMap(({ from }) => ('picture' in from ? [from.picture] : [])),
  );
}

/**
 * A recipe for any picture: masks of layers are of one.
 * @throws GessoError recipe/invalid for a recipe that says more than the window's layers can
 */
export function withoutMasks(recipe: StyleRecipe, name: string): StyleRecipe {
  const refuse = (what: string): never => {
    throw new GessoError(
      'recipe/invalid',
      `${name} ${what}, which layers of the window cannot do.`,
      'Run it with `gesso run RECIPE FILES`.',
    );
  };
  for (const { styles, model } of recipe.steps) {
    if (styles.length > MOST_MIXED) refuse(`mixes ${styles.length} styles in one layer`);
    if (styles.some(({ mask }) => mask !== undefined)) refuse('has masks for single styles of a layer');
    if (model !== undefined && model !== DEFAULT_PAINTER) refuse(`paints with the model ${model}`);
  }
  return { ...recipe, steps: recipe.steps.map(({ mask: _, ...step }) => step) };
}

function toLayer({ styles, label, opacity, blend, ...step }: StyleStep, shelf: Shelf): PresetLayer {
  const { strength, brush, detail, exact } = step;
  // Of weights only how they compare counts; on the shelf 1 is the most.
  const most = Math.max(1, ...styles.map(({ weight }) => weight));
  const chosen = styles.flatMap(({ from, weight }): StyleChoice[] => {
    if ('builtIn' in from) return [{ from, weight: weight / most }];
    const picture = shelf.idOf(from.picture);
    return picture === undefined ? [] : [{ from: { picture }, weight: weight / most }];
  });
  return {
    look: { styles: chosen, strength, keptColour: keptColour(step.colour), brush, detail, exact },
    ...{ opacity, blend },
    ...(label !== undefined && { label }),
  };
}
