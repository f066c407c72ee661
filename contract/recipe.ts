import { z } from 'zod';
import { modelId, task } from './descriptor.ts';
import { MOST_STEPS } from './tasks.ts';

const OUTPUT_FORMATS = ['same', 'png', 'jpeg', 'webp', 'avif', 'tiff', 'ora'] as const;
/** Those that can hold layers. */
export const LAYERED_FORMATS = ['tiff', 'ora'] as const;
export const EXISTING_RULES = ['skip', 'overwrite', 'rename'] as const;
export const NAME_TOKENS = ['name', 'model', 'scale', 'date', 'index'] as const;

export const restoreStep = z.strictObject({
  studio: z.literal('restore'),
  task: task.default('upscale'),
  /** Left out: the default model of the task, for the scale. */
  model: modelId.optional(),
  /** Left out: the model's own scale, or 2 where an enlargement names no model either. */
  scale: z.number().int().min(1).max(8).optional(),
  /** 1 is the model alone, 0 a plain enlargement. */
  strength: z.number().min(0).max(1).default(1),
});
export type RestoreStep = z.infer<typeof restoreStep>;

/** What happens to a picture, one after the other: each step works on what the one before has made. */
export const restoreSteps = z.array(restoreStep).min(1).max(MOST_STEPS);

export const outputRules = z.strictObject({
  format: z.enum(OUTPUT_FORMATS).default('same'),
  quality: z.number().int().min(1).max(100).default(92),
  name: z.string().min(1).max(200).default('{name}_{model}'),
  existing: z.enum(EXISTING_RULES).default('skip'),
  stripPrivate: z.boolean().default(false),
  /** A TIFF has the result, then the picture and each layer as further pages. OpenRaster always has layers. */
  layered: z.boolean().optional(),
});
export type OutputRules = z.infer<typeof outputRules>;

export const presetName = z.string().trim().min(1).max(80);

/** What is to be done, without the inputs: serialisable, versioned, deterministic. */
export const recipe = z.strictObject({
  gesso: z.literal(1),
  /** What people call it; the result does not depend on it. */
  name: presetName.optional(),
  steps: restoreSteps,
  /** A picture, white where the restoration applies; elsewhere there is a plain enlargement. Left out: everywhere. */
  mask: z.string().min(1).optional(),
  output: outputRules.prefault({}),
});
export type Recipe = z.infer<typeof recipe>;

/** How a job runs here; not part of the recipe because the result does not depend on it. */
export const runOptions = z.strictObject({
  device: z.enum(['auto', 'cpu', 'webgpu', 'dml', 'coreml', 'cuda']).default('auto'),
  tile: z.union([z.literal('auto'), z.number().int().min(32).max(2048)]).default('auto'),
  /** A folder for the latents after each step, of pictures that are made of noise. */
  trace: z.string().min(1).optional(),
});
export type RunOptions = z.infer<typeof runOptions>;
export type DeviceChoice = RunOptions['device'];
