import type { RawPicture } from '../../../media/raw-picture.ts';
import { Random } from '../../../random.ts';
import { wrap } from './gradient-noise.ts';
import type { Palette } from './palette.ts';
import { cheapestCut, type Known, type PatchPlace, PatchSource } from './patches.ts';
import type { Growth, RulePlan, Scene } from './scene.ts';

/** A tile that is longer repeats: so many pixels of quilt are as much as anybody waits for. */
const LONGEST = 2048;

/**
 * More of the texture that a picture shows: patches of it are laid over each other where they agree, and joined along
 * the way on which they differ least (Efros and Freeman, "Image quilting for texture synthesis and transfer", 2001).
 * Here on a torus: the last patches of each row and column have to fit the first ones, too.
 */
export function* quilt(plan: RulePlan<'quilt'>): Generator<Growth, Scene> {
  const { picture, settings, seed, width, height, palette, isRecoloured } = plan;
  if (!picture) throw new Error('a quilt needs a picture');
  const [across, down] = [width, height].map((side) => Math.round(side / repeats(side))) as [number, number];
  const canvas = new Canvas(across, down, picture);
  const random = new Random(seed, 17);
  const source = new PatchSource(settings.mirror ? [picture, mirrored(picture)] : [picture]);
  const side = Math.min(settings.patch, Math.floor(Math.min(picture.width, picture.height) / 2));
  const overlap = Math.max(2, Math.round(side * settings.overlap));
  const columns = starts(across, side - overlap);
  const rows = starts(down, side - overlap);
  const recolour = isRecoloured === true ? tableOf(picture, palette) : undefined;
  // Where the quilt does not go into a side without a rest, single pixels are left out or doubled.
  const laid = { width: across * repeats(width), height: down * repeats(height) };
  const scene = () => canvas.scene(laid, recolour);
  for (const [j, row] of rows.entries())
    for (const [i, column] of columns.entries()) {
      canvas.lay(
        {
          ...{ left: column.from, top: row.from },
          ...{
            width: column.length + overlapOf(column.length, overlap),
            overlapX: overlapOf(column.length, overlap),
          },
          ...{
            height: row.length + overlapOf(row.length, overlap),
            overlapY: overlapOf(row.length, overlap),
          },
          ...{ hasLeft: i > 0, hasRight: i === columns.length - 1 },
          ...{ hasTop: j > 0, hasBottom: j === rows.length - 1 },
        },
        source,
        random,
      );
      yield { fraction: (j * columns.length + i + 1) / (rows.length * columns.length), scene };
    }
  return scene();
}

/** How often a side has the whole of the quilt. */
function repeats(length: number): number {
  return Math.ceil(length / LONGEST);
}

interface Stretch {
  readonly from: number;
  readonly length: number;
}

/** A side cut into stretches of about that length, at least two. */
function starts(length: number, step: number): Stretch[] {
  const count = Math.max(2, Math.round(length / step));
  const from = (n: number) => Math.round((n * length) / count);
  return Array.from({ length: count }, (_, n) => ({ from: from(n), length: from(n + 1) - from(n) }));
}

/** Never so much that a patch would reach past the next one. */
function overlapOf(length: number, overlap: number): number {
  return Math.min(overlap, length - 1);
}

interface Spot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly overlapX: number;
  readonly overlapY: number;
  /** Sides on which there are patches already. */
  readonly hasLeft: boolean;
  readonly hasRight: boolean;
  readonly hasTop: boolean;
  readonly hasBottom: boolean;
}

class Canvas {
  readonly #data: Uint8Array;
  readonly #isThere: Uint8Array;

