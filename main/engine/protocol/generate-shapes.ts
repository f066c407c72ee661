import { z } from 'zod';
import { ruleStep } from '../../../contract/rules.ts';

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
