import { floatsOf, type Graph, type GraphNode, intsOf } from '../graph.ts';
import { pick } from '../values.ts';
import { Surroundings } from './pattern.ts';
import { addConstant, type Draft, floats, replaceNode } from './rewrite.ts';

/**
 * A product over an axis that is not the last, written as transpose, MatMul, transpose, becomes one MatMul from the
 * left: (x^T W)^T = W^T x. The gating units of MLP networks mix pixels this way; their transposes took more time than
 * the products.
 * @returns how many were found
 */
export function leftProducts(graph: Graph): number {
  const around = new Surroundings(graph);
  let found = 0;
  for (const node of [...graph.nodes]) {
    if (node.op !== 'MatMul' || node.domain) continue;
    const match = matchProduct(graph, around, node);
    if (!match) continue;
    const { input, weight, from, to, bias, last, axis, rank, channels } = match;
    const [result = ''] = last.outputs;
    const matrix = addConstant(
      graph,
      `${result}_left`,
      floats([to, from], pick(weight, [to, from], [1, to]) as Float32Array),
    );
    const wide = axis < rank - 2;
    const drafts: Draft[] = [];
    let x = input;
    if (wide) {
      // The axes behind the summed one count as one: one large product.
      x = `${result}_rows`;
      drafts.push({
        op: 'Reshape',
        inputs: [input, sizes(graph, `${result}_flat`, [0, from, -1])],
        outputs: [x],
      });
    }
    const product = bias || wide ? `${result}_product` : result;
    drafts.push({ op: 'MatMul', inputs: [matrix, x], outputs: [product] });
    let value = product;
    if (bias) {
      value = wide ? `${result}_shifted` : result;
      const shift = addConstant(graph, `${result}_shift`, floats([to, 1], bias));
      drafts.push({ op: 'Add', inputs: [product, shift], outputs: [value] });
    }
    if (wide) {
      const back = sizes(graph, `${result}_shape`, [0, to, -1, channels]);
      drafts.push({ op: 'Reshape', inputs: [value, back], outputs: [result] });
    }
    replaceNode(graph, last, drafts);
    found += 1;
  }
  return found;
}

function matchProduct(graph: Graph, around: Surroundings, node: GraphNode) {
  const weight = floatsOf(graph, node.inputs[1]);
  const [from = 0, to = 0, ...more] = graph.initializers.get(node.inputs[1] ?? '')?.dims ?? [];
  const before = around.maker(node.inputs[0], 'Transpose');
  const perm = before ? intsOf(before, 'perm', []) : [];
  const rank = perm.length;
  const axis = perm.at(-1) ?? 0;
  const swap = perm.every(
    (place, index) => place === (index === axis ? rank - 1 : index === rank - 1 ? axis : index),
  );
  if (!weight || more.length || !from || !to || !before || !swap || axis === rank - 1) return undefined;
  // Either the two last axes, or the second of four behind the batch.
  if (axis !== rank - 2 && !(rank === 4 && axis === 1)) return undefined;
  const sum = around.reader(node.outputs[0], 'Add');
  const bias = around.pair(sum, (value) => {
    const data = floatsOf(graph, value);
    const dims = graph.initializers.get(value)?.dims ?? [];
    return data?.length === to && dims.at(-1) === to && dims.length <= rank ? data : undefined;
  })?.[0];
  const last = around.reader((sum && bias ? sum : node).outputs[0], 'Transpose');
  if (!last || intsOf(last, 'perm', []).join() !== perm.join()) return undefined;
  const [input = ''] = before.inputs;
  const channels = around.fixedSize(input, rank - 1);
  if (axis !== rank - 2 && !channels) return undefined;
  return { input, weight, from, to, bias, last, axis, rank, channels: channels ?? 0 };
}

function sizes(graph: Graph, hint: string, values: readonly number[]): string {
  return addConstant(graph, hint, {
    type: 'int64',
    dims: [values.length],
    data: BigInt64Array.from(values, BigInt),
  });
}
