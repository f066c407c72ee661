import { fixedSize, type Shape } from '../dims.ts';
import { floatsOf, type Graph, type GraphNode, stringOf } from '../graph.ts';
import { inferShapes } from '../shapes.ts';
import { addConstant, floats, replaceNode } from './rewrite.ts';

/** Kernels past this many taps an axis gain nothing over the operator. */
const MAX_TAPS = 16;

/**
 * A reduction of a picture by a fraction p/q (linear or cubic, pixel centres) repeats every q input pixels: it is a
 * convolution with stride q that makes p x p outputs a channel, woven together by DepthToSpace. onnxruntime's Resize
 * runs on one thread (58 of 240 ms of animevideov3 x2); edges repeat their last pixel in both.
 * Only where the shapes show that the size is always a multiple of q.
 * @returns how many were rewritten
 */
export function resizeToConv(graph: Graph): number {
  let rewritten = 0;
  let shapes: ReturnType<typeof inferShapes> | undefined;
  for (const node of [...graph.nodes]) {
    const kind = node.op === 'Resize' && !node.domain ? kindOf(graph, node) : undefined;
    if (!kind) continue;
    shapes ??= inferShapes(graph);
    const shape = shapes.get(node.inputs[0] ?? '');
    const channels = shape?.length === 4 ? fixedSize(shape[1]) : undefined;
    if (!shape || !channels || channels > 4 || !divides(kind.q, shape)) continue;
    rewrite(graph, node, channels, kind);
    rewritten += 1;
  }
  return rewritten;
}

interface Kind {
  readonly p: number;
  readonly q: number;
  /** Weights of the four (cubic) or two (linear) taps for a place `t` (0..1) behind the first inner one. */
  readonly taps: (t: number) => readonly number[];
}

function kindOf(graph: Graph, node: GraphNode): Kind | undefined {
  const scales = floatsOf(graph, node.inputs[2]);
  const mode = stringOf(node, 'mode', 'nearest');
  const centred = stringOf(node, 'coordinate_transformation_mode', 'half_pixel') === 'half_pixel';
  const scale = scales?.[2] ?? 0;
  if (scales?.length !== 4 || scales[0] !== 1 || scales[1] !== 1 || scales[3] !== scale || scale >= 1)
    return undefined;
  if (!centred || node.attributes.antialias || node.attributes.exclude_outside || node.attributes.axes)
    return undefined;
  const q = [2, 3, 4, 5, 6, 8].find((item) => Math.abs(scale * item - Math.round(scale * item)) < 1e-6);
  if (!q) return undefined;
  const p = Math.round(scale * q);
  const given = node.attributes.cubic_coeff_a;
  const a = given && 'float' in given ? given.float : -0.75;
  if (mode === 'cubic') return { p, q, taps: (t) => cubicTaps(t, a) };
  return mode === 'linear' ? { p, q, taps: (t) => [0, 1 - t, t, 0] } : undefined;
}

/** Keys' cubic convolution at distances 1 + t, t, 1 - t, 2 - t. */
function cubicTaps(t: number, a: number): number[] {
  const near = (d: number) => ((a + 2) * d - (a + 3)) * d * d + 1;
  const far = (d: number) => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  return [far(1 + t), near(t), near(1 - t), far(2 - t)];
}

function divides(q: number, shape: Shape): boolean {
  return shape.slice(2).every((dim) => [dim.height, dim.width, dim.plus].every((part) => part % q === 0));
}

function rewrite(graph: Graph, node: GraphNode, channels: number, { p, q, taps }: Kind): void {
  const output = node.outputs[0] ?? '';
  // Output i of a period lies at (i + 1/2) * q/p - 1/2 input pixels; its taps start one pixel before that.
  const phases = Array.from({ length: p }, (_, i) => {
    const place = ((i + 0.5) * q) / p - 0.5;
    return { first: Math.floor(place) - 1, weights: taps(place - Math.floor(place)) };
  });
  const before = Math.max(0, -Math.min(...phases.map((phase) => phase.first)));
  const after = Math.max(0, Math.max(...phases.map((phase) => phase.first + 3)) - (q - 1));
  const size = before + q + after;
  if (size > MAX_TAPS) return;
  const row = phases.map((phase) => {
    const line = new Float64Array(size);
    phase.weights.forEach((weight, tap) => {
      const at = phase.first + tap + before;
      if (at >= 0 && at < size) line[at] = weight;
    });
    return line;
  });
  const kernel = new Float32Array(channels * p * p * size * size);
  let at = 0;
  for (let c = 0; c < channels; c += 1) {
    for (const vertical of row) {
      for (const horizontal of row) {
        for (const v of vertical) for (const h of horizontal) kernel[at++] = v * h;
      }
    }
  }
  const pads = [0, 0, before, before, 0, 0, after, after];
  const padded = `${output}_pad`;
  const woven = p === 1 ? output : `${output}_phases`;
  const padSizes = addConstant(graph, `${output}_pads`, {
    type: 'int64',
    dims: [8],
    data: BigInt64Array.from(pads, BigInt),
  });
  const weight = addConstant(graph, `${output}_kernel`, floats([channels * p * p, 1, size, size], kernel));
  replaceNode(graph, node, [
    {
      op: 'Pad',
      inputs: [node.inputs[0] ?? '', padSizes],
      outputs: [padded],
      attributes: { mode: { string: 'edge' } },
    },
    {
      op: 'Conv',
      inputs: [padded, weight],
      outputs: [woven],
      attributes: {
        group: { int: channels },
        kernel_shape: { ints: [size, size] },
        strides: { ints: [q, q] },
      },
    },
    ...(p === 1
      ? []
      : [
          {
            op: 'DepthToSpace',
            inputs: [woven],
            outputs: [output],
            attributes: { blocksize: { int: p }, mode: { string: 'CRD' } },
          },
        ]),
  ]);
}
