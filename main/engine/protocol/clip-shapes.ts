import { z } from 'zod';
import { clipOutput, interpolateStep } from '../../../contract/clip-recipe.ts';
import { modelDescriptor } from '../../../contract/descriptor.ts';
import { runOptions } from '../../../contract/recipe.ts';
import { styleClip } from '../../../contract/style-clip.ts';
import { rational, rationalText } from '../../../contract/time.ts';
import { engineModel, restoreParams, styleLook } from './picture-shapes.ts';

/** What an engine is told of clips and says of them; `methods.ts` puts them together. */

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
export const clipFactsShape = z.object({
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

export const planClipParams = z.object({
  /** A clip, a folder of numbered pictures, or the first of two pictures. */
  input: z.string(),
  second: z.string().optional(),
  step: interpolateStep,
  output: clipOutput,
});

export const clipParams = planClipParams.extend({
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

export const analyseParams = planClipParams.omit({ output: true });
export const clipLook = z.object({
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

export const previewClipParams = analyseParams.extend({
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
export const clipFramesParams = planClipParams.omit({ output: true, step: true }).extend({
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

export const clipFrameEvent = z.object({
  index: z.number(),
  /** When it is shown, seconds after the file's zero. */
  time: z.number(),
  file: z.string(),
  fraction: z.number(),
});

export const clipBetweenParams = previewClipParams.omit({ from: true, to: true }).extend({
  /** Seconds after the file's zero. */
  time: rationalText,
});

export const clipBetweenResult = z.object({
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

export const clipEvent = z.object({
  /** 0..1 over the whole call. */
  fraction: z.number().min(0).max(1).optional(),
  /** Output frames that are encoded, of all, and those of them that the network made in this call. */
  frames: z.object({ done: z.number(), total: z.number(), made: z.number() }).optional(),
  /** A segment is on the disk, whole. */
  segment: segment.optional(),
  /** Set when work begins at it: should the engine die, the next try takes a smaller one. */
  flowScale: flowScale.optional(),
  /** The same of the tiles in which a clip is painted. */
  tile: z.number().optional(),
  /** The newest frame as a picture, where somebody looks: see `interpolate.watch`. */
  latest: z.object({ file: z.string(), time: z.number(), made: z.boolean() }).optional(),
});

export const clipResult = z.object({
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

/** A clip that is painted: its look as of a picture, and the rest as of a clip. */
export const styleClipParams = restoreParams
  .pick({ input: true, temp: true, work: true, device: true, tile: true, tileMemory: true })
  .extend(styleLook.omit({ exact: true }).shape)
  .extend({
    clip: styleClip,
    /** What tells motion; left out: each frame is painted by itself. */
    motion: engineModel.optional(),
    parts: z.string(),
    finished: z.array(segment),
  });
