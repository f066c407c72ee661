import { alongLines, largest, means, windows } from './windows.ts';

/** Numbers that are seen of a pixel and its surroundings. */
export const SEEN = 28;

/** A tile of a picture: three planes, 0..1. */
export interface Piece {
  readonly width: number;
  readonly height: number;
  readonly planes: Float32Array;
}

export interface Surroundings {
  /** For each pixel `SEEN` numbers about one. */
  readonly rows: Float32Array;
  /** Steps of 255: how light, how red and how blue against green, how far from the middle of the surroundings. */
  readonly light: Float32Array;
  readonly red: Float32Array;
  readonly blue: Float32Array;
  readonly far: Float32Array;
  /** Of each pixel, and the largest of it and those next to it. */
  readonly steep: Float32Array;
  readonly steepest: Float32Array;
}

/**
 * What is seen of each pixel of a tile: how far it is from the middle of windows about it, how rare its value is there,
 * whether it lies on a thin line, how restless the place is, how grey it is. Differences alone: a picture that is
 * lighter all over is seen the same.
 */
export function surroundings(
  { width, height, planes: tile }: Piece,
  missed: Float32Array = new Float32Array(width * height),
): Surroundings {
  const area = width * height;
  const light = new Float32Array(area);
  const red = new Float32Array(area);
  const blue = new Float32Array(area);
  for (let at = 0; at < area; at++) {
    const [r, g, b] = [255 * tile[at]!, 255 * tile[area + at]!, 255 * tile[2 * area + at]!];
    light[at] = (r + 2 * g + b) / 4;
    red[at] = r - g;
    blue[at] = b - g;
  }
  const rows = new Float32Array(area * SEEN);
  let column = 0;
  /** Small differences count, large ones do not count much more. */
  const keep = (value: (at: number) => number, scale: number) => {
    for (let at = 0; at < area; at++) {
      const one = value(at) / scale;
      rows[at * SEEN + column] = one < 0 ? -Math.log1p(-one) : Math.log1p(one);
    }
    column += 1;
  };
  const smooth = means(light, width, 1);
  const [small, middling, wide] = [
    windows(light, width, 3),
    windows(light, width, 7),
    windows(light, width, 14),
  ];
  const from = ({ middle }: { middle: Float32Array }, plane: Float32Array = light) =>
    plane.map((value, at) => value - middle[at]!);
  const absolute = (plane: Float32Array): Float32Array => plane.map(Math.abs);
  const [fine, mid, far] = [from(small), from(middling), from(wide)];
  keep((at) => fine[at]!, 6);
  keep((at) => mid[at]!, 6);
  keep((at) => far[at]!, 6);
  const softly = from(wide, smooth);
  keep((at) => softly[at]!, 6);
  const over = means(far, width, 3);
  keep((at) => over[at]!, 6);
  keep((at) => small.alike[at]!, 0.1);
  keep((at) => middling.alike[at]!, 0.05);
  keep((at) => wide.alike[at]!, 0.02);
  const short = alongLines(mid, width, 6, 8);
  const long = alongLines(mid, width, 14, 16);
  keep((at) => short.high[at]!, 4);
  keep((at) => short.low[at]!, 4);
  keep((at) => long.high[at]!, 3);
  keep((at) => long.low[at]!, 3);
  // How much of that is usual here.
  const [fineSize, farSize] = [absolute(fine), absolute(far)];
  const near = means(fineSize, width, 6);
  const around = means(fineSize, width, 18);
  const farNear = means(farSize, width, 8);
  const farAround = means(farSize, width, 24);
  const lined = means(
    long.high.map((value, at) => Math.max(value, -long.low[at]!)),
    width,
    18,
  );
  keep((at) => near[at]!, 3);
  keep((at) => around[at]!, 3);
  keep((at) => farNear[at]!, 5);
  keep((at) => farAround[at]!, 5);
  keep((at) => lined[at]!, 4);
  const steep = slope(smooth, width);
  const steepest = largest(steep, width, 2);
  const steepAround = means(steep, width, 16);
  keep((at) => steep[at]!, 4);
  keep((at) => steepest[at]!, 4);
  keep((at) => steepAround[at]!, 4);
  const restless = deviation(light, width, 1);
  keep((at) => restless[at]!, 3);
  for (const colour of [red, blue]) {
    const soft = means(colour, width, 1);
    const usual = means(colour, width, 14);
    keep((at) => soft[at]!, 6);
    keep((at) => soft[at]! - usual[at]!, 6);
  }
  const restlessAround = means(restless, width, 8);
  keep((at) => restlessAround[at]!, 3);
  // What the network that knows such pictures did not expect, and how much of that is usual here.
  keep((at) => missed[at]!, 8);
  const missedAround = means(absolute(missed), width, 12);
  keep((at) => missedAround[at]!, 8);
  if (column !== SEEN) throw new Error(`${column} numbers are seen, not ${SEEN}`);
  return { rows, light, red, blue, far: softly, steep, steepest: largest(steep, width, 1) };
}

function slope(plane: Float32Array, width: number): Float32Array {
  const height = plane.length / width;
  const out = new Float32Array(plane.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - 1), Math.min(width - 1, x + 1)];
      const [up, down] = [Math.max(0, y - 1), Math.min(height - 1, y + 1)];
      out[y * width + x] = Math.hypot(
        plane[y * width + right]! - plane[y * width + left]!,
        plane[down * width + x]! - plane[up * width + x]!,
      );
    }
  return out;
}

function deviation(plane: Float32Array, width: number, near: number): Float32Array {
  const mean = means(plane, width, near);
  const squares = means(
    plane.map((value) => value * value),
    width,
    near,
  );
  return squares.map((value, at) => Math.sqrt(Math.max(0, value - mean[at]! ** 2)));
}
