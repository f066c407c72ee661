import { z } from 'zod';
import { aboutView } from './about.ts';
import { ACTION_IDS } from './actions.ts';
import { CLIP_CONTAINERS } from './clip-coding.ts';
import { clipOutput, clipPart, clipSteps, interpolateStep } from './clip-recipe.ts';
import { dataPlace } from './data-place.ts';
import { modelId } from './descriptor.ts';
import { GENERATE_CHANNELS, GENERATE_EVENTS } from './generate-channels.ts';
import { LEARN_CHANNELS, LEARN_EVENTS } from './learn-channels.ts';
import { learntView, trainingProgress, trainingView } from './learn-views.ts';
import { bundleView, madeView, promptShelf } from './made.ts';
import { LARGEST_MASK, maskId, pictureMasks } from './masks.ts';
import { opaqueId } from './opaque-id.ts';
import { outputRules, presetName, restoreSteps, runOptions } from './recipe.ts';
import { pageSession } from './session.ts';
import { settingsPatch, settingsView } from './settings.ts';
import { shelfStyle, styleLayer, styleLook, styleTaste } from './style-settings.ts';
import { MOST_LAYERS } from './tasks.ts';
import { rationalText } from './time.ts';
import {
  appState,
  display,
  errorRecord,
  jobItemView,
  jobView,
  language,
  languageView,
  modelView,
  pictureUrl,
  pictureView,
  pixelRect,
  presetView,
  queueView,
  recentView,
  sourceView,
  studio,
  stylePictureView,
  textSize,
  theme,
} from './views.ts';

const nothing = z.undefined();
/** How many sources came in, and the names of presets; the rest is told by `sources.changed` and `presets.changed`. */
/** A project was opened: the page as it has it. */
const openedProject = z.object({
  name: z.string(),
  page: pageSession,
  /** Names of its pictures that are nowhere to be found. */
  missing: z.array(z.string()),
});
const added = z.object({
  added: z.number().int().nonnegative(),
  presets: z.array(presetName).optional(),
  /** The studio on whose list they are, where that is one. */
  studio: studio.optional(),
});
/** An open clip, and the recipe's step: a film in pictures has its frames a second from there. */
const ofClip = { source: opaqueId, step: interpolateStep };
/** Tells the frames of one call from those of another. */
const turn = z.number().int();
/** A part of a clip, seconds after its first moment. */
const part = { from: rationalText, to: rationalText };
const presetStudio = studio.exclude(['learn']);
const presetNamed = z.strictObject({ studio: presetStudio, name: presetName });

/**
 * What the page may ask of main: name -> schema of the arguments and of the result. Main parses the arguments, the
 * preload the results; both derive their types from here.
 */
