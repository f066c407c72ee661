import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import { brokenModel, unknownModel } from '../errors.ts';
import { countParameters, type Graph } from '../graph/graph.ts';
import { activationBytesPerPixel, channelsOf, scaleOf } from '../graph/shapes.ts';
import { guessArchitecture } from './architecture.ts';
import { readNcnn } from './ncnn.ts';
import { NCNN_MAGIC } from './ncnn-param.ts';
import { readOnnxPicture } from './onnx.ts';
import { readTfjs } from './tfjs.ts';
import { readTfjsGraph } from './tfjs-graph.ts';

export type ModelFormat = 'ncnn' | 'tfjs-layers' | 'tfjs-graph' | 'onnx';

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
  /** Estimated bytes of live activations per input pixel. */
  readonly activationBytesPerPixel: number;
}

/**
 * Opens a model by what is in the file, not by its name: ncnn (.param, with the .bin of the same name beside it),
 * TensorFlow.js layers or graph model (model.json, shards beside it), ONNX.
 * @throws GessoError model/missing, model/broken, model/unsafe, model/unknown-architecture
 */
export async function openModel(file: string): Promise<OpenedModel> {
  const format = await detectFormat(file);
  const graph = await readGraph(format, file);
  const size = scaleOf(graph);
  const [input, output] = [graph.inputs[0]?.name ?? '', graph.outputs[0]?.name ?? ''];
  const [inputChannels, outputChannels] = [channelsOf(graph, input), channelsOf(graph, output)];
  if (!size || !Number.isInteger(size.scale) || !inputChannels || !outputChannels) {
    throw unknownModel(file, 'sizes or channels that cannot be told beforehand');
  }
  return {
    file,
    format,
    architecture: guessArchitecture(graph),
    graph,
    ...size,
    inputChannels,
    outputChannels,
    input,
    output,
    parameters: countParameters(graph),
    tiling: graph.nodes.some((node) => GLOBAL.has(node.op)) ? 'global' : 'local',
    activationBytesPerPixel: activationBytesPerPixel(graph),
  };
}

const GLOBAL = new Set([
  'GlobalAveragePool',
  'GlobalMaxPool',
  'ReduceMean',
  'ReduceSum',
  'InstanceNormalization',
]);

function readGraph(format: ModelFormat, file: string): Promise<Graph> {
  switch (format) {
    case 'ncnn':
      return readNcnn(file, weightsBeside(file));
    case 'tfjs-layers':
      return readTfjs(file);
    case 'tfjs-graph':
      return readTfjsGraph(file);
    case 'onnx':
      return readOnnxPicture(file);
  }
}

function weightsBeside(paramFile: string): string {
  const { dir, name, ext } = path.parse(paramFile);
  // model.param with model.bin, and the model.ncnn.param of newer converters with model.ncnn.bin.
  const stem = ext.toLowerCase() === '.param' ? name : `${name}${ext}`;
  return path.join(dir, `${stem}.bin`);
}

/** @throws GessoError model/missing, model/broken, model/unknown-architecture */
export async function detectFormat(file: string): Promise<ModelFormat> {
  const start = await firstBytes(file, 4096);
  if (start.length === 0) throw brokenModel(file, 'it is empty');
  const text = start.toString('latin1').trimStart();
  if (text.startsWith(NCNN_MAGIC)) return 'ncnn';
  // TensorFlow.js writes the format before the long lists.
  if (text.startsWith('{')) return /"format"\s*:\s*"graph-model"/.test(text) ? 'tfjs-graph' : 'tfjs-layers';
  // An ONNX file begins with its IR version: field 1, a small varint.
  if (start[0] === 8 && (start[1] ?? 0) > 0 && (start[1] ?? 0) < 32) return 'onnx';
  if (existsSync(file.replace(/\.bin$/i, '.param')) && /\.bin$/i.test(file)) {
    throw new GessoError(
      'model/broken',
      `${file} holds only weights.`,
      'Name the .param file beside it instead.',
    );
  }
  throw unknownModel(file, 'a format');
}

async function firstBytes(file: string, count: number): Promise<Buffer> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const hint = 'Check the name, and that you may read it.';
    throw new GessoError('model/missing', `${file} cannot be read.`, hint, cause);
  }
}
