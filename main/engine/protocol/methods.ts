import { z } from 'zod';
import { BLEND_MODES } from '../../../contract/blend.ts';
import { CLIP_CONTAINERS, clipOutput, interpolateStep } from '../../../contract/clip-recipe.ts';
import { catalogueEntry, modelDescriptor, modelTask } from '../../../contract/descriptor.ts';
import { projectDraft, projectManifest } from '../../../contract/project.ts';
import { runOptions } from '../../../contract/recipe.ts';
import { measuredSpeed } from '../../../contract/settings.ts';
import { rational, rationalText } from '../../../contract/time.ts';

/**
 * What main may ask of an engine: name -> schema of the parameters, of the events while it runs and of the result.
 * Both sides derive their types from here, and each message is parsed where it arrives.
 */
const writeFormat = z.enum(['png', 'jpeg', 'webp', 'avif', 'tiff', 'ora']);
const tileMemory = z.object({ largestRan: z.number().optional(), smallestFailed: z.number().optional() });
const tensor = z.object({
  data: z.custom<Float32Array>((v) => v instanceof Float32Array),
  dims: z.array(z.number().int()),
});
const nothing = z.undefined();
const rect = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
/** Colours of the screen that a picture is made for. */
const display = z.enum(['srgb', 'p3']);
const convertedEntry = catalogueEntry.pick({
  id: true,
  name: true,
  task: true,
  scale: true,
  family: true,
  licence: true,
  character: true,
  planes: true,
  addsEnlarged: true,
  reader: true,
});

const progressEvent = z.object({
  /** 0..1 over the whole call; never falls. */
  fraction: z.number().min(0).max(1),
  /** Set when tiles of this size begin: should the engine die, the next try takes smaller ones. */
  tile: z.number().optional(),
  /** A part of the result that can be looked at already: see live-tiles.ts. */
  piece: z
    .object({
      key: z.string(),
      file: z.string(),
      place: rect,
      size: z.object({ width: z.number(), height: z.number() }),
      opacity: z.number().min(0).max(1),
    })
    .optional(),
});

/** What happens to a picture, one after the other. */
const engineStep = z.object({
  /** Networks in the order in which they run; none leaves a plain enlargement. */
  passes: z.array(z.object({ file: z.string(), descriptor: modelDescriptor })),
  /** Output pixels per input pixel of the step. */
  scale: z.number().positive(),
  strength: z.number().min(0).max(1),
});

const restoreParams = z.object({
  input: z.string(),
  /** The finished file is left here, flushed; the caller renames it into place. */
  temp: z.string(),
  /** A folder of the call's own, made and emptied by it. */
  work: z.string(),
  steps: z.array(engineStep).min(1),
  /** A picture, white where the steps apply; left out: everywhere. */
  mask: z.string().optional(),
  format: writeFormat,
  quality: z.number().int(),
  /** A TIFF gets the picture and all layers as further pages. */
  layered: z.boolean().optional(),
  stripPrivate: z.boolean(),
  device: runOptions.shape.device,
  tile: runOptions.shape.tile,
  tileMemory,
  software: z.string(),
  recipe: z.string(),
});

const restoreResult = z.object({
  width: z.number(),
  height: z.number(),
  device: z.string(),
  tile: z.number(),
  tiles: z.number(),
  /** The smallest tile that ran out of memory on the device on the way. */
  failedTile: z.number().optional(),
  sha256: z.string(),
  bytes: z.number(),
  notes: z.array(z.string()),
  /** Milliseconds; `session` is the time inside ONNX Runtime's runs. */
  timings: z.object({ decode: z.number(), network: z.number(), session: z.number(), encode: z.number() }),
});

const engineModel = z.object({ file: z.string(), descriptor: modelDescriptor });

/** How something is painted in styles. */
const styleLook = z.object({
  styles: z
    .array(
      z.object({
        /** A picture whose style is read, or the number of a style that is built in. */
        from: z.union([
          z.object({ picture: z.string() }),
          z.object({ builtIn: z.number().int().nonnegative() }),
        ]),
        /** Its share among the others. */
        weight: z.number().nonnegative(),
        /** A picture, white where the style shows; left out: everywhere. */
        mask: z.string().optional(),
      }),
    )
    .min(1),
  /** Those that the styles need: to paint in read styles and to read them, and to paint in built-in ones. */
  painter: engineModel.optional(),
  reader: engineModel.optional(),
  builtIn: engineModel.optional(),
  strength: z.number().min(0).max(1),
  /** How much of the original's colour is kept, 0..1. */
  keptColour: z.number().min(0).max(1),
  /** How many times broader strokes are than on the picture as it is. */
  brush: z.number().min(0.25).max(4),
  /** How much of the original's fine detail is put back, 0..1. */
  detail: z.number().min(0).max(1),
  /** What the networks measure over the whole picture is measured exactly. */
  exact: z.boolean(),
});

