import type { Size } from '../graph/builder.ts';
import type { Architecture } from './architecture.ts';
import { evened } from './evened.ts';
import type { Net } from './net.ts';

/**
 * IFNet of Practical-RIFE 4.25: the picture between two, from coarse to fine. Huang et al., Real-Time Intermediate Flow
 * Estimation, arXiv:2011.06294. Inputs `frame0`, `frame1` [1, 3, height, width] and `timestep` [1, 1, 1, 1], 0 at the
 * first and 1 at the second.
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
    const time = builder.expand(timestep, [1, 1, size.height, size.width]);
    const [features0, features1] = [encode(net, frame0), encode(net, frame1)];
    let [warped0, warped1] = [frame0, frame1];
    let state: Estimate | undefined;
    SCALES.forEach((scale, index) => {
      const seen = state
        ? [
            warped0,
            warped1,
            warp(net, features0, state.to0, size),
            warp(net, features1, state.to1, size),
            time,
            state.mask,
            state.features,
          ]
        : [warped0, warped1, features0, features1, time];
      state = refine(net, builder.concat(seen), `block${index}`, scale, state);
      warped0 = warp(net, frame0, state.to0, size);
      warped1 = warp(net, frame1, state.to1, size);
    });
    const mask = builder.sigmoid((state as unknown as Estimate).mask);
    const other = builder.sub(builder.scalar(1), mask);
    const merged = builder.add(builder.mul(warped0, mask), builder.mul(warped1, other));
    builder.output(crop(merged, 1), 3);
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
const SLOPE = 0.2;

/** What is known after a block: flows to both frames [1, 2, h, w] in pixels, the mix before its sigmoid, features. */
interface Estimate {
  readonly flow: string;
  readonly to0: string;
  readonly to1: string;
  readonly mask: string;
  readonly features: string;
}

function encode(net: Net, x: string): string {
  const { builder } = net;
  let value = builder.leakyRelu(net.conv(x, 'encode.cnn0', { stride: 2 }), SLOPE);
  for (const layer of ['encode.cnn1', 'encode.cnn2'])
    value = builder.leakyRelu(net.conv(value, layer), SLOPE);
  return net.convTranspose(value, 'encode.cnn3', 2, 1);
}

function refine(net: Net, seen: string, name: string, scale: number, before: Estimate | undefined): Estimate {
  const { builder, weights } = net;
  const reduced = [resized(net, seen, 1 / scale)];
  if (before) reduced.push(builder.scale(resized(net, before.flow, 1 / scale), 1 / scale));
  let x = reduced.length > 1 ? builder.concat(reduced) : (reduced[0] ?? seen);
  for (const index of [0, 1])
    x = builder.leakyRelu(net.conv(x, `${name}.conv0.${index}.0`, { stride: 2 }), SLOPE);
  for (let index = 0; index < weights.length(`${name}.convblock`); index += 1) {
    const conv = `${name}.convblock.${index}`;
    const scaled = builder.mul(net.conv(x, `${conv}.conv`), net.perChannel(`${conv}.beta`));
    x = builder.leakyRelu(builder.add(scaled, x), SLOPE);
  }
  x = resized(net, builder.depthToSpace(net.convTranspose(x, `${name}.lastconv.0`, 2, 1), 2), scale);
  const change = builder.scale(builder.slice(x, 1, 0, 4), scale);
  const flow = before ? builder.add(before.flow, change) : change;
  return {
    flow,
    to0: builder.slice(flow, 1, 0, 2),
    to1: builder.slice(flow, 1, 2, 4),
    mask: builder.slice(x, 1, 4, 5),
    features: builder.slice(x, 1, 5),
  };
}

function resized({ builder }: Net, x: string, factor: number): string {
  return factor === 1 ? x : builder.resize(x, factor, factor, { mode: 'linear', coordinates: 'half_pixel' });
}

/** Looks up every pixel where the flow [1, 2, h, w] points, right and down; beyond the edge lies the edge. */
function warp(net: Net, x: string, flow: string, size: { height: Size; width: Size }): string {
  const { builder } = net;
  const axis = (channel: number, length: Size, dims: (number | Size)[]) => {
    const places = net.shared(`places ${length.value}`, () => {
      const floats = builder.node('Cast', [builder.range(length)], { to: { int: 1 } });
      return builder.reshape(floats, dims);
    });
    // -1 and 1 are the centres of the outermost pixels.
    const half = net.shared(`half ${length.value}`, () => {
      const last = builder.node('Cast', [builder.sized('Sub', length, 1).value], { to: { int: 1 } });
      return builder.scale(last, 0.5);
    });
    const place = builder.add(builder.slice(flow, 1, channel, channel + 1), places);
    return builder.sub(builder.node('Div', [place, half]), builder.scalar(1));
  };
  const across = axis(0, size.width, [1, 1, 1, -1]);
  const down = axis(1, size.height, [1, 1, -1, 1]);
  const grid = builder.transpose(builder.concat([across, down]), [0, 2, 3, 1]);
  return builder.node('GridSample', [x, grid], {
    mode: { string: 'bilinear' },
    padding_mode: { string: 'border' },
    align_corners: { int: 1 },
  });
}
