import { z } from 'zod';
import { latentStep } from '../../../contract/latent-step.ts';
import { runOptions } from '../../../contract/recipe.ts';
import { ruleStep } from '../../../contract/rules.ts';
import { engineModel } from './picture-shapes.ts';

/** What an engine is told of pictures that are generated and says of them; `methods.ts` puts them together. */

export const ruleParams = z.object({
  step: ruleStep,
  /** The finished file is left here, flushed; the caller renames it into place. */
  temp: z.string(),
  /** A folder of the call's own, made and emptied by it. */
  work: z.string(),
  format: z.enum(['png', 'jpeg', 'webp', 'avif', 'tiff', 'svg']),
  quality: z.number().int(),
  /** Pictures on the way are left in that folder, no larger than that. */
  previews: z.object({ folder: z.string(), longestSide: z.number().int().min(16).max(2048) }).optional(),
  software: z.string(),
  recipe: z.string(),
});

export const ruleEvent = z.object({
  /** 0..1 over the whole call; never falls. */
  fraction: z.number().min(0).max(1),
  /** What it is like so far: a PNG. */
  preview: z.object({ file: z.string(), width: z.number(), height: z.number() }).optional(),
});

export const ruleResult = z.object({
  width: z.number(),
  height: z.number(),
  sha256: z.string(),
  bytes: z.number(),
  notes: z.array(z.string()),
  /** Milliseconds. */
  timings: z.object({ grow: z.number(), draw: z.number(), encode: z.number() }),
});

export const latentParams = z.object({
  model: engineModel,
  step: latentStep,
  /** The finished file, or folder of pictures, is left here, flushed; the caller renames it into place. */
  temp: z.string(),
  /** A folder of the call's own, made and emptied by it. */
  work: z.string(),
  /** Of pictures and sheets; a walk's is its own. */
  format: z.enum(['png', 'jpeg', 'webp', 'avif', 'tiff']),
  quality: z.number().int(),
  device: runOptions.shape.device,
  previews: ruleParams.shape.previews,
  software: z.string(),
  recipe: z.string(),
});

export const latentEvent = ruleEvent.extend({
  /** Frames of a walk: made, and of all. */
  frames: z.object({ done: z.number(), total: z.number(), made: z.number() }).optional(),
});

export const latentResult = z.object({
  width: z.number(),
  height: z.number(),
  /** Of a walk. */
  frames: z.number().optional(),
  device: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  notes: z.array(z.string()),
  /** Milliseconds; `session` is the time inside ONNX Runtime's runs. */
  timings: z.object({ session: z.number(), rest: z.number() }),
});

/** What the text of another program tells of a picture; see studios/generate/parse-parameters.ts. */
export const toldParameters = z.object({
  prompt: z.string(),
  negative: z.string(),
  steps: z.number().optional(),
  sampler: z.string().optional(),
  guidance: z.number().optional(),
  seed: z.number().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  strength: z.number().optional(),
  clipSkip: z.number().optional(),
  /** Name of the model, and the first ten digits of its file's SHA-256. */
  model: z.string().optional(),
  modelHash: z.string().optional(),
});
export type ToldParameters = z.infer<typeof toldParameters>;