/** The picture painted in styles, and how that is laid over what is below. */
const styleLayer = styleLook.extend({
  label: z.string().optional(),
  /** A picture, white where the layer shows; left out: everywhere. */
  mask: z.string().optional(),
  opacity: z.number().min(0).max(1),
  blend: z.enum(BLEND_MODES),
});

const styleParams = restoreParams.omit({ steps: true, mask: true }).extend({
  /** The bottom one first; below it is the picture. */
  layers: z.array(styleLayer).min(1),
  /** Networks stay open for the next call, which comes soon: a preview. They keep what memory they took. */
  keepOpen: z.boolean().optional(),
});

const styleResult = restoreResult.extend({
  timings: restoreResult.shape.timings.extend({ compose: z.number() }),
});

const previewParams = restoreParams
  .pick({
    input: true,
    work: true,
    steps: true,
    device: true,
    tileMemory: true,
  })
  .extend({
    /** The picture as `picture.decode` left it. */
    decoded: z.string(),
    /** The part to make, input pixels. */
    region: rect,
    /** Keys of blocks that are there already. */
    skip: z.array(z.string()),
    /** Gets a file for each block. */
    folder: z.string(),
    display,
  });

/** A block is made: a PNG of these pixels of the result. */
const previewEvent = z.object({
  key: z.string(),
  file: z.string(),
  place: rect,
  /** 0..1 of all blocks of this call. */
  fraction: z.number().min(0).max(1),
  /** Milliseconds inside ONNX Runtime's runs for it. */
  session: z.number().nonnegative(),
});

const previewResult = z.object({
  device: z.string(),
  tile: z.number(),
  blocks: z.number(),
  /** Milliseconds inside ONNX Runtime's runs. */
  session: z.number(),
});

const pictureFacts = z.object({
  format: z.enum(['png', 'jpeg', 'webp', 'avif', 'tiff', 'gif']),
  width: z.number(),
  height: z.number(),
  depth: z.union([z.literal(8), z.literal(16)]),
  colour: z.enum(['grey', 'rgb', 'other']),
  hasAlpha: z.boolean(),
  pages: z.number(),
  profile: z.string().optional(),
});

/** A finished piece of a clip: see segments.ts. */
const segment = z.object({
  number: z.number().int().nonnegative(),
  path: z.string(),
  sha256: z.string(),
  frames: z.number().int().positive(),
});

const track = {
  /** The stream's number in the file. */
  index: z.number(),
  codec: z.string(),
  language: z.string().optional(),
  title: z.string().optional(),
};
const clipFactsShape = z.object({
  container: z.string(),
  duration: rational.optional(),
  start: rational,
  video: z.object({
    index: z.number(),
    codec: z.string(),
    width: z.number(),
    height: z.number(),
    pixelFormat: z.string(),
    layout: z.object({
      bits: z.number(),
      hasAlpha: z.boolean(),
      isRgb: z.boolean(),
      chroma: z.enum(['420', '422', '444', 'gray']),
    }),
    pixelAspect: rational,
    rotation: z.number(),
    timeBase: rational,
    statedRate: rational,
    averageRate: rational,
    frames: z.number(),
    duration: rational.optional(),
  }),
  audio: z.array(z.object({ ...track, channels: z.number(), sampleRate: z.number() })),
  subtitles: z.array(z.object(track)),
  chapters: z.array(z.object({ start: rational, end: rational, title: z.string() })),
  metadata: z.record(z.string(), z.string()),
});

/** How much of the resolution motion is looked for at. */
const flowScale = z.union([z.literal(1), z.literal(0.5), z.literal(0.25)]);
const clipModel = z.object({ file: z.string(), descriptor: modelDescriptor });

