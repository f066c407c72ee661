import type { Graph, GraphNode, Tensor } from '../graph.ts';
import { replaceNode } from './rewrite.ts';

/** Operators of ONNX and onnxruntime's own of the same names, which mean the same. */
const DOMAINS = new Set(['', 'com.microsoft']);
/** What the types of quantised values hold. */
export const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65_535],
  int16: [-32_768, 32_767],
};

/** Operators that only give the same numbers another form. */
const FORMS = new Set(['Reshape', 'Transpose', 'Flatten', 'Squeeze', 'Unsqueeze']);

function isForm({ op, domain }: GraphNode): boolean {
  return FORMS.has(op) && domain === '';
}

export function isQuantiser(node: GraphNode, op: 'QuantizeLinear' | 'DequantizeLinear'): boolean {
  return node.op === op && DOMAINS.has(node.domain);
}

/**
 * Where integers are given another form before they are dequantised (what is left of channels that came last), they are
 * dequantised first. @returns the node that dequantises then
 */
export function dequantiseFirst(graph: Graph, node: GraphNode): GraphNode {
  const [value = '', ...how] = node.inputs;
  const [output = ''] = node.outputs;
  const form = graph.nodes.find(({ outputs }) => outputs.includes(value));
  const isOneStep = graph.initializers.get(how[0] ?? '')?.dims.every((size) => size === 1);
  if (!form || !isForm(form) || !isOneStep) return node;
  const [source = '', ...rest] = form.inputs;
  const dequantised = `${output}_first`;
  replaceNode(graph, node, [
    { ...node, name: `n_${dequantised}`, inputs: [source, ...how], outputs: [dequantised] },
    { ...form, name: `n_${output}`, inputs: [dequantised, ...rest], outputs: [output] },
  ]);
  const moved = graph.nodes.find(({ outputs }) => outputs.includes(dequantised));
  return moved ? dequantiseFirst(graph, moved) : node;
}

/** @returns the numbers of a quantised tensor; undefined for one of another type */
export function integersOf({ type, data }: Tensor): ArrayLike<number> | undefined {
  if (!(data instanceof Uint8Array)) return undefined;
  if (type === 'uint8') return data;
  // Raw bytes may begin anywhere; a copy begins at an even place.
  const { buffer } = Uint8Array.from(data);
  if (type === 'int8') return new Int8Array(buffer);
  if (type === 'int16') return new Int16Array(buffer);
  if (type === 'uint16') return new Uint16Array(buffer);
  return type === 'int32' ? new Int32Array(buffer) : undefined;
}
