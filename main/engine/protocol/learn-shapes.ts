import { z } from 'zod';
import { modelDescriptor } from '../../../contract/descriptor.ts';
import { learnStep } from '../../../contract/learn-step.ts';
import { learnUses, sceneView, useOptions } from '../../../contract/learn-use.ts';
import { learntModel } from '../../../contract/learnt.ts';
import { runOptions } from '../../../contract/recipe.ts';

/** What an engine is told of learning and says of it; `methods.ts` puts them together. */

export const learnCheckParams = z.object({
  /** A manifest of recorded first steps. */
  manifest: z.string(),
  case: z.string(),
  /** Gets losses.f32, g_NAME.f32, p1_NAME.f32 and p3_NAME.f32. */
  out: z.string(),
});

export const learnCheckResult = z.object({
  losses: z.array(z.number()),
  /** Largest differences in the measures of the law (learn-check.ts), where the manifest records what was expected. */
  errors: z.object({ loss: z.number(), gradient: z.number(), parameters: z.number() }).optional(),
});

export const learnParams = z.object({
  step: learnStep,
  /** Of what is to be learnt, each file once. */
  files: z.array(z.string()),
  /** What is learnt so far lies here and outlives the process. */
  parts: z.string(),
  /** The state of an earlier training to go on with. */
  from: z.string().optional(),
  /** A new folder for what is learnt; of `denoise` a file. */
  temp: z.string(),
  /** A folder of the call's own, made and emptied by it. */
  work: z.string(),
  previews: z.object({ folder: z.string() }).optional(),
  device: runOptions.shape.device,
  software: z.string(),
  recipe: z.string(),
  /** Of `denoise`. */
  format: z.enum(['png', 'jpeg', 'webp', 'avif', 'tiff']),
  quality: z.number().int(),
});

export const learnEvent = z.object({
  /** 0..1 over the whole call; never falls. */
  fraction: z.number().min(0).max(1),
  /** Losses since the last event; the first of them is of step `from`. */
  losses: z.object({ from: z.number(), values: z.array(z.number()) }).optional(),
  /** What has been learnt so far: a PNG. */
  preview: z.object({ file: z.string(), width: z.number(), height: z.number() }).optional(),
});

export const learnResult = z.object({
  /** What was learnt: all of its record that the library does not add. */
  learnt: learntModel.pick({ shape: true, networks: true, learnt: true, parameters: true }),
  /** A network that draws pictures of numbers, to be an ordinary model: a file in `temp`. */
  latent: z
    .object({
      file: z.string(),
      descriptor: modelDescriptor.omit({ id: true, name: true, family: true, licence: true }),
    })
    .optional(),
  /** Of a picture that was written. */
  picture: z
    .object({ width: z.number(), height: z.number(), sha256: z.string(), bytes: z.number() })
    .optional(),
  device: z.string(),
});

/** A model as it was learnt, and the folder that it lies in. */
const engineLearnt = z.object({ model: learntModel, folder: z.string() });

export const learnUseParams = z.object({
  learnt: engineLearnt,
  /** What is done with it; each kind knows some (learn-uses.ts). */
  use: learnUses,
  /** Files or a text, as the use needs. */
  inputs: z.array(z.string()),
  /** Pictures of a folder that is looked at. */
  files: z.array(z.string()).default([]),
  out: z.string(),
  work: z.string(),
  ...useOptions.shape,
  mask: z.string().optional(),
  device: runOptions.shape.device,
});

export const learnUseEvent = z.object({ fraction: z.number().min(0).max(1) });

export const learnUseResult = z.object({
  /** Files that were written. */
  outputs: z.array(z.string()),
  /** What was found, the foremost first: a file or a text, and a number that says how much. */
  found: z.array(z.object({ what: z.string(), score: z.number() })),
  notes: z.array(z.string()),
});

/** One view of a scene that was learnt, which stays open for the next one. */
export const learnLookParams = z.object({
  learnt: engineLearnt,
  ...sceneView.shape,
  /** About how long it may take, milliseconds: it is drawn as large as that allows; left out: whole. */
  within: z.number().positive().optional(),
  /** Gets a PNG. */
  target: z.string(),
});

export const learnLookResult = z.object({
  /** Pixels. */
  side: z.number(),
  /** As large as the scene is drawn at all. */
  isWhole: z.boolean(),
  /** Of the drawing alone. */
  milliseconds: z.number(),
});

/** Squares to try learning with, of patterns in a file that was fetched. */
export const drawPatternsParams = z.object({
  file: z.string(),
  /** Gets the PNGs. */
  folder: z.string(),
});

export const drawPatternsResult = z.object({ count: z.number() });