const planClipParams = z.object({
  /** A clip, a folder of numbered pictures, or the first of two pictures. */
  input: z.string(),
  second: z.string().optional(),
  step: interpolateStep,
  output: clipOutput,
});

const clipParams = planClipParams.extend({
  model: clipModel,
  /** The finished file, or folder of pictures, is left here, flushed; the caller renames it into place. */
  temp: z.string(),
  /** Keeps segments until the item is done: a job that goes on finds them there. */
  parts: z.string(),
  /** Segments that an earlier try finished. */
  finished: z.array(segment),
  device: runOptions.shape.device,
  /** At most; less where memory is short. Left out: 1. */
  flowScale: flowScale.optional(),
});

const analyseParams = planClipParams.omit({ output: true });
const clipLook = z.object({
  frames: z.number(),
  /** The first frame's time and the last one's end, seconds after the file's zero. */
  start: rational,
  end: rational,
  /** The constant rate that all frames keep, or null; and what "2x" is counted from. */
  rate: rational.nullable(),
  nominalRate: rational,
  /** Seconds of every frame, for drawing only. */
  times: z.custom<Float64Array>((v) => v instanceof Float64Array),
  /** First frames of scenes. */
  cuts: z.array(z.number()),
  /** How much of each frame is new, 0..1. */
  scores: z.custom<Float32Array>((v) => v instanceof Float32Array),
  /** Frames that repeat the one before. */
  repeats: z.array(z.number()),
});

const previewClipParams = analyseParams.extend({
  /** The part, seconds after the file's zero; a rational as text. */
  from: rationalText,
  to: rationalText,
  model: clipModel,
  device: runOptions.shape.device,
  /** Gets a JPEG for each frame, or a WebP where it is transparent. */
  folder: z.string(),
  longestSide: z.number().int().positive(),
});

/** Frames of a clip as pictures for the screen, as they are: nothing is made. */
const clipFramesParams = planClipParams.omit({ output: true, step: true }).extend({
  /** Frames a second of a folder of pictures. */
  rate: rationalText,
  /** So many, evenly spread over the whole; or all that are shown in a part, seconds after the file's zero. */
  pick: z.union([
    z.object({ count: z.number().int().positive() }),
    z.object({ from: rationalText, to: rationalText }),
  ]),
  folder: z.string(),
  longestSide: z.number().int().positive(),
});

const clipFrameEvent = z.object({
  index: z.number(),
  /** When it is shown, seconds after the file's zero. */
  time: z.number(),
  file: z.string(),
  fraction: z.number(),
});

const clipBetweenParams = previewClipParams.omit({ from: true, to: true }).extend({
  /** Seconds after the file's zero. */
  time: rationalText,
});

const clipBetweenResult = z.object({
  /** Of the two frames around it, seconds after the file's zero, and how far between them it is. */
  times: z.tuple([z.number(), z.number()]),
  fraction: z.number(),
  /** Files: motion to the first and to the second frame, how they are mixed, and what comes of it. */
  flows: z.tuple([z.string(), z.string()]),
  mask: z.string(),
  made: z.string(),
  /** The longest motion, pixels of the frame as it is stored. */
  longest: z.number(),
});

const clipEvent = z.object({
  /** 0..1 over the whole call. */
  fraction: z.number().min(0).max(1).optional(),
  /** Output frames that are encoded, of all, and those of them that the network made in this call. */
  frames: z.object({ done: z.number(), total: z.number(), made: z.number() }).optional(),
  /** A segment is on the disk, whole. */
  segment: segment.optional(),
  /** Set when work begins at it: should the engine die, the next try takes a smaller one. */
  flowScale: flowScale.optional(),
  /** The newest frame as a picture, where somebody looks: see `interpolate.watch`. */
  latest: z.object({ file: z.string(), time: z.number(), made: z.boolean() }).optional(),
});

const clipResult = z.object({
  width: z.number(),
  height: z.number(),
  device: z.string(),
  framesIn: z.number(),
  framesOut: z.number(),
  /** Frames that the network made in this call. */
  made: z.number(),
  /** Source frames that were left out because they repeat the one before. */
  dropped: z.number(),
  cuts: z.number(),
  /** Frames a second, exact. */
  rate: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  notes: z.array(z.string()),
  /** Milliseconds; `session` is the time inside ONNX Runtime's runs. */
  timings: z.object({ looking: z.number(), session: z.number(), joining: z.number() }),
});

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