export const CHANNELS = {
  'app.state': {
    args: nothing,
    result: appState.extend({
      appSettings: settingsView,
      session: pageSession.optional(),
      /** The newest first. */
      made: z.array(madeView),
      bundles: z.array(bundleView),
      prompts: promptShelf,
      trainings: z.array(trainingView),
      /** How far they are, or got. */
      training: z.array(trainingProgress),
      learnt: z.array(learntView),
      hasReport: z.boolean(),
      /** The project that is open, where it has a file. */
      project: z.string().optional(),
      /** Went wrong while the window was opened. */
      problem: errorRecord.optional(),
    }),
  },
  'app.setTheme': { args: z.strictObject({ theme }), result: nothing },
  'app.setTextSize': { args: z.strictObject({ size: textSize }), result: nothing },
  /** `language.changed` tells what it came to. */
  'app.setLanguage': { args: z.strictObject({ language }), result: nothing },
  /** The report of what died last, or one of now; names of pictures are left out. */
  'report.get': { args: nothing, result: z.object({ text: z.string() }) },
  /** Asks with the system's dialog. */
  'report.save': { args: nothing, result: z.object({ saved: z.boolean() }) },
  /** It was offered: not again. */
  'report.read': { args: nothing, result: nothing },
  /** How the page looks now, to be so again after a restart. */
  'session.save': { args: pageSession, result: nothing },
  /** Asks with the system's dialog. */
  'sources.open': { args: z.strictObject({ what: z.enum(['files', 'folder']), studio }), result: added },
  /** Sent by the preload alone, with the paths of real dropped Files; the page itself holds none. */
  'sources.add': {
    args: z.strictObject({ paths: z.array(z.string().min(1)).max(100_000), studio }),
    result: added,
  },
  /** What the system's clipboard holds: files, or a picture. */
  'sources.paste': { args: z.strictObject({ studio }), result: added },
  'recent.open': { args: z.strictObject({ id: opaqueId, studio }), result: added },
  'recent.clear': { args: nothing, result: nothing },
  /** A picture or clip that Gesso draws, to try things with. */
  'sources.sample': { args: z.strictObject({ studio }), result: added },
  'sources.remove': { args: z.strictObject({ ids: z.array(opaqueId) }), result: nothing },
  /** Takes back that they were removed. */
  'sources.bringBack': { args: z.strictObject({ ids: z.array(opaqueId) }), result: nothing },
  /** Pictures for the canvas: the source, and the result where there is one. */
  'source.view': {
    args: z.strictObject({ id: opaqueId, display }),
    result: z.object({ before: pictureView, after: pictureView.optional() }),
  },
  /**
   * Runs the model on a part of a picture and tells each block with `preview.made`; ends when all are there. Another
   * call, or its cancel message, ends it.
   */
  'preview.run': {
    args: z.strictObject({
      source: opaqueId,
      /** Of the source. */
      region: pixelRect,
      steps: restoreSteps,
      display,
      /** Keys of blocks that the page has already, made with the same step. */
      skip: z.array(z.string().max(40)).max(100_000),
      /** Comes back with each block, so that those of an earlier call are known. */
      turn: z.number().int(),
    }),
    result: z.object({ blocks: z.number().int().nonnegative() }),
  },
  /** Whose result is to be told with `live.made` while it is made; left out: nobody's. */
  'live.watch': { args: z.strictObject({ source: opaqueId.optional(), display }), result: nothing },
  /** Loads the models of a step, so that a preview begins at once. */
  'preview.warm': { args: z.strictObject({ steps: restoreSteps }), result: nothing },
  /** Asks with the system's dialog for a folder; nothing when the user cancels. */
  'folder.choose': {
    args: z.strictObject({ what: z.enum(['results', 'pictures', 'data']) }),
    result: z.object({ id: opaqueId, name: z.string() }).optional(),
  },
  /** Replaces one of the same name; `presets.changed` tells what it came to, as after the others. */
  'preset.save': { args: presetView, result: nothing },
  'preset.rename': {
    args: z.strictObject({ studio: presetStudio, from: presetName, to: presetName }),
    result: nothing,
  },
  'preset.remove': { args: presetNamed, result: nothing },
  /** Asks where to, and writes it there as a recipe file. */
  'preset.export': { args: presetNamed, result: z.object({ saved: z.boolean() }) },
  /** Asks for a recipe file; without a name the user has cancelled. */
  'preset.import': { args: nothing, result: z.object({ preset: presetNamed.optional() }) },
  'restore.start': {
    args: z.strictObject({
      /** A picture with a mask, which says where it is restored, is a job of its own. */
      sources: z.array(z.strictObject({ id: opaqueId, mask: maskId.optional() })).min(1),
      steps: restoreSteps,
      output: outputRules,
      /** From `folder.choose`, or beside each source; left out: where the settings say. */
      folder: z.union([opaqueId, z.literal('beside')]).optional(),
    }),
    result: z.object({ jobs: z.array(opaqueId) }),
  },
  /** Looks at all frames of a clip once: when each is shown, where scenes change, what repeats. Worth cancelling. */
  'clip.look': {
    args: z.strictObject(ofClip),
    result: z.object({
      /** Seconds of each frame; the last moment is `end`. */
      times: z.array(z.number()),
      end: z.number(),
      /** The constant rate that all frames keep; left out: it varies. */
      rate: rationalText.optional(),
      /** What "2x" is counted from. */
      nominalRate: rationalText,
      /** How much of each frame is new, 0..1: `findCuts` makes cuts of it. */
      changes: z.array(z.number()),
      /** Frames that repeat the one before, by their numbers. */
      repeats: z.array(z.number().int().nonnegative()),
    }),
  },
  /** So many frames, evenly spread, small; each is told with `clip.frame`. */
  'clip.thumbs': {
    args: z.strictObject({ ...ofClip, count: z.number().int().min(1).max(400), turn }),
    result: nothing,
  },
  /** The frames of a part of a clip, or of its result, for the player; each is told with `clip.frame`. */
  'clip.frames': {
    args: z.strictObject({ ...ofClip, of: z.enum(['source', 'result']), ...part, turn }),
    result: z.object({ frames: z.number().int().nonnegative() }),
  },
  /** Makes the frames of a short part as an export would; each is told with `clip.frame`. */
  'clip.preview': {
    args: z.strictObject({ ...ofClip, ...part, turn }),
    result: z.object({ frames: z.number().int().nonnegative(), milliseconds: z.number().nonnegative() }),
  },
  /** What the network sees at a moment: the two frames around it, the motion between them, and how they are mixed. */
  'clip.between': {
    args: z.strictObject({ ...ofClip, time: rationalText }),
    result: z.object({
      /** Seconds of the two frames, and how far between them the moment is, 0..1. */
      times: z.tuple([z.number(), z.number()]),
      fraction: z.number(),
      /** Motion to the first and to the second frame: hue is the direction, strength the length. */
      flows: z.tuple([pictureUrl, pictureUrl]),
      /** Bright: taken from the first frame; dark: from the second. */
      mask: pictureUrl,
      made: pictureUrl,
      /** The longest motion, pixels of the frame. */
      longest: z.number().nonnegative(),
    }),
  },
  /** What an export would be, without decoding: how it is named and stored, and what becomes of sound and subtitles. */
  'clip.plan': {
    args: z.strictObject({ ...ofClip, output: clipOutput }),
    result: z.object({
      /** File name, or the folder's. */
      name: z.string(),
      /** Left out: a folder of pictures. */
      container: z.enum(CLIP_CONTAINERS).optional(),
      rate: rationalText,
      notes: z.array(z.string()),
    }),
  },
  /** Clips of which only a part is taken, or whose cuts were marked by hand, are jobs of their own. */
  'interpolate.start': {
    args: z.strictObject({
      sources: z.array(z.strictObject({ id: opaqueId, part: clipPart.optional() })).min(1),
      step: clipSteps,
      output: clipOutput,
      /** As of `restore.start`. */
      folder: z.union([opaqueId, z.literal('beside')]).optional(),
    }),
    result: z.object({ jobs: z.array(opaqueId) }),
  },
  /** Asks with the system's dialog for pictures whose style is to be painted in; `styles.changed` tells them. */
  'styles.open': { args: nothing, result: nothing },
  /** Sent by the preload alone, as `sources.add`. */
  'styles.add': {
    args: z.strictObject({ paths: z.array(z.string().min(1)).min(1).max(100) }),
    result: nothing,
  },
  'styles.remove': { args: z.strictObject({ id: opaqueId }), result: nothing },
  /** Makes a style a favourite, or takes that back; `taste.changed` tells it. */
  'styles.favour': { args: z.strictObject({ from: shelfStyle, isFavourite: z.boolean() }), result: nothing },
  /** A picture, small, in every style that is built in; each is told with `style.thumb`. */
  'style.thumbs': { args: z.strictObject({ source: opaqueId, turn }), result: nothing },
  /** A picture as it would be painted, but at the size of a screen; a fine one takes its time. */
  'style.preview': {
    args: z.strictObject({ source: opaqueId, look: styleLook, quality: z.enum(['quick', 'fine']) }),
    result: z.object({
      url: pictureUrl,
      milliseconds: z.number().nonnegative(),
      /** Strokes are as an export makes them; else they are broader than they will be. */
      isTrue: z.boolean(),
    }),
  },
  ...GENERATE_CHANNELS,
  ...LEARN_CHANNELS,
  'style.start': {
    args: z.strictObject({
      /** A picture that was painted on is a job of its own. */
      sources: z.array(z.strictObject({ id: opaqueId, masks: pictureMasks.optional() })).min(1),
      /** From the lowest up; those that are hidden are left out. */
      layers: z.array(styleLayer).min(1).max(MOST_LAYERS),
      output: outputRules,
      /** As of `restore.start`. */
      folder: z.union([opaqueId, z.literal('beside')]).optional(),
    }),
    result: z.object({ jobs: z.array(opaqueId) }),
  },
  /**
   * Writes the pictures of Restore and Style with all that was set and painted as a project: to the file that it has, or
   * where the system's dialog says. Without a name the user has cancelled.
   */
  'project.save': {
    args: z.strictObject({ page: pageSession, as: z.enum(['same', 'other', 'embedded']) }),
    result: z.object({ name: z.string().optional() }),
  },
  /** Asks with the system's dialog; `project.opened` tells it. */
  'project.open': { args: nothing, result: nothing },
  /** Keeps a mask: a PNG of greys. */
  'mask.save': {
    args: z.strictObject({ png: z.instanceof(Uint8Array).refine(({ length }) => length <= LARGEST_MASK) }),
    result: z.object({ id: maskId }),
  },
  'mask.read': {
    args: z.strictObject({ id: maskId }),
    result: z.object({ png: z.instanceof(Uint8Array) }),
  },
  /** Cancels a job, or all of them; returns how many items that stopped. */
  'queue.cancel': {
    args: z.strictObject({ job: opaqueId.optional() }),
    result: z.object({ cancelled: z.number() }),
  },
  /** Holds the queue after the item in hand, or lets it go on. */
  'queue.pause': { args: z.strictObject({ paused: z.boolean() }), result: nothing },
  /** Failed and cancelled items of the shown sources' jobs go back to the queue. */
  'queue.retry': {
    args: z.strictObject({ job: opaqueId.optional() }),
    result: z.object({ queued: z.number() }),
  },
  /** The last jobs: what is taken next first, then what is over; `jobs.changed` tells them again whenever something changes. */
  'jobs.list': { args: nothing, result: z.array(jobView) },
  'jobs.items': {
    args: z.strictObject({
      job: opaqueId,
      offset: z.number().int().nonnegative(),
      count: z.number().int().min(1).max(500),
    }),
    result: z.array(jobItemView),
  },
  /** Takes a waiting job earlier or later, or before all others; what is in hand stays in hand. */
  'jobs.move': {
    args: z.strictObject({ job: opaqueId, to: z.enum(['earlier', 'later', 'first']) }),
    result: nothing,
  },
  /** Takes finished jobs off the list: one, or all. Their results stay where they are. */
  'jobs.forget': { args: z.strictObject({ job: opaqueId.optional() }), result: nothing },
  /** Takes a waiting item before all others of its job. */
  'item.first': { args: z.strictObject({ item: opaqueId }), result: nothing },
  /** Opens the picture of an item, with its result; returns its source. */
  'item.open': { args: z.strictObject({ item: opaqueId }), result: z.object({ source: opaqueId, studio }) },
  /** Puts it on the system's clipboard. */
  'result.copy': { args: z.strictObject({ item: opaqueId }), result: nothing },
  'result.reveal': { args: z.strictObject({ item: opaqueId }), result: nothing },
  /** Asks where to, and copies the result there. */
  'result.export': { args: z.strictObject({ item: opaqueId }), result: z.object({ saved: z.boolean() }) },
  /** Ends when the model is installed; its cancel message stops it. */
  'models.install': { args: z.strictObject({ ids: z.array(modelId).min(1) }), result: nothing },
  /** Throws away what a paused download has left. */
  'models.discard': { args: z.strictObject({ id: modelId }), result: nothing },
  /** Compares installed models with their hashes and runs a test picture through each; all where none is named. */
  'models.verify': {
    args: z.strictObject({ id: modelId.optional() }),
    result: z.array(z.object({ id: modelId, problem: errorRecord.optional() })),
  },
  /**
   * Takes in model files, one after the other; without paths it asks with the system's dialog. Paths are sent by the
   * preload alone. A cancel message stops it; those before are there.
   */
  'models.import': {
    args: z.strictObject({ paths: z.array(z.string().min(1)).min(1).max(100).optional() }),
    result: z.array(
      z.object({
        id: modelId,
        /** False: the same file was imported before. */
        isNew: z.boolean(),
        /** What should be known of it. */
        notes: z.array(z.string()),
      }),
    ),
  },
  'models.remove': { args: z.strictObject({ id: modelId }), result: nothing },
  /** What comes of it is told by `settings.changed`, to which every window listens. */
  'settings.change': { args: settingsPatch, result: nothing },
  /** What can be named, and what `auto` tries, best first. */
  'device.list': {
    args: nothing,
    result: z.object({ offered: z.array(runOptions.shape.device), auto: z.array(z.string()) }),
  },
  /** Measures an installed model on every device; ends when the settings hold the comparison, a cancel stops it. */
  'device.measure': { args: z.strictObject({ model: modelId }), result: nothing },
  'data.get': { args: nothing, result: dataPlace },
  'data.reveal': { args: nothing, result: nothing },
  /** Copies the data to a folder of `folder.choose`; ends when the next start would use it, a cancel stops it. */
  'data.move': { args: z.strictObject({ folder: opaqueId }), result: nothing },
  'app.restart': { args: nothing, result: nothing },
  /** While the page listens for a new shortcut, the menu leaves the keys to it. */
  'keys.capture': { args: z.strictObject({ on: z.boolean() }), result: nothing },
  'about.get': { args: nothing, result: aboutView },
  /** The text of a licence, by its place in the list. */
  'about.notice': {
    args: z.strictObject({ index: z.number().int().nonnegative() }),
    result: z.object({ text: z.string() }),
  },
  /** Chromium's own list is long: it opens in the system's browser, from the disk. */
  'about.chromium': { args: nothing, result: nothing },
} as const;

