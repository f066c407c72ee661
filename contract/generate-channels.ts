import { z } from 'zod';
import { modelId } from './descriptor.ts';
import { generateOutput, MOST_PICTURES } from './generate-recipe.ts';
import { chosenFile, pageLatent, pageRule, pageStep } from './generate-settings.ts';
import { bundleView, madeProgress, madeView, promptPair, promptShelf } from './made.ts';
import { maskId } from './masks.ts';
import { opaqueId } from './opaque-id.ts';
import { presetName } from './recipe.ts';
import { display, pictureUrl, pictureView, studio } from './views.ts';

const nothing = z.undefined();
/** Tells what one call tells from what another does. */
const turn = z.number().int();
/** Of a table of pictures, bytes. */
const LARGEST_SHEET = 200e6;

/** What the room of Generate may ask of main; a part of `CHANNELS`. */
export const GENERATE_CHANNELS = {
  /** Asks with the system's dialog for a file that a picture is made with; undefined when the user cancels. */
  'generate.choose': {
    args: z.strictObject({ what: z.enum(['lora', 'vae', 'embedding', 'picture']) }),
    result: chosenFile.optional(),
  },
  /**
   * What a pattern or a picture of a latent space is like, no larger than that; on the way it is told with
   * `generate.sketched`. Worth cancelling.
   */
  'generate.preview': {
    args: z.strictObject({
      step: z.discriminatedUnion('kind', [pageRule, pageLatent]),
      longestSide: z.number().int().min(64).max(2048),
      turn,
    }),
    result: z.object({
      url: pictureUrl,
      width: z.number().int().positive(),
      height: z.number().int().positive(),
      milliseconds: z.number().nonnegative(),
    }),
  },
  /** Each pattern that needs no picture, small; told with `generate.thumb`. */
  'generate.thumbs': { args: nothing, result: nothing },
  /** Of what a text encoder of that model reads at once, begin and end left out, how much texts take. */
  'generate.countTokens': {
    args: z.strictObject({ model: modelId, texts: z.array(z.string().max(20_000)).min(1).max(4) }),
    result: z.array(z.object({ tokens: z.number().int(), chunks: z.number().int() })),
  },
  /** Queues a job for each step; returns the pictures of all of them in that order. */
  'generate.start': {
    args: z.strictObject({
      steps: z.array(pageStep).min(1).max(400),
      /** Of each step: the seeds count on. */
      count: z.number().int().min(1).max(MOST_PICTURES),
      /** Left out: the first seed is drawn at random. */
      isSeedFixed: z.boolean(),
      /** A picture to begin with, and where it is made anew. */
      source: opaqueId.optional(),
      mask: maskId.optional(),
      output: generateOutput,
      /** From `folder.choose`; left out: where the settings say. */
      folder: opaqueId.optional(),
    }),
    result: z.object({ made: z.array(opaqueId), seed: z.number() }),
  },
  /** A picture that was made, for the canvas. */
  'made.view': { args: z.strictObject({ id: opaqueId, display }), result: pictureView },
  /** Takes pictures that are made, or never will be, off the list; their files stay. */
  'made.forget': { args: z.strictObject({ ids: z.array(opaqueId).min(1) }), result: nothing },
  /** Opens a picture that was made in a studio: to be restored, painted, or begun with. */
  'made.open': {
    args: z.strictObject({ id: opaqueId, studio }),
    result: z.object({ source: opaqueId, studio }),
  },
  /**
   * Sorts what was dropped on Generate, by paths of the preload: diffusion models are imported, a picture that says how
   * it was made gives its settings, another one is what to begin with. Worth cancelling.
   */
  'generate.take': {
    args: z.strictObject({ paths: z.array(z.string().min(1)).min(1).max(100) }),
    result: z.object({
      bundle: modelId.optional(),
      step: pageStep.optional(),
      source: opaqueId.optional(),
      presets: z.array(presetName),
      /** Names of files that the settings want and which nobody knows here. */
      missing: z.array(z.string()),
    }),
  },
  /** Asks with the system's dialog for a diffusion model, and imports it; without an id the user has cancelled. */
  'bundles.import': {
    args: z.strictObject({ what: z.enum(['file', 'folder']) }),
    result: z.object({ id: modelId.optional() }),
  },
  'bundles.remove': { args: z.strictObject({ id: modelId }), result: nothing },
  /** Makes a prompt a favourite, or takes that back; `prompts.changed` tells it. */
  'prompts.favour': { args: z.strictObject({ pair: promptPair, isFavourite: z.boolean() }), result: nothing },
  'prompts.clear': { args: nothing, result: nothing },
  /** Asks where to, and writes a table of pictures there: a PNG. */
  'generate.saveSheet': {
    args: z.strictObject({ png: z.instanceof(Uint8Array).refine(({ length }) => length <= LARGEST_SHEET) }),
    result: z.object({ saved: z.boolean() }),
  },
} as const;

/** What main tells of it by itself; a part of `EVENTS`. */
export const GENERATE_EVENTS = {
  /** What a pattern is like while it grows. */
  'generate.sketched': z.object({ turn, url: pictureUrl, width: z.number(), height: z.number() }),
  'generate.thumb': z.object({ rule: pageRule.shape.rule, url: pictureUrl }),
  /** Batched: pictures of Generate that are other ones now, and those that are gone. */
  'made.changed': z.object({ changed: z.array(madeView), removed: z.array(opaqueId) }),
  /** Batched about every 100 ms; live only. */
  'made.progressed': z.array(madeProgress),
  'bundles.changed': z.array(bundleView),
  /** 0..1 of the diffusion model that is being imported. */
  'bundles.progressed': z.object({ fraction: z.number().min(0).max(1) }),
  'prompts.changed': promptShelf,
} as const;
