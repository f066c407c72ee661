import { z } from 'zod';
import { diffusionFamily } from './bundle.ts';
import { modelId } from './descriptor.ts';
import { pageStep } from './generate-settings.ts';
import { opaqueId } from './opaque-id.ts';
import { errorRecord, pictureUrl } from './views.ts';

/** A picture of Generate: one that is made, or is to be. */
export const madeView = z.object({
  /** Of the queue's item. */
  id: opaqueId,
  job: opaqueId,
  status: z.enum(['queued', 'running', 'done', 'skipped', 'failed', 'cancelled']),
  error: errorRecord.optional(),
  /** What makes it: this one of all that its job makes. */
  step: pageStep,
  /** Of several that are mixed, the first. */
  seed: z.number(),
  /** Its file's name, once there is one. */
  name: z.string().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  seconds: z.number().optional(),
  /** Of a walk that is made: how long it lasts, seconds. */
  lasts: z.number().optional(),
  thumb: pictureUrl.optional(),
  /** What the user should know of how it was made. */
  notes: z.array(z.string()),
});
export type MadeView = z.infer<typeof madeView>;

/** How far a picture is that is being made. */
export const madeProgress = z.object({
  id: opaqueId,
  fraction: z.number().min(0).max(1),
  steps: z.object({ done: z.number(), total: z.number() }).optional(),
  /** What it is like so far. */
  sketch: z.object({ url: pictureUrl, width: z.number(), height: z.number() }).optional(),
  millisecondsLeft: z.number().nonnegative().optional(),
});
export type MadeProgress = z.infer<typeof madeProgress>;

/** A diffusion model that was imported. */
export const bundleView = z.object({
  id: modelId,
  name: z.string(),
  family: diffusionFamily,
  /** The size it was trained at, pixels. */
  nativeSize: z.number().int().positive(),
  bytes: z.number().nonnegative(),
  /** It was trained to fill in. */
  fillsIn: z.boolean(),
});
export type BundleView = z.infer<typeof bundleView>;

/** What was asked for. */
export const promptPair = z.strictObject({
  prompt: z.string().max(20_000),
  negative: z.string().max(20_000),
});
export type PromptPair = z.infer<typeof promptPair>;

/** Prompts that were used, the newest first, and those that are liked. */
export const promptShelf = z.object({ history: z.array(promptPair), favourites: z.array(promptPair) });
export type PromptShelf = z.infer<typeof promptShelf>;