/** What main tells the page by itself. */
export const EVENTS = {
  /** Batched: what changed since the last one. */
  'sources.changed': z.object({ changed: z.array(sourceView), removed: z.array(opaqueId) }),
  /** Batched about every 100 ms; live only, forgotten when the item ends. */
  'items.progressed': z.array(
    z.object({
      source: opaqueId,
      fraction: z.number().min(0).max(1),
      /** Of a clip: frames that are encoded, of all, and how many a second. */
      frames: z.object({ done: z.number(), total: z.number(), perSecond: z.number().optional() }).optional(),
    }),
  ),
  /** A block of a preview: pixels of the result. */
  'preview.made': z.object({
    turn: z.number().int(),
    key: z.string(),
    url: pictureUrl,
    place: pixelRect,
    /** 0..1 of the blocks of that call. */
    fraction: z.number().min(0).max(1),
    /** How long the networks ran for it; reading, cutting and loading the models are not in it. */
    milliseconds: z.number().nonnegative(),
  }),
  /** A part of the result of the source that is watched, pixels of it. */
  'live.made': z.object({
    source: opaqueId,
    key: z.string(),
    url: pictureUrl,
    place: pixelRect,
    size: z.object({ width: z.number().int().positive(), height: z.number().int().positive() }),
    /** How much of it goes over the plain picture. */
    opacity: z.number().min(0).max(1),
  }),
  /** 0..1 of the look at a clip's frames. */
  'clip.looking': z.object({ source: opaqueId, fraction: z.number().min(0).max(1) }),
  /** A frame of a clip that was asked for. */
  'clip.frame': z.object({
    turn,
    index: z.number().int().nonnegative(),
    /** The moment that it shows, seconds after the source's first; of a result as a file: after its own first. */
    time: z.number(),
    /** Made by the network; else a frame of the source. */
    made: z.boolean(),
    url: pictureUrl,
    /** 0..1 of the frames of that call. */
    fraction: z.number().min(0).max(1),
  }),
  /** The newest frame of the clip that is watched (`live.watch`) while it is worked on. */
  'clip.latest': z.object({ source: opaqueId, time: z.number(), made: z.boolean(), url: pictureUrl }),
  'queue.changed': queueView,
  /** Batched. */
  'jobs.changed': z.array(jobView),
  'recent.changed': z.array(recentView),
  'presets.changed': z.array(presetView),
  'styles.changed': z.array(stylePictureView),
  'taste.changed': styleTaste,
  'project.opened': openedProject,
  /** A picture in a style that is built in. */
  'style.thumb': z.object({ turn, builtIn: z.number().int().nonnegative(), url: pictureUrl }),
  ...GENERATE_EVENTS,
  ...LEARN_EVENTS,
  'models.changed': z.array(modelView),
  'models.progressed': z.object({
    /** Left out: a file that is being imported. */
    id: modelId.optional(),
    phase: z.enum(['fetch', 'convert']),
    fraction: z.number().min(0).max(1),
  }),
  'settings.changed': settingsView,
  /** 0..1 over all devices; never falls while one measurement lasts. */
  'device.measuring': z.object({ device: z.string(), fraction: z.number().min(0).max(1) }),
  /** Every word of the page is to be said anew. */
  'language.changed': languageView,
  'data.moving': z.object({ fraction: z.number().min(0).max(1) }),
  /** The menu asks the page to do what a button does. */
  'action.requested': z.object({ id: z.enum(ACTION_IDS) }),
  /** Something died and came back; there is a report of it. */
  'report.ready': nothing,
  /** Something that no call of the page waits for went wrong. */
  'problem.met': errorRecord,
} as const;

