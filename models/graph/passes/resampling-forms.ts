import type { Draft } from './rewrite.ts';

type Dims = readonly number[];

/** What a chain of operators was found to be: one operator on pictures whose channels come first. */
export interface Form {
  /** Axes of the source, and of the result, that are batch, channels, rows and columns. */
  readonly layout: 'nchw' | 'nhwc';
  readonly draft: (input: string, output: string, scales: (factors: Dims) => string) => Draft;
  /** The element of the result [batch, channels, rows, columns] as a number. */
  readonly at: (place: Place, read: Read) => number;
  /** Exact where elements are only moved. */
  readonly tolerance: number;
}

type Place = readonly [batch: number, channel: number, row: number, column: number];
type Read = (batch: number, channel: number, row: number, column: number) => number;

/** Axes of [batch, channels, rows, columns] in the tensor. */
export const AXES = { nchw: [0, 1, 2, 3], nhwc: [0, 3, 1, 2] } as const;

/** The forms that sizes allow, by the sizes of the source and of the result. */
export function formsFor(from: Dims, to: Dims): Form[] {
  if (from.length !== 4 || to.length !== 4 || from[0] !== to[0]) return [];
  return (['nchw', 'nhwc'] as const).flatMap((layout) => {
    const axes = AXES[layout];
    const [n = 0, c = 0, h = 0, w = 0] = axes.map((axis) => from[axis]);
    const [, channels = 0, rows = 0, columns = 0] = axes.map((axis) => to[axis]);
    if (![n, c, h, w, channels, rows, columns].every((size) => size > 0)) return [];
    const [down, across] = [rows / h, columns / w];
    const isWhole = Number.isInteger(down) && Number.isInteger(across);
    if (channels === c && isWhole && down * across > 1)
      return [nearest(layout, down, across), linear(layout, down, across, h, w)];
    if (isWhole && down === across && down > 1 && channels * down ** 2 === c)
      return (['CRD', 'DCR'] as const).map((mode) => depthToSpace(layout, down, channels, mode));
    const block = h / rows;
    const isCut = Number.isInteger(block) && block > 1 && w / columns === block;
    return isCut && channels === c * block ** 2 ? [spaceToDepth(layout, block, c)] : [];
  });
}

function resize(down: number, across: number, attributes: Draft['attributes']): Form['draft'] {
  return (input, output, scales) => ({
    op: 'Resize',
    inputs: [input, '', scales([1, 1, down, across])],
    outputs: [output],
    ...(attributes && { attributes }),
  });
}

function nearest(layout: Form['layout'], down: number, across: number): Form {
  return {
    layout,
    tolerance: 0,
    at: ([n, c, y, x], read) => read(n, c, Math.floor(y / down), Math.floor(x / across)),
    draft: resize(down, across, {
      mode: { string: 'nearest' },
      coordinate_transformation_mode: { string: 'asymmetric' },
      nearest_mode: { string: 'floor' },
    }),
  };
}

function linear(layout: Form['layout'], down: number, across: number, height: number, width: number): Form {
  // Between pixel centres; beyond the last one the border repeats.
  const place = (to: number, factor: number, size: number) => {
    const centre = Math.min(size - 1, Math.max(0, (to + 0.5) / factor - 0.5));
    const low = Math.min(size - 1, Math.floor(centre));
    return [low, Math.min(size - 1, low + 1), centre - low] as const;
  };
  return {
    layout,
    tolerance: 1e-5,
    at([n, c, y, x], read) {
      const [top, bottom, v] = place(y, down, height);
      const [left, right, u] = place(x, across, width);
      const row = (at: number) => (1 - u) * read(n, c, at, left) + u * read(n, c, at, right);
      return (1 - v) * row(top) + v * row(bottom);
    },
    draft: resize(down, across, {
      mode: { string: 'linear' },
      coordinate_transformation_mode: { string: 'half_pixel' },
    }),
  };
}

function depthToSpace(layout: Form['layout'], block: number, channels: number, mode: 'CRD' | 'DCR'): Form {
  return {
    layout,
    tolerance: 0,
    at([n, c, y, x], read) {
      const phase = (y % block) * block + (x % block);
      const from = mode === 'CRD' ? c * block ** 2 + phase : phase * channels + c;
      return read(n, from, Math.floor(y / block), Math.floor(x / block));
    },
    draft: (input, output) => ({
      op: 'DepthToSpace',
      inputs: [input],
      outputs: [output],
      attributes: { blocksize: { int: block }, mode: { string: mode } },
    }),
  };
}

function spaceToDepth(layout: Form['layout'], block: number, channels: number): Form {
  return {
    layout,
    tolerance: 0,
    at([n, c, y, x], read) {
      const phase = Math.floor(c / channels);
      return read(n, c % channels, y * block + Math.floor(phase / block), x * block + (phase % block));
    },
    draft: (input, output) => ({
      op: 'SpaceToDepth',
      inputs: [input],
      outputs: [output],
      attributes: { blocksize: { int: block } },
    }),
  };
}
