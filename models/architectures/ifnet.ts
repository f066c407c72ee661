import type { Size } from '../graph/builder.ts';
import type { Architecture } from './architecture.ts';
import { evened } from './evened.ts';
import { type Net, UNREAD } from './net.ts';

/**
 * IFNet of Practical-RIFE 4.25: the picture between two, from coarse to fine. Huang et al., Real-Time Intermediate Flow
 * Estimation, arXiv:2011.06294. Inputs `frame0`, `frame1` [1, 3, height, width] and `timestep` [1, 1, 1, 1], 0 at the
 * first and 1 at the second. Outputs `output` [1, 3, height, width]; `flow` [1, 4, height, width], where each pixel is
 * found in the first frame and in the second, in pixels to the right and down; `mask` [1, 1, height, width], the first
 * frame's share of the mix; and both again as they were before the last block (`flow_half`, `mask_half`) and the last
 * but one (`flow_quarter`, `mask_quarter`), of the same size: what is known from looking at a half or a quarter of the
 * resolution.
 *
 * Every block looks at pictures that are reduced by its scale. The original warps them whole and reduces them then;
 * here only what the reduction reads is warped, which is the same picture (docs/decisions/frames-between-frames.md).
 */
export const ifnet: Architecture = {
  id: 'IFNet',
  clues: [['encode.cnn0.weight', 'block0.conv0.0.0.weight', 'block4.lastconv.0.weight']],
  // A teacher and an estimate of time that only training used.
  spare: /^(teacher|caltime)\./,
  build(net) {
    const { builder, weights } = net;
    const [first, second] = ['frame0', 'frame1'].map((name) => builder.input(3, name)) as [string, string];
    const timestep = builder.extraInput('timestep', [1, 1, 1, 1]);
    const { value: frame0, crop } = evened(net, first, REACH, 'edge');
    const { value: frame1 } = evened(net, second, REACH, 'edge');
    const size = { height: builder.sizeOf(frame0, 2), width: builder.sizeOf(frame0, 3) };
    // What is looked up together: a frame and its features.
    const seen = [frame0, frame1].map((frame) => builder.concat([frame, encode(net, frame)]));
    let state: Estimate | undefined;
    const told: [Estimate, string][] = [];
    SCALES.forEach((scale, index) => {
      const reduced = seen.map((value, side) =>
        state
          ? warpReduced(net, value, flowTo(net, state.flow, side), size, scale)
          : resized(net, value, 1 / scale),
      );
      const grid = [1, 1, reducedSize(net, size.height, scale), reducedSize(net, size.width, scale)];
      const time = builder.expand(timestep, grid);
      state = refine(net, `block${index}`, [...reduced, time], size, scale, state);
      const name = TOLD[scale];
      if (name !== undefined) told.unshift([state, name]);
    });
    const { flow, mask } = state as unknown as Estimate;
    const [warped0, warped1] = [frame0, frame1].map((frame, side) =>
      warp(net, frame, flowTo(net, flow, side), size, 1),
    ) as [string, string];
    const merged = builder.add(warped1, builder.mul(mask, builder.sub(warped0, warped1)));
    builder.output(crop(merged, 1), 3);
    for (const [{ flow, mask }, name] of told) {
      builder.output(crop(builder.node('Div', [flow, gridUnits(net, size)]), 1), 4, `flow${name}`);
      builder.output(crop(mask, 1), 1, `mask${name}`);
    }
    return {
      task: 'interpolate',
      scale: 1,
      inputChannels: 3,
      outputChannels: 3,
      sizeMinimum: 0,
      sizeMultipleOf: 1,
      tiling: 'global',
      tags: [`${weights.size('block0.conv0.1.0.weight', 0)}c`],
    };
  },
};

