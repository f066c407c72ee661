import { z } from 'zod';
import { modelId } from './descriptor.ts';
import { learnKind, learnStep } from './learn-step.ts';
import { sceneView } from './learn-use.ts';
import {
  learnSource,
  learntView,
  seenScene,
  trainingProgress,
  trainingView,
  useAsked,
  usedView,
} from './learn-views.ts';
import { opaqueId } from './opaque-id.ts';
import { presetName } from './recipe.ts';
import { errorRecord, studio } from './views.ts';

const nothing = z.undefined();
const droppedPaths = z.strictObject({ paths: z.array(z.string().min(1)).min(1).max(10_000) });

/** What the room of Learn may ask of main; a part of `CHANNELS`. */
export const LEARN_CHANNELS = {
  /** Asks with the system's dialog; undefined when the user cancels. */
  'learn.choose': {
    args: z.strictObject({ what: z.enum(['files', 'folder']), of: z.enum(['pictures', 'texts']) }),
    result: learnSource.optional(),
  },
  /** Sent by the preload alone, with the paths of real dropped Files. */
  'learn.take': { args: droppedPaths, result: learnSource },
  /** Asks for a mask of what `denoise` repairs; undefined when the user cancels. */
  'learn.chooseMask': { args: nothing, result: learnSource.optional() },
  /** As `learn.take`: one picture. */
  'learn.takeMask': { args: droppedPaths, result: learnSource },
  /** Pictures to try it with; sets of them are fetched where they are not here yet. Worth cancelling. */
  'learn.sample': {
    args: z.strictObject({ sample: z.enum(['scene', 'emoji', 'textures', 'patterns']) }),
    result: learnSource,
  },
  /** How many files a kind would learn from, or why from none. */
  'learn.count': {
    args: z.strictObject({ source: opaqueId, kind: learnKind }),
    result: z.object({
      files: z.number().int().nonnegative(),
      /** Views that come with their places: how many, the engine reads. */
      hasPlaces: z.boolean().optional(),
      problem: errorRecord.optional(),
    }),
  },
  /** Queues a training; of `denoise` each picture is an item of it. */
  'learn.start': {
    args: z.strictObject({
      ...learnStep.pick({ kind: true, size: true, length: true, earlyStop: true, seed: true, angle: true })
        .shape,
      source: opaqueId,
      name: presetName.optional(),
      /** Of `denoise`: from `learn.chooseMask`. */
      mask: opaqueId.optional(),
      /** From `folder.choose`: where pictures are written; left out: where the settings say. */
      folder: opaqueId.optional(),
    }),
    result: z.object({ id: opaqueId }),
  },
  /** Queues a training that goes on with something learnt, for as long again. */
  'learn.goOn': {
    args: z.strictObject({
      id: modelId,
      source: opaqueId,
      ...learnStep.pick({ length: true, earlyStop: true }).shape,
    }),
    result: z.object({ id: opaqueId }),
  },
  /** Takes a training that is over or stopped off the list; of a stopped one what it had learnt goes too. */
  'learn.forget': { args: z.strictObject({ id: opaqueId }), result: nothing },
  /** Its id stays. */
  'learn.rename': { args: z.strictObject({ id: modelId, name: presetName }), result: nothing },
  'learn.remove': { args: z.strictObject({ id: modelId }), result: nothing },
  /** Uses something learnt. Worth cancelling. */
  'learn.use': { args: useAsked, result: usedView },
  /** One view of a scene, which stays open for the next one. Worth cancelling. */
  'learn.look': {
    args: z.strictObject({
      id: modelId,
      ...sceneView.shape,
      /** About how long it may take, milliseconds: it is as large as that allows; left out: whole. */
      within: z.number().positive().optional(),
    }),
    result: seenScene,
  },
  /** No other view will be asked for: lets go of the scene. */
  'learn.lookAway': { args: nothing, result: nothing },
  /** A result, or a file that was found, in a studio. */
  'learn.open': {
    args: z.strictObject({ id: opaqueId, studio }),
    result: z.object({ source: opaqueId, studio }),
  },
  /** A result, or a file that was found, in its folder. */
  'learn.reveal': { args: z.strictObject({ id: opaqueId }), result: nothing },
} as const;

/** What main tells of it by itself; a part of `EVENTS`. */
export const LEARN_EVENTS = {
  'trainings.changed': z.array(trainingView),
  /** Batched; live only. */
  'trainings.progressed': z.array(trainingProgress),
  'learnt.changed': z.array(learntView),
  /** How far a use is, where it takes some time; live only. */
  'learn.using': z.object({ fraction: z.number().min(0).max(1) }),
} as const;
