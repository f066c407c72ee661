import type { GraphBuilder, Size } from '../graph/builder.ts';

/** A way to write an enlargement or a weaving of blocks without its operator. */
interface Spelling {
  readonly spell: (builder: GraphBuilder, x: string, channels: number, factor: number) => string;
  /** Channels that come out. */
  readonly out: (channels: number, factor: number) => number;
  readonly grows: boolean;
  readonly becomes: 'Resize' | 'DepthToSpace' | 'SpaceToDepth';
}

const sizes = (builder: GraphBuilder, x: string): [Size, Size] => [
  builder.sizeOf(x, 2),
  builder.sizeOf(x, 3),
];
const nearest = (spell: Spelling['spell']): Spelling => ({
  spell,
  out: (c) => c,
  grows: true,
  becomes: 'Resize',
});
const woven = (spell: Spelling['spell']): Spelling => ({
  spell,
  out: (channels, factor) => channels / factor ** 2,
  grows: true,
  becomes: 'DepthToSpace',
});
const times = (count: number, value: string) => Array.from({ length: count }, () => value);

/** [1, c, h, w] -> [1, c, h, 1, w, 1], whatever then stands in the ones, and back as one picture. */
function between(
  grow: (builder: GraphBuilder, six: string, c: number, r: number, hw: [Size, Size]) => string,
) {
  return nearest((builder, x, channels, factor) => {
    const [height, width] = sizes(builder, x);
    const six = builder.reshape(x, [1, channels, height, 1, width, 1]);
    const grown = grow(builder, six, channels, factor, [height, width]);
    const [tall, wide] = [builder.sized('Mul', height, factor), builder.sized('Mul', width, factor)];
    return builder.reshape(grown, [1, channels, tall, wide]);
  });
}

function shuffled(
  order: 'CRD' | 'DCR',
  tail: (h: Size, w: Size, r: number, builder: GraphBuilder) => (number | Size)[],
) {
  return woven((builder, x, channels, factor) => {
    const [height, width] = sizes(builder, x);
    const out = channels / factor ** 2;
    const crd = order === 'CRD';
    const parts = crd ? [out, factor, factor] : [factor, factor, out];
    const split = builder.reshape(x, [1, ...parts, height, width]);
    const turned = builder.transpose(split, crd ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]);
    return builder.reshape(turned, [1, out, ...tail(height, width, factor, builder)]);
  });
}

export const SPELLED = {
  'nearest by reshape, expand, reshape': between((builder, six, channels, factor, [height, width]) =>
    builder.expand(six, [1, channels, height, factor, width, factor]),
  ),
  'nearest by reshape, tile, reshape': between((builder, six, _, factor) =>
    builder.node('Tile', [six, builder.ints([1, 1, 1, factor, 1, factor])]),
  ),
  'nearest by joined copies': between((builder, six, _, factor) => {
    const rows = builder.concat(times(factor, six), 3);
    return builder.concat(times(factor, rows), 5);
  }),
  'nearest by picked rows and columns': nearest((builder, x, _, factor) => {
    const places = (size: Size) =>
      builder.sized('Div', { value: builder.range(builder.sized('Mul', size, factor)) }, factor).value;
    const [height, width] = sizes(builder, x);
    const rows = builder.node('Gather', [x, places(height)], { axis: { int: 2 } });
    return builder.node('Gather', [rows, places(width)], { axis: { int: 3 } });
  }),
  'nearest by copied channels that are woven': nearest((builder, x, _, factor) =>
    builder.depthToSpace(builder.concat(times(factor ** 2, x)), factor, 'DCR'),
  ),
  'nearest with channels last': nearest((builder, x, channels, factor) => {
    const [height, width] = sizes(builder, x);
    const last = builder.transpose(x, [0, 2, 3, 1]);
    const six = builder.reshape(last, [1, height, 1, width, 1, channels]);
    const grown = builder.node('Tile', [six, builder.ints([1, 1, factor, 1, factor, 1])]);
    const [tall, wide] = [builder.sized('Mul', height, factor), builder.sized('Mul', width, factor)];
    return builder.transpose(builder.reshape(grown, [1, tall, wide, channels]), [0, 3, 1, 2]);
  }),
  'bilinear by two picked and weighted neighbours': nearest((builder, x, _, factor) => {
    const along = (value: string, axis: number): string => {
      const size = builder.sizeOf(value, axis);
      const count = builder.range(builder.sized('Mul', size, factor));
      const float = builder.node('Cast', [count], { to: { int: 1 } });
      const half = builder.scalar(0.5);
      const centre = builder.sub(builder.scale(builder.add(float, half), 1 / factor), half);
      const last = builder.node('Cast', [builder.sized('Sub', size, 1).value], { to: { int: 1 } });
      const inside = builder.node('Min', [builder.node('Max', [centre, builder.scalar(0)]), last]);
      const low = builder.node('Floor', [inside]);
      const high = builder.node('Min', [builder.add(low, builder.scalar(1)), last]);
      const shape = axis === 2 ? [1, 1, -1, 1] : [1, 1, 1, -1];
      const share = builder.reshape(builder.sub(inside, low), shape);
      const [near = '', far = ''] = [low, high].map((places) =>
        builder.node('Gather', [value, builder.node('Cast', [places], { to: { int: 7 } })], {
          axis: { int: axis },
        }),
      );
      return builder.add(near, builder.mul(builder.sub(far, near), share));
    };
    return along(along(x, 2), 3);
  }),
  'PixelShuffle with computed sizes': shuffled('CRD', (h, w, r, builder) => [
    builder.sized('Mul', h, r),
    builder.sized('Mul', w, r),
  ]),
  'depth_to_space with a size that is the rest': shuffled('DCR', (h, _, r, builder) => [
    builder.sized('Mul', h, r),
    -1,
  ]),
  'PixelShuffle one axis after the other': woven((builder, x, channels, factor) => {
    const [height, width] = sizes(builder, x);
    const out = channels / factor ** 2;
    const [tall, wide] = [builder.sized('Mul', height, factor), builder.sized('Mul', width, factor)];
    // [out, r, r, h, w]: columns first, then rows.
    const columns = builder.transpose(
      builder.reshape(x, [out * factor, factor, height, width]),
      [0, 2, 3, 1],
    );
    const broad = builder.reshape(columns, [out, factor, height, wide]);
    return builder.reshape(builder.transpose(broad, [0, 2, 1, 3]), [1, out, tall, wide]);
  }),
  'blocks taken apart': {
    out: (channels, factor) => channels * factor ** 2,
    grows: false,
    becomes: 'SpaceToDepth',
    spell(builder, x, channels, factor) {
      const [height, width] = sizes(builder, x);
      const [low, narrow] = [builder.sized('Div', height, factor), builder.sized('Div', width, factor)];
      const split = builder.reshape(x, [1, channels, low, factor, narrow, factor]);
      const turned = builder.transpose(split, [0, 3, 5, 1, 2, 4]);
      return builder.reshape(turned, [1, channels * factor ** 2, low, narrow]);
    },
  },
} satisfies Record<string, Spelling>;

export type SpelledName = keyof typeof SPELLED;
