import type { Graph, GraphNode, Tensor } from '../graph.ts';

/** A node under construction: name and attributes may be left out. */
export type Draft = Pick<GraphNode, 'op' | 'inputs' | 'outputs'> & Partial<GraphNode>;

/** Puts new nodes in the place of an old one. The last of them must make the value that the old one made. */
export function replaceNode(graph: Graph, old: GraphNode, drafts: readonly Draft[]): void {
  const nodes = drafts.map((draft) => ({
    domain: '',
    name: `n_${draft.outputs[0]}`,
    attributes: {},
    ...draft,
  }));
  graph.nodes.splice(graph.nodes.indexOf(old), 1, ...nodes);
}

/** Adds an initialiser under a name that is free. @returns the name */
export function addConstant(graph: Graph, hint: string, tensor: Tensor): string {
  let name = hint;
  for (let index = 2; graph.initializers.has(name); index += 1) name = `${hint}_${index}`;
  graph.initializers.set(name, tensor);
  return name;
}

export function floats(dims: readonly number[], data: Float32Array): Tensor {
  return { type: 'float32', dims, data };
}

/**
 * A convolution of every channel by its own number: what a multiplication by [C, 1, 1] is, in the form that
 * onnxruntime's blocked layout (NCHWc) has a kernel for and fuses the following sum and activation into.
 */
export function channelScale(graph: Graph, input: string, output: string, factors: Float32Array): Draft {
  const channels = factors.length;
  const weight = addConstant(graph, `${output}_factors`, floats([channels, 1, 1, 1], factors));
  const attributes = { group: { int: channels }, kernel_shape: { ints: [1, 1] } };
  return { op: 'Conv', inputs: [input, weight], outputs: [output], attributes };
}
