import type { Graph, GraphNode, Tensor } from './graph.ts';

/** Values of half floats end at 65,504. */
const LARGEST = 65_504;
const FLOAT = 1;
const HALF = 10;

/**
 * What works in float16, on every execution provider that profits from it. All else stays float32: sums over many
 * values, exponents and normalisations lose too much with ten bits, and the rest gains too little.
 */
const COARSE = new Set(['Conv', 'ConvTranspose', 'MatMul', 'Gemm']);

/**
 * What only moves values, or rounds each once more: between two products in float16 it stays in float16, where a way
 * to float32 and back would cost a GPU more than the product saves.
 */
const FOLLOWING = new Set([
  ...['Concat', 'DepthToSpace', 'LeakyRelu', 'MaxPool', 'PRelu', 'Relu', 'Reshape', 'Slice', 'SpaceToDepth'],
  ...['Squeeze', 'Transpose', 'Unsqueeze'],
]);

/**
 * A copy of a graph whose convolutions and matrix products work in float16, for devices that are faster with it: half
 * the weights' memory, inputs and outputs stay float32, and so does what adds, normalises or multiplies between the
 * products. Networks on pictures of 0..1 stay within 2e-3 of float32 relative to the largest value (measured; see
 * half.test.ts). A product with weights that float16 cannot hold stays as it is.
 */
export function toHalf(graph: Graph): Graph {
  const initializers = new Map(graph.initializers);
  const nodes: GraphNode[] = [];
  const halves = new Map<string, string>();
  const half = (name: string): string => {
    const known = halves.get(name);
    if (!name || known) return known ?? name;
    const made = `${name}_half`;
    const tensor = graph.initializers.get(name);
    if (tensor?.data instanceof Float32Array) initializers.set(made, halfTensor(tensor, tensor.data));
    else nodes.push(cast(name, made, HALF));
    halves.set(name, made);
    return made;
  };
  for (const node of graph.nodes) {
    const [output = ''] = node.outputs;
    const follows = FOLLOWING.has(node.op) && node.outputs.length === 1 && isHalfAlready(graph, node, halves);
    if (!(follows || COARSE.has(node.op)) || node.domain || !holds(graph, node)) {
      nodes.push({ ...node, inputs: [...node.inputs], outputs: [...node.outputs] });
      continue;
    }
    const inputs = node.inputs.map((name, index) => (index < valuesOf(node) ? half(name) : name));
    const inner = `${output}_coarse`;
    nodes.push({ ...node, name: `n_${inner}`, inputs, outputs: [inner] });
    nodes.push(cast(inner, output, FLOAT));
    // A product that reads this one directly needs no way there and back.
    halves.set(output, inner);
  }
  const read = new Set([...nodes.flatMap((node) => node.inputs), ...graph.outputs.map(({ name }) => name)]);
  for (const name of [...initializers.keys()]) if (!read.has(name)) initializers.delete(name);
  // The sizes of inner values carry types, which are others now.
  const { inner: _, ...rest } = graph;
  return {
    ...rest,
    nodes: nodes.filter((node) => node.outputs.some((name) => read.has(name))),
    initializers,
  };
}

/** Whether all values that an operator only moves are float16 by now; slopes can always be. */
function isHalfAlready(graph: Graph, node: GraphNode, halves: ReadonlyMap<string, string>): boolean {
  return node.inputs.every(
    (name, index) =>
      index >= valuesOf(node) ||
      halves.has(name) ||
      (node.op === 'PRelu' && index > 0 && graph.initializers.get(name)?.data instanceof Float32Array),
  );
}

/** How many of the inputs are values; a moving operator takes sizes and places behind them. */
function valuesOf({ op, inputs }: GraphNode): number {
  return FOLLOWING.has(op) && op !== 'Concat' && op !== 'PRelu' ? 1 : inputs.length;
}

function holds(graph: Graph, node: GraphNode): boolean {
  return node.inputs.every((name) => {
    const data = graph.initializers.get(name)?.data;
    return !(data instanceof Float32Array) || data.every((value) => Math.abs(value) <= LARGEST);
  });
}

function cast(from: string, to: string, type: number): GraphNode {
  return {
    op: 'Cast',
    domain: '',
    name: `n_${to}`,
    inputs: [from],
    outputs: [to],
    attributes: { to: { int: type } },
  };
}

function halfTensor({ dims }: Tensor, data: Float32Array): Tensor {
  const bits = Uint16Array.from(data, halfBits);
  return { type: 'float16', dims, data: new Uint8Array(bits.buffer) };
}

const scratch = new DataView(new ArrayBuffer(4));

/** IEEE 754 half bits of a number, rounded to nearest, ties to even. Numbers beyond the range become infinite. */
export function halfBits(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 255) - 112;
  const fraction = bits & 0x7fffff;
  if (exponent >= 31) return sign | 0x7c00 | (exponent === 143 && fraction ? 0x200 : 0);
  if (exponent <= 0) {
    // Subnormal: the implicit bit joins the fraction, both shifted down.
    if (exponent < -10) return sign;
    return sign | rounded(fraction | 0x800000, 14 - exponent);
  }
  // A carry out of the fraction rightly raises the exponent.
  return sign | rounded((exponent << 23) | fraction, 13);
}

function rounded(value: number, shift: number): number {
  const down = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  return rest > middle || (rest === middle && down & 1) ? down + 1 : down;
}
