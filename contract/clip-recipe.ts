import { z } from 'zod';
import { clipCoding } from './clip-coding.ts';
import { modelId } from './descriptor.ts';
import { type GenerateRecipe, generateRecipe } from './generate-recipe.ts';
import { type LearnRecipe, learnRecipe } from './learn-step.ts';
import { EXISTING_RULES, presetName, recipe } from './recipe.ts';
import { type StyleRecipe, styleRecipe } from './style-recipe.ts';
import type { Studio } from './tasks.ts';
import { rationalText } from './time.ts';

/** What the file names of clips are made of: the source's name, the frames a second, how many times slower, ... */
export const CLIP_NAME_TOKENS = ['name', 'fps', 'slow', 'model', 'date', 'index'] as const;

const CLIP_NAME = '{name}_{fps}fps';

/** The name of a result whose recipe leaves it to us: one that is slowed is not taken for one that is not. */
export function clipName({ name }: { name: string }, slow: number): string {
  return name === CLIP_NAME && slow > 1 ? '{name}_slow{slow}x_{fps}fps' : name;
}

/** So many times the source's frames a second. */
const FPS_TIMES = ['1x', '2x', '3x', '4x', '8x'] as const;
const SLOW_TIMES = [1, 2, 4, 8] as const;

/** What is said of one clip alone: no other has the same moments. */
const PART = { from: true, to: true, cuts: true } as const;

export const interpolateStep = z.strictObject({
  studio: z.literal('interpolate'),
  /** Left out: the default model. */
  model: modelId.optional(),
  /** Frames a second of the result: a rational, or so many times the source's. Left out: 2x, or 1x of what is slowed. */
  fps: z.union([z.enum(FPS_TIMES), rationalText]).optional(),
  /** So many times longer; frames are placed after that. */
  slow: z.union(SLOW_TIMES.map((times) => z.literal(times))).default(1),
  /** Frames a second of a folder of pictures, which has none of its own. */
  rate: rationalText.default('25'),
  /** The part of the source that is taken, seconds; `to` is not in it any more. */
  from: rationalText.optional(),
  to: rationalText.optional(),
  /** How sure one must be that the scene changes to hold a frame instead of making one; `auto` is measured. */
  scene: z.union([z.literal('auto'), z.literal('off'), z.number().min(0).max(1)]).default('auto'),
  /** Cuts by hand: moments of the source's first frame of a scene, added to what was found, or taken out of it. */
  cuts: z
    .strictObject({
      added: z.array(rationalText).max(10_000).default([]),
      removed: z.array(rationalText).max(10_000).default([]),
    })
    .prefault({}),
  duplicates: z.enum(['keep', 'drop']).default('keep'),
});
export type InterpolateStep = z.infer<typeof interpolateStep>;

/** A step's settings for any clip, and what of it is of one clip alone. */
export const clipSteps = interpolateStep.omit(PART);
export const clipPart = interpolateStep.pick(PART);
export type ClipPart = z.infer<typeof clipPart>;

export const clipOutput = clipCoding.extend({
  name: z.string().min(1).max(200).default(CLIP_NAME),
  existing: z.enum(EXISTING_RULES).default('skip'),
});
export type ClipOutput = z.infer<typeof clipOutput>;

/** What is to be done with clips, without the inputs: serialisable, versioned, deterministic. */
export const clipRecipe = z.strictObject({
  gesso: z.literal(1),
  /** What people call it; the result does not depend on it. */
  name: presetName.optional(),
  steps: z.tuple([interpolateStep]),
  output: clipOutput.prefault({}),
});
export type ClipRecipe = z.infer<typeof clipRecipe>;

/** What a job can be: pictures restored, painted in styles or made, clips, or something that is learnt. */
export const anyRecipe = z.union([clipRecipe, styleRecipe, generateRecipe, learnRecipe, recipe]);
export type AnyRecipe = z.infer<typeof anyRecipe>;

export function isClipRecipe(any: AnyRecipe): any is ClipRecipe {
  return any.steps[0]?.studio === 'interpolate';
}

/** The studio that it is a recipe of. */
export function studioOf(any: AnyRecipe): Studio {
  return any.steps[0]?.studio ?? 'restore';
}

export function isGenerateRecipe(any: AnyRecipe): any is GenerateRecipe {
  return any.steps[0]?.studio === 'generate';
}

export function isStyleRecipe(any: AnyRecipe): any is StyleRecipe {
  return any.steps[0]?.studio === 'style';
}

export function isLearnRecipe(any: AnyRecipe): any is LearnRecipe {
  return any.steps[0]?.studio === 'learn';
}
