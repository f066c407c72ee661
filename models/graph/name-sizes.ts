import type { Graph, Port } from './graph.ts';
import { probe, type Term, termOf } from './probes.ts';

/**
 * Writes the sizes of inner values into a graph that computes shapes while it runs, as names: two values with the same
 * names have the same size at any size of the picture. Without them onnxruntime's memory planner finds no buffer to
 * use again and compares each value with all before it: MAXIM took 7 s to load instead of under 1.
 */
export function nameSizes(graph: Graph): void {
  const probes = graph.nodes.some((node) => node.op === 'Shape') ? probe(graph) : undefined;
  if (!probes) return;
  const { sizes, values } = probes;
  const results = new Set(graph.outputs.map(({ name }) => name));
  const inner: Port[] = [];
  for (const name of graph.nodes.flatMap((node) => node.outputs)) {
    const found = values.map((known) => known.get(name));
    const [first] = found;
    if (!first || results.has(name)) continue;
    const terms = first.dims.map((_, axis) => {
      const numbers = found.flatMap((value) => value?.dims[axis] ?? []);
      return numbers.length === found.length ? termOf(numbers, sizes) : undefined;
    });
    if (terms.some((term) => !term)) continue;
    inner.push({ name, type: first.type, dims: terms.map((term) => worded(term as Term)) });
  }
  graph.inner = inner;
}

function worded({ rows, columns, factor, plus }: Term): number | string {
  if (factor === 0) return plus;
  const size = [rows ? 'height' : '', columns ? 'width' : ''].filter(Boolean).join('_');
  const scaled =
    factor === 1 ? size : factor > 1 ? `${size}_times_${factor}` : `${size}_by_${Math.round(1 / factor)}`;
  return plus === 0 ? scaled : `${scaled}_plus_${plus}`;
}
