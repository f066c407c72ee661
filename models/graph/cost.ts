import { concreteValues, inputDimsFor, type PictureSize } from './concrete.ts';
import { countParameters, type Graph, type GraphNode, intOf } from './graph.ts';
import { countOf, type Value } from './values.ts';

export interface GraphCost {
  readonly nodes: number;
  /** Trained values. */
  readonly parameters: number;
  /** Two a multiply-add of convolutions and matrix products, one an element of every other operator that computes. */
  readonly flopsPerMegapixel: number;
  /** Bytes of float32 activations that live at the same time; an estimate from below, like `activationBytesPerPixel`. */
  readonly peakActivationBytes: number;
}

/** Operations of a run for a picture of the given size, or of a graph whose sizes are all numbers. */
export function flopsIn(graph: Graph, size: PictureSize = { height: 0, width: 0 }): number {
  const values = concreteValues(graph, inputDimsFor(graph, size));
  return graph.nodes.reduce((sum, node) => sum + flopsOf(node, values), 0);
}

/** What a graph costs for a picture of the given size. What cannot be told counts as nothing. */
export function costOf(graph: Graph, size: PictureSize): GraphCost {
  const values = concreteValues(graph, inputDimsFor(graph, size));
  const flops = flopsIn(graph, size);
  return {
    nodes: graph.nodes.length,
    parameters: countParameters(graph),
    flopsPerMegapixel: (flops * 1e6) / (size.height * size.width),
    peakActivationBytes: peakBytes(graph, values),
  };
}

const MOVES =
  /^(Identity|Reshape|Transpose|Concat|Split|Slice|Gather.*|Squeeze|Unsqueeze|Flatten|Shape|Size|Pad|Expand|Tile|Constant.*|Range|Cast|DepthToSpace|SpaceToDepth)$/;

function flopsOf(node: GraphNode, values: ReadonlyMap<string, Value>): number {
  const dims = (name: string | undefined) => values.get(name ?? '')?.dims ?? [];
  const output = node.outputs[0];
  if (!output || !values.has(output) || MOVES.test(node.op)) return 0;
  const made = countOf(dims(output));
  const weight = dims(node.inputs[1]);
  switch (node.op) {
    case 'Conv':
    case 'FusedConv':
      return 2 * made * countOf(weight.slice(1));
    case 'ConvTranspose':
      return 2 * countOf(dims(node.inputs[0])) * countOf(weight.slice(1));
    case 'Gemm':
      return 2 * made * (dims(node.inputs[0]).at(intOf(node, 'transA', 0) ? 0 : -1) ?? 1);
    case 'MatMul':
    case 'FusedMatMul':
      return 2 * made * (dims(node.inputs[0]).at(-1) ?? 1);
    default:
      return node.op.startsWith('Reduce') || node.op.startsWith('Global')
        ? countOf(dims(node.inputs[0]))
        : made;
  }
}

/** Walks the nodes in order, holding each value from the node that makes it to its last reader. */
export function peakBytes(graph: Graph, values: ReadonlyMap<string, Value>): number {
  const lastUse = new Map<string, number>();
  graph.nodes.forEach((node, index) => {
    for (const value of node.inputs) lastUse.set(value, index);
  });
  for (const port of graph.outputs) lastUse.set(port.name, graph.nodes.length);
  const bytes = (name: string) => {
    const value = values.get(name);
    return !value || value.data || graph.initializers.has(name) ? 0 : 4 * countOf(value.dims);
  };
  let live = graph.inputs.reduce((sum, port) => sum + bytes(port.name), 0);
  let peak = live;
  graph.nodes.forEach((node, index) => {
    for (const value of node.outputs) live += bytes(value);
    peak = Math.max(peak, live);
    for (const value of new Set([...node.inputs, ...node.outputs])) {
      if ((lastUse.get(value) ?? index) === index) live -= bytes(value);
    }
  });
  return peak;
}
