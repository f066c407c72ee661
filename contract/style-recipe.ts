import { z } from 'zod';
import { BLEND_MODES } from './blend.ts';
import { modelId } from './descriptor.ts';
import { outputRules, presetName } from './recipe.ts';
import { styleClip } from './style-clip.ts';
import { BUILT_IN_STYLES, MOST_LAYERS } from './tasks.ts';

/** What the file names of painted pictures are made of. */
export const STYLE_NAME_TOKENS = ['name', 'style', 'model', 'date', 'index'] as const;

const MOST_PAINTED_STYLES = 16;

const styleChoice = z.strictObject({
  /** A picture whose style is taken, or the number of a style that is built in. */
  from: z.union([
    z.strictObject({ picture: z.string().min(1) }),
    z.strictObject({
      builtIn: z
        .number()
        .int()
        .min(0)
        .max(BUILT_IN_STYLES - 1),
    }),
  ]),
  /** Its share among the others; only how they compare counts. */
  weight: z.number().min(0).max(1e6).default(1),
  /** A picture, white where the style shows in full; left out: everywhere. */
  mask: z.string().min(1).optional(),
});
export type StyleChoice = z.infer<typeof styleChoice>;

/** A layer: the picture painted in styles, and how that is laid over what is below. */
export const styleStep = z.strictObject({
  studio: z.literal('style'),
  /** What paints in the styles of pictures; left out: the default model. Built-in styles have their own. */
  model: modelId.optional(),
  styles: z
    .array(styleChoice)
    .min(1)
    .max(MOST_PAINTED_STYLES)
    .refine((styles) => styles.some(({ weight }) => weight > 0), 'one of the weights has to be above 0'),
  /** 0 is the original. */
  strength: z.number().min(0).max(1).default(1),
  /** How much of the original's colour is kept: 0 (`style`) to 1 (`original`). */
  colour: z.union([z.literal('style'), z.literal('original'), z.number().min(0).max(1)]).default('style'),
  /** How many times broader strokes are than on the picture as it is. */
  brush: z.number().min(0.25).max(4).default(1),
  /** How much of the original's fine detail is put back. */
  detail: z.number().min(0).max(1).default(0),
  /** What the networks measure over the whole picture is measured exactly, which takes several times as long. */
  exact: z.boolean().default(false),
  /** What people call the layer; the result does not depend on it. */
  label: z.string().trim().min(1).max(80).optional(),
  /** A picture, white where the layer shows in full; left out: everywhere. The masks of single styles lie within it. */
  mask: z.string().min(1).optional(),
  /** How far the layer covers what is below it. */
  opacity: z.number().min(0).max(1).default(1),
  blend: z.enum(BLEND_MODES).default('normal'),
});
export type StyleStep = z.infer<typeof styleStep>;

/** What is to be painted, without the pictures: serialisable, versioned, deterministic. */
export const styleRecipe = z.strictObject({
  gesso: z.literal(1),
  /** What people call it; the result does not depend on it. */
  name: presetName.optional(),
  /** Layers, the bottom one first. Each paints the picture itself, not what is below it. */
  steps: z.array(styleStep).min(1).max(MOST_LAYERS),
  output: outputRules.extend({ name: z.string().min(1).max(200).default('{name}_{style}') }).prefault({}),
  /** Left out: see `clipsOf`. */
  clips: styleClip.optional(),
});
export type StyleRecipe = z.infer<typeof styleRecipe>;

/** How much of the original's colour is kept, 0..1. */
export function keptColour(colour: StyleStep['colour']): number {
  return colour === 'style' ? 0 : colour === 'original' ? 1 : colour;
}
