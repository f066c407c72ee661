import { GessoError } from '../../../../contract/errors.ts';
import { mirror } from '../../inference/tile-plan.ts';
import type { DecodedPicture } from '../../media/decode.ts';
import { SpoolRows } from '../../media/spool-rows.ts';

/** 12 bytes a pixel, its own and those of the result: more would not fit beside all else. */
const MOST_PIXELS = 100_000_000;
const FULL = 65535;

/**
 * A picture in memory as the network sees it: three planes in sRGB's encoding, 16 bits a sample, mirrored beyond its
 * borders.
 */
export class Planes {
  readonly #planes: readonly Uint16Array[];

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.#planes = [0, 1, 2].map(() => new Uint16Array(width * height));
  }

  /** @throws GessoError input/too-large */
  static async read({ spool, transfer }: DecodedPicture, name: string): Promise<Planes> {
    const { width, height } = spool;
    if (width * height > MOST_PIXELS)
      throw new GessoError(
        'input/too-large',
        `${name} has ${Math.round((width * height) / 1e6)} megapixels; Gesso learns on up to ${MOST_PIXELS / 1e6}.`,
        'Cut it into parts.',
      );
    const planes = new Planes(width, height);
    const channels = spool.channels < 3 ? [0] : [0, 1, 2];
    const rows = new SpoolRows(spool, channels, transfer.decode);
    for (let y = 0; y < height; y++) {
      const row = await rows.next();
      for (let c = 0; c < 3; c++) planes.setRow(c, y, row[c] ?? row[0]!);
    }
    return planes;
  }

  /** Channel `c` at a place that may lie up to its own size outside, 0..1. */
  at(c: number, x: number, y: number): number {
    return this.#planes[c]![mirror(y, this.height) * this.width + mirror(x, this.width)]! / FULL;
  }

  set(c: number, x: number, y: number, value: number): void {
    this.#planes[c]![y * this.width + x] = Math.min(FULL, Math.max(0, Math.round(value * FULL)));
  }

  setRow(c: number, y: number, row: Float32Array): void {
    for (let x = 0; x < this.width; x++) this.set(c, x, y, row[x]!);
  }

  row(c: number, y: number, into: Float32Array): void {
    const from = this.#planes[c]!.subarray(y * this.width, (y + 1) * this.width);
    for (let x = 0; x < this.width; x++) into[x] = from[x]! / FULL;
  }

  copy(): Planes {
    const made = new Planes(this.width, this.height);
    for (let c = 0; c < 3; c++) made.#planes[c]!.set(this.#planes[c]!);
    return made;
  }

  /** Half as wide and high: means of squares of four. An odd last row or column is left out. */
  halved(): Planes {
    const made = new Planes(Math.floor(this.width / 2), Math.floor(this.height / 2));
    for (let c = 0; c < 3; c++)
      for (let y = 0; y < made.height; y++)
        for (let x = 0; x < made.width; x++) {
          const above = this.at(c, 2 * x, 2 * y) + this.at(c, 2 * x + 1, 2 * y);
          const below = this.at(c, 2 * x, 2 * y + 1) + this.at(c, 2 * x + 1, 2 * y + 1);
          made.set(c, x, y, (above + below) / 4);
        }
    return made;
  }
}

const BLOCK = 16;
/** Of all blocks, the flattest share tells the noise: what varies there is noise, not picture. */
const FLATTEST = 0.1;

/** What the flattest blocks of a picture tell of its noise. */
export interface Noise {
  /** Standard deviation, 0..1. */
  readonly deviation: number;
  /** How much alike neighbours' noise is, -1..1: 0 for a sensor's own, more for film grain and JPEG. */
  readonly correlation: number;
}

/**
 * Measures the noise in flat blocks, of which a tilted plane is taken off first: a sky that brightens is no noise.
 */
export function measureNoise(planes: Planes): Noise {
  const found: { variance: number; neighbours: number }[] = [];
  const [columns, rows] = [Math.floor(planes.width / BLOCK), Math.floor(planes.height / BLOCK)];
  // Some thousand blocks tell as much as all of a large picture.
  const step = Math.max(1, Math.floor(Math.sqrt((columns * rows) / 4000)));
  for (let row = 0; row < rows; row += step)
    for (let column = 0; column < columns; column += step)
      for (let c = 0; c < 3; c++) {
        const block = blockOf(planes, c, column * BLOCK, row * BLOCK);
        if (block) found.push(block);
      }
  if (!found.length) return { deviation: 0, correlation: 0 };
  found.sort((a, b) => a.variance - b.variance);
  const flattest = found.slice(0, Math.max(1, Math.floor(found.length * FLATTEST)));
  const variance = flattest.reduce((sum, block) => sum + block.variance, 0);
  const neighbours = flattest.reduce((sum, block) => sum + block.neighbours, 0);
  return {
    deviation: Math.sqrt(variance / flattest.length),
    correlation: variance > 0 ? neighbours / variance : 0,
  };
}

/** @returns undefined where samples stand at an end: what is cut off varies less than it did */
function blockOf(planes: Planes, c: number, left: number, top: number) {
  const values = new Float64Array(BLOCK * BLOCK);
  let [mean, alongX, alongY] = [0, 0, 0];
  const middle = (BLOCK - 1) / 2;
  for (let y = 0; y < BLOCK; y++)
    for (let x = 0; x < BLOCK; x++) {
      const value = planes.at(c, left + x, top + y);
      if (value <= 0.004 || value >= 0.996) return undefined;
      values[y * BLOCK + x] = value;
      mean += value;
      alongX += value * (x - middle);
      alongY += value * (y - middle);
    }
  const count = BLOCK * BLOCK;
  const spread = (count * (BLOCK * BLOCK - 1)) / 12;
  mean /= count;
  alongX /= spread;
  alongY /= spread;
  let variance = 0;
  for (let at = 0; at < count; at++) {
    values[at]! -= mean + alongX * ((at % BLOCK) - middle) + alongY * (Math.floor(at / BLOCK) - middle);
    variance += values[at]! ** 2;
  }
  let neighbours = 0;
  for (let y = 0; y < BLOCK; y++)
    for (let x = 0; x + 1 < BLOCK; x++)
      neighbours +=
        values[y * BLOCK + x]! * values[y * BLOCK + x + 1]! +
        values[x * BLOCK + y]! * values[(x + 1) * BLOCK + y]!;
  return { variance: variance / count, neighbours: neighbours / (2 * BLOCK * (BLOCK - 1)) };
}
