import { STATISTICS } from '../../contract/statistics.ts';
import { floatsOf, type Graph, type Port, redirect } from './graph.ts';
import { dropDeadCode } from './passes/dead-code.ts';
import { optimise } from './passes/index.ts';
import { addConstant, floats, replaceNode } from './passes/rewrite.ts';

export interface Baked {
  /** What the network measures over the whole picture, as `exposeStatistics` lists it. */
  readonly statistics?: Float32Array | undefined;
  /** How many of the statistics are given, the others being measured; left out: all. */
  readonly known?: number | undefined;
  /** Other inputs that stay the same for a whole picture, by name. */
  readonly inputs?: Readonly<Record<string, Float32Array>>;
  /** Values that are wanted instead of the graph's outputs, with their sizes. */
  readonly outputs?: readonly Port[] | undefined;
}

/**
 * Writes numbers into a graph that are the same for all tiles of a picture: what the network measures over the whole,
 * and a style. Its normalisations are then a factor and a shift for each channel, which go into the convolutions
 * before them: nothing is left of them that takes time. In place.
 */
export function bake(graph: Graph, { statistics, known, inputs = {}, outputs }: Baked): void {
  for (const [name, data] of Object.entries(inputs)) {
    const dims = graph.inputs.find((port) => port.name === name)?.dims.map(Number) ?? [data.length];
    graph.initializers.set(name, floats(dims, data));
  }
  const gone = new Set(Object.keys(inputs));
  if (statistics) {
    giveStatistics(graph, statistics, known ?? Number.POSITIVE_INFINITY);
    for (const name of [STATISTICS.given, STATISTICS.known]) gone.add(name);
    graph.outputs = graph.outputs.filter(({ name }) => name !== STATISTICS.measured);
  }
  if (outputs) graph.outputs = [...outputs];
  graph.inputs = graph.inputs.filter(({ name }) => !gone.has(name));
  dropDeadCode(graph);
  optimise(graph);
  // What is subtracted is known only now; a sum goes into the convolution, a difference would not.
  if (invertConstants(graph) > 0) optimise(graph);
}

/** Names as `exposeStatistics` gives them. */
function giveStatistics(graph: Graph, statistics: Float32Array, known: number): void {
  let from = 0;
  for (let index = 0; ; index += 1) {
    const used = `statistic_${index}_used`;
    const dims = graph.initializers.get(`statistic_${index}_dims`)?.data;
    if (!(dims instanceof BigInt64Array)) return;
    const sizes = Array.from(dims, Number);
    const count = sizes.reduce((a, b) => a * b, 1);
    const value = floats(sizes, statistics.slice(from, from + count));
    const measured = graph.nodes.find(({ outputs }) => outputs.includes(used))?.inputs[2];
    const given = index < known ? addConstant(graph, `statistic_${index}_baked`, value) : measured;
    if (given) redirect(graph, used, given);
    from += count;
  }
}

/** Differences from constants become sums, quotients by them products. @returns how many */
function invertConstants(graph: Graph): number {
  let changed = 0;
  for (const node of [...graph.nodes]) {
    const [x = '', other = ''] = node.inputs;
    const inverse = node.domain ? undefined : INVERSES[node.op];
    const data = inverse && floatsOf(graph, other);
    if (!inverse || !data) continue;
    const dims = graph.initializers.get(other)?.dims ?? [];
    const name = addConstant(graph, `${other}_inverse`, floats(dims, data.map(inverse.of)));
    replaceNode(graph, node, [{ ...node, op: inverse.op, inputs: [x, name] }]);
    changed += 1;
  }
  return changed;
}

const INVERSES: Readonly<Record<string, { op: string; of: (value: number) => number }>> = {
  Sub: { op: 'Add', of: (value) => -value },
  Div: { op: 'Mul', of: (value) => 1 / value },
};
