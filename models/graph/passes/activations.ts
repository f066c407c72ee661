import type { Graph, GraphNode } from '../graph.ts';
import { Surroundings } from './pattern.ts';
import { replaceNode } from './rewrite.ts';

/**
 * Activations that are spelled out become one node: 1 / (1 + exp(-x)), and x >= 0 ? x : a x.
 * @returns how many were found
 */
export function fuseActivations(graph: Graph): number {
  const around = new Surroundings(graph);
  let found = 0;
  for (const node of [...graph.nodes]) {
    if (node.domain) continue;
    const [result = ''] = node.outputs;
    const leaky = leakyRelu(around, node);
    const logistic = leaky ? undefined : sigmoid(around, node);
    if (leaky) {
      const attributes = { alpha: { float: leaky.alpha } };
      replaceNode(graph, node, [{ op: 'LeakyRelu', inputs: [leaky.x], outputs: [result], attributes }]);
    } else if (logistic) {
      replaceNode(graph, node, [{ op: 'Sigmoid', inputs: [logistic], outputs: [result] }]);
    } else continue;
    found += 1;
  }
  return found;
}

function sigmoid(around: Surroundings, node: GraphNode): string | undefined {
  const isOne = (value: string) => (around.scalar(value) === 1 ? value : undefined);
  const below =
    node.op === 'Reciprocal'
      ? node.inputs[0]
      : node.op === 'Div' && isOne(node.inputs[0] ?? '')
        ? node.inputs[1]
        : undefined;
  const sum = below ? around.pair(around.maker(below, 'Add'), isOne) : undefined;
  const exponent = sum ? around.maker(sum[1], 'Exp')?.inputs[0] : undefined;
  return around.maker(exponent, 'Neg')?.inputs[0];
}

function leakyRelu(around: Surroundings, node: GraphNode): { x: string; alpha: number } | undefined {
  if (node.op !== 'Where') return undefined;
  const [test, x, other] = node.inputs;
  const compared = around.maker(test, 'GreaterOrEqual', 'Greater');
  if (!x || compared?.inputs[0] !== x || around.scalar(compared.inputs[1]) !== 0) return undefined;
  const scaled = around.pair(around.maker(other, 'Mul'), (value) => around.scalar(value));
  return scaled && scaled[1] === x ? { x, alpha: scaled[0] } : undefined;
}
