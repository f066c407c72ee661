import { consumersOf, type Graph, type GraphNode, intOf, type Tensor } from './graph.ts';
import { addConstant, type Draft, floats } from './passes/rewrite.ts';

/** What the shape rules and passes are written for. */
const OPSET = 18;

/**
 * Brings a graph of opset 7 to 17 to the forms of opset 18: attributes that became inputs, operators that were
 * renamed, outputs for training (the operators' version pages of the ONNX specification). Constant nodes become
 * initialisers in every version, so that passes and shape rules see their numbers. An operator that cannot be brought
 * along leaves the whole graph at its version, which onnxruntime runs just as well.
 */
export function upgradeOpset(graph: Graph): void {
  holdConstants(graph);
  if (graph.opset >= OPSET) return;
  const upgraded = graph.nodes.map((node) => (node.domain ? node : upgrade(graph, node)));
  if (upgraded.some((node) => node === undefined)) return;
  graph.nodes = upgraded as GraphNode[];
  graph.opset = OPSET;
}

function holdConstants(graph: Graph): void {
  const kept = graph.nodes.filter((node) => {
    const tensor = node.op === 'Constant' && !node.domain ? constantOf(node) : undefined;
    const isOutput = graph.outputs.some((port) => port.name === node.outputs[0]);
    if (!tensor || isOutput || !node.outputs[0]) return true;
    graph.initializers.set(node.outputs[0], tensor);
    return false;
  });
  graph.nodes = kept;
}

function constantOf({ attributes }: GraphNode): Tensor | undefined {
  const { value, value_float, value_floats, value_int, value_ints } = attributes;
  if (value && 'tensor' in value) return value.tensor;
  if (value_float && 'float' in value_float) return floats([], Float32Array.of(value_float.float));
  if (value_floats && 'floats' in value_floats)
    return floats([value_floats.floats.length], Float32Array.from(value_floats.floats));
  if (value_int && 'int' in value_int) return integers([value_int.int], []);
  return value_ints && 'ints' in value_ints ? integers(value_ints.ints) : undefined;
}

function integers(values: readonly number[], dims: readonly number[] = [values.length]): Tensor {
  return { type: 'int64', dims, data: BigInt64Array.from(values, BigInt) };
}

type Upgrade = (graph: Graph, node: GraphNode) => Draft | undefined;

/** @returns the node for opset 18, itself where nothing changes, undefined where it cannot be told */
function upgrade(graph: Graph, node: GraphNode): GraphNode | undefined {
  const rule = Object.hasOwn(UPGRADES, node.op) ? UPGRADES[node.op] : undefined;
  if (!rule) return node;
  const draft = rule(graph, node);
  return draft && { ...node, ...draft };
}

const toInput =
  (...names: readonly string[]): Upgrade =>
  (graph, node) =>
    moved(graph, node, names);

const UPGRADES: Readonly<Record<string, Upgrade>> = {
  Upsample(graph, node) {
    const resized = moved(graph, node, ['scales']);
    return { ...scaled(resized), op: 'Resize' };
  },
  Resize: (graph, node) => (graph.opset < 11 ? scaled(node) : node),
  Pad: toInput('pads', 'value'),
  Slice: toInput('starts', 'ends', 'axes'),
  Clip: toInput('min', 'max'),
  Squeeze: toInput('axes'),
  Unsqueeze: toInput('axes'),
  Split(graph, node) {
    const split = moved(graph, node, ['split']);
    if (split.inputs[1]) return split;
    return { ...split, attributes: { ...split.attributes, num_outputs: { int: node.outputs.length } } };
  },
  ...Object.fromEntries(
    ['Sum', 'Mean', 'Max', 'Min', 'Prod', 'L1', 'L2', 'LogSum', 'LogSumExp', 'SumSquare'].map((kind) => [
      `Reduce${kind}`,
      toInput('axes'),
    ]),
  ),
  Dropout(graph, node) {
    if (node.inputs[2] || isRead(graph, node.outputs[1])) return undefined;
    const [input = ''] = node.inputs;
    return { op: 'Identity', inputs: [input], outputs: node.outputs.slice(0, 1), attributes: {} };
  },
  BatchNormalization(graph, node) {
    const training = intOf(node, 'training_mode', 0) || intOf(node, 'spatial', 1) !== 1;
    if (training || node.outputs.slice(1).some((value) => isRead(graph, value))) return undefined;
    const { epsilon } = node.attributes;
    return { ...node, outputs: node.outputs.slice(0, 1), attributes: epsilon ? { epsilon } : {} };
  },
  // Up to opset 12 the axes behind `axis` were taken as one, and which axis is the last is not known here.
  Softmax: lastAxis,
  LogSoftmax: lastAxis,
  Hardmax: lastAxis,
  // Deprecated or changed in meaning.
  Scatter: () => undefined,
  TopK: (graph, node) => (graph.opset < 10 ? undefined : node),
  GroupNormalization: () => undefined,
};

function lastAxis(graph: Graph, node: GraphNode): Draft | undefined {
  return graph.opset >= 13 || intOf(node, 'axis', 1) === -1 ? node : undefined;
}

/** Attributes that became the inputs behind the first, in this order; those that are absent are left out. */
function moved(graph: Graph, node: GraphNode, names: readonly string[]): GraphNode {
  const attributes = { ...node.attributes };
  const inputs = [...node.inputs];
  names.forEach((name, index) => {
    const attribute = attributes[name];
    delete attributes[name];
    const tensor = attribute && tensorOf(attribute);
    if (!tensor) return;
    while (inputs.length < index + 1) inputs.push('');
    inputs[index + 1] = addConstant(graph, `${node.outputs[0]}_${name}`, tensor);
  });
  // A hole in the list would be undefined, and stands for an input that is left out.
  return { ...node, attributes, inputs: Array.from(inputs, (input) => input ?? '') };
}

function tensorOf(attribute: GraphNode['attributes'][string]): Tensor | undefined {
  if ('ints' in attribute) return integers(attribute.ints);
  if ('float' in attribute) return floats([], Float32Array.of(attribute.float));
  return 'floats' in attribute
    ? floats([attribute.floats.length], Float32Array.from(attribute.floats))
    : undefined;
}

/** Resize 10 and Upsample: (x, scales), a pixel's place is its index divided by the scale, rounded down. */
function scaled(node: GraphNode): Draft {
  const [x = '', scales = ''] = node.inputs;
  const { mode } = node.attributes;
  return {
    ...node,
    inputs: [x, '', scales],
    attributes: {
      ...(mode ? { mode } : {}),
      coordinate_transformation_mode: { string: 'asymmetric' },
      nearest_mode: { string: 'floor' },
    },
  };
}

function isRead(graph: Graph, value: string | undefined): boolean {
  return value !== undefined && value !== '' && consumersOf(graph).has(value);
}
