import { z } from 'zod';
import { modelId } from './descriptor.ts';
import { LEARN_SIZES, learnKind, learnStep } from './learn-step.ts';
import { learnUses } from './learn-use.ts';
import { learntModel } from './learnt.ts';
import { opaqueId } from './opaque-id.ts';
import { errorRecord, pictureUrl } from './views.ts';

/** Files and folders that were chosen to be learnt from, or to be looked at. */
export const learnSource = z.strictObject({
  id: opaqueId,
  /** Of the first. */
  name: z.string(),
  /** How many there are beside it. */
  others: z.number().int().nonnegative(),
});
export type LearnSource = z.infer<typeof learnSource>;

/** A point of the curve: the step, and the mean loss of the steps that it stands for. */
const curve = z.array(z.tuple([z.number(), z.number()]));
export type Curve = z.infer<typeof curve>;

const sketch = z.object({ url: pictureUrl, width: z.number(), height: z.number() });

/** A training in the queue, or one that was stopped, failed, or wrote pictures. */
export const trainingView = z.object({
  /** Of the queue's job. */
  id: opaqueId,
  kind: learnKind,
  name: z.string(),
  /** Files or folders that it learns from, by name. */
  from: z.array(z.string()),
  length: learnStep.shape.length,
  status: z.enum(['queued', 'running', 'stopped', 'failed', 'done']),
  /** Pictures, of a kind that learns on each by itself; else one. */
  done: z.number().int().nonnegative(),
  total: z.number().int().nonnegative(),
  error: errorRecord.optional(),
  /** The item to show in its folder: the first picture that was written. */
  written: opaqueId.optional(),
  /** What it became in the library. */
  learnt: modelId.optional(),
});
export type TrainingView = z.infer<typeof trainingView>;

/** How far a training is; what is in hand is told again as it gets on. */
export const trainingProgress = z.object({
  id: opaqueId,
  fraction: z.number().min(0).max(1),
  /** The last step, and its loss. */
  step: z.number().int().nonnegative(),
  loss: z.number().optional(),
  curve,
  /** What it has learnt so far. */
  sketch: sketch.optional(),
  millisecondsLeft: z.number().nonnegative().optional(),
});
export type TrainingProgress = z.infer<typeof trainingProgress>;

/** Something learnt on this machine. */
export const learntView = learntModel
  .pick({ id: true, name: true, kind: true, learnt: true, parameters: true, latent: true, bytes: true })
  .extend({
    installedAt: z.string(),
    /** Pixels of a side of what it draws, where it draws. */
    size: z.number().optional(),
    /** What it had learnt in the end, as a picture. */
    cover: sketch.optional(),
    /** Of its last training, as long as the window is open. */
    curve: curve.optional(),
  });
export type LearntView = z.infer<typeof learntView>;

/** What came of a use: files that were written, and what was found. */
export const usedView = z.object({
  results: z.array(
    z.object({
      id: opaqueId,
      name: z.string(),
      of: z.enum(['picture', 'clip', 'file']),
      picture: sketch.optional(),
    }),
  ),
  /** The foremost first: a file of the user's with its id, or a text. */
  found: z.array(
    z.object({ what: z.string(), score: z.number(), id: opaqueId.optional(), thumb: pictureUrl.optional() }),
  ),
  notes: z.array(z.string()),
  /** What can be repaired with what was found: the picture, and the mask of its dust. */
  repair: z.strictObject({ source: learnSource, mask: learnSource }).optional(),
});
export type UsedView = z.infer<typeof usedView>;

/** A scene as it looks from somewhere. */
export const seenScene = z.object({
  url: pictureUrl,
  /** Pixels. */
  side: z.number(),
  /** As large as the scene is drawn at all. */
  isWhole: z.boolean(),
});
export type SeenScene = z.infer<typeof seenScene>;

/** What the inspector of Learn decides. */
export const learnSettings = z.strictObject({
  kind: learnKind,
  size: z.literal(LEARN_SIZES),
  lengthBy: z.enum(['minutes', 'steps']),
  /** Left out: what is usual for the kind. */
  minutes: z.number().positive().optional(),
  steps: z.number().int().positive(),
  earlyStop: z.boolean().default(true),
  seed: z.number().int().nonnegative(),
  /** Of a turntable: degrees from one picture to the next; left out: a full turn in all. */
  angle: z.number().optional(),
  /** Words that were learnt suggest how a prompt goes on. */
  suggests: z.boolean().default(true),
});
export type LearnSettings = z.infer<typeof learnSettings>;

/** What is asked of something learnt. */
export const useAsked = z.strictObject({
  id: modelId,
  use: learnUses,
  /** Files or folders from `learn.choose`. */
  inputs: z.array(opaqueId).max(8),
  text: z.string().max(20_000).optional(),
  seed: learnStep.shape.seed,
  count: z.number().int().min(1).max(400).optional(),
  seconds: z.number().positive().max(60).optional(),
  /** As of `learn.start`. */
  folder: opaqueId.optional(),
});
