import { z } from 'zod';
import { modelId } from './descriptor.ts';
import { isSampler, SAMPLERS } from './samplers.ts';

const SAMPLERS_SAID = `expected NAME or NAME:SPACING, of ${SAMPLERS.join(', ')} and karras, exponential, trailing`;

/** Latents have a place for each 8 pixels; a U-Net halves them three times more. */
const side = z
  .number()
  .int()
  .min(64)
  .max(8192)
  .refine((pixels) => pixels % 8 === 0, 'a multiple of 8');
const words = z.string().max(20_000);
const pixels = z.number().int().min(0).max(4096);

export const MOST_LORAS = 16;

/** Pictures from words: what a diffusion model is told. What is left out is the model's own. */
export const diffusionStep = z.strictObject({
  studio: z.literal('generate'),
  kind: z.literal('diffusion'),
  model: modelId,
  /** With weights as A1111 writes them: `(word:1.3)`. */
  prompt: words,
  negative: words.default(''),
  /** Left out: the size of the picture that it begins with, or the one that the model was trained at. */
  width: side.optional(),
  height: side.optional(),
  steps: z.number().int().min(1).max(1000).default(25),
  /** NAME or NAME:SPACING, see contract/samplers.ts. */
  sampler: z.string().refine(isSampler, SAMPLERS_SAID).default('dpmpp_2m:karras'),
  /** Up to 1 there is none. */
  guidance: z.number().min(0).max(100).default(7.5),
  /** How much of the contrast that guidance adds is taken back: for models that were trained to zero signal. */
  rescale: z.number().min(0).max(1).default(0),
  /** Of the picture that it begins with: 0 keeps it, 1 makes all of it anew. */
  strength: z.number().min(0).max(1).default(0.75),
  /** White is made anew. Left out: all of it. */
  mask: z.string().min(1).optional(),
  /** Pixels that the picture grows by on each side; they are made up. */
  outpaint: z.strictObject({ left: pixels, top: pixels, right: pixels, bottom: pixels }).optional(),
  /** A second pass over the picture enlarged. */
  hires: z
    .strictObject({ scale: z.number().min(1).max(8), strength: z.number().min(0).max(1).default(0.5) })
    .optional(),
  loras: z
    .array(z.strictObject({ file: z.string().min(1), weight: z.number().min(-10).max(10).default(1) }))
    .max(MOST_LORAS)
    .default([]),
  /** An autoencoder in place of the model's own. */
  vae: z.string().min(1).optional(),
  /** Textual inversions; each is a word, called as its file is. */
  embeddings: z.array(z.string().min(1)).max(64).default([]),
  /** Layers of the text encoder that are left out at the end. */
  clipSkip: z.number().int().min(0).max(12).default(0),
  /** Of the first picture; the next ones count on from it. */
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
});
export type DiffusionStep = z.infer<typeof diffusionStep>;
