import { z } from 'zod';

/** What can be done with something learnt; each kind knows some. */
const LEARN_USES = [
  'between',
  'average',
  'sliders',
  'samples',
  'odd',
  'unusual',
  'similar',
  'orbit',
  'depth',
  'points',
  'suggest',
  'vary',
  'inpaint',
] as const;
export const learnUses = z.enum(LEARN_USES);
export type LearnUse = z.infer<typeof learnUses>;

export const useOptions = z.object({
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(0),
  count: z.number().int().min(1).max(10_000).optional(),
  /** Of a clip; left out: a sheet. */
  seconds: z.number().positive().max(600).optional(),
});

/** From where a scene is looked at, degrees from where its orbit begins: counterclockwise seen from above, and upwards. */
export const sceneView = z.object({
  around: z.number().min(-360).max(360),
  higher: z.number().min(-90).max(90),
});
export type SceneView = z.infer<typeof sceneView>;
