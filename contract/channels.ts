import { z } from 'zod';
import { ACTION_IDS } from './actions.ts';
import { modelId } from './descriptor.ts';
import { outputRules, presetName, restoreStep } from './recipe.ts';
import { pageSession } from './session.ts';
import {
  appState,
  display,
  errorRecord,
  language,
  languageView,
  modelView,
  opaqueId,
  pictureUrl,
  pictureView,
  pixelRect,
  presetView,
  queueView,
  recentView,
  sourceView,
  theme,
} from './views.ts';

const nothing = z.undefined();
/** How many pictures came in, and the names of presets; the rest is told by `sources.changed` and `presets.changed`. */
const added = z.object({ added: z.number().int().nonnegative(), presets: z.array(presetName).optional() });
const presetNamed = z.strictObject({ name: presetName });

/**
 * What the page may ask of main: name -> schema of the arguments and of the result. Main parses the arguments, the
 * preload the results; both derive their types from here.
 */
export const CHANNELS = {
  'app.state': {
    args: nothing,
    result: appState.extend({
      session: pageSession.optional(),
      /** Went wrong while the window was opened. */
      problem: errorRecord.optional(),
    }),
  },
  'app.setTheme': { args: z.strictObject({ theme }), result: nothing },
  /** `language.changed` tells what it came to. */
  'app.setLanguage': { args: z.strictObject({ language }), result: nothing },
  /** How the page looks now, to be so again after a restart. */
  'session.save': { args: pageSession, result: nothing },
  /** Asks with the system's dialog. */
  'sources.open': { args: z.strictObject({ what: z.enum(['files', 'folder']) }), result: added },
  /** Sent by the preload alone, with the paths of real dropped Files; the page itself holds none. */
  'sources.add': { args: z.strictObject({ paths: z.array(z.string().min(1)).max(100_000) }), result: added },
  /** What the system's clipboard holds: files, or a picture. */
  'sources.paste': { args: nothing, result: added },
  'recent.open': { args: z.strictObject({ id: opaqueId }), result: added },
  'recent.clear': { args: nothing, result: nothing },
  /** A picture that Gesso draws, to try things with. */
  'sources.sample': { args: nothing, result: added },
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
      step: restoreStep,
      display,
      /** Keys of blocks that the page has already, made with the same step. */
      skip: z.array(z.string().max(24)).max(100_000),
      /** Comes back with each block, so that those of an earlier call are known. */
      turn: z.number().int(),
    }),
    result: z.object({ blocks: z.number().int().nonnegative() }),
  },
  /** Whose result is to be told with `live.made` while it is made; left out: nobody's. */
  'live.watch': { args: z.strictObject({ source: opaqueId.optional(), display }), result: nothing },
  /** Loads the models of a step, so that a preview begins at once. */
  'preview.warm': { args: z.strictObject({ step: restoreStep }), result: nothing },
  /** Asks with the system's dialog for a folder of results; nothing when the user cancels. */
  'folder.choose': {
    args: nothing,
    result: z.object({ id: opaqueId, name: z.string() }).optional(),
  },
  /** Replaces one of the same name; `presets.changed` tells what it came to, as after the others. */
  'preset.save': { args: presetView, result: nothing },
  'preset.rename': { args: z.strictObject({ from: presetName, to: presetName }), result: nothing },
  'preset.remove': { args: presetNamed, result: nothing },
  /** Asks where to, and writes it there as a recipe file. */
  'preset.export': { args: presetNamed, result: z.object({ saved: z.boolean() }) },
  /** Asks for a recipe file; without a name the user has cancelled. */
  'preset.import': { args: nothing, result: z.object({ name: presetName.optional() }) },
  'restore.start': {
    args: z.strictObject({
      sources: z.array(opaqueId).min(1),
      step: restoreStep,
      output: outputRules,
      /** From `folder.choose`; left out: beside each source. */
      folder: opaqueId.optional(),
    }),
    result: z.object({ job: opaqueId }),
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
  'result.reveal': { args: z.strictObject({ item: opaqueId }), result: nothing },
  /** Asks where to, and copies the result there. */
  'result.export': { args: z.strictObject({ item: opaqueId }), result: z.object({ saved: z.boolean() }) },
  /** Ends when the model is installed; its cancel message stops it. */
  'models.install': { args: z.strictObject({ ids: z.array(modelId).min(1) }), result: nothing },
  'models.remove': { args: z.strictObject({ id: modelId }), result: nothing },
} as const;

/** What main tells the page by itself. */
export const EVENTS = {
  /** Batched: what changed since the last one. */
  'sources.changed': z.object({ changed: z.array(sourceView), removed: z.array(opaqueId) }),
  /** Batched about every 100 ms; live only, forgotten when the item ends. */
  'items.progressed': z.array(z.object({ source: opaqueId, fraction: z.number().min(0).max(1) })),
  /** A block of a preview: pixels of the result. */
  'preview.made': z.object({
    turn: z.number().int(),
    key: z.string(),
    url: pictureUrl,
    place: pixelRect,
    /** 0..1 of the blocks of that call. */
    fraction: z.number().min(0).max(1),
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
  'queue.changed': queueView,
  'recent.changed': z.array(recentView),
  'presets.changed': z.array(presetView),
  'models.changed': z.array(modelView),
  'models.progressed': z.object({
    id: modelId,
    phase: z.enum(['fetch', 'convert']),
    fraction: z.number().min(0).max(1),
  }),
  /** Every word of the page is to be said anew. */
  'language.changed': languageView,
  /** The menu asks the page to do what a button does. */
  'action.requested': z.object({ id: z.enum(ACTION_IDS) }),
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
