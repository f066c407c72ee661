import { z } from 'zod';
import { opaqueId } from './opaque-id.ts';
import { outputRules, restoreStep } from './recipe.ts';
import { MOST_STEPS } from './tasks.ts';

const otherSteps = z
  .array(restoreStep)
  .max(MOST_STEPS - 1)
  .default([])
  .catch([]);

/** What the inspector decides: the steps and the output rules of the next recipe. */
export const restoreSettings = z.strictObject({
  /** Models of one family differ in scale only; which of them runs follows from the size. */
  family: z.string().max(80),
  scale: z.number().int().min(1).max(8),
  strength: z.number().min(0).max(1),
  /** Steps before and after the one that the fields above describe; earlier versions had none. */
  before: otherSteps,
  after: otherSteps,
  output: outputRules,
  /** A chosen folder of results, or beside each source whatever the settings say; left out: as the settings say. */
  folder: z.union([z.strictObject({ id: opaqueId, name: z.string() }), z.literal('beside')]).optional(),
});
