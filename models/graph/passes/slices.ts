import { floatsOf, type Graph, type GraphNode } from '../graph.ts';
import { pick } from '../values.ts';
import { Surroundings } from './pattern.ts';
import { addConstant, type Draft, floats, replaceNode } from './rewrite.ts';

/** Further than any axis reaches. */
const MAX_INT = 2 ** 31 - 1;

interface Cut {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Tidies slices: those that keep everything go to the axes that they cut, and a product over the last axis whose result
 * is only cut into parts becomes one product a part, so that nothing is copied.
 * @returns how many were changed
 */
export function tidySlices(graph: Graph): number {
  return narrowSlices(graph) + splitProducts(graph);
}

function narrowSlices(graph: Graph): number {
  const around = new Surroundings(graph);
  let changes = 0;
  for (const node of graph.nodes) {
    if (node.op !== 'Slice' || node.domain || node.inputs.length < 4) continue;
    const [input = ''] = node.inputs;
    const [starts, ends, axes, steps] = node.inputs.slice(1).map((value) => around.numbers(value));
    const dims = around.dims(input);
    if (!starts || !ends || !axes || !dims || (node.inputs[4] && !steps)) continue;
    if (steps?.some((step) => step !== 1) || starts.some((start) => start < 0)) continue;
    const bounds = axes.map((axis, index) => {
      const at = axis < 0 ? axis + dims.length : axis;
      const [from = 0, to = 0] = [starts[index], ends[index]];
      const whole = from === 0 && around.reaches(input, at, node.inputs[2] ?? '', index);
      return { axis: at, from, to, whole, fixed: to > 0 && around.fixedSize(input, at) !== undefined };
    });
    const cut = bounds.filter(({ whole }) => !whole);
    if (!cut.length || cut.length === bounds.length || !cut.every(({ fixed }) => fixed)) continue;
    const list = (hint: string, values: readonly number[]) =>
      addConstant(graph, `${node.outputs[0]}_${hint}`, {
        type: 'int64',
        dims: [values.length],
        data: BigInt64Array.from(values, BigInt),
      });
    node.inputs = [
      input,
      list(
        'from',
        cut.map(({ from }) => from),
      ),
      list(
        'to',
        cut.map(({ to }) => Math.min(to, MAX_INT)),
      ),
      list(
        'axes',
        cut.map(({ axis }) => axis),
      ),
    ];
    changes += 1;
  }
  return changes;
}

function splitProducts(graph: Graph): number {
  const around = new Surroundings(graph);
  let changes = 0;
  for (const product of [...graph.nodes]) {
    if (product.op !== 'MatMul' || product.domain) continue;
    const weight = floatsOf(graph, product.inputs[1]);
    const [from = 0, size = 0, ...more] = graph.initializers.get(product.inputs[1] ?? '')?.dims ?? [];
    if (!weight || more.length || !size) continue;
    const sum = around.reader(product.outputs[0], 'Add');
    const bias = around.pair(sum, (value) => vector(graph, value, size))?.[0];
    const biased = sum && bias ? sum : product;
    const next = around.readers(biased.outputs[0]);
    const gelu =
      next?.length === 1 && next[0]?.op === 'FastGelu' && next[0].inputs.length === 1 ? next[0] : undefined;
    const cuts = around.readers((gelu ?? biased).outputs[0]) ?? [];
    const rank = around.dims(product.outputs[0])?.length ?? 0;
    const parts = cuts.map((node) => cutOf(around, node, rank, size));
    // Parts that overlap, or one alone, would compute more or save nothing.
    const total = parts.reduce((count, part) => count + (part ? part.to - part.from : size + 1), 0);
    if (cuts.length < 2 || total > size) continue;
    cuts.forEach((node, index) => {
      const part = parts[index];
      if (part)
        replaceNode(graph, node, partOf(graph, { product, weight, from, size, bias, gelu }, part, node));
    });
    changes += 1;
  }
  return changes;
}

interface Chain {
  readonly product: GraphNode;
  readonly weight: Float32Array;
  readonly from: number;
  readonly size: number;
  readonly bias: Float32Array | undefined;
  readonly gelu: GraphNode | undefined;
}

function partOf(graph: Graph, chain: Chain, { from, to }: Cut, node: GraphNode): Draft[] {
  const [result = ''] = node.outputs;
  const width = to - from;
  const data = pick(chain.weight, [chain.from, width], [chain.size, 1], from) as Float32Array;
  const weight = addConstant(graph, `${result}_weight`, floats([chain.from, width], data));
  const names = [`${result}_product`, `${result}_sum`, result];
  const drafts: Draft[] = [
    { op: 'MatMul', inputs: [chain.product.inputs[0] ?? '', weight], outputs: [names[0] ?? ''] },
  ];
  if (chain.bias) {
    const bias = addConstant(graph, `${result}_bias`, floats([width], chain.bias.slice(from, to)));
    drafts.push({ op: 'Add', inputs: [drafts.at(-1)?.outputs[0] ?? '', bias], outputs: [names[1] ?? ''] });
  }
  if (chain.gelu) {
    const inputs = [drafts.at(-1)?.outputs[0] ?? ''];
    drafts.push({ op: 'FastGelu', domain: chain.gelu.domain, inputs, outputs: [names[2] ?? ''] });
  }
  // The last one takes the name that the slice had.
  return drafts.map((draft, index) =>
    index === drafts.length - 1 ? { ...draft, outputs: [result] } : draft,
  );
}

/** The part of the last axis that a slice takes, if it cuts nothing else. */
function cutOf(around: Surroundings, node: GraphNode, rank: number, size: number): Cut | undefined {
  if (node.op !== 'Slice' || node.domain || node.inputs.length !== 4) return undefined;
  const [[from = -1, ...f] = [], [to = -1] = [], [axis = -1] = []] = node.inputs
    .slice(1)
    .map((value) => around.numbers(value));
  const last = axis === rank - 1 || axis === -1;
  return !f.length && last && from >= 0 && to > from
    ? { axis: rank - 1, from, to: Math.min(to, size) }
    : undefined;
}

function vector(graph: Graph, value: string, size: number): Float32Array | undefined {
  const data = floatsOf(graph, value);
  return data?.length === size && graph.initializers.get(value)?.dims.at(-1) === size ? data : undefined;
}
