import { z } from 'zod';
import { CLIP_CONTAINERS } from '../../../contract/clip-coding.ts';
import { catalogueEntry, modelDescriptor, modelTask } from '../../../contract/descriptor.ts';
import { projectDraft, projectManifest } from '../../../contract/project.ts';
import { runOptions } from '../../../contract/recipe.ts';
import { measuredSpeed } from '../../../contract/settings.ts';
import { styleClip } from '../../../contract/style-clip.ts';
import { rational, rationalText } from '../../../contract/time.ts';
import {
  analyseParams,
  clipBetweenParams,
  clipBetweenResult,
  clipEvent,
  clipFactsShape,
  clipFrameEvent,
  clipFramesParams,
  clipLook,
  clipParams,
  clipResult,
  planClipParams,
  previewClipParams,
  styleClipParams,
} from './clip-shapes.ts';
import {
  bundleConvertParams,
  bundleConvertResult,
  checkEvent,
  checkParams,
  diffusionEvent,
  diffusionParams,
  diffusionResult,
} from './diffusion-shapes.ts';
import {
  latentEvent,
  latentParams,
  latentResult,
  ruleEvent,
  ruleParams,
  ruleResult,
  toldParameters,
} from './generate-shapes.ts';
import {
  drawPatternsParams,
  drawPatternsResult,
  learnCheckParams,
  learnCheckResult,
  learnEvent,
  learnLookParams,
  learnLookResult,
  learnParams,
  learnResult,
  learnUseEvent,
  learnUseParams,
  learnUseResult,
} from './learn-shapes.ts';
import {
  convertedEntry,
  display,
  engineStep,
  nothing,
  pictureFacts,
  previewEvent,
  previewParams,
  previewResult,
  progressEvent,
  restoreParams,
  restoreResult,
  styleParams,
  styleResult,
  tensor,
} from './picture-shapes.ts';

/**
 * What main may ask of an engine: name -> schema of the parameters, of the events while it runs and of the result.
 * Both sides derive their types from here, and each message is parsed where it arrives.
 */
