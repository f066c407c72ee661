import { crc32, deflateSync } from 'node:zlib';

const BYTES_PER_PIXEL = 3;
/** Samples along each side of a pixel: edges come out soft, as a lens draws them. */
const SAMPLES = 3;

/**
 * A picture that Gesso draws itself, as PNG bytes: hills in mist under a low sun with thin branches in front, so that
 * an enlargement has edges, flat parts and fine lines to show. The same at every run.
 */
export function drawnPicture(width = 384, height = 256): Buffer {
  const colour = (x: number, y: number) => blended(x, y, 384 / width, 256 / height).map(toByte) as Colour;
  return pngOf(width, height, colour);
}

/** So many frames of a slow pan over the same picture, as PNG bytes: motion to try things with. */
export function* drawnPan(count: number, width = 256, height = 192): Generator<Buffer> {
  const [wide, high] = [384, 256];
  const colours: Colour[] = [];
  for (let y = 0; y < high; y++)
    for (let x = 0; x < wide; x++) colours.push(blended(x, y, 1, 1).map(toByte) as Colour);
  for (let frame = 0; frame < count; frame++) {
    const share = frame / Math.max(1, count - 1);
    const [left, top] = [Math.round(share * (wide - width)), Math.round(share * (high - height))];
    yield pngOf(width, height, (x, y) => colours[(y + top) * wide + x + left]!);
  }
}

/** An 8-bit RGB PNG of what `colourOf` says of each pixel, 0..255. */
export function pngOf(width: number, height: number, colourOf: (x: number, y: number) => Colour): Buffer {
  const row = 1 + width * BYTES_PER_PIXEL;
  const rows = Buffer.alloc(height * row);
  for (let y = 0; y < height; y++)
    // Each row starts with a filter byte, 0 for none.
    for (let x = 0; x < width; x++) rows.set(colourOf(x, y), y * row + 1 + x * BYTES_PER_PIXEL);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8); // 8 bits, RGB, no interlace
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

type Colour = [number, number, number];

/** The mean of what lies under one pixel. */
function blended(x: number, y: number, stepX: number, stepY: number): Colour {
  const sum: Colour = [0, 0, 0];
  for (let j = 0; j < SAMPLES; j++)
    for (let i = 0; i < SAMPLES; i++) {
      const part = colourAt((x + (i + 0.5) / SAMPLES) * stepX, (y + (j + 0.5) / SAMPLES) * stepY);
      for (let c = 0; c < 3; c++) sum[c]! += part[c]!;
    }
  return sum.map((each) => each / SAMPLES ** 2) as Colour;
}

/** Coordinates on a ground of 384 x 256; components 0..1. */
function colourAt(x: number, y: number): Colour {
  const sun = Math.exp(-((x - 270) ** 2 + (y - 88) ** 2) / 900);
  let colour = mix([0.42, 0.52, 0.66], [0.93, 0.82, 0.68], y / 170);
  colour = mix(colour, [1, 0.95, 0.82], sun);
  for (let layer = 0; layer < 4; layer++) {
    const ridge =
      120 + layer * 30 - 22 * Math.sin(x / (70 - 9 * layer) + layer * 1.7) - 6 * Math.sin(x / 11 + layer);
    if (y > ridge) colour = mix([0.62, 0.64, 0.68], [0.13, 0.18, 0.17], (layer + 1) / 4 - (y - ridge) / 600);
  }
  return isBranch(x, y) ? [0.08, 0.07, 0.06] : colour;
}

/** A bough that comes in from the left and thins out, with twigs that hang from it. */
function isBranch(x: number, y: number): boolean {
  const bough = (at: number) => 40 + 0.35 * at + 5 * Math.sin(at / 17);
  if (x < 196 && Math.abs(y - bough(x)) < 2.4 * (1 - x / 196)) return true;
  for (const [root, length, slant] of TWIGS) {
    const along = (y - bough(root)) / length;
    if (along < 0 || along > 1) continue;
    const middle = root + slant * length * along + 2.5 * Math.sin(along * 4 + root);
    if (Math.abs(x - middle) < 1.1 * (1 - 0.8 * along)) return true;
  }
  return false;
}

/** Where a twig begins along the bough, how long it is, and how far it leans. */
const TWIGS = [
  [18, 34, -0.3],
  [47, 52, 0.2],
  [78, 40, -0.45],
  [104, 58, 0.1],
  [131, 36, -0.2],
  [156, 30, 0.35],
  [176, 20, 0.1],
] as const;

function mix(from: Colour, to: Colour, share: number): Colour {
  const t = Math.min(1, Math.max(0, share));
  return [from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t, from[2] + (to[2] - from[2]) * t];
}

function toByte(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value * 255)));
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
