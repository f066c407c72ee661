import type { Net } from './net.ts';
import { transposed } from './net.ts';
import { DIV2K_MEAN, shuffleOf, shuffleSteps } from './scales.ts';
import {
  attend,
  cut,
  type Field,
  fieldOf,
  join,
  pictureOf,
  positionBias,
  roll,
  shiftMask,
  type Window,
} from './windows.ts';

/** Two linear layers with GELU between them. */
export function mlp(net: Net, x: string, name: string): string {
  return net.linear(net.builder.gelu(net.linear(x, `${name}.fc1`)), `${name}.fc2`);
}

/** The side of a square window, from the rows of its table of relative positions: (2 * side - 1)^2. */
export function windowOf(net: Net, table: string): Window {
  const side = (Math.sqrt(net.weights.size(table, 0)) + 1) / 2;
  if (!Number.isInteger(side)) throw net.weights.broken(`"${table}" fits no window`);
  return { height: side, width: side };
}

/** A stored table [places, heads] as [heads, places]. */
export function tableOf(net: Net, name: string): string {
  const [places = 0, count = 0] = net.weights.dims(name, 2);
  return net.builder.constant(transposed(net.weights.read(name), places, count), [count, places], 'table');
}

/** Self-attention in the windows of a field, rolled by half a window where `isShifted`. */
export function windowAttention(
  net: Net,
  field: Field,
  name: string,
  window: Window,
  isShifted: boolean,
): Field {
  const { builder, weights } = net;
  const { channels } = field;
  const shift = { height: Math.floor(window.height / 2), width: Math.floor(window.width / 2) };
  const moved = isShifted ? roll(net, field, -shift.height, -shift.width) : field;
  const tokens = window.height * window.width;
  const qkv = net.linear(cut(net, moved, window), `${name}.qkv`);
  const [query, key, value] = builder.thirds(qkv, 2, channels);
  const table = `${name}.relative_position_bias_table`;
  const mixed = attend(net, {
    query,
    key,
    value,
    tokens,
    channels,
    heads: weights.size(table, 1),
    bias: positionBias(net, tableOf(net, table), window),
    mask: isShifted ? net.shared(`mask ${tokens}`, () => shiftMask(net, field, window, shift)) : undefined,
  });
  const joined = join(net, net.linear(mixed, `${name}.proj`), field, window);
  return isShifted ? roll(net, joined, shift.height, shift.width) : joined;
}

/** One 3 x 3 convolution, or three with a narrow middle, as transformers of this family end a group. */
export function groupConv(net: Net, x: string, name: string): string {
  const { weights, builder } = net;
  if (weights.has(`${name}.weight`)) return net.conv(x, name);
  let value = x;
  for (const index of [0, 2, 4]) {
    value = net.conv(value, `${name}.${index}`);
    if (index < 4) value = builder.leakyRelu(value, 0.2);
  }
  return value;
}

/** The same on a field. */
export function groupConvOn(net: Net, field: Field, name: string): Field {
  return { ...field, value: fieldOf(net, groupConv(net, pictureOf(net, field), name), field.channels).value };
}

/** Whose last part is one 3 x 3 convolution before, pixel shuffles, and one after. */
export function shuffleTail(net: Net, x: string): { value: string; scale: number } {
  const before = net.builder.leakyRelu(net.conv(x, 'conv_before_upsample.0'), 0.01);
  const { value, scale } = shuffleSteps(net, before, 'upsample');
  return { value: net.conv(value, 'conv_last'), scale };
}

/** One convolution and one shuffle. */
export function directTail(net: Net, x: string, channels: number): { value: string; scale: number } {
  const { scale } = shuffleOf(net.weights, net.weights.size('upsample.0.weight', 0), channels);
  const made = net.conv(x, 'upsample.0');
  return { value: scale > 1 ? net.builder.depthToSpace(made, scale) : made, scale };
}

/**
 * The mean of DIV2K, taken away before a network and given back behind it, where it works on three channels; and the
 * range that the network works in.
 */
export function centred(net: Net, channels: number, range = 1) {
  const { builder } = net;
  if (channels !== 3) {
    return {
      before: (x: string) => builder.scale(x, range),
      after: (x: string) => builder.scale(x, 1 / range),
    };
  }
  const mean = builder.constant(DIV2K_MEAN, [3, 1, 1], 'mean');
  return {
    before: (x: string) => builder.scale(builder.sub(x, mean), range),
    after: (x: string) => builder.add(builder.scale(x, 1 / range), mean),
  };
}