  constructor(
    private readonly width: number,
    private readonly height: number,
    picture: RawPicture,
  ) {
    this.#data = new Uint8Array(3 * width * height);
    this.#isThere = new Uint8Array(width * height);
    const mean = meanOf(picture);
    for (let at = 0; at < this.#data.length; at++) this.#data[at] = mean[at % 3]!;
  }

  lay(spot: Spot, source: PatchSource, random: Random): void {
    const place = source.find(this.#known(spot), [spot.width, spot.height], random);
    const isNew = this.#cut(spot, place);
    for (let y = 0; y < spot.height; y++)
      for (let x = 0; x < spot.width; x++) {
        const at = this.#at(spot.left + x, spot.top + y);
        const from = 3 * ((place.top + y) * place.picture.width + place.left + x);
        // One pixel on each side of a cut is mixed.
        const part = this.#isThere[at] === 1 ? shareAround(isNew, x, y, spot) : 1;
        for (let c = 0; c < 3; c++) {
          const old = this.#data[3 * at + c]!;
          this.#data[3 * at + c] = Math.round(old + part * (place.picture.data[from + c]! - old));
        }
      }
    for (let y = 0; y < spot.height; y++)
      for (let x = 0; x < spot.width; x++) this.#isThere[this.#at(spot.left + x, spot.top + y)] = 1;
  }

  /** @param laid pixels of all repetitions together @param recolour RGB for each lightness, 0..255 */
  scene({ width, height }: { width: number; height: number }, recolour: Uint8Array | undefined): Scene {
    const data = this.#data.slice();
    return {
      painter: (wide, high) => ({
        draw: (part, into) => {
          for (let y = 0, at = 0; y < part.height; y++) {
            const row = Math.floor(((part.top + y + 0.5) * height) / high) % this.height;
            for (let x = 0; x < part.width; x++, at += 3) {
              const column = Math.floor(((part.left + x + 0.5) * width) / wide) % this.width;
              const from = 3 * (row * this.width + column);
              const entry = recolour ? 3 * lightness(data, from) : from;
              const source = recolour ?? data;
              into[at] = source[entry]!;
              into[at + 1] = source[entry + 1]!;
              into[at + 2] = source[entry + 2]!;
            }
          }
        },
      }),
    };
  }

  #at(x: number, y: number): number {
    return wrap(y, this.height) * this.width + wrap(x, this.width);
  }

  #known({ left, top, width, height }: Spot): Known {
    const xs: number[] = [];
    const ys: number[] = [];
    const colours: number[] = [];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const at = this.#at(left + x, top + y);
        if (this.#isThere[at] === 0) continue;
        xs.push(x);
        ys.push(y);
        colours.push(this.#data[3 * at]!, this.#data[3 * at + 1]!, this.#data[3 * at + 2]!);
      }
    return { x: Int32Array.from(xs), y: Int32Array.from(ys), colours: Uint8Array.from(colours) };
  }

  /** 1 for each pixel that the new patch takes; on every side with patches one cut goes from end to end. */
  #cut(spot: Spot, place: PatchPlace): Uint8Array {
    const { width, height, overlapX, overlapY } = spot;
    const isNew = new Uint8Array(width * height).fill(1);
    const error = (x: number, y: number) => {
      const at = 3 * this.#at(spot.left + x, spot.top + y);
      const from = 3 * ((place.top + y) * place.picture.width + place.left + x);
      let sum = 0;
      for (let c = 0; c < 3; c++) sum += (this.#data[at + c]! - place.picture.data[from + c]!) ** 2;
      return sum;
    };
    const side = (across: number, along: number, pixel: (n: number, step: number) => [number, number]) => {
      const errors = new Float64Array(across * along);
      for (let step = 0; step < along; step++)
        for (let n = 0; n < across; n++) errors[step * across + n] = error(...pixel(n, step));
      const cut = cheapestCut(errors, across, along);
      for (let step = 0; step < along; step++)
        for (let n = 0; n < cut[step]!; n++) {
          const [x, y] = pixel(n, step);
          isNew[y * width + x] = 0;
        }
    };
    if (spot.hasLeft) side(overlapX, height, (n, step) => [n, step]);
    if (spot.hasRight) side(overlapX, height, (n, step) => [width - 1 - n, step]);
    if (spot.hasTop) side(overlapY, width, (n, step) => [step, n]);
    if (spot.hasBottom) side(overlapY, width, (n, step) => [step, height - 1 - n]);
    return isNew;
  }
}

/** How much of what is around a pixel is of the new patch. */
function shareAround(isNew: Uint8Array, x: number, y: number, { width, height }: Spot): number {
  let [sum, count] = [0, 0];
  for (let dy = -1; dy <= 1; dy++)
    for (let dx = -1; dx <= 1; dx++) {
      if (x + dx < 0 || y + dy < 0 || x + dx >= width || y + dy >= height) continue;
      sum += isNew[(y + dy) * width + x + dx]!;
      count++;
    }
  return sum / count;
}

function mirrored({ width, height, data }: RawPicture): RawPicture {
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = 3 * (y * width + width - 1 - x);
      turned.set(data.subarray(from, from + 3), 3 * (y * width + x));
    }
  return { width, height, data: turned };
}

function meanOf({ data }: RawPicture): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  for (let at = 0; at < data.length; at++) sums[at % 3]! += data[at]!;
  return sums.map((sum) => Math.round((3 * sum) / data.length)) as [number, number, number];
}

/** 0..255, by the weights of Rec. 709. */
function lightness(data: Uint8Array, at: number): number {
  return (0.2126 * data[at]! + 0.7152 * data[at + 1]! + 0.0722 * data[at + 2]! + 0.5) | 0;
}

/** Colours of the palette for each lightness, by how much of the picture is darker: all of them get their room. */
function tableOf({ data }: RawPicture, palette: Palette): Uint8Array {
  const counts = new Float64Array(256);
  for (let at = 0; at < data.length; at += 3) counts[lightness(data, at)]!++;
  const table = new Uint8Array(3 * 256);
  let below = 0;
  for (let value = 0; value < 256; value++) {
    table.set(palette.at((below + counts[value]! / 2) / (data.length / 3)), 3 * value);
    below += counts[value]!;
  }
  return table;
}
