import { outcome } from '../concrete.ts';
import type { Graph } from '../graph.ts';
import { countOf, tensorOf, unpack, type Value } from '../values.ts';

/** Larger results are left to be computed: 16 MB of float32. */
const LARGEST = 2 ** 22;

/**
 * Computes what hangs on constants only, weights included. A result that is larger than all that it is made of stays as
 * it is, or a stretched number would blow the file up.
 * @returns how many nodes went
 */
export function foldConstants(graph: Graph): number {
  const known = new Map<string, Value>();
  const results = new Set(graph.outputs.map(({ name }) => name));
  let folded = 0;
  const kept = graph.nodes.filter((node) => {
    const inputs = node.inputs.filter(Boolean);
    if (node.domain || !inputs.every((name) => graph.initializers.has(name))) return true;
    if (node.outputs.some((name) => results.has(name))) return true;
    let given = 0;
    for (const name of inputs) {
      const tensor = graph.initializers.get(name);
      if (tensor && !known.has(name)) known.set(name, unpack(tensor, LARGEST));
      given += tensor ? countOf(tensor.dims) : 0;
    }
    const tensors = outcome(node, known, LARGEST).map((value) => tensorOf(value));
    const made = tensors.reduce((sum, tensor) => sum + countOf(tensor?.dims ?? []), 0);
    if (tensors.length !== node.outputs.length || !tensors.every(Boolean) || made > Math.max(given, 64))
      return true;
    node.outputs.forEach((name, index) => {
      const tensor = tensors[index];
      if (tensor) graph.initializers.set(name, tensor);
    });
    folded += 1;
    return false;
  });
  graph.nodes = kept;
  return folded;
}
