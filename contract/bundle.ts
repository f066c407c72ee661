import { z } from 'zod';
import { modelId } from './descriptor.ts';

/** Families of diffusion models: they differ in how text is read and in what is assumed where a file is silent. */
const DIFFUSION_FAMILIES = ['sd1', 'sd2', 'sdxl'] as const;
export const diffusionFamily = z.enum(DIFFUSION_FAMILIES);
export type DiffusionFamily = z.infer<typeof diffusionFamily>;

const count = z.number().int().positive();

/** A text encoder of a diffusion model. */
const bundleText = z.object({
  width: count,
  /** Whose results can be read; 0: the last one's alone. */
  layers: z.number().int().nonnegative(),
  /** Tokens of one run, its ends among them. */
  tokens: count,
  /** Numbers of the pooled output; left out: the family reads none. */
  projection: count.optional(),
});

/** The networks of a bundle, each `<name>.onnx` with its weights in `<name>.bin` and their places in `<name>.json`. */
export const BUNDLE_GRAPHS = ['text', 'text2', 'unet', 'vae-encoder', 'vae-decoder'] as const;
export type BundleGraph = (typeof BUNDLE_GRAPHS)[number];

/**
 * A diffusion model as it is installed: several graphs, the tokenizers' files and what is known of them, in one folder
 * `bundles/<id>/` with this as its `bundle.json`.
 */
export const diffusionBundle = z.object({
  gesso: z.literal(1),
  id: modelId,
  name: z.string(),
  family: diffusionFamily,
  /** Channels of what the U-Net reads: those of the latents, or 9 where it was trained to fill in. */
  inputChannels: z.union([z.literal(4), z.literal(9)]),
  /** Numbers of a token of text as the U-Net reads it. */
  textWidth: count,
  /** Numbers of the text as a whole; left out: the U-Net reads none, nor the picture's sizes. */
  pooledWidth: count.optional(),
  latentChannels: count,
  /** Pixels for each place of the latents. */
  latentStep: count,
  scalingFactor: z.number().positive(),
  /** Groups of the autoencoder's normalisations. */
  vaeGroups: count,
  /** Its channels, one number a level, the finest first: what a picture takes in memory. */
  vaeChannels: z.array(count),
  texts: z.array(bundleText).min(1).max(2),
  /** As a scheduler_config.json of diffusers has it. */
  scheduler: z.record(z.string(), z.unknown()),
  /** The size it was trained at, pixels. */
  nativeSize: count,
  /** An empty negative prompt is zeros, not the embedding of nothing. */
  zerosForEmpty: z.boolean(),
  /** Trained values of all graphs. */
  parameters: count,
  /** All files together. */
  bytes: count,
  /** Size and hash of each file of the folder but this one. */
  files: z.record(z.string(), z.object({ bytes: count, sha256: z.string() })),
  imported: z.object({
    /** What was opened, as the user named it: a file or a folder. */
    from: z.string(),
    format: z.enum(['diffusers', 'safetensors', 'pytorch', 'onnx']),
    /** Of what was opened: a hash over its files' hashes. */
    sha256: z.string(),
    /** Tells an unchanged source without reading gigabytes again: sizes and times of its files. */
    stamp: z.string(),
  }),
  licence: z.string(),
  installedAt: z.string(),
});
export type DiffusionBundle = z.infer<typeof diffusionBundle>;

/** What tensors cannot tell of a diffusion model, as the user may say it. */
export const diffusionWishes = z.object({
  prediction: z.enum(['auto', 'epsilon', 'v']).optional(),
  zeroSnr: z.boolean().optional(),
  config: z.record(z.string(), z.unknown()).optional(),
});
export type DiffusionWishes = z.infer<typeof diffusionWishes>;