export type Channel = keyof typeof CHANNELS;
export type Args<C extends Channel> = z.input<(typeof CHANNELS)[C]['args']>;
export type ParsedArgs<C extends Channel> = z.output<(typeof CHANNELS)[C]['args']>;
export type Reply<C extends Channel> = z.output<(typeof CHANNELS)[C]['result']>;
export type EventName = keyof typeof EVENTS;
export type Payload<E extends EventName> = z.output<(typeof EVENTS)[E]>;

/**
 * The one line between page and main. Call, result, error, event and cancel are different kinds of message; a cancel
 * carries the id of the call it ends and is never a call itself.
 */
const id = z.number().int().positive();
export const toMain = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('call'), id, channel: z.string(), args: z.unknown() }),
  z.strictObject({ kind: z.literal('cancel'), id }),
]);
export type ToMain = z.infer<typeof toMain>;

export const toPage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('result'), id, value: z.unknown() }),
  z.object({ kind: z.literal('error'), id, error: errorRecord }),
  z.object({ kind: z.literal('event'), event: z.string(), payload: z.unknown() }),
]);
export type ToPage = z.infer<typeof toPage>;

/** One end of the line. Electron's IPC makes two; tests join two in memory. */
export interface Port<Out> {
  send(message: Out): void;
  onMessage(listener: (message: unknown) => void): void;
}
