import path from 'node:path';
import type { ModelDescriptor } from '../../contract/descriptor.ts';
import type { LatentShape } from '../architectures/architecture.ts';
import { recognise } from '../architectures/recognise.ts';
import { unknownModel } from '../errors.ts';
import { countParameters, type Graph } from '../graph/graph.ts';
import { activationBytesPerPixel, channelsOf, scaleOf, strideOf } from '../graph/shapes.ts';
import { countOf } from '../graph/values.ts';
import { guessArchitecture } from './architecture.ts';
import type { Checkpoint } from './checkpoint.ts';
import { detectFormat, type ModelFormat } from './detect.ts';
import { readNcnn } from './ncnn.ts';
import { notQuantised, type OnnxFile, readOnnxFile, toPicture } from './onnx.ts';
import { isLatentGraph, toLatent } from './onnx-latent.ts';
import { readPytorch } from './pytorch.ts';
import { readSafetensors } from './safetensors.ts';
import { readTfjs } from './tfjs.ts';
import { readTfjsGraph } from './tfjs-graph.ts';

/** A model file that was opened: its graph takes and gives NCHW float32, RGB 0..1. */
export interface OpenedModel {
  /** The file that was opened. */
  readonly file: string;
  readonly format: ModelFormat;
  /** A word for people and for the descriptor, from the layers' pattern: `span`, `rrdb`, `compact`, `rdn`, ... */
  readonly architecture: string;
  readonly graph: Graph;
  /** Output pixels per input pixel. */
  readonly scale: number;
  /** Output pixels added to scale * input on each axis: negative where the network eats its border. */
  readonly offset: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly input: string;
  readonly output: string;
  /** Trained values. */
  readonly parameters: number;
  /** `global` where pooling or normalisation over the whole picture was seen. */
  readonly tiling: 'local' | 'global';
  /** Windows and strides of the network lie on multiples of so many input pixels. */
  readonly alignment: number;
  /** What the network is for, where its tensors tell. */
  readonly task?: ModelDescriptor['task'];
  /** For people: `64nf`, `23nb`. */
  readonly tags?: readonly string[];
  /** Constant planes (0..1) that follow the picture's channels in the input; not counted in `inputChannels`. */
  readonly planes?: readonly number[];
  /** Which widths and heights the network takes, in pixels, where its tensors tell; 0: any. */
  readonly sizes?: { readonly minimum: number; readonly multipleOf: number };
  /** Of a network that makes pictures of numbers, its ports as LATENT_PORTS has them. */
  readonly latent?: LatentShape;
  /** Estimated bytes of live activations per input pixel. */
  readonly activationBytesPerPixel: number;
  /** An ONNX file that says the same as `graph`: it can be passed on as it is. */
  readonly isAsFiled?: boolean;
  /** How the file keeps most of its trained values. */
  readonly precision?: ModelDescriptor['precision'];
}

export interface OpenOptions {
  /** Makes the quantised network of an ONNX file one of floats again: what was rounded stays so, what is new is not. */
  readonly dequantise?: boolean | undefined;
}

/**
 * Opens a model by what is in the file, not by its name: ncnn (.param, with the .bin of the same name beside it),
 * TensorFlow.js layers or graph model (model.json, shards beside it), ONNX, checkpoints of PyTorch and safetensors.
 * @throws GessoError model/missing, model/broken, model/unsafe, model/unknown-architecture, input/unsupported where it
 *   is no model at all, input/too-large; usage/invalid where `dequantise` finds nothing to do
 */
export async function openModel(file: string, options: OpenOptions = {}): Promise<OpenedModel> {
  const format = await detectFormat(file);
  if (options.dequantise && format !== 'onnx') throw notQuantised(file);
  if (format === 'pytorch' || format === 'safetensors') return openTensors(format, file);
  const filed = format === 'onnx' ? await readOnnxFile(file) : undefined;
  if (filed && isLatentGraph(filed.graph)) return openLatent(filed, file, options);
  const { graph, isAsFiled } = filed
    ? toPicture(filed, file, options.dequantise)
    : await readGraph(format as Exclude<typeof format, 'onnx'>, file);
  const size = scaleOf(graph);
  const { input, output } = portsOf(graph);
  const [inputChannels, outputChannels] = [channelsOf(graph, input), channelsOf(graph, output)];
  if (!size || !Number.isInteger(size.scale) || !inputChannels || !outputChannels) {
    throw unknownModel(file, 'sizes or channels that cannot be told beforehand');
  }
  return {
    file,
    format,
    architecture: guessArchitecture(graph),
    graph,
    ...(isAsFiled && { isAsFiled }),
    ...size,
    inputChannels,
    outputChannels,
    input,
    output,
    parameters: countParameters(graph),
    precision: precisionOfGraph(graph),
    tiling: graph.nodes.some((node) => GLOBAL.has(node.op)) ? 'global' : 'local',
    alignment: strideOf(graph),
    activationBytesPerPixel: activationBytesPerPixel(graph),
  };
}

