import { type Graph, type GraphNode, intOf, redirect, type Tensor } from '../graph.ts';
import { dropDeadCode } from './dead-code.ts';
import { addConstant, floats, replaceNode } from './rewrite.ts';

/** Operators of ONNX and onnxruntime's own of the same names, which mean the same. */
const DOMAINS = new Set(['', 'com.microsoft']);
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65_535],
  int16: [-32_768, 32_767],
};

/**
 * Turns a quantised graph (QuantizeLinear and DequantizeLinear around float operators) back into floats, on request:
 * stored weights become float32, exactly; a quantising and dequantising of activations becomes the Clip to its range
 * that it also is (quantisers drop a Relu where the range begins at 0), without its rounding: the output moves by up
 * to half a step.
 * @returns how many were folded
 */
export function foldQuantisation(graph: Graph): number {
  let folded = 0;
  for (const node of [...graph.nodes]) {
    if (node.op !== 'DequantizeLinear' || !DOMAINS.has(node.domain)) continue;
    if (foldWeight(graph, node) || foldPair(graph, node)) folded += 1;
  }
  if (folded > 0) dropDeadCode(graph);
  return folded;
}

function foldWeight(graph: Graph, node: GraphNode): boolean {
  const [value = '', scaleName = '', zeroName = ''] = node.inputs;
  const [output = ''] = node.outputs;
  const [stored, scale] = [graph.initializers.get(value), graph.initializers.get(scaleName)];
  const zero = zeroName ? graph.initializers.get(zeroName) : undefined;
  // Blocks of an axis with scales of their own (opset 21) are left as they are.
  if (!stored || !scale || (zeroName && !zero) || intOf(node, 'block_size', 0) !== 0) return false;
  const [numbers, zeros] = [integersOf(stored), zero ? integersOf(zero) : undefined];
  if (!numbers || !(scale.data instanceof Float32Array) || (zero && !zeros)) return false;
  if (graph.outputs.some((port) => port.name === output)) return false;
  const { dims } = stored;
  const axis = (intOf(node, 'axis', 1) + dims.length) % Math.max(1, dims.length);
  const steps = scale.data.length;
  if (steps !== 1 && steps !== dims[axis]) return false;
  const inner = dims.slice(axis + 1).reduce((a, b) => a * b, 1);
  const data = new Float32Array(numbers.length);
  for (let index = 0; index < data.length; index += 1) {
    const step = steps === 1 ? 0 : Math.floor(index / inner) % steps;
    data[index] = ((numbers[index] ?? 0) - (zeros?.[step] ?? 0)) * (scale.data[step] ?? 0);
  }
  redirect(graph, output, addConstant(graph, `${output}_floats`, floats(dims, data)));
  return true;
}

function foldPair(graph: Graph, node: GraphNode): boolean {
  const [value = '', ...how] = node.inputs;
  const [output = ''] = node.outputs;
  const quantise = graph.nodes.find((other) => other.outputs.includes(value));
  if (quantise?.op !== 'QuantizeLinear' || !DOMAINS.has(quantise.domain)) return false;
  const [source = '', ...same] = quantise.inputs;
  // Clip takes its bounds as inputs from opset 11 on.
  if (same.join() !== how.join() || graph.opset < 11) return false;
  const [scale, zero] = how.map((name) => graph.initializers.get(name));
  const step = scale?.data instanceof Float32Array && scale.data.length === 1 ? scale.data[0] : undefined;
  const range = zero ? RANGES[zero.type] : how[1] ? undefined : RANGES.uint8;
  if (step === undefined || !range) return false;
  const offset = zero ? (integersOf(zero)?.[0] ?? 0) : 0;
  const bounds = range.map((bound, index) =>
    addConstant(graph, `${output}_bound_${index}`, floats([], Float32Array.of((bound - offset) * step))),
  );
  replaceNode(graph, node, [{ op: 'Clip', inputs: [source, ...bounds], outputs: [output] }]);
  return true;
}

function integersOf({ type, data }: Tensor): ArrayLike<number> | undefined {
  if (!(data instanceof Uint8Array)) return undefined;
  if (type === 'uint8') return data;
  // Raw bytes may begin anywhere; a copy begins at an even place.
  const { buffer } = Uint8Array.from(data);
  if (type === 'int8') return new Int8Array(buffer);
  if (type === 'int16') return new Int16Array(buffer);
  if (type === 'uint16') return new Uint16Array(buffer);
  return type === 'int32' ? new Int32Array(buffer) : undefined;
}
