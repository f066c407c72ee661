import { z } from 'zod';
import { diffusionStep } from './diffusion-step.ts';
import { latentStep } from './latent-step.ts';
import { EXISTING_RULES, presetName } from './recipe.ts';
import { ruleStep } from './rules.ts';

/** What the file names of made pictures are made of: the first words of the prompt, or what else made them. */
export const GENERATE_NAME_TOKENS = ['name', 'prompt', 'seed', 'model', 'date', 'index'] as const;

export const MOST_PICTURES = 10_000;
/** Shapes can be an SVG, where a rule makes some. */
export const GENERATED_FORMATS = ['png', 'jpeg', 'webp', 'avif', 'tiff', 'svg'] as const;

export const generateOutput = z.strictObject({
  format: z.enum(GENERATED_FORMATS).default('png'),
  quality: z.number().int().min(1).max(100).default(92),
  name: z.string().min(1).max(200).default('{prompt}_{seed}'),
  existing: z.enum(EXISTING_RULES).default('rename'),
});

const generateStep = z.discriminatedUnion('kind', [diffusionStep, ruleStep, latentStep]);
export type GenerateStep = z.infer<typeof generateStep>;
/** What is to be made, without the pictures that it may begin with: serialisable, versioned, deterministic. */
export const generateRecipe = z.strictObject({
  gesso: z.literal(1),
  /** What people call it; the result does not depend on it. */
  name: presetName.optional(),
  steps: z.tuple([generateStep]),
  output: generateOutput.prefault({}),
});
export type GenerateRecipe = z.infer<typeof generateRecipe>;
