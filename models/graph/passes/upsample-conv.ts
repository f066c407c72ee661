import { consumersOf, floatsOf, type Graph, type GraphNode, intOf, intsOf, stringOf } from '../graph.ts';
import { addConstant, floats, replaceNode } from './rewrite.ts';

/** Outputs of a picture, not of a feature map: there the low-resolution form would only move work around. */
const MAX_CHANNELS = 4;

/**
 * Nearest enlargement by r followed by a convolution to a picture becomes one convolution before the enlargement that
 * makes r x r outputs a channel, and DepthToSpace: the same multiplications without ever holding the enlarged feature
 * maps. (esrgan-slim x8: 192 channels at 64 times the area, 50 kB a pixel, against 2 kB.) Zero padding agrees: a tap
 * outside the large picture lies outside the small one.
 * @returns how many were rewritten
 */
export function foldUpsampling(graph: Graph): number {
  let rewritten = 0;
  const consumers = consumersOf(graph);
  const makers = new Map(graph.nodes.map((node) => [node.outputs[0] ?? '', node]));
  for (const conv of graph.nodes.filter((node) => node.op === 'Conv')) {
    const x = conv.inputs[0] ?? '';
    const resize = makers.get(x);
    const factor = resize ? nearestFactor(graph, resize) : undefined;
    const size = factor ? plainKernel(graph, conv) : undefined;
    if (!resize || !factor || !size || consumers.get(x)?.length !== 1) continue;
    rewrite(graph, conv, resize.inputs[0] ?? '', factor, size);
    rewritten += 1;
  }
  return rewritten;
}

function nearestFactor(graph: Graph, node: GraphNode): number | undefined {
  const scales = floatsOf(graph, node.inputs[2]);
  if (node.op !== 'Resize' || node.domain || stringOf(node, 'mode', 'nearest') !== 'nearest')
    return undefined;
  // For whole factors floor(x / r) is what every one of these makes.
  const place = stringOf(node, 'coordinate_transformation_mode', 'half_pixel');
  const floor = stringOf(node, 'nearest_mode', 'round_prefer_floor') === 'floor';
  const [n, c, height = 0, width] = scales ?? [];
  const whole = Number.isInteger(height) && height > 1 && height === width && n === 1 && c === 1;
  return whole && place === 'asymmetric' && floor ? height : undefined;
}

interface Kernel {
  readonly weight: Float32Array;
  readonly bias: Float32Array | undefined;
  readonly out: number;
  readonly channels: number;
  readonly size: number;
}

/** Square, odd, stride 1, padded to keep its size, few outputs. */
function plainKernel(graph: Graph, conv: GraphNode): Kernel | undefined {
  const weight = floatsOf(graph, conv.inputs[1]);
  const bias = floatsOf(graph, conv.inputs[2]);
  const [out = 0, channels = 0, size = 0, width] = graph.initializers.get(conv.inputs[1] ?? '')?.dims ?? [];
  const half = (size - 1) / 2;
  const plain =
    intOf(conv, 'group', 1) === 1 &&
    intsOf(conv, 'strides', [1, 1]).every((item) => item === 1) &&
    intsOf(conv, 'dilations', [1, 1]).every((item) => item === 1) &&
    intsOf(conv, 'pads', []).length === 4 &&
    intsOf(conv, 'pads', []).every((item) => item === half);
  if (!weight || (conv.inputs[2] && !bias) || !plain || size !== width || size % 2 === 0) return undefined;
  return out <= MAX_CHANNELS ? { weight, bias, out, channels, size } : undefined;
}

function rewrite(graph: Graph, conv: GraphNode, x: string, factor: number, kernel: Kernel): void {
  const { out, channels, size } = kernel;
  const half = (size - 1) / 2;
  // A tap t of phase p sees the small pixel floor((p + t) / factor).
  const reach = Math.ceil(half / factor);
  const small = 2 * reach + 1;
  const place = (phase: number, tap: number) => Math.floor((phase + tap - half) / factor) + reach;
  const area = factor * factor;
  const weight = new Float32Array(out * area * channels * small * small);
  for (let o = 0; o < out; o += 1) {
    for (let phase = 0; phase < area; phase += 1) {
      const [py, px] = [Math.floor(phase / factor), phase % factor];
      for (let i = 0; i < channels; i += 1) {
        for (let tap = 0; tap < size * size; tap += 1) {
          const y = place(py, Math.floor(tap / size));
          const at = (((o * area + phase) * channels + i) * small + y) * small + place(px, tap % size);
          weight[at] = (weight[at] ?? 0) + (kernel.weight[(o * channels + i) * size * size + tap] ?? 0);
        }
      }
    }
  }
  const output = conv.outputs[0] ?? '';
  const inputs = [
    x,
    addConstant(graph, `${output}_small`, floats([out * area, channels, small, small], weight)),
  ];
  if (kernel.bias) {
    const bias = Float32Array.from(
      { length: out * area },
      (_, index) => kernel.bias?.[Math.floor(index / area)] ?? 0,
    );
    inputs.push(addConstant(graph, `${output}_bias`, floats([out * area], bias)));
  }
  replaceNode(graph, conv, [
    {
      op: 'Conv',
      inputs,
      outputs: [`${output}_phases`],
      attributes: { kernel_shape: { ints: [small, small] }, pads: { ints: [reach, reach, reach, reach] } },
    },
    {
      op: 'DepthToSpace',
      inputs: [`${output}_phases`],
      outputs: [output],
      attributes: { blocksize: { int: factor }, mode: { string: 'CRD' } },
    },
  ]);
}
