import { fixedSize } from '../dims.ts';
import { floatsOf, type Graph } from '../graph.ts';
import { inferShapes } from '../shapes.ts';
import { channelScale, replaceNode } from './rewrite.ts';

/**
 * PRelu with a slope a channel, none above 1, becomes s * x + relu((1 - s) * x): two convolutions of every channel by
 * itself. onnxruntime runs PRelu on one thread and outside its blocked layout, with a change of layout before and
 * after it; in this form the whole network stays in that layout (animevideov3 x2, 128x128: see the bench).
 * @returns how many were rewritten
 */
export function preluToConv(graph: Graph): number {
  let rewritten = 0;
  let shapes: ReturnType<typeof inferShapes> | undefined;
  for (const node of [...graph.nodes]) {
    const [x = '', slope] = node.inputs;
    const output = node.outputs[0] ?? '';
    const slopes = node.op === 'PRelu' && !node.domain ? floatsOf(graph, slope) : undefined;
    if (!slopes || slopes.some((item) => item > 1)) continue;
    shapes ??= inferShapes(graph);
    // Only a slope that lies along the channels: [C, 1, 1] against [1, C, H, W].
    const dims = graph.initializers.get(slope ?? '')?.dims ?? [];
    if (dims[0] !== slopes.length || dims.length !== 3 || fixedSize(shapes.get(x)?.[1]) !== slopes.length)
      continue;
    const [scaled, rest, positive] = [`${output}_s`, `${output}_r`, `${output}_p`];
    replaceNode(graph, node, [
      channelScale(
        graph,
        x,
        rest,
        slopes.map((item) => 1 - item),
      ),
      { op: 'Relu', inputs: [rest], outputs: [positive] },
      channelScale(graph, x, scaled, slopes),
      { op: 'Add', inputs: [scaled, positive], outputs: [output] },
    ]);
    rewritten += 1;
  }
  return rewritten;
}
