import { z } from 'zod';
import { clipOutput, clipPart, clipSteps } from './clip-recipe.ts';
import { generateSettings } from './generate-settings.ts';
import { learnSettings } from './learn-views.ts';
import { pictureMasks } from './masks.ts';
import { opaqueId } from './opaque-id.ts';
import { restoreSettings } from './restore-settings.ts';
import { SORTS } from './sort.ts';
import { styleSettings } from './style-settings.ts';
import { studio } from './views.ts';

const compareMode = z.enum(['before', 'after', 'split', 'stack', 'side', 'difference', 'lens']);
export type CompareMode = z.infer<typeof compareMode>;

const panel = z.enum(['inspector', 'models', 'queue', 'settings']);
export type Panel = z.infer<typeof panel>;

/** How the player shows a source and its result, which run in step. */
const PLAYER_MODES = ['source', 'result', 'side', 'split', 'flicker'] as const;
const playerMode = z.enum(PLAYER_MODES);
export type PlayerMode = z.infer<typeof playerMode>;

/** What the inspector of Interpolate decides. */
const clipSettings = z.strictObject({
  step: clipSteps,
  output: clipOutput,
  /** As that of pictures. */
  folder: z.union([z.strictObject({ id: opaqueId, name: z.string() }), z.literal('beside')]).optional(),
});

/** The room of Interpolate, with a list of its own. */
const clipRoom = z.strictObject({
  selected: opaqueId.optional(),
  sort: z.enum(SORTS),
  mode: playerMode,
  settings: clipSettings,
  /** What was marked in each clip, by source. */
  parts: z.record(opaqueId, clipPart).default({}),
});

/** The room of Style. */
const styleRoom = z.strictObject({
  selected: opaqueId.optional(),
  sort: z.enum(SORTS),
  settings: styleSettings,
});

/** The room of Generate; the picture on its list is the one to begin with. */
const generateRoom = z.strictObject({
  selected: opaqueId.optional(),
  settings: generateSettings,
  /** Patterns are shown four times, to see that they join. */
  isTiled: z.boolean(),
});

/** What the page looks like, as it comes back after a restart or a crash; main adds the open pictures. */
export const pageSession = z.strictObject({
  selected: opaqueId.optional(),
  panel,
  viewMode: compareMode,
  /** How many times a difference is brightened. */
  gain: z.number().min(1).max(64),
  settings: restoreSettings,
  /** Sessions of earlier versions have none of these. */
  sort: z.enum(SORTS).default('added').catch('added'),
  studio: studio.default('restore').catch('restore'),
  clip: clipRoom.optional().catch(undefined),
  style: styleRoom.optional().catch(undefined),
  generate: generateRoom.optional().catch(undefined),
  /** What is learnt from is chosen anew: it may be gone. */
  learn: learnSettings.optional().catch(undefined),
  /** What was painted on pictures, by source. */
  masks: z.record(opaqueId, pictureMasks).default({}).catch({}),
});
export type PageSession = z.infer<typeof pageSession>;