export const ENGINE_METHODS = {
  'engine.hello': {
    params: nothing,
    event: nothing,
    result: z.object({
      pid: z.number(),
      node: z.string(),
      /** What `auto` tries, best first. */
      devices: z.array(z.string()),
      /** What can be named: also a GPU that is only emulated, which `auto` never takes. */
      offered: z.array(runOptions.shape.device),
      /** Of what runs in here, by name. */
      versions: z.record(z.string(), z.string()),
    }),
  },
  'engine.memory': { params: nothing, event: nothing, result: z.object({ rssAnon: z.number() }) },
  /** Leaves so many cores to others from the next tile on. */
  'engine.spare': { params: z.object({ cores: z.number().int().min(0) }), event: nothing, result: nothing },
  'picture.probe': { params: z.object({ file: z.string() }), event: nothing, result: pictureFacts },
  'picture.preview': {
    params: z.object({
      file: z.string(),
      target: z.string(),
      /** Longest side of the preview, pixels; larger pictures are reduced, smaller ones left alone. */
      longestSide: z.number().int().positive(),
      /** Pixel for pixel, for the canvas; else a JPEG will do. */
      exact: z.boolean(),
      display,
    }),
    event: nothing,
    result: z.object({
      width: z.number(),
      height: z.number(),
      previewWidth: z.number(),
      previewHeight: z.number(),
      /** Name of the picture's own profile, and the colours that the preview is in. */
      profile: z.string().optional(),
      display,
    }),
  },
  'picture.decode': {
    params: z.object({ file: z.string(), /** Gets level 0 of a pyramid. */ folder: z.string() }),
    event: nothing,
    result: nothing,
  },
  'picture.tile': {
    params: z.object({
      folder: z.string(),
      level: z.number().int().min(0).max(16),
      column: z.number().int().nonnegative(),
      row: z.number().int().nonnegative(),
      target: z.string(),
      display,
    }),
    event: nothing,
    result: nothing,
  },
  'preview.warm': {
    params: z.object({ passes: engineStep.shape.passes, device: runOptions.shape.device }),
    event: nothing,
    result: nothing,
  },
  'preview.run': { params: previewParams, event: previewEvent, result: previewResult },
  'restore.picture': { params: restoreParams, event: progressEvent, result: restoreResult },
  'style.picture': { params: styleParams, event: progressEvent, result: styleResult },
  'style.planClip': {
    params: z.object({ input: z.string(), clip: styleClip }),
    event: nothing,
    result: z.object({ container: z.enum(CLIP_CONTAINERS).optional(), notes: z.array(z.string()) }),
  },
  'style.clip': {
    params: styleClipParams,
    event: clipEvent,
    result: clipResult.omit({ made: true, dropped: true }).extend({ tile: z.number(), tiles: z.number() }),
  },
  /** Makes a seamless tile by a rule. */
  'generate.rule': { params: ruleParams, event: ruleEvent, result: ruleResult },
  /** Makes a picture, a contact sheet or a walk of a network's own space. */
  'generate.latent': { params: latentParams, event: latentEvent, result: latentResult },
  /** How much of a text encoder's room prompts take, by the tokenizer in that folder. */
  'generate.countTokens': {
    params: z.object({ folder: z.string(), texts: z.array(z.string()) }),
    event: nothing,
    result: z.array(z.object({ tokens: z.number(), chunks: z.number() })),
  },
  /** What a picture says of how it was made. */
  'picture.recipe': {
    params: z.object({ file: z.string() }),
    event: nothing,
    result: z.object({
      /** As Gesso records it, JSON. */
      recipe: z.string().optional(),
      /** As other programs do: their text, and what it says. */
      parameters: z.string().optional(),
      told: toldParameters.optional(),
    }),
  },
  'clip.facts': {
    /** A clip, a folder of numbered pictures, or the two of a pair. */
    params: z.object({ file: z.string(), second: z.string().optional() }),
    event: nothing,
    result: z.object({
      kind: z.enum(['clip', 'pictures', 'pair']),
      /** How many, where it is no clip. */
      pictures: z.number().optional(),
      /** Of the file, or of all pictures. */
      bytes: z.number(),
      /** Of pictures: those of the first. */
      facts: clipFactsShape,
    }),
  },
  'interpolate.plan': {
    params: planClipParams,
    event: nothing,
    result: z.object({
      /** Undefined: a folder of pictures. */
      container: z.enum(CLIP_CONTAINERS).optional(),
      /** Frames a second, exact, and as a name has them. */
      rate: rationalText,
      fps: z.string(),
      /** What will be converted or left out, for people. */
      notes: z.array(z.string()),
    }),
  },
  'clip.analyse': { params: analyseParams, event: z.object({ fraction: z.number() }), result: clipLook },
  'clip.preview': {
    params: previewClipParams,
    event: z.object({
      index: z.number(),
      /** The moment of the source that it shows, seconds as text. */
      time: z.string(),
      /** By the network; else a frame of the source. */
      made: z.boolean(),
      file: z.string(),
      fraction: z.number(),
    }),
    result: z.object({
      frames: z.number(),
      seconds: rational,
      sessionMs: z.number(),
      device: z.string(),
    }),
  },
  'clip.frames': {
    params: clipFramesParams,
    event: clipFrameEvent,
    result: z.object({ frames: z.number() }),
  },
  'clip.between': { params: clipBetweenParams, event: nothing, result: clipBetweenResult },
  'interpolate.clip': { params: clipParams, event: clipEvent, result: clipResult },
  /** The newest frame of the clip whose parts lie there is shown from now on, or no more. */
  'interpolate.watch': {
    params: z.object({
      parts: z.string(),
      watch: z.object({ folder: z.string(), longestSide: z.number().int().positive() }).optional(),
    }),
    event: nothing,
    result: nothing,
  },
  'device.measure': {
    params: z.object({ file: z.string(), descriptor: modelDescriptor, device: runOptions.shape.device }),
    event: progressEvent,
    result: measuredSpeed,
  },
  /** Tiles of the picture that is restored in that work folder are shown from now on, or no more. */
  'restore.watch': {
    params: z.object({ work: z.string(), watch: z.object({ folder: z.string(), display }).optional() }),
    event: nothing,
    result: nothing,
  },
  'model.convert': {
    params: z.object({
      entry: convertedEntry,
      files: z.array(z.string()),
      outFolder: z.string(),
      isOwn: z.boolean().optional(),
      dequantise: z.boolean().optional(),
    }),
    event: progressEvent,
    result: z.object({ file: z.string(), descriptor: modelDescriptor, notes: z.array(z.string()) }),
  },
  'model.describe': {
    params: z.object({ file: z.string(), dequantise: z.boolean().optional() }),
    event: nothing,
    result: z.object({
      format: catalogueEntry.shape.format,
      architecture: z.string(),
      task: modelTask,
      scale: z.number(),
      inputChannels: z.number(),
      outputChannels: z.number(),
      sizeMultipleOf: z.number(),
      /** 0 where any size will do. */
      sizeMinimum: z.number(),
      parameters: z.number(),
      precision: z.enum(['fp32', 'fp16', 'int8']),
      tiling: z.enum(['local', 'global']),
      tags: z.array(z.string()),
    }),
  },
  'model.prove': {
    params: z.object({ file: z.string(), descriptor: modelDescriptor }),
    event: nothing,
    result: nothing,
  },
  /** Converts a diffusion model into the files of a bundle, and runs each of its networks once. */
  'bundle.convert': { params: bundleConvertParams, event: progressEvent, result: bundleConvertResult },
  /** Whether a file is a whole diffusion model, or clearly a part of one: told by its tensors' names. */
  'bundle.recognise': {
    params: z.object({ source: z.string() }),
    event: nothing,
    result: z.object({ isDiffusion: z.boolean() }),
  },
  'generate.diffusion': { params: diffusionParams, event: diffusionEvent, result: diffusionResult },
  /** Replays recorded runs: see diffusion/check.ts. */
  'generate.check': { params: checkParams, event: checkEvent, result: nothing },
  /** Makes the first steps of a recorded training again: see studios/learn/learn-check.ts. */
  'learn.check': { params: learnCheckParams, event: nothing, result: learnCheckResult },
  /** Learns on the user's own pictures or words. */
  'learn.train': { params: learnParams, event: learnEvent, result: learnResult },
  'learn.drawPatterns': { params: drawPatternsParams, event: nothing, result: drawPatternsResult },
  'learn.look': { params: learnLookParams, event: nothing, result: learnLookResult },
  /** Closes what `learn.look` left open. */
  'learn.lookAway': { params: nothing, event: nothing, result: nothing },
  'learn.use': { params: learnUseParams, event: learnUseEvent, result: learnUseResult },
  /** Writes a project's file; see project-file.ts. */
  'project.write': {
    params: z.object({
      temp: z.string(),
      /** The file that it becomes, for messages. */
      name: z.string(),
      draft: projectDraft,
      /** Files of masks by their hashes. */
      masks: z.record(z.string(), z.string()),
    }),
    event: nothing,
    result: z.object({ bytes: z.number() }),
  },
  'project.read': {
    params: z.object({
      file: z.string(),
      /** Folders for what is inside. */
      masks: z.string(),
      sources: z.string(),
    }),
    event: nothing,
    result: z.object({
      manifest: projectManifest,
      /** Where each of its pictures is; null: nowhere. */
      sources: z.array(z.string().nullable()),
      styles: z.array(z.string().nullable()),
    }),
  },
  'model.run': {
    params: z.object({
      file: z.string(),
      feeds: z.record(z.string(), tensor),
      dequantise: z.boolean().optional(),
      device: runOptions.shape.device,
      /** A folder for a converted copy; the caller removes it. */
      work: z.string(),
    }),
    event: nothing,
    result: z.object({ outputs: z.record(z.string(), tensor) }),
  },
} as const;

export type EngineMethod = keyof typeof ENGINE_METHODS;
export type Params<M extends EngineMethod> = z.output<(typeof ENGINE_METHODS)[M]['params']>;
export type Result<M extends EngineMethod> = z.output<(typeof ENGINE_METHODS)[M]['result']>;
export type Event<M extends EngineMethod> = z.output<(typeof ENGINE_METHODS)[M]['event']>;
