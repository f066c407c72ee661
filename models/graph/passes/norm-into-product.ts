import { floatsOf, type Graph, type GraphNode } from '../graph.ts';
import { Surroundings } from './pattern.ts';
import { addConstant, floats } from './rewrite.ts';

/**
 * Takes the factors and shifts of a LayerNormalization into the products that read it: (g x + b) W = x (g W) + b W. The
 * products have shifts of their own that take up b W; nothing is added.
 * @returns how many normalisations were emptied
 */
export function normIntoProduct(graph: Graph): number {
  const around = new Surroundings(graph);
  let found = 0;
  for (const node of graph.nodes) {
    if (node.op !== 'LayerNormalization' || node.domain) continue;
    const [input = '', , shiftName] = node.inputs;
    const scale = floatsOf(graph, node.inputs[1]);
    const shift = shiftName ? floatsOf(graph, shiftName) : undefined;
    if (!scale || (shiftName && !shift) || scale.length < 2) continue;
    if (!shift && scale.every((value) => value === 1)) continue;
    const chains = (around.readers(node.outputs[0]) ?? []).map((reader) =>
      chainOf(graph, around, node, reader),
    );
    if (!chains.length || !chains.every((chain) => chain !== undefined)) continue;
    for (const { product, weight, sum, bias, dims, size } of chains) {
      const name = product.outputs[0] ?? '';
      const scaled = weight.map((value, at) => value * (scale[Math.floor(at / size)] ?? 0));
      const moved = bias.map((value, column) =>
        Array.from(shift ?? []).reduce(
          (total, each, row) => total + each * (weight[row * size + column] ?? 0),
          value,
        ),
      );
      const [input0 = ''] = product.inputs;
      product.inputs = [input0, addConstant(graph, `${name}_scaled`, floats([scale.length, size], scaled))];
      const fresh = addConstant(graph, `${name}_moved`, floats(dims, moved));
      sum.inputs = sum.inputs.map((value) => (value === name ? value : fresh));
    }
    const ones = addConstant(
      graph,
      `${node.outputs[0]}_ones`,
      floats(
        [scale.length],
        scale.map(() => 1),
      ),
    );
    node.inputs = [input, ones];
    found += 1;
  }
  return found;
}

/** A product with a constant matrix and the shift behind it. */
function chainOf(graph: Graph, around: Surroundings, norm: GraphNode, product: GraphNode) {
  const weight = floatsOf(graph, product.inputs[1]);
  const [rows = 0, size = 0, ...more] = graph.initializers.get(product.inputs[1] ?? '')?.dims ?? [];
  if (product.op !== 'MatMul' || product.domain || product.inputs[0] !== norm.outputs[0]) return undefined;
  if (!weight || more.length || rows * size !== weight.length) return undefined;
  const sum = around.reader(product.outputs[0], 'Add');
  const sides = around.pair(sum, (value) => {
    const data = floatsOf(graph, value);
    const dims = graph.initializers.get(value)?.dims;
    return data?.length === size && dims?.at(-1) === size ? { data, dims } : undefined;
  });
  return sum && sides ? { product, weight, sum, bias: sides[0].data, dims: sides[0].dims, size } : undefined;
}
