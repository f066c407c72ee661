import { expected, GessoError } from '../../contract/errors.ts';
import { clipsOf } from '../../contract/style-clip.ts';
import { type StyleRecipe, type StyleStep, styleRecipe } from '../../contract/style-recipe.ts';
import { BUILT_IN_STYLES, DEFAULT_INTERPOLATION } from '../../contract/tasks.ts';
import { isClip } from '../jobs/clip-files.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { checkClip } from './clip-flags.ts';
import type { LayerList, SaidLayer } from './layer-list.ts';
import { type PictureFlags, queuePictures } from './queue-pictures.ts';
import { runJob } from './run-job.ts';
import { clipFlags, type StyleClipFlags } from './style-clips.ts';
import { given, layeredOf, numberOf, parseOrExplain } from './usage.ts';

/** The flags of `gesso style` that hold for all layers, as commander leaves them: text, or undefined where not given. */
export interface StyleFlags extends PictureFlags, StyleClipFlags {
  recipe?: string;
  format?: string;
  layered?: boolean;
  name?: string;
  existing?: string;
  stripPrivate?: boolean;
}

const HELP = 'See `gesso style --help`.';

/**
 * The same flags as a recipe, or what they change of `base`.
 * @param inputs as they were named: what `--quality` means depends on them
 * @throws GessoError usage/invalid naming the flag
 */
export function styleOf(
  flags: StyleFlags,
  list: Pick<LayerList, 'layers' | 'isListed'>,
  base?: StyleRecipe,
  inputs: readonly string[] = [],
): StyleRecipe {
  const { clips, quality } = clipFlags(flags, inputs, base?.clips, HELP);
  const made = parseOrExplain(
    styleRecipe,
    {
      gesso: 1,
      steps: stepsOf(list, base),
      output: {
        ...base?.output,
        ...given({
          format: flags.format,
          quality: numberOf(quality),
          name: flags.name,
          existing: flags.existing,
          stripPrivate: flags.stripPrivate,
          layered: layeredOf(flags),
        }),
      },
      ...(clips !== undefined && { clips }),
    },
    'usage/invalid',
    HELP,
  );
  if (made.clips) checkClip(made.clips, made.clips.output, HELP);
  return made;
}

/** The layers that are listed, or the recipe's with what the flags change of its only one. */
function stepsOf(
  { layers, isListed }: Pick<LayerList, 'layers' | 'isListed'>,
  base: StyleRecipe | undefined,
): unknown[] {
  if (isListed) return layers.map((layer) => stepOf(layer, undefined));
  const [said] = layers;
  if (!base || base.steps.length === 1) return [stepOf(said!, base?.steps[0])];
  if (said!.styles.length > 0 || Object.keys(said!.flags).length > 0)
    throw new GessoError(
      'usage/invalid',
      `The recipe has ${base.steps.length} layers, and the options are for one.`,
      'Begin each layer with --layer, which replaces those of the recipe, or leave the options out.',
    );
  return base.steps;
}

function stepOf({ styles: said, flags }: SaidLayer, kept: StyleStep | undefined): unknown {
  const styles = said.length > 0 ? said : kept?.styles;
  if (!styles)
    throw new GessoError(
      'usage/invalid',
      'No style is given.',
      `Add --style FILE for a picture whose style is taken, or --style builtin:N with N from 0 to ${BUILT_IN_STYLES - 1}.`,
    );
  const weights = weightsOf(flags.mix, styles.length);
  return {
    ...kept,
    studio: 'style',
    styles: weights ? styles.map((style, index) => ({ ...style, weight: weights[index] })) : styles,
    ...given({
      model: flags.model,
      strength: numberOf(flags.strength),
      colour: colourOf(flags.colour),
      brush: numberOf(flags.brush),
      detail: numberOf(flags.detail),
      exact: flags.exact,
      label: flags.label,
      mask: flags.layerMask,
      opacity: numberOf(flags.opacity),
      blend: flags.blend,
    }),
  };
}

/** Normalised: the same shares are the same recipe. */
function weightsOf(text: string | undefined, count: number): number[] | undefined {
  if (text === undefined) return undefined;
  const weights = text.split(',').map((each) => (each.trim() === '' ? Number.NaN : Number(each)));
  const sum = weights.reduce((a, b) => a + b, 0);
  if (weights.some((weight) => !(weight >= 0)) || !(sum > 0) || !Number.isFinite(sum))
    throw new GessoError('usage/invalid', expected('numbers of 0 and more, not all 0', '--mix', text), HELP);
  if (weights.length !== count)
    throw new GessoError(
      'usage/invalid',
      `--mix has ${weights.length} numbers for ${count} styles.`,
      'Give one for each --style, in their order.',
    );
  return weights.map((weight) => weight / sum);
}

function colourOf(text: string | undefined): string | number | undefined {
  return text === undefined || text === 'style' || text === 'original' ? text : numberOf(text);
}

/** Queues pictures and paints them. @returns the exit code */
export async function style(
  workshop: Workshop,
  inputs: readonly string[],
  flags: PictureFlags,
  chosen: StyleRecipe,
): Promise<number> {
  const queued = await queuePictures(workshop, inputs, flags, chosen, {
    help: HELP,
    clips: true,
    // Only a clip needs to know what moves where.
    besides: (items) => (items.some(isClip) && clipsOf(chosen).steady > 0 ? [DEFAULT_INTERPOLATION] : []),
  });
  return runJob(workshop, { ...queued, verb: 'Painting' });
}
