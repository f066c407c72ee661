import { brokenModel, unknownModel } from '../errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { probe } from '../graph/probes.ts';
import { type Numbers, unpack } from '../graph/values.ts';
import { isRecord, parseGraphDef, type TfNode } from './tfjs-graph-def.ts';
import { TFJS_OPS } from './tfjs-graph-ops.ts';
import { recogniseResizing } from './tfjs-graph-resize.ts';
import { straightenSizes } from './tfjs-graph-sizes.ts';
import { parseJson, readJsonText } from './tfjs-json.ts';
import { type OpenShard, readTfjsTensors, type TfjsTensor, withShardsBeside } from './tfjs-weights.ts';

/**
 * Reads a graph model of TensorFlow.js (model.json, weight shards beside it) that makes an RGB picture of an RGB
 * picture, NHWC, 0..1.
 * @returns a graph that takes and gives NCHW, 0..1
 * @throws GessoError model/missing, model/broken, model/unsafe, model/unknown-architecture
 */
export async function readTfjsGraph(file: string): Promise<Graph> {
  const text = await readJsonText(file);
  return withShardsBeside(file, (open) => tfjsGraphModel(text, open, file));
}

/** The same from memory; `file` is for messages. */
export function tfjsGraphModel(text: string, open: OpenShard, file: string): Graph {
  const json = parseJson(text, file);
  if (!isRecord(json)) throw brokenModel(file, 'it is not laid out as TensorFlow.js writes its models');
  if (json.format !== 'graph-model') throw brokenModel(file, 'it is no graph model');
  const nodes = parseGraphDef(json.modelTopology, file);
  const output = outputOf(json, nodes, file);
  const needed = reach(nodes, output);
  const weights = readTfjsTensors(json.weightsManifest, open, file);
  const builder = new GraphBuilder('tfjs');
  const values = new Map<string, string>();
  for (const node of nodes)
    if (needed.has(node.name)) values.set(node.name, translate(builder, node, values, weights, file));
  if (!builder.graph.inputs.length) throw unknownModel(file, 'no picture');
  builder.output(builder.transpose(values.get(output) ?? '', [0, 3, 1, 2]), 3);
  const { graph } = builder;
  const probes = probe(graph);
  if (!probes) throw unknownModel(file, 'sizes that cannot be told beforehand');
  straightenSizes(graph, probes);
  recogniseResizing(graph, probes);
  return graph;
}

function translate(
  builder: GraphBuilder,
  node: TfNode,
  values: ReadonlyMap<string, string>,
  weights: ReadonlyMap<string, TfjsTensor>,
  file: string,
): string {
  if (node.op === 'Placeholder') return pictureInput(builder, node, file);
  if (node.op === 'Const') {
    const weight = weights.get(node.name);
    if (!weight) throw brokenModel(file, `the weight "${node.name}" is missing`);
    return constant(builder, weight);
  }
  const rule = Object.hasOwn(TFJS_OPS, node.op) ? TFJS_OPS[node.op] : undefined;
  if (!rule) throw unknownModel(file, `the operator ${node.op}`);
  const inputs = node.inputs.map((input) => {
    const value = values.get(input);
    if (!value) throw unknownModel(file, `a second output, "${input}"`);
    return value;
  });
  const tensor = (index: number) => builder.graph.initializers.get(inputs[index] ?? '');
  return rule({
    builder,
    node,
    inputs,
    file,
    isConstant: (index) => tensor(index) !== undefined,
    dims: (index) => tensor(index)?.dims ?? [],
    constant(index): Numbers {
      const found = tensor(index);
      const data = found && unpack(found, Number.POSITIVE_INFINITY).data;
      if (!data) throw unknownModel(file, `a computed setting of ${node.op}`);
      return data;
    },
  });
}

function pictureInput(builder: GraphBuilder, node: TfNode, file: string): string {
  const dims = node.attributes.shape('shape');
  if (builder.graph.inputs.length) throw unknownModel(file, 'several inputs');
  if (dims.length !== 4 || dims[3] !== 3 || node.attributes.type('dtype') !== 'FLOAT')
    throw unknownModel(file, 'an input that is not a picture in colour');
  if ((dims[1] ?? 0) > 0 || (dims[2] ?? 0) > 0) throw unknownModel(file, 'an input of one size only');
  return builder.transpose(builder.input(3), [0, 2, 3, 1]);
}

/** Whole numbers are widened: ONNX computes sizes in int64. */
function constant(builder: GraphBuilder, { type, dims, data }: TfjsTensor): string {
  if (data instanceof Float32Array) return builder.constant(data, dims);
  return type === 'int32'
    ? builder.tensor({ type: 'int64', dims, data: BigInt64Array.from(data as Int32Array, BigInt) }, 'ints')
    : builder.tensor({ type: 'bool', dims, data: Uint8Array.from(data) }, 'flags');
}

/** The one output that the signature names, or else the one node that nothing reads. */
function outputOf(json: Record<string, unknown>, nodes: readonly TfNode[], file: string): string {
  const outputs = isRecord(json.signature) && isRecord(json.signature.outputs) ? json.signature.outputs : {};
  const named = Object.values(outputs).map((port) =>
    String(isRecord(port) ? port.name : '').replace(/:0$/, ''),
  );
  const read = new Set(nodes.flatMap((node) => node.inputs));
  const found = named.length ? named : nodes.filter(({ name }) => !read.has(name)).map(({ name }) => name);
  const [output, ...others] = found;
  if (!output || others.length) throw unknownModel(file, 'none or several outputs');
  if (!nodes.some(({ name }) => name === output))
    throw brokenModel(file, `its output "${output}" is made by no node`);
  return output;
}

/** What the output is made of; everything else is left out. */
function reach(nodes: readonly TfNode[], output: string): Set<string> {
  const needed = new Set([output]);
  for (const node of [...nodes].reverse()) {
    if (needed.has(node.name)) for (const input of node.inputs) needed.add(input.replace(/:\d+$/, ''));
  }
  return needed;
}
