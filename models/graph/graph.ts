/**
 * An ONNX graph in memory: plain data, so that readers build it, passes rewrite it and tests compare it.
 * Weights are held as they will be written (little-endian, row-major) and are never copied on the way through.
 */

/** `float32` and `int64` are held typed; every other kind is held as its raw little-endian bytes. */
export type TensorType =
  | 'float32'
  | 'float16'
  | 'float64'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint8'
  | 'uint16'
  | 'bool';

export interface Tensor {
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array | Uint8Array;
}

export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly string: string }
  | { readonly strings: readonly string[] }
  | { readonly tensor: Tensor };

export interface GraphNode {
  readonly op: string;
  /** Empty for ONNX's own operators. */
  readonly domain: string;
  readonly name: string;
  /** An empty string stands for an optional input that is left out. */
  inputs: string[];
  readonly outputs: string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A graph input or output. A string dim is symbolic: any size. */
export interface Port {
  name: string;
  readonly type: TensorType;
  readonly dims: readonly (number | string)[];
}

export interface Graph {
  name: string;
  opset: number;
  inputs: Port[];
  outputs: Port[];
  /** In an order in which they can be run. */
  nodes: GraphNode[];
  readonly initializers: Map<string, Tensor>;
  /** Sizes of inner values for whoever runs the graph; only a hint, and only as good as when it was made. */
  inner?: readonly Port[];
}

/** @returns the integer attribute, or `fallback` where it is absent or of another kind */
export function intOf(node: GraphNode, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute && 'int' in attribute ? attribute.int : fallback;
}

/** @returns the list of integers, or `fallback` where it is absent or of another kind */
export function intsOf(node: GraphNode, name: string, fallback: readonly number[]): readonly number[] {
  const attribute = node.attributes[name];
  return attribute && 'ints' in attribute ? attribute.ints : fallback;
}

/** @returns the string attribute, or `fallback` where it is absent or of another kind */
export function stringOf(node: GraphNode, name: string, fallback: string): string {
  const attribute = node.attributes[name];
  return attribute && 'string' in attribute ? attribute.string : fallback;
}

/** @returns the initialiser's floats where `name` is a float32 initialiser */
export function floatsOf(graph: Graph, name: string | undefined): Float32Array | undefined {
  const tensor = name ? graph.initializers.get(name) : undefined;
  return tensor?.data instanceof Float32Array ? tensor.data : undefined;
}

/**
 * Trained values in the graph: elements of float initialisers that are read as data. Lone numbers and the scales of a
 * Resize are settings, not training.
 */
export function countParameters(graph: Graph): number {
  const trained = new Set<string>();
  for (const node of graph.nodes) {
    if (node.op !== 'Resize') for (const value of node.inputs) trained.add(value);
  }
  let total = 0;
  for (const [name, tensor] of graph.initializers) {
    const count = tensor.dims.reduce((a, b) => a * b, 1);
    if (tensor.type !== 'int64' && count > 1 && trained.has(name)) total += count;
  }
  return total;
}

/** Who reads each value: node indices, and -1 for a graph output. */
export function consumersOf(graph: Graph): Map<string, number[]> {
  const consumers = new Map<string, number[]>();
  const add = (value: string, index: number) => {
    const list = consumers.get(value);
    if (list) list.push(index);
    else consumers.set(value, [index]);
  };
  graph.nodes.forEach((node, index) => {
    for (const value of node.inputs) if (value) add(value, index);
  });
  for (const port of graph.outputs) add(port.name, -1);
  return consumers;
}

/** Makes every reader of `from` read `to` instead. A graph output keeps its name: use on inner values only. */
export function redirect(graph: Graph, from: string, to: string): void {
  for (const node of graph.nodes) {
    if (node.inputs.includes(from)) node.inputs = node.inputs.map((value) => (value === from ? to : value));
  }
}
