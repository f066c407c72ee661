import { brokenModel, unknownModel } from '../errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { type Graph, intOf } from '../graph/graph.ts';
import { channelsOf } from '../graph/shapes.ts';
import { type ByteSource, inMemory } from './byte-source.ts';
import { readLimited } from './bytes.ts';
import { ModelFile } from './model-file.ts';
import { NCNN_LAYERS, type NcnnContext } from './ncnn-layers.ts';
import { type NcnnLayer, parseNcnnParam } from './ncnn-param.ts';
import { NcnnWeights } from './ncnn-weights.ts';

const MAX_PARAM_BYTES = 16 * 2 ** 20;

/**
 * Reads a network of ncnn (.param text, .bin weights beside it) as a graph with one picture in and one out.
 * ncnn networks of this family take RGB 0..1 (where one wants other numbers, the scaling is a layer of its own).
 * @throws GessoError model/missing, model/broken, model/unknown-architecture
 */
export async function readNcnn(paramFile: string, binFile: string): Promise<Graph> {
  const param = await readLimited(paramFile, MAX_PARAM_BYTES);
  const bin = new ModelFile(binFile);
  try {
    return ncnnFrom(param.toString('utf8'), bin, paramFile, binFile);
  } finally {
    bin.close();
  }
}

/** The same from bytes in memory; the two names are for messages. */
export function ncnnGraph(param: string, bin: Uint8Array, paramFile: string, binFile: string): Graph {
  return ncnnFrom(param, inMemory(bin), paramFile, binFile);
}

function ncnnFrom(param: string, bin: ByteSource, paramFile: string, binFile: string): Graph {
  const layers = parseNcnnParam(param, paramFile);
  const weights = new NcnnWeights(bin, binFile);
  const builder = new GraphBuilder('ncnn');
  const values = new Map<string, string>();
  const unread = new Set<string>();
  for (const layer of layers) {
    for (const blob of layer.inputs) unread.delete(blob);
    const made = makeLayer(layer, builder, weights, values, paramFile);
    for (const blob of layer.outputs) {
      if (values.has(blob)) throw brokenModel(paramFile, `two layers make "${blob}"`);
      values.set(blob, made);
      unread.add(blob);
    }
  }
  if (weights.left > 0) throw brokenModel(binFile, `${weights.left} bytes of weights are left over`);
  if (builder.graph.inputs.length !== 1) throw unknownModel(paramFile, 'none or several inputs');
  const [last, ...others] = unread;
  const result = values.get(last ?? '');
  if (!result || others.length) throw unknownModel(paramFile, 'none or several outputs');
  return finish(builder, result, paramFile);
}

function makeLayer(
  layer: NcnnLayer,
  builder: GraphBuilder,
  weights: NcnnWeights,
  values: ReadonlyMap<string, string>,
  file: string,
): string {
  if (layer.type === 'Input') return builder.input(0, builder.graph.inputs.length ? layer.name : 'input');
  const rule = Object.hasOwn(NCNN_LAYERS, layer.type) ? NCNN_LAYERS[layer.type] : undefined;
  if (!rule) throw unknownModel(file, `the layer type ${layer.type}`);
  const inputs = layer.inputs.map((blob) => {
    const value = values.get(blob);
    if (!value) throw brokenModel(file, `"${layer.name}" reads "${blob}" before any layer makes it`);
    return value;
  });
  return rule(contextOf(layer, builder, weights, inputs, file));
}

function contextOf(
  layer: NcnnLayer,
  builder: GraphBuilder,
  weights: NcnnWeights,
  inputs: readonly string[],
  where: string,
): NcnnContext {
  const number = (key: number, fallback: number) => layer.params.get(key)?.[0] ?? fallback;
  const int = (key: number, fallback: number, low: number, high: number) => {
    const value = number(key, fallback);
    if (Number.isInteger(value) && value >= low && value <= high) return value;
    throw brokenModel(where, `parameter ${key} of the layer "${layer.name}" is ${value}`);
  };
  return { layer, builder, weights, inputs, where, number, int, list: (key) => layer.params.get(key) ?? [] };
}

/** Settles the channels, which ncnn leaves to the run: the first convolution behind the input tells them. */
function finish(builder: GraphBuilder, result: string, file: string): Graph {
  const { graph } = builder;
  const channels = inputChannels(graph);
  if (!channels) throw unknownModel(file, 'an input whose channels cannot be told');
  graph.inputs = [{ name: 'input', type: 'float32', dims: [1, channels, 'height', 'width'] }];
  const made = channelsOf(graph, result);
  if (!made || !Number.isInteger(made)) throw brokenModel(file, 'its layers do not fit each other');
  builder.output(result, made);
  return graph;
}

/** Operators that keep the channels of their first input. */
const KEEPS_CHANNELS = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Resize',
  'Relu',
  'LeakyRelu',
  'Clip',
  'Sigmoid',
]);

function inputChannels(graph: Graph): number | undefined {
  const alike = new Set(['input']);
  for (const node of graph.nodes) {
    if (!node.inputs.some((value) => alike.has(value))) continue;
    if (node.op === 'Conv') {
      const dims = graph.initializers.get(node.inputs[1] ?? '')?.dims;
      return (dims?.[1] ?? 0) * intOf(node, 'group', 1);
    }
    if (KEEPS_CHANNELS.has(node.op)) for (const value of node.outputs) alike.add(value);
  }
  return undefined;
}
