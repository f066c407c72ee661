import { z } from 'zod';
import { diffusionBundle, diffusionWishes } from '../../../contract/bundle.ts';
import { diffusionStep } from '../../../contract/diffusion-step.ts';
import { runOptions } from '../../../contract/recipe.ts';
import { restoreParams } from './picture-shapes.ts';

/** What an engine is told of diffusion models and says of them; `methods.ts` puts them together. */

export const bundleConvertParams = z.object({
  source: z.string(),
  wishes: diffusionWishes,
  outFolder: z.string(),
  /** A folder with CLIP's own vocabulary. */
  vocabulary: z.string().optional(),
});

export const bundleConvertResult = diffusionBundle
  .omit({
    gesso: true,
    id: true,
    name: true,
    files: true,
    bytes: true,
    imported: true,
    licence: true,
    installedAt: true,
  })
  .extend({ format: diffusionBundle.shape.imported.shape.format, sha256: z.string() });

/** A bundle and the folder that it lies in. */
const engineBundle = z.object({ bundle: diffusionBundle, folder: z.string() });

export const diffusionParams = restoreParams
  .pick({ temp: true, work: true, quality: true, stripPrivate: true, software: true, recipe: true })
  .extend({
    model: engineBundle,
    step: diffusionStep,
    /** Of this picture. */
    seed: z.number().int().min(0),
    /** A picture to begin with. */
    input: z.string().optional(),
    format: z.enum(['png', 'jpeg', 'webp', 'avif', 'tiff']),
    device: runOptions.shape.device,
    tile: runOptions.shape.tile,
    /** Where copies of weights with LoRAs in them, and converted autoencoders, are kept. */
    cache: z.string(),
    /** What the picture is like after each step is left in that folder. */
    previews: z.object({ folder: z.string() }).optional(),
    /** The latents after each step, STEP.f32. */
    trace: z.string().optional(),
  });

export const diffusionEvent = z.object({
  /** 0..1 over the whole call; never falls. */
  fraction: z.number().min(0).max(1),
  /** Calls of the sampler: done, and of all. */
  steps: z.object({ done: z.number(), total: z.number() }).optional(),
  /** What it is like so far: a PNG. */
  preview: z.object({ file: z.string(), width: z.number(), height: z.number() }).optional(),
});

export const diffusionResult = z.object({
  width: z.number(),
  height: z.number(),
  steps: z.number(),
  device: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  notes: z.array(z.string()),
  /** Milliseconds; `session` is the time inside ONNX Runtime's runs. */
  timings: z.object({ read: z.number(), denoise: z.number(), session: z.number(), encode: z.number() }),
});

export const checkParams = z.object({
  manifest: z.string(),
  runs: z.array(z.string()).optional(),
  trace: z.string().optional(),
  work: z.string(),
});

export const checkEvent = z.object({ run: z.string(), steps: z.number(), error: z.number() });