/** How much each block reduces its pictures, coarse to fine; the coarsest and its two strides make the reach. */
const SCALES = [16, 8, 4, 2, 1] as const;
const REACH = 64;
/** What the estimates of which scales are called behind `flow` and `mask`. */
const TOLD: Readonly<Record<number, string>> = { 1: '', 2: '_half', 4: '_quarter' };
const SLOPE = 0.2;
/** Where the trained layers expect frames and features: both frames first, then the features of both. */
const ORDER = [0, 1, 2, 6, 7, 8, 9, 3, 4, 5, 10, 11, 12, 13];

interface PictureSize {
  height: Size;
  width: Size;
}

/** What is known after a block. */
interface Estimate {
  /** To both frames, [1, 4, height, width] of the whole picture, in units of GridSample's grid. */
  readonly flow: string;
  /** For the next block, of its size: the mix before its sigmoid, and features. */
  readonly hints: string;
  /** The first frame's share of the mix, [1, 1, height, width]. */
  readonly mask: string;
}

function encode(net: Net, x: string): string {
  const { builder } = net;
  let value = builder.leakyRelu(net.conv(x, 'encode.cnn0', { stride: 2 }), SLOPE);
  for (const layer of ['encode.cnn1', 'encode.cnn2'])
    value = builder.leakyRelu(net.conv(value, layer), SLOPE);
  return net.convTranspose(value, 'encode.cnn3', 2, 1);
}

function refine(
  net: Net,
  name: string,
  seen: string[],
  size: PictureSize,
  scale: number,
  before: Estimate | undefined,
): Estimate {
  const { builder, weights } = net;
  const units = gridUnits(net, size);
  if (before) {
    const pixels = builder.scale(builder.node('Div', [before.flow, units]), 1 / scale);
    seen.push(before.hints, resized(net, pixels, 1 / scale));
  }
  const inputs = weights.size(`${name}.conv0.0.0.weight`, 1);
  const order = Array.from({ length: inputs }, (_, at) => ORDER[at] ?? at);
  if (inputs === 15) {
    // WebGPU's kernel of onnxruntime 1.30 goes wrong with 15 channels (multiples of 3 and not of 4, past 3 itself).
    seen.push(...seen.slice(-1));
    order.push(UNREAD);
  }
  let x = builder.concat(seen);
  x = builder.leakyRelu(net.conv(x, `${name}.conv0.0.0`, { stride: 2, order }), SLOPE);
  x = builder.leakyRelu(net.conv(x, `${name}.conv0.1.0`, { stride: 2 }), SLOPE);
  for (let index = 0; index < weights.length(`${name}.convblock`); index += 1) {
    const conv = `${name}.convblock.${index}`;
    const scaled = builder.mul(net.conv(x, `${conv}.conv`), net.perChannel(`${conv}.beta`));
    x = builder.leakyRelu(builder.add(scaled, x), SLOPE);
  }
  // Behind the flow and the mix lie features for the next block, which the last has none of.
  const needed = scale === 1 ? 5 : Number.POSITIVE_INFINITY;
  x = builder.depthToSpace(net.convTranspose(x, `${name}.lastconv.0`, 2, 1, 4 * needed), 2);
  const change = builder.mul(builder.scale(builder.slice(x, 1, 0, 4), scale), units);
  const enlarged = resized(net, change, scale);
  // Enlarged to the whole and reduced for the next block, it would come to the same as enlarged by two.
  const hints = resized(net, builder.slice(x, 1, 4), Math.min(scale, 2));
  return {
    flow: before ? builder.add(before.flow, enlarged) : enlarged,
    hints,
    // From the next block's size to the whole.
    mask: builder.sigmoid(resized(net, builder.slice(hints, 1, 0, 1), Math.max(1, scale / 2))),
  };
}

function resized({ builder }: Net, x: string, factor: number): string {
  return factor === 1 ? x : builder.resize(x, factor, factor, { mode: 'linear', coordinates: 'half_pixel' });
}

