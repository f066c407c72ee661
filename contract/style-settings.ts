import { z } from 'zod';
import { outputRules } from './recipe.ts';
import { BUILT_IN_STYLES } from './tasks.ts';
import { opaqueId } from './views.ts';

/** Styles that are mixed at once. */
export const MOST_MIXED = 4;

/** A style of the shelf: one that is built in, by its number, or a picture of the user's, by its id. */
const styleChoice = z.strictObject({
  from: z.union([
    z.strictObject({
      builtIn: z
        .number()
        .int()
        .min(0)
        .max(BUILT_IN_STYLES - 1),
    }),
    z.strictObject({ picture: opaqueId }),
  ]),
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

/** What the inspector of Style decides. */
export const styleSettings = z.strictObject({
  look: styleLook,
  output: outputRules,
  folder: z.union([z.strictObject({ id: opaqueId, name: z.string() }), z.literal('beside')]).optional(),
});
