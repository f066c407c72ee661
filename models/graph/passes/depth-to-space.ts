import type { Graph, GraphNode } from '../graph.ts';
import { intsOf } from '../graph.ts';
import { Surroundings } from './pattern.ts';
import { replaceNode } from './rewrite.ts';

/** The order of axes between the two reshapes, and what ONNX calls it: channel outermost, or block outermost. */
const ORDERS: Readonly<Record<string, 'CRD' | 'DCR'>> = { '0,1,4,2,5,3': 'CRD', '0,3,4,1,5,2': 'DCR' };

/**
 * Reshape, Transpose, Reshape that move channels into blocks of pixels become DepthToSpace.
 * @returns how many were found
 */
export function spellDepthToSpace(graph: Graph): number {
  const around = new Surroundings(graph);
  let found = 0;
  for (const last of [...graph.nodes]) {
    if (last.op !== 'Reshape' || last.domain) continue;
    const turned = around.maker(last.inputs[0], 'Transpose');
    const mode = turned && ORDERS[intsOf(turned, 'perm', []).join()];
    const first = mode ? around.maker(turned.inputs[0], 'Reshape') : undefined;
    const block = first && mode ? blockOf(around, first, last, mode) : undefined;
    if (!first || !mode || !block) continue;
    replaceNode(graph, last, [
      {
        op: 'DepthToSpace',
        inputs: [first.inputs[0] ?? ''],
        outputs: [...last.outputs],
        attributes: { blocksize: { int: block }, mode: { string: mode } },
      },
    ]);
    found += 1;
  }
  return found;
}

function blockOf(around: Surroundings, first: GraphNode, last: GraphNode, mode: string): number | undefined {
  const [input = ''] = first.inputs;
  const [middle = ''] = first.outputs;
  const axis = mode === 'CRD' ? 2 : 1;
  const block = around.fixedSize(middle, axis);
  const channels = around.fixedSize(input, 1);
  if (!block || block < 2 || !channels) return undefined;
  // At two sizes of the picture the values are as DepthToSpace has them: then they are at all.
  const out = channels / block ** 2;
  const fits = around.everywhere((dims) => {
    const [n = 0, , height = 0, width = 0] = dims(input) ?? [];
    const wanted =
      mode === 'CRD' ? [n, out, block, block, height, width] : [n, block, block, out, height, width];
    const made = [n, out, height * block, width * block];
    return dims(middle)?.join() === wanted.join() && dims(last.outputs[0] ?? '')?.join() === made.join();
  });
  return fits ? block : undefined;
}
