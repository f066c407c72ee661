import { z } from 'zod';
import { BLEND_MODES } from './blend.ts';
import { layerId } from './masks.ts';
import { opaqueId } from './opaque-id.ts';
import { outputRules, presetName } from './recipe.ts';
import { BUILT_IN_STYLES, MOST_LAYERS } from './tasks.ts';

/** Styles that are mixed at once. */
export const MOST_MIXED = 4;

/** A style of the shelf: one that is built in, by its number, or a picture of the user's, by its id. */
export const shelfStyle = z.union([
  z.strictObject({
    builtIn: z
      .number()
      .int()
      .min(0)
      .max(BUILT_IN_STYLES - 1),
  }),
  z.strictObject({ picture: opaqueId }),
]);
export type ShelfStyle = z.infer<typeof shelfStyle>;

export function isSameStyle(a: ShelfStyle, b: ShelfStyle): boolean {
  return 'builtIn' in a
    ? 'builtIn' in b && a.builtIn === b.builtIn
    : 'picture' in b && a.picture === b.picture;
}

/** What the user likes of the shelf. */
export const styleTaste = z.object({
  favourites: z.array(shelfStyle),
  /** How often each was painted with, what is long ago counting less. */
  used: z.array(z.object({ from: shelfStyle, times: z.number().nonnegative() })),
});
export type StyleTaste = z.infer<typeof styleTaste>;

export const NO_TASTE: StyleTaste = { favourites: [], used: [] };

const styleChoice = z.strictObject({
  from: shelfStyle,
  /** Its share among the others. */
  weight: z.number().min(0).max(1),
});
export type StyleChoice = z.infer<typeof styleChoice>;

/** How a picture is painted, as the page says it. */
export const styleLook = z.strictObject({
  styles: z.array(styleChoice).max(MOST_MIXED),
  strength: z.number().min(0).max(1),
  /** How much of the original's colour is kept. */
  keptColour: z.number().min(0).max(1),
  /** How many times broader strokes are than on the picture as it is. */
  brush: z.number().min(0.25).max(4),
  /** How much of the original's fine detail is put back. */
  detail: z.number().min(0).max(1),
  /** What the networks measure over the whole picture is measured exactly. */
  exact: z.boolean(),
});
export type StyleLook = z.infer<typeof styleLook>;

/** A look that lies over the picture and what is below it. */
export const styleLayer = z.strictObject({
  id: layerId,
  /** As the user calls it; left out: after its styles. */
  label: presetName.optional(),
  look: styleLook,
  opacity: z.number().min(0).max(1),
  blend: z.enum(BLEND_MODES),
  isShown: z.boolean(),
});
export type StyleLayer = z.infer<typeof styleLayer>;

/** A layer of a preset: it is shown, and its mask belongs to one picture. */
export const presetLayer = styleLayer.omit({ id: true, isShown: true });
export type PresetLayer = z.infer<typeof presetLayer>;

export const FIRST_LAYER = 'first';

/** Sessions of earlier versions had one look. */
function withLayers(settings: unknown): unknown {
  if (typeof settings !== 'object' || settings === null || !('look' in settings)) return settings;
  const { look, ...rest } = settings;
  return {
    layers: [{ id: FIRST_LAYER, look, opacity: 1, blend: 'normal', isShown: true }],
    layer: FIRST_LAYER,
    ...rest,
  };
}

/** What the inspector of Style decides. */
export const styleSettings = z.preprocess(
  withLayers,
  z.strictObject({
    /** From the lowest up. */
    layers: z.array(styleLayer).min(1).max(MOST_LAYERS),
    /** The one that the inspector shows. */
    layer: layerId,
    output: outputRules,
    folder: z.union([z.strictObject({ id: opaqueId, name: z.string() }), z.literal('beside')]).optional(),
  }),
);
