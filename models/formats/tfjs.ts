import { brokenModel, unknownModel } from '../errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { channelsOf } from '../graph/shapes.ts';
import { parseJson, readJsonText } from './tfjs-json.ts';
import { TFJS_LAYERS } from './tfjs-layers.ts';
import { type OpenShard, readTfjsWeights, type TfjsWeight, withShardsBeside } from './tfjs-weights.ts';

const MAX_LAYERS = 20_000;

interface Layer {
  readonly kind: string;
  readonly name: string;
  readonly config: Record<string, unknown>;
  readonly inputs: readonly string[];
}

/**
 * Reads a layers model of TensorFlow.js (model.json, weight shards beside it) as a graph that takes and gives
 * RGB 0..1, whatever range the network itself works in.
 * @throws GessoError model/missing, model/broken, model/unsafe, model/unknown-architecture
 */
export async function readTfjs(file: string): Promise<Graph> {
  const text = await readJsonText(file);
  return withShardsBeside(file, (open) => tfjsGraph(text, open, file));
}

/** The same from memory; `file` is for messages. */
export function tfjsGraph(text: string, open: OpenShard, file: string): Graph {
  const { layers, output, manifest } = parseTopology(text, file);
  const weights = readTfjsWeights(manifest, open, file);
  const builder = new GraphBuilder('tfjs');
  const range = pixelRange(layers);
  const values = new Map<string, string>();
  for (const layer of inOrder(layers, file)) {
    if (layer.kind === 'InputLayer') {
      if (values.size) throw unknownModel(file, 'several inputs');
      values.set(layer.name, builder.scale(builder.input(inputChannels(layer, file)), range));
      continue;
    }
    const rule = Object.hasOwn(TFJS_LAYERS, layer.kind) ? TFJS_LAYERS[layer.kind] : undefined;
    if (!rule) throw unknownModel(file, `the layer class ${layer.kind}`);
    const inputs = layer.inputs.map((name) => values.get(name) ?? '');
    const weight = (part: string, rank: number) => findWeight(weights, layer.name, part, rank, file);
    values.set(layer.name, rule({ builder, name: layer.name, config: layer.config, inputs, file, weight }));
  }
  const result = values.get(output);
  if (!result) throw brokenModel(file, `its output "${output}" is made by no layer`);
  const channels = channelsOf(builder.graph, result);
  if (!channels || !Number.isInteger(channels)) throw brokenModel(file, 'its layers do not fit each other');
  builder.output(builder.scale(result, 1 / range), channels);
  return builder.graph;
}

/**
 * The numbers that a pixel runs over. UpscalerJS feeds its residual dense networks (no custom layers) 0..255 and takes
 * 0..255 back, and its RRDN ones (MultiplyBeta, PixelShuffle) 0..1: `inputRange` in the packages' model definitions.
 */
function pixelRange(layers: readonly Layer[]): 1 | 255 {
  return layers.some((layer) => /^(MultiplyBeta|PixelShuffle\dx)$/.test(layer.kind)) ? 1 : 255;
}

function parseTopology(text: string, file: string) {
  const json = record(parseJson(text, file), file);
  if (json.format === 'graph-model') throw unknownModel(file, 'a TensorFlow.js graph model');
  const topology = record(json.modelTopology, file);
  // Converted Keras models nest it; those saved by TensorFlow.js itself do not.
  const model = record(topology.model_config ?? topology, file);
  if (model.class_name !== 'Functional' && model.class_name !== 'Model') {
    throw unknownModel(file, `a ${model.class_name} model`);
  }
  const config = record(model.config, file);
  const listed = Array.isArray(config.layers) ? config.layers : [];
  if (!listed.length || listed.length > MAX_LAYERS)
    throw brokenModel(file, 'it has no sensible number of layers');
  const outputs = Array.isArray(config.output_layers) ? config.output_layers : [];
  if (outputs.length !== 1 || !Array.isArray(outputs[0])) throw unknownModel(file, 'none or several outputs');
  const layers = listed.map((layer) => parseLayer(record(layer, file), file));
  return { layers, output: String(outputs[0][0]), manifest: json.weightsManifest };
}

function parseLayer(layer: Record<string, unknown>, file: string): Layer {
  const { class_name: kind, name } = layer;
  const calls = Array.isArray(layer.inbound_nodes) ? layer.inbound_nodes : [];
  if (typeof kind !== 'string' || typeof name !== 'string')
    throw brokenModel(file, 'a layer has no class or name');
  if (calls.length > 1) throw unknownModel(file, `the layer "${name}" in several places`);
  const inputs = ((calls[0] ?? []) as unknown[]).map((call) => {
    const [from, node, tensor] = Array.isArray(call) ? call : [];
    if (typeof from !== 'string') throw brokenModel(file, `the inputs of the layer "${name}" are unreadable`);
    if (node !== 0 || tensor !== 0) throw unknownModel(file, `a second output of the layer "${from}"`);
    return from;
  });
  return { kind, name, config: record(layer.config ?? {}, file), inputs };
}

/** Layers so that each comes after what it reads; Keras writes them by depth, but does not promise it. */
function inOrder(layers: readonly Layer[], file: string): Layer[] {
  const done = new Set<string>();
  const ordered: Layer[] = [];
  let waiting = [...layers];
  while (waiting.length) {
    const blocked: Layer[] = [];
    for (const layer of waiting) {
      if (done.has(layer.name)) throw brokenModel(file, `two layers are called "${layer.name}"`);
      if (layer.inputs.every((name) => done.has(name))) {
        done.add(layer.name);
        ordered.push(layer);
      } else blocked.push(layer);
    }
    if (blocked.length === waiting.length)
      throw brokenModel(file, `"${blocked[0]?.name}" reads what no layer makes`);
    waiting = blocked;
  }
  return ordered;
}

function inputChannels(layer: Layer, file: string): number {
  const shape = layer.config.batch_input_shape;
  const channels = Array.isArray(shape) && shape.length === 4 ? Number(shape[3]) : Number.NaN;
  if (Number.isInteger(channels) && channels > 0 && channels <= 64) return channels;
  throw unknownModel(file, 'an input that is not a picture');
}

function findWeight(
  weights: Map<string, TfjsWeight>,
  layer: string,
  part: string,
  rank: number,
  file: string,
) {
  const found = weights.get(`${layer}/${part}`);
  if (found?.dims.length === rank) return found;
  throw brokenModel(file, `the weight "${layer}/${part}" is missing or of another shape`);
}

function record(value: unknown, file: string): Record<string, unknown> {
  if (value && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw brokenModel(file, 'it is not laid out as TensorFlow.js writes its models');
}
