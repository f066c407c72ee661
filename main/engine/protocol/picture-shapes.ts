import { z } from 'zod';
import { BLEND_MODES } from '../../../contract/blend.ts';
import { catalogueEntry, modelDescriptor } from '../../../contract/descriptor.ts';
import { runOptions } from '../../../contract/recipe.ts';

/** What an engine is told of pictures and says of them; `methods.ts` puts them together. */

const writeFormat = z.enum(['png', 'jpeg', 'webp', 'avif', 'tiff', 'ora']);
const tileMemory = z.object({
  largestRan: z.number().optional(),
  smallestFailed: z.number().optional(),
});
export const tensor = z.object({
  data: z.custom<Float32Array>((v) => v instanceof Float32Array),
  dims: z.array(z.number().int()),
});
export const nothing = z.undefined();
const rect = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
/** Colours of the screen that a picture is made for. */
export const display = z.enum(['srgb', 'p3']);
export const convertedEntry = catalogueEntry.pick({
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
  conditions: true,
});

export const progressEvent = z.object({
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
export const engineStep = z.object({
  /** Networks in the order in which they run; none leaves a plain enlargement. */
  passes: z.array(z.object({ file: z.string(), descriptor: modelDescriptor })),
  /** Output pixels per input pixel of the step. */
  scale: z.number().positive(),
  strength: z.number().min(0).max(1),
});

export const restoreParams = z.object({
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

export const restoreResult = z.object({
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

export const engineModel = z.object({ file: z.string(), descriptor: modelDescriptor });

/** How something is painted in styles. */
export const styleLook = z.object({
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

export const styleParams = restoreParams.omit({ steps: true, mask: true }).extend({
  /** The bottom one first; below it is the picture. */
  layers: z.array(styleLayer).min(1),
  /** Networks stay open for the next call, which comes soon: a preview. They keep what memory they took. */
  keepOpen: z.boolean().optional(),
});

export const styleResult = restoreResult.extend({
  timings: restoreResult.shape.timings.extend({ compose: z.number() }),
});

export const previewParams = restoreParams
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
export const previewEvent = z.object({
  key: z.string(),
  file: z.string(),
  place: rect,
  /** 0..1 of all blocks of this call. */
  fraction: z.number().min(0).max(1),
  /** Milliseconds inside ONNX Runtime's runs for it. */
  session: z.number().nonnegative(),
});

export const previewResult = z.object({
  device: z.string(),
  tile: z.number(),
  blocks: z.number(),
  /** Milliseconds inside ONNX Runtime's runs. */
  session: z.number(),
});

export const pictureFacts = z.object({
  format: z.enum(['png', 'jpeg', 'webp', 'avif', 'tiff', 'gif']),
  width: z.number(),
  height: z.number(),
  depth: z.union([z.literal(8), z.literal(16)]),
  colour: z.enum(['grey', 'rgb', 'other']),
  hasAlpha: z.boolean(),
  pages: z.number(),
  profile: z.string().optional(),
});