/** An ONNX file whose network makes pictures of numbers. */
function openLatent(filed: OnnxFile, file: string, { dequantise }: OpenOptions): OpenedModel {
  const { graph } = filed;
  const latent = toLatent(filed, file, dequantise);
  return {
    ...{ file, format: 'onnx', architecture: 'latent', task: 'generate', graph, latent },
    ...{ scale: 1, offset: 0, inputChannels: latent.size, outputChannels: 3 },
    ...portsOf(graph),
    parameters: countParameters(graph),
    precision: precisionOfGraph(graph),
    tiling: 'global',
    alignment: 1,
    sizes: { minimum: 0, multipleOf: 1 },
    activationBytesPerPixel: 0,
  };
}

/**
 * Opens a file of named tensors without asking what network they are of.
 * @returns an open file: the caller closes it
 * @throws GessoError as `openModel` does; model/unknown-architecture where it is a model of another kind
 */
export async function openCheckpoint(file: string): Promise<Checkpoint> {
  const format = await detectFormat(file);
  if (format === 'pytorch' || format === 'safetensors') return readCheckpoint(format, file);
  throw unknownModel(file, 'a graph, not tensors alone,');
}

function readCheckpoint(format: Checkpoint['format'], file: string): Checkpoint {
  return format === 'pytorch' ? readPytorch(file) : readSafetensors(file);
}

function openTensors(format: Checkpoint['format'], file: string): OpenedModel {
  const checkpoint = readCheckpoint(format, file);
  try {
    const { sizeMinimum, sizeMultipleOf, ...built } = recognise(checkpoint.groups, file);
    return {
      file,
      format,
      ...built,
      ...portsOf(built.graph),
      offset: 0,
      sizes: { minimum: sizeMinimum, multipleOf: sizeMultipleOf },
      precision: precisionOf(checkpoint),
      activationBytesPerPixel: activationBytesPerPixel(built.graph),
    };
  } finally {
    checkpoint.close();
  }
}

/** Half floats of either kind where most values are. */
function precisionOf({ groups }: Checkpoint): 'fp32' | 'fp16' {
  let [half, all] = [0, 0];
  for (const tensors of groups.values()) {
    for (const { type, dims } of tensors.values()) {
      const count = dims.reduce((a, b) => a * b, 1);
      all += count;
      if (type === 'float16' || type === 'bfloat16') half += count;
    }
  }
  return half > all / 2 ? 'fp16' : 'fp32';
}

/** What most of a graph's values are kept as. */
function precisionOfGraph(graph: Graph): NonNullable<OpenedModel['precision']> {
  const counts = { fp32: 0, fp16: 0, int8: 0 };
  for (const { type, dims } of graph.initializers.values()) {
    const kind = type === 'float16' ? 'fp16' : type === 'int8' || type === 'uint8' ? 'int8' : 'fp32';
    if (type !== 'int64') counts[kind] += countOf(dims);
  }
  if (counts.int8 > counts.fp32 + counts.fp16) return 'int8';
  return counts.fp16 > counts.fp32 ? 'fp16' : 'fp32';
}

function portsOf(graph: Graph): { input: string; output: string } {
  return { input: graph.inputs[0]?.name ?? '', output: graph.outputs[0]?.name ?? '' };
}

const GLOBAL = new Set([
  'GlobalAveragePool',
  'GlobalMaxPool',
  'ReduceMean',
  'ReduceSum',
  'InstanceNormalization',
]);

async function readGraph(
  format: Exclude<ModelFormat, Checkpoint['format'] | 'onnx'>,
  file: string,
): Promise<{ graph: Graph; isAsFiled?: boolean }> {
  switch (format) {
    case 'ncnn':
      return { graph: await readNcnn(file, weightsBeside(file)) };
    case 'tfjs-layers':
      return { graph: await readTfjs(file) };
    case 'tfjs-graph':
      return { graph: await readTfjsGraph(file) };
  }
}

function weightsBeside(paramFile: string): string {
  const { dir, name, ext } = path.parse(paramFile);
  // model.param with model.bin, and the model.ncnn.param of newer converters with model.ncnn.bin.
  const stem = ext.toLowerCase() === '.param' ? name : `${name}${ext}`;
  return path.join(dir, `${stem}.bin`);
}
