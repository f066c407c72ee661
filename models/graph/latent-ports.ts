import type { Graph } from './graph.ts';
import { addConstant } from './passes/rewrite.ts';
import { freshName, portIn, portNode } from './ports.ts';

/**
 * The ports of a network that makes pictures of numbers: `z`, [1, size]; `condition`, [1, count], where it has one;
 * `output`, [1, 3, height, width], 0..1.
 */
export const LATENT_PORTS = { z: 'z', condition: 'condition', output: 'output' } as const;

/**
 * Makes the last `count` numbers of what the network takes an input of their own: a condition that is told it beside
 * the noise, as weights of classes (Mirza and Osindero, Conditional Generative Adversarial Nets, arXiv:1411.1784).
 * @param size numbers that the network takes, more than `count`
 */
export function splitCondition(graph: Graph, size: number, count: number): void {
  const { z, condition } = LATENT_PORTS;
  portIn(graph, z, { name: z, type: 'float32', dims: [1, size - count] }, (inner) =>
    portNode('Concat', [z, condition], inner, { axis: { int: 1 } }),
  );
  graph.inputs.push({ name: condition, type: 'float32', dims: [1, count] });
}

/** Numbers -1..1 as 0..1, and one channel as three: what stands between the network's picture and the output. */
export function pictureNodes(
  graph: Graph,
  inner: string,
  { low, high, channels }: { low: number; high: number; channels: number },
) {
  const { output } = LATENT_PORTS;
  const number = (hint: string, value: number) =>
    addConstant(graph, hint, { type: 'float32', dims: [], data: Float32Array.of(value) });
  const isUnit = low === 0 && high === 1;
  const place = channels === 3 ? output : freshName(graph, 'grey');
  const above = freshName(graph, 'above_lowest');
  const ranged = isUnit
    ? [portNode('Identity', [inner], place)]
    : [
        portNode('Sub', [inner, number('lowest', low)], above),
        portNode('Mul', [above, number('range', 1 / (high - low))], place),
      ];
  if (channels === 3) return ranged;
  return [...ranged, portNode('Concat', [place, place, place], output, { axis: { int: 1 } })];
}
