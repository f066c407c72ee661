import { z } from 'zod';
import { modelId } from './descriptor.ts';
import { EXISTING_RULES, presetName } from './recipe.ts';

/** What can be learnt on this machine of the user's own pictures and words. */
export const LEARN_KINDS = ['vae', 'denoise', 'nerf', 'words', 'diffusion', 'gan'] as const;
export const learnKind = z.enum(LEARN_KINDS);
export type LearnKind = z.infer<typeof learnKind>;

/** Pixels of a side of the squares that networks learn; each step doubles the time of the one before fourfold. */
export const LEARN_SIZES = [32, 64, 128] as const;

/** A source of `nerf` that Gesso draws itself. */
export const SAMPLE_SCENE = 'sample:scene';
/** Beside the views of a scene: says where each was taken from. */
export const TRANSFORMS_FILE = 'transforms.json';

export const MOST_STEPS_LEARNT = 1_000_000;
export const MOST_MINUTES = 24 * 60;

/** How long it learns: so many steps, which a seed repeats exactly, or so long. */
const length = z.union([
  z.strictObject({ steps: z.number().int().min(1).max(MOST_STEPS_LEARNT) }),
  z.strictObject({ minutes: z.number().positive().max(MOST_MINUTES) }),
]);
export type LearnLength = z.infer<typeof length>;

export const learnStep = z.strictObject({
  studio: z.literal('learn'),
  kind: learnKind,
  /** Absolute paths of what is learnt: pictures, folders of them, texts. Of `denoise`: the item's own picture. */
  sources: z.array(z.string().min(1)).max(10_000).default([]),
  /** Left out: 32, or what the kind is best at. */
  size: z.union(LEARN_SIZES.map((size) => z.literal(size))).optional(),
  /** Left out: what the kind needs as a rule. */
  length: length.optional(),
  /** Whether it ends where what is held out gets no better for long; `denoise` and `gan` hold nothing out. */
  earlyStop: z.boolean().default(true),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(0),
  /** A learnt model to go on with. */
  from: modelId.optional(),
  /**
   * Of a turntable: degrees between one picture and the next, counterclockwise seen from above, negative the other way;
   * left out: a full turn in all.
   */
  angle: z
    .number()
    .min(-180)
    .max(180)
    .refine((angle) => Math.abs(angle) >= 0.1, 'expected at least 0.1 degrees either way')
    .optional(),
  /** Of `denoise`: a picture, white where dust and scratches are filled in. */
  mask: z.string().min(1).optional(),
});
export type LearnStep = z.infer<typeof learnStep>;

/** What is to be learnt: serialisable, versioned; with steps, deterministic. */
export const learnRecipe = z.strictObject({
  gesso: z.literal(1),
  /** What the learnt model is called. */
  name: presetName.optional(),
  steps: z.tuple([learnStep]),
  /** Of pictures that are written; what is learnt goes into the library. */
  output: z
    .strictObject({
      format: z.enum(['png', 'jpeg', 'webp', 'avif', 'tiff']).default('png'),
      quality: z.number().int().min(1).max(100).default(92),
      name: z.string().min(1).max(200).default('{name}_denoised'),
      existing: z.enum(EXISTING_RULES).default('rename'),
    })
    .prefault({}),
});
export type LearnRecipe = z.infer<typeof learnRecipe>;

/** What the file names of such pictures are made of. */
export const LEARN_NAME_TOKENS = ['name', 'model', 'date', 'index'] as const;
