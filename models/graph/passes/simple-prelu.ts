import { floatsOf, type Graph, type GraphNode } from '../graph.ts';

/**
 * PRelu with the same slope for every channel becomes LeakyRelu (Relu where the slope is 0): onnxruntime fuses those
 * into the convolution before them, and runs PRelu as a pass of its own over memory.
 * @returns how many were rewritten
 */
export function simplifyPrelu(graph: Graph): number {
  let rewritten = 0;
  graph.nodes = graph.nodes.map((node): GraphNode => {
    const slopes = node.op === 'PRelu' && !node.domain ? floatsOf(graph, node.inputs[1]) : undefined;
    const slope = slopes?.[0];
    if (slope === undefined || !slopes?.every((item) => item === slope)) return node;
    rewritten += 1;
    const inputs = node.inputs.slice(0, 1);
    if (slope === 0) return { ...node, op: 'Relu', inputs, attributes: {} };
    return { ...node, op: 'LeakyRelu', inputs, attributes: { alpha: { float: slope } } };
  });
  return rewritten;
}
