import type { Net } from './net.ts';
import {
  attend,
  cut,
  type Field,
  join,
  mixChannels,
  pictureOf,
  positionBias,
  roll,
  shiftMask,
  type Window,
} from './windows.ts';

/**
 * Attention in windows: one half of the channels in upright ones, the other in lying ones, mixed with a convolution of
 * the values (DAT, section 3.2). @returns tokens
 */
export function spatialAttention(
  net: Net,
  field: Field,
  name: string,
  window: Window,
  isShifted: boolean,
): string {
  const { builder } = net;
  const { channels } = field;
  const half = channels / 2;
  const qkv = net.linear(field.value, `${name}.qkv`);
  const values = builder.transpose(builder.slice(qkv, 3, 2 * channels), [0, 3, 1, 2]);
  const padded = evenedField(net, { ...field, value: qkv, channels: 3 * channels }, window);
  const parts = [0, 1].map((index) => {
    const turned = index === 0 ? window : { height: window.width, width: window.height };
    const shift = { height: Math.floor(turned.height / 2), width: Math.floor(turned.width / 2) };
    const own = [0, 1, 2].map((part) => {
      const from = part * channels + index * half;
      return builder.slice(padded.value, 3, from, from + half);
    });
    const joined = { ...padded, value: builder.concat(own, 3), channels: 3 * half };
    return windowPart(net, joined, `${name}.attns.${index}`, half, turned, isShifted ? shift : undefined);
  });
  const whole = builder.concat(parts, 3);
  const attended = builder.slice(builder.slice(whole, 1, 0, field.height), 2, 0, field.width);
  const convs = dwconv(net, values, name);
  const channelMap = builder.transpose(
    interaction(net, net.globalAverage(convs), `${name}.channel_interaction`, 1),
    [0, 2, 3, 1],
  );
  const spatialMap = interaction(net, pictureOf(net, { value: attended }), `${name}.spatial_interaction`, 0);
  const a = builder.mul(attended, builder.sigmoid(channelMap));
  const b = builder.transpose(builder.mul(builder.sigmoid(spatialMap), convs), [0, 2, 3, 1]);
  return net.linear(builder.add(a, b), `${name}.proj`);
}

/** Attention between channels over all pixels (Ali et al., XCiT, arXiv:2106.09681), mixed likewise. @returns tokens */
export function channelAttention(net: Net, field: Field, name: string): string {
  const { builder, weights } = net;
  const { channels } = field;
  const count = weights.size(`${name}.temperature`, 0);
  const each = channels / count;
  const qkv = builder.reshape(net.linear(field.value, `${name}.qkv`), [1, -1, 3 * channels]);
  const parts = builder.thirds(qkv, 2, channels);
  // [1, heads, channels a head, pixels]
  const [query, key, value] = parts.map((part) =>
    builder.transpose(builder.reshape(part, [1, -1, count, each]), [0, 2, 3, 1]),
  ) as [string, string, string];
  const mixed = mixChannels(net, [query, key, value], `${name}.temperature`);
  // Pixels come outermost, then the channels of a head before the heads: the published order.
  const tokens = builder.transpose(mixed, [0, 3, 1, 2]);
  const attended = builder.reshape(tokens, [1, field.height, field.width, channels]);
  const values = builder.reshape(value, [1, channels, field.height, field.width]);
  const convs = dwconv(net, values, name);
  const picture = pictureOf(net, { value: attended });
  const channelMap = interaction(net, net.globalAverage(picture), `${name}.channel_interaction`, 1);
  const spatialMap = interaction(net, convs, `${name}.spatial_interaction`, 0);
  const a = builder.mul(picture, builder.sigmoid(spatialMap));
  const b = builder.mul(convs, builder.sigmoid(channelMap));
  return net.linear(builder.transpose(builder.add(a, b), [0, 2, 3, 1]), `${name}.proj`);
}

function dwconv(net: Net, x: string, name: string): string {
  const made = net.batchNorm(net.depthwise(x, `${name}.dwconv.0`), `${name}.dwconv.1`);
  return net.builder.gelu(made);
}

/** Two 1 x 1 convolutions with a normalisation and GELU between; `first` is the place of the first in its list. */
function interaction(net: Net, x: string, name: string, first: number): string {
  const hidden = net.batchNorm(net.conv(x, `${name}.${first}`), `${name}.${first + 1}`);
  return net.conv(net.builder.gelu(hidden), `${name}.${first + 3}`);
}

/** Zeros below and on the right up to multiples of the window's longer side. */
function evenedField(net: Net, field: Field, window: Window): Field {
  const { builder } = net;
  const longer = Math.max(window.height, window.width);
  net.align(longer);
  const [down, right] = [builder.missing(field.height, longer), builder.missing(field.width, longer)];
  return {
    ...field,
    value: builder.pad(field.value, [0, 0, 0, 0, 0, down, right, 0]),
    height: builder.sized('Add', field.height, down),
    width: builder.sized('Add', field.width, right),
  };
}

/** One half: [1, height, width, channels] out of the queries, keys and values of `channels` each. */
function windowPart(
  net: Net,
  field: Field,
  name: string,
  channels: number,
  window: Window,
  shift: Window | undefined,
): string {
  const { builder, weights } = net;
  const moved = shift ? roll(net, field, -shift.height, -shift.width) : field;
  const [query, key, value] = builder.thirds(cut(net, moved, window), 2, channels);
  const mixed = attend(net, {
    query,
    key,
    value,
    tokens: window.height * window.width,
    channels,
    heads: weights.size(`${name}.pos.pos3.2.weight`, 0),
    bias: positionBias(net, learntTable(net, name, window), window),
    mask:
      shift &&
      net.shared(`mask ${window.height} ${window.width}`, () => shiftMask(net, field, window, shift)),
  });
  const joined = join(net, mixed, { ...field, channels }, window);
  return (shift ? roll(net, joined, shift.height, shift.width) : joined).value;
}

/** The table of position biases that a small network makes of the distances: [heads, places]. */
function learntTable(net: Net, name: string, window: Window): string {
  const { builder, weights } = net;
  const places: number[] = [];
  for (let down = 1 - window.height; down < window.height; down += 1) {
    for (let right = 1 - window.width; right < window.width; right += 1) places.push(down, right);
  }
  // Networks of few channels leave this one none: its last bias is all that it says.
  if (weights.dims(`${name}.pos.pos3.2.weight`, 2)[1] === 0) {
    for (const part of EMPTY_PARTS) weights.ignore(`${name}.pos.${part}`);
    const bias = weights.read(`${name}.pos.pos3.2.bias`);
    const table = Float32Array.from({ length: (bias.length * places.length) / 2 }, (_, at) => {
      return bias[Math.floor((2 * at) / places.length)] ?? 0;
    });
    return builder.constant(table, [bias.length, places.length / 2], 'table');
  }
  const distances = builder.constant(Float32Array.from(places), [places.length / 2, 2], 'distances');
  let x = net.linear(distances, `${name}.pos.pos_proj`);
  for (const step of ['pos1', 'pos2', 'pos3']) {
    const normal = builder.relu(net.layerNorm(x, `${name}.pos.${step}.0`));
    x = net.linear(normal, `${name}.pos.${step}.2`);
  }
  return builder.transpose(x, [1, 0]);
}

const EMPTY_PARTS = [
  'pos_proj.weight',
  'pos_proj.bias',
  ...['pos1', 'pos2', 'pos3'].flatMap((step) => [`${step}.0.weight`, `${step}.0.bias`, `${step}.2.weight`]),
  'pos1.2.bias',
  'pos2.2.bias',
];
