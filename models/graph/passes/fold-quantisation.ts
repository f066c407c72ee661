import { type Graph, type GraphNode, intOf, redirect } from '../graph.ts';
import { dropDeadCode } from './dead-code.ts';
import { dequantiseFirst, integersOf, isQuantiser, RANGES } from './quantised.ts';
import { addConstant, floats, replaceNode } from './rewrite.ts';

export interface FoldOptions {
  /**
   * Activations may leave the range that was seen when they were quantised: for a graph that kept its own Relus, where
   * a range is only a measurement.
   */
  readonly freeRanges?: boolean;
}

/**
 * Turns a quantised graph (QuantizeLinear and DequantizeLinear around float operators) back into floats, on request:
 * stored weights become float32, exactly; a quantising and dequantising of activations becomes the Clip to its range
 * that it also is (quantisers drop a Relu where the range begins at 0), without its rounding: the output moves by up
 * to half a step.
 * @returns how many were folded
 */
export function foldQuantisation(graph: Graph, { freeRanges = false }: FoldOptions = {}): number {
  let folded = 0;
  for (const node of [...graph.nodes]) {
    if (!isQuantiser(node, 'DequantizeLinear')) continue;
    const first = dequantiseFirst(graph, node);
    if (foldWeight(graph, first) || foldPair(graph, first, freeRanges)) folded += 1;
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

function foldPair(graph: Graph, node: GraphNode, freeRange: boolean): boolean {
  const [value = '', ...how] = node.inputs;
  const [output = ''] = node.outputs;
  const quantise = graph.nodes.find((other) => other.outputs.includes(value));
  if (!quantise || !isQuantiser(quantise, 'QuantizeLinear')) return false;
  const [source = '', ...same] = quantise.inputs;
  // Clip takes its bounds as inputs from opset 11 on.
  if (same.join() !== how.join() || graph.opset < 11) return false;
  const [scale, zero] = how.map((name) => graph.initializers.get(name));
  const step = scale?.data instanceof Float32Array && scale.data.length === 1 ? scale.data[0] : undefined;
  const range = zero ? RANGES[zero.type] : how[1] ? undefined : RANGES.uint8;
  if (step === undefined || !range) return false;
  if (freeRange) {
    const isResult = graph.outputs.some(({ name }) => name === output);
    if (isResult) replaceNode(graph, node, [{ op: 'Identity', inputs: [source], outputs: [output] }]);
    else redirect(graph, output, source);
    return true;
  }
  const offset = zero ? (integersOf(zero)?.[0] ?? 0) : 0;
  const bounds = range.map((bound, index) =>
    addConstant(graph, `${output}_bound_${index}`, floats([], Float32Array.of((bound - offset) * step))),
  );
  replaceNode(graph, node, [{ op: 'Clip', inputs: [source, ...bounds], outputs: [output] }]);
  return true;
}
