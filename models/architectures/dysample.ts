import type { Net } from './net.ts';

/**
 * DySample: enlarges by looking at learnt places between the pixels. Liu et al., arXiv:2308.15085.
 * @param x [1, channels, height, width] @returns [1, out, scale * height, scale * width]
 */
export function dysample(net: Net, x: string, name: string, scale: number, channels: number): string {
  const { builder, weights } = net;
  const groups = weights.size(`${name}.offset.weight`, 0) / (2 * scale ** 2);
  if (!Number.isInteger(groups) || channels % groups !== 0) throw weights.broken(`"${name}" fits no scale`);
  const scope = builder.sigmoid(net.conv(x, `${name}.scope`));
  const move = builder.scale(builder.mul(net.conv(x, `${name}.offset`), scope), 0.5);
  const start = builder.constant(startPlaces(scale, groups), [2 * groups * scale ** 2, 1, 1], 'places');
  const offset = builder.add(move, start);
  const [height, width] = [builder.sizeOf(x, 2), builder.sizeOf(x, 3)];
  const each = groups * scale ** 2;
  // Places run over -1..1: twice the pixel's centre plus its offset, by the size, less 1.
  const axis = (size: typeof width, dims: (number | typeof width)[], from: number) => {
    const floats = (value: string) => builder.node('Cast', [value], { to: { int: FLOAT } });
    const scalar = builder.reshape(size.value, []);
    const range = builder.node('Range', [builder.scalar(0.5), floats(scalar), builder.scalar(1)]);
    const centres = builder.reshape(range, dims);
    const part = builder.slice(offset, 1, from, from + each);
    const doubled = builder.scale(builder.add(part, centres), 2);
    return builder.sub(builder.node('Div', [doubled, floats(size.value)]), builder.scalar(1));
  };
  const enlarged = [builder.sized('Mul', height, scale), builder.sized('Mul', width, scale)] as const;
  const across = axis(width, [1, 1, 1, -1], 0);
  const down = axis(height, [1, 1, -1, 1], each);
  const [u, v] = [across, down].map((value) => {
    const shuffled = scale > 1 ? builder.depthToSpace(value, scale) : value;
    return builder.reshape(shuffled, [groups, ...enlarged, 1]);
  }) as [string, string];
  const parts = builder.reshape(x, [groups, channels / groups, height, width]);
  const sampled = builder.node('GridSample', [parts, builder.concat([u, v], 3)], {
    mode: { string: 'bilinear' },
    padding_mode: { string: 'border' },
    align_corners: { int: 0 },
  });
  const result = builder.reshape(sampled, [1, channels, ...enlarged]);
  return weights.has(`${name}.end_conv.weight`) ? net.conv(result, `${name}.end_conv`) : result;
}

/** ONNX's number for float32. */
const FLOAT = 1;

/** Where each new pixel looks before anything is learnt: the centres of its share of the old one, x first. */
function startPlaces(scale: number, groups: number): Float32Array {
  const centres = Array.from({ length: scale }, (_, index) => (index - (scale - 1) / 2) / scale);
  const out = new Float32Array(2 * groups * scale ** 2);
  let at = 0;
  for (const isRow of [false, true]) {
    for (let group = 0; group < groups; group += 1) {
      for (const y of centres) for (const x of centres) out[at++] = isRow ? y : x;
    }
  }
  return out;
}
