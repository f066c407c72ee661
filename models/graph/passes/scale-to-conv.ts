import { fixedSize } from '../dims.ts';
import { floatsOf, type Graph, type GraphNode } from '../graph.ts';
import { inferShapes } from '../shapes.ts';
import { channelScale, replaceNode } from './rewrite.ts';

/** Floats in one block of onnxruntime's NCHWc layout on AVX-512; other machines use 8, which divides it. */
const BLOCK = 16;

/**
 * A multiplication of many channels by one number that no convolution could take up becomes a convolution of every
 * channel by itself. A Mul by a constant throws onnxruntime out of its blocked layout, and with it every Concat after:
 * in Real-ESRGAN that one operator a block cost a change of layout around each of 351 convolutions.
 * @returns how many were rewritten
 */
export function scaleToConv(graph: Graph): number {
  let rewritten = 0;
  let shapes: ReturnType<typeof inferShapes> | undefined;
  for (const node of [...graph.nodes]) {
    const found = node.op === 'Mul' && !node.domain ? loneFactor(graph, node) : undefined;
    const output = node.outputs[0];
    if (!found || !output) continue;
    shapes ??= inferShapes(graph);
    const shape = shapes.get(found.value);
    const channels = shape?.length === 4 ? fixedSize(shape[1]) : undefined;
    if (!channels || channels % BLOCK !== 0) continue;
    replaceNode(graph, node, [
      channelScale(graph, found.value, output, new Float32Array(channels).fill(found.factor)),
    ]);
    rewritten += 1;
  }
  return rewritten;
}

function loneFactor(graph: Graph, node: GraphNode): { value: string; factor: number } | undefined {
  const [a = '', b = ''] = node.inputs;
  for (const [value, constant] of [
    [a, b],
    [b, a],
  ] as const) {
    const data = floatsOf(graph, constant);
    if (data?.length === 1 && (graph.initializers.get(constant)?.dims.length ?? 9) <= 1) {
      return { value, factor: data[0] ?? 1 };
    }
  }
  return undefined;
}
