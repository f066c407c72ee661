import type { Net } from './net.ts';
import { tableOf } from './swin-parts.ts';
import { attend, mixChannels, positionBias } from './windows.ts';

/** How pixels are put together: neighbours in a block, or pixels spread over the picture in even steps. */
export type Grid = 'block' | 'grid';

/** Heads are fixed at four in the published code. */
const HEADS = 4;

/** Attention between the pixels of a window, with what went in added. [1, channels, height, width] */
export function blockAttention(
  net: Net,
  x: string,
  name: string,
  dim: number,
  window: number,
  grid: Grid,
): string {
  const { builder, weights } = net;
  const size = sizesOf(net, x, window);
  const split = splitPicture(net, x, dim, window, grid);
  // [1, dim, rows, window, columns, window] with rows and window exchanged in a grid.
  const perm = grid === 'block' ? [0, 2, 4, 3, 5, 1] : [0, 3, 5, 2, 4, 1];
  const tokens = builder.reshape(builder.transpose(split, perm), [-1, window ** 2, dim]);
  const qkv = net.linear(net.layerNorm(tokens, `${name}.norm`), `${name}.fn.to_qkv`);
  const [query, key, value] = builder.thirds(qkv, 2, dim);
  const table = `${name}.fn.rel_pos_bias.weight`;
  const mixed = attend(net, {
    query,
    key,
    value,
    tokens: window ** 2,
    channels: dim,
    heads: HEADS,
    ...(weights.has(table)
      ? { bias: positionBias(net, tableOf(net, table), { height: window, width: window }) }
      : {}),
  });
  const result = builder.add(net.linear(mixed, `${name}.fn.to_out.0`), tokens);
  const back = builder.reshape(result, [1, size.rows, size.columns, window, window, dim]);
  const ordered = builder.transpose(back, grid === 'block' ? [0, 5, 1, 3, 2, 4] : [0, 5, 3, 1, 4, 2]);
  return builder.reshape(ordered, [1, dim, size.height, size.width]);
}

/** Attention between the channels of each window, or of each grid, with what went in added. */
export function channelWindows(
  net: Net,
  x: string,
  name: string,
  dim: number,
  window: number,
  grid: Grid,
): string {
  const { builder } = net;
  const size = sizesOf(net, x, window);
  const normal = net.layerNorm2d(x, `${name}.norm`);
  const qkv = net.depthwise(net.conv(normal, `${name}.fn.qkv`), `${name}.fn.qkv_dwconv`);
  const each = dim / HEADS;
  const parts = builder.split(qkv, 1, [dim, dim, dim]).map((part) => {
    // Both cut the picture into blocks here; in a grid the places of a block take the part of the windows.
    const split = builder.reshape(part, [HEADS, each, size.rows, window, size.columns, window]);
    const perm = grid === 'block' ? [2, 4, 0, 1, 3, 5] : [3, 5, 0, 1, 2, 4];
    const ordered = builder.transpose(split, perm);
    return grid === 'block'
      ? builder.reshape(ordered, [-1, HEADS, each, window ** 2])
      : builder.reshape(ordered, [window ** 2, HEADS, each, -1]);
  }) as [string, string, string];
  const mixed = mixChannels(net, parts, `${name}.fn.temperature`);
  const shape =
    grid === 'block'
      ? [size.rows, size.columns, HEADS, each, window, window]
      : [window, window, HEADS, each, size.rows, size.columns];
  const split = builder.reshape(mixed, shape);
  const ordered = builder.transpose(split, grid === 'block' ? [2, 3, 0, 4, 1, 5] : [2, 3, 4, 0, 5, 1]);
  const picture = builder.reshape(ordered, [1, dim, size.height, size.width]);
  return builder.add(net.conv(picture, `${name}.fn.project_out`), x);
}

function sizesOf({ builder }: Net, x: string, window: number) {
  const [height, width] = [builder.sizeOf(x, 2), builder.sizeOf(x, 3)];
  return {
    height,
    width,
    rows: builder.sized('Div', height, window),
    columns: builder.sized('Div', width, window),
  };
}

/** [1, dim, rows, window, columns, window], or with the window outermost in a grid. */
function splitPicture(net: Net, x: string, dim: number, window: number, grid: Grid): string {
  const { rows, columns } = sizesOf(net, x, window);
  return net.builder.reshape(
    x,
    grid === 'block' ? [1, dim, rows, window, columns, window] : [1, dim, window, rows, window, columns],
  );
}
