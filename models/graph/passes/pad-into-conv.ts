import { floatsOf, type Graph, intsOf, stringOf } from '../graph.ts';
import { dropDeadCode } from './dead-code.ts';
import { Surroundings } from './pattern.ts';

/**
 * Zeros that are put around a picture for a convolution become the convolution's own padding.
 * @returns how many went
 */
export function padIntoConv(graph: Graph): number {
  const around = new Surroundings(graph);
  let found = 0;
  for (const [index, conv] of graph.nodes.entries()) {
    const pad = conv.op === 'Conv' && !conv.domain ? around.maker(conv.inputs[0], 'Pad') : undefined;
    const listed = graph.initializers.get(pad?.inputs[1] ?? '')?.data;
    if (!pad || !(listed instanceof BigInt64Array) || pad.inputs[3] || listed.length !== 8) continue;
    const value = pad.inputs[2] ? floatsOf(graph, pad.inputs[2])?.[0] : 0;
    const [n, c, top = 0, left = 0, after, behind, bottom = 0, right = 0] = Array.from(listed, Number);
    const zero = stringOf(pad, 'mode', 'constant') === 'constant' && value === 0;
    const outside =
      [n, c, after, behind].every((count) => count === 0) && Math.min(top, left, bottom, right) >= 0;
    const own = stringOf(conv, 'auto_pad', 'NOTSET');
    if (!zero || !outside || (own !== 'NOTSET' && own !== 'VALID')) continue;
    const pads = own === 'VALID' ? [0, 0, 0, 0] : intsOf(conv, 'pads', [0, 0, 0, 0]);
    const { auto_pad: _, ...attributes } = conv.attributes;
    graph.nodes[index] = {
      ...conv,
      inputs: [pad.inputs[0] ?? '', ...conv.inputs.slice(1)],
      attributes: {
        ...attributes,
        pads: { ints: [top, left, bottom, right].map((count, side) => count + (pads[side] ?? 0)) },
      },
    };
    found += 1;
  }
  if (found) dropDeadCode(graph);
  return found;
}
