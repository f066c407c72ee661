import type { Size } from '../graph/builder.ts';
import type { Net } from './net.ts';

/** A picture as tokens: [1, height, width, channels]. Sizes are multiples of the windows that cut it. */
export interface Field {
  readonly value: string;
  readonly height: Size;
  readonly width: Size;
  readonly channels: number;
}

export interface Window {
  readonly height: number;
  readonly width: number;
}

/** Turns a picture [1, channels, height, width] into a field. */
export function fieldOf({ builder }: Net, picture: string, channels: number): Field {
  return {
    value: builder.transpose(picture, [0, 2, 3, 1]),
    height: builder.sizeOf(picture, 2),
    width: builder.sizeOf(picture, 3),
    channels,
  };
}

/** The way back. */
export function pictureOf({ builder }: Net, field: Pick<Field, 'value'>): string {
  return builder.transpose(field.value, [0, 3, 1, 2]);
}

/** @returns [windows, tokens, channels], windows and tokens row by row */
export function cut(net: Net, field: Field, window: Window): string {
  const { builder } = net;
  const [rows, columns] = countOf(net, field, window);
  const split = builder.reshape(field.value, [rows, window.height, columns, window.width, field.channels]);
  const ordered = builder.transpose(split, [0, 2, 1, 3, 4]);
  return builder.reshape(ordered, [-1, window.height * window.width, field.channels]);
}

/** The way back: puts [windows, tokens, channels] in the field's places. */
export function join(net: Net, windows: string, field: Field, window: Window): Field {
  const { builder } = net;
  const [rows, columns] = countOf(net, field, window);
  const split = builder.reshape(windows, [rows, columns, window.height, window.width, field.channels]);
  const ordered = builder.transpose(split, [0, 2, 1, 3, 4]);
  const value = builder.reshape(ordered, [1, field.height, field.width, field.channels]);
  return { ...field, value };
}

function countOf({ builder }: Net, field: Field, window: Window): [Size, Size] {
  return [builder.sized('Div', field.height, window.height), builder.sized('Div', field.width, window.width)];
}

/** Turns the field round: what leaves above comes back below. Negative: up and to the left. */
export function roll({ builder }: Net, field: Field, down: number, right: number): Field {
  let { value } = field;
  for (const [axis, by] of [
    [1, down],
    [2, right],
  ] as const) {
    if (by === 0) continue;
    value = builder.concat([builder.slice(value, axis, -by), builder.slice(value, axis, 0, -by)], axis);
  }
  return { ...field, value };
}

/**
 * What keeps tokens of a rolled field from those that were not beside them: [windows, 1, tokens, tokens], 0 where they
 * may meet and -100 where not (Liu et al., Swin Transformer, arXiv:2103.14030, section 3.2).
 */
export function shiftMask(net: Net, field: Field, window: Window, shift: Window): string {
  const { builder } = net;
  const rows = regions(net, field.height, window.height, shift.height);
  const columns = regions(net, field.width, window.width, shift.width);
  const each = builder.add(
    builder.reshape(builder.scale(rows, 3), [1, field.height, 1, 1]),
    builder.reshape(columns, [1, 1, field.width, 1]),
  );
  const tokens = window.height * window.width;
  const windows = cut(net, { ...field, value: each, channels: 1 }, window);
  const difference = builder.sub(
    builder.reshape(windows, [-1, 1, 1, tokens]),
    builder.reshape(windows, [-1, 1, tokens, 1]),
  );
  // Regions are whole numbers: any difference is at least 1.
  const apart = builder.node('Min', [builder.node('Abs', [difference]), builder.scalar(1)]);
  return builder.scale(apart, -100);
}

/** 0, 1 or 2 along an axis: before the last window, in it, and its last `shift` places. As floats. */
function regions({ builder }: Net, size: Size, window: number, shift: number): string {
  const range = builder.range(size);
  const from = (back: number) => {
    const reached = builder.node('GreaterOrEqual', [range, builder.sized('Sub', size, back).value]);
    return builder.node('Cast', [reached], { to: { int: 1 } });
  };
  return builder.add(from(window), from(shift));
}

/** Places of pairs of tokens in a table of relative positions, (2h - 1) x (2w - 1), row by row. */
function relativePlaces({ height, width }: Window): number[] {
  const places: number[] = [];
  const tokens = height * width;
  for (let a = 0; a < tokens; a += 1) {
    for (let b = 0; b < tokens; b += 1) {
      const down = Math.floor(a / width) - Math.floor(b / width) + height - 1;
      const right = (a % width) - (b % width) + width - 1;
      places.push(down * (2 * width - 1) + right);
    }
  }
  return places;
}

/** The bias of each pair of tokens: [heads, tokens, tokens] out of a table [heads, places]. */
export function positionBias(net: Net, table: string, window: Window): string {
  const tokens = window.height * window.width;
  const key = `places ${window.height} ${window.width}`;
  const places = net.indices(key, [tokens, tokens], () => relativePlaces(window));
  return net.builder.node('Gather', [table, places], { axis: { int: 1 } });
}

/** Tokens [windows, tokens, channels] as heads: [windows, heads, tokens, channels / heads]; keys with the last two changed. */
function heads(net: Net, x: string, tokens: number, count: number, channels: number, isKey = false): string {
  const split = net.builder.reshape(x, [-1, tokens, count, channels / count]);
  return net.builder.transpose(split, isKey ? [0, 2, 3, 1] : [0, 2, 1, 3]);
}

export interface Attention {
  /** [windows, tokens, channels]; `key` and `value` may hold more tokens. */
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly tokens: number;
  readonly keyTokens?: number;
  readonly channels: number;
  readonly heads: number;
  readonly bias?: string;
  readonly mask?: string | undefined;
}

/** softmax(query * key / sqrt(channels a head) + bias + mask) * value, heads joined: [windows, tokens, channels]. */
export function attend(net: Net, of: Attention): string {
  const { builder } = net;
  const { tokens, keyTokens = tokens, channels } = of;
  const query = builder.scale(
    heads(net, of.query, tokens, of.heads, channels),
    (channels / of.heads) ** -0.5,
  );
  const key = heads(net, of.key, keyTokens, of.heads, channels, true);
  let likeness = builder.matmul(query, key);
  if (of.bias) likeness = builder.add(likeness, of.bias);
  if (of.mask) likeness = builder.add(likeness, of.mask);
  const value = heads(net, of.value, keyTokens, of.heads, channels);
  const mixed = builder.transpose(builder.matmul(builder.softmax(likeness), value), [0, 2, 1, 3]);
  return builder.reshape(mixed, [-1, tokens, channels]);
}

/**
 * Attention between the channels of a head, over all that stands on the last axis (XCiT, Restormer): queries, keys and
 * values are [batch, heads, channels a head, places], and so is the result.
 */
export function mixChannels(
  { builder, weights }: Net,
  [query, key, value]: readonly [string, string, string],
  temperature: string,
): string {
  const keys = builder.transpose(builder.normalise(key), [0, 1, 3, 2]);
  const likeness = builder.matmul(builder.normalise(query), keys);
  const count = weights.size(temperature, 0);
  const factors = builder.constant(weights.read(temperature), [count, 1, 1], 'temperature');
  return builder.matmul(builder.softmax(builder.mul(likeness, factors)), value);
}
