import { concreteValues, inputDimsFor, type PictureSize } from './concrete.ts';
import type { Graph } from './graph.ts';
import { dropDeadCode } from './passes/dead-code.ts';
import { tensorOf } from './values.ts';

/**
 * A graph for pictures of one size: what computes sizes, indices and small masks is replaced by its result, and what
 * only served that goes. The given graph stays as it is; weights are shared with it, not copied.
 */
export function specialise(graph: Graph, size: PictureSize): Graph {
  const inputDims = inputDimsFor(graph, size);
  const values = concreteValues(graph, inputDims);
  const initializers = new Map(graph.initializers);
  const results = new Set(graph.outputs.map(({ name }) => name));
  const nodes = graph.nodes.filter((node) => {
    const tensors = node.outputs.map((name) => {
      const value = values.get(name);
      return value && tensorOf(value);
    });
    // A graph output has to be made by a node.
    if (node.outputs.some((name) => results.has(name)) || !tensors.every(Boolean)) return true;
    node.outputs.forEach((name, index) => {
      const tensor = tensors[index];
      if (name && tensor) initializers.set(name, tensor);
    });
    return false;
  });
  const fixed: Graph = {
    ...graph,
    nodes: nodes.map((node) => ({ ...node, inputs: [...node.inputs], outputs: [...node.outputs] })),
    inputs: graph.inputs.map((port) => ({ ...port, dims: inputDims[port.name] ?? port.dims })),
    outputs: graph.outputs.map((port) => ({ ...port, dims: values.get(port.name)?.dims ?? port.dims })),
    initializers,
  };
  dropDeadCode(fixed);
  return fixed;
}
