import { type Graph, intOf } from '../graph/graph.ts';

/**
 * Names the architecture from the pattern of its operators, for people and for the descriptor; nothing is decided by
 * it, so a wrong guess shows a wrong word and no more.
 */
export function guessArchitecture(graph: Graph): string {
  const count = new Map<string, number>();
  for (const node of graph.nodes) count.set(node.op, (count.get(node.op) ?? 0) + 1);
  const has = (op: string, least = 1) => (count.get(op) ?? 0) >= least;
  const dense = graph.nodes.some((node) => node.op === 'Concat' && node.inputs.length === 5);
  if (has('MatMul', 200) && has('ConvTranspose', 6) && has('Tanh', 100)) return 'maxim';
  if (has('Sigmoid', 12) && has('DepthToSpace') && has('Conv', 20)) return 'span';
  if (has('LeakyRelu', 30) && dense && has('Resize', 2)) return 'rrdb';
  if (has('PRelu', 8) && has('DepthToSpace')) return 'compact';
  if (has('ConvTranspose', 3) && has('GlobalAveragePool', 2)) return 'cunet';
  if (has('ConvTranspose', 3) && has('Slice', 3)) return 'cunet';
  if (has('ConvTranspose') && has('Conv', 6) && graph.nodes.length < 20) return 'upconv';
  if (has('Relu', 3) && has('Concat', 2) && has('Resize')) return 'rdn';
  if (has('Conv') && graph.nodes.every((node) => node.op !== 'Conv' || intOf(node, 'group', 1) === 1))
    return 'convolutional';
  return 'unknown';
}