function flowTo({ builder }: Net, flow: string, side: number): string {
  return builder.slice(flow, 1, 2 * side, 2 * side + 2);
}

/** Looked up by the flow and reduced by `scale`, which is a power of two. */
function warpReduced(net: Net, x: string, flow: string, size: PictureSize, scale: number): string {
  if (scale < 4) return resized(net, warp(net, x, flow, size, 1), 1 / scale);
  // Reducing bilinearly, pixel centre to pixel centre, reads the 2 x 2 pixels in the middle of each scale x scale.
  return resized(net, warp(net, x, middles(net, flow, 2, size, scale), size, scale), 0.5);
}

/** Looks up pixels where the flow [1, 2, h, w] says: all of them, or the middles of each scale x scale. */
function warp(net: Net, x: string, flow: string, size: PictureSize, scale: number): string {
  const { builder } = net;
  const grid = builder.transpose(builder.add(flow, places(net, size, scale)), [0, 2, 3, 1]);
  return builder.node('GridSample', [x, grid], {
    mode: { string: 'bilinear' },
    padding_mode: { string: 'border' },
    align_corners: { int: 1 },
  });
}

/** Where the pixels themselves lie, [1, 2, h, w]; -1 and 1 are the centres of the outermost. */
function places(net: Net, size: PictureSize, scale: number): string {
  const { builder } = net;
  return net.shared(`places ${scale}`, () => {
    const along = (length: Size, dims: (number | Size)[]) => {
      const pixels = builder.node('Cast', [builder.range(length)], { to: { int: 1 } });
      const places = builder.sub(builder.mul(pixels, unitOf(net, length)), builder.scalar(1));
      if (scale === 1) return builder.reshape(places, dims);
      const cells = builder.reshape(places, [-1, scale]);
      return builder.reshape(builder.slice(cells, 1, scale / 2 - 1, scale / 2 + 1), dims);
    };
    const across = along(size.width, [1, 1, 1, -1]);
    const down = along(size.height, [1, 1, -1, 1]);
    const [height, width] = scale === 1 ? [size.height, size.width] : middleSize(net, size, scale);
    return builder.concat([across, down].map((line) => builder.expand(line, [1, 1, height, width])));
  });
}

/** The 2 x 2 pixels in the middle of each scale x scale of a picture. */
function middles(net: Net, x: string, channels: number, size: PictureSize, scale: number): string {
  const { builder } = net;
  const [rows, columns] = [reducedSize(net, size.height, scale), reducedSize(net, size.width, scale)];
  let cells = builder.reshape(x, [1, channels, rows, scale, columns, scale]);
  for (const axis of [3, 5]) cells = builder.slice(cells, axis, scale / 2 - 1, scale / 2 + 1);
  return builder.reshape(cells, [1, channels, ...middleSize(net, size, scale)]);
}

function middleSize(net: Net, { height, width }: PictureSize, scale: number): [Size, Size] {
  return [reducedSize(net, height, scale / 2), reducedSize(net, width, scale / 2)];
}

function reducedSize({ builder }: Net, size: Size, scale: number): Size {
  return scale === 1 ? size : builder.sized('Div', size, scale);
}

/** What a pixel to the right and one down are on GridSample's grid, [1, 4, 1, 1] for both frames. */
function gridUnits(net: Net, { height, width }: PictureSize): string {
  const { builder } = net;
  return net.shared('grid units', () => {
    const pair = [unitOf(net, width), unitOf(net, height)];
    return builder.reshape(builder.concat([...pair, ...pair], 0), [1, 4, 1, 1]);
  });
}

/** Two over the pixels from the first centre to the last, [1]. */
function unitOf(net: Net, length: Size): string {
  const { builder } = net;
  return net.shared(`unit ${length.value}`, () => {
    const last = builder.node('Cast', [builder.sized('Sub', length, 1).value], { to: { int: 1 } });
    return builder.node('Div', [builder.scalar(2), last]);
  });
}
