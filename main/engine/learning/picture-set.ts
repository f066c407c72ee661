import path from 'node:path';
import { GessoError, isCancelled } from '../../../contract/errors.ts';
import { countOf } from '../../../models/graph/values.ts';
import { probe } from '../media/probe.ts';
import { type RawPicture, readRawPicture, readRawSquare } from '../media/raw-picture.ts';
import { Random } from '../random.ts';
import type { Given } from './open-graph.ts';

/** More would not fit into memory beside all else: 1 GB of bytes. */
const MOST_BYTES = 1e9;
/** Of fewer pictures than this, large ones are cut into squares where textures are learnt. */
const FEW = 32;
/** A picture is large from so many squares on along both sides; no more is seen of it than so many pixels. */
const LARGE = 4;
const LONGEST = 1024;
/** Unreadable files that are named; the others are counted. */
const NAMED = 5;

/** Small squares of pictures, held as bytes: interleaved RGB. */
export class PictureSet {
  private constructor(
    readonly size: number,
    /** The files, in the order of the pictures. */
    readonly files: readonly string[],
    private readonly bytes: Uint8Array,
    /** What was left out, in words. */
    readonly notes: readonly string[],
  ) {}

  /**
   * Reads the middle squares of pictures. Files that cannot be read are left out and named in `notes`.
   * @param least as many are needed
   * @param cuts few and large pictures are textures: squares all over them are taken, at half their size
   * @throws GessoError input/unsupported where there are fewer; input/too-large
   */
  static async read(
    files: readonly string[],
    size: number,
    least: number,
    checkpoint: () => void = () => {},
    { cuts = false }: { cuts?: boolean } = {},
  ): Promise<PictureSet> {
    if (cuts && files.length < FEW) {
      const cut = await cutAll(files, size, checkpoint);
      if (cut.files.length >= least) return new PictureSet(size, cut.files, cut.bytes, cut.notes);
    }
    const each = 3 * size * size;
    if (files.length * each > MOST_BYTES)
      throw new GessoError(
        'input/too-large',
        `${files.length} pictures of ${size} x ${size} pixels are more than Gesso holds in memory.`,
        `Choose ${Math.floor(MOST_BYTES / each)} of them, or a smaller --size.`,
      );
    const bytes = new Uint8Array(files.length * each);
    const read: string[] = [];
    const left: string[] = [];
    for (const file of files) {
      checkpoint();
      try {
        const { data } = await readRawSquare(await probe(file), size);
        bytes.set(data, read.length * each);
        read.push(file);
      } catch (thrown) {
        if (isCancelled(thrown)) throw thrown;
        left.push(path.basename(file));
      }
    }
    if (read.length < least) throw tooFew(read.length, left, least);
    const named = left.slice(0, NAMED).join(', ');
    const more = left.length > NAMED ? ` and ${left.length - NAMED} more` : '';
    const notes = left.length ? [`Left out, because they cannot be read: ${named}${more}.`] : [];
    return new PictureSet(size, read, bytes.subarray(0, read.length * each), notes);
  }

  get count(): number {
    return this.files.length;
  }

  /** Puts picture `index` into floats at `offset`: planar RGB, `low` to `high`, mirrored where asked for. */
  put(index: number, into: Float32Array, offset: number, { low = 0, high = 1, mirrored = false } = {}): void {
    const { size, bytes } = this;
    const area = size * size;
    const from = index * 3 * area;
    const range = (high - low) / 255;
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++) {
        const place = from + 3 * (y * size + (mirrored ? size - 1 - x : x));
        const to = offset + y * size + x;
        for (let c = 0; c < 3; c++) into[to + c * area] = low + range * bytes[place + c]!;
      }
  }

  /** Pictures by number as a batch [n, 3, size, size], `low` to `high`. */
  batch(indices: readonly number[], range: { low?: number; high?: number } = {}): Given {
    const each = 3 * this.size ** 2;
    const floats = new Float32Array(indices.length * each);
    for (const [at, index] of indices.entries()) this.put(index, floats, at * each, range);
    return { floats, dims: [indices.length, 3, this.size, this.size] };
  }

  /** A batch for a step: which pictures, and which of them mirrored, hangs on the seed and the step alone. */
  drawn(
    seed: number,
    step: number,
    count: number,
    { below = this.count, mirrors = false, low = 0, high = 1 } = {},
  ): Given {
    const each = 3 * this.size ** 2;
    const floats = new Float32Array(count * each);
    const random = new Random(seed, step);
    for (let at = 0; at < count; at++)
      this.put(random.below(below), floats, at * each, {
        low,
        high,
        mirrored: mirrors && random.unit() < 0.5,
      });
    return { floats, dims: [count, 3, this.size, this.size] };
  }
}

/** Squares of twice the size, half of each shared with the next, brought to half their size; of large pictures only. */
async function cutAll(
  files: readonly string[],
  size: number,
  checkpoint: () => void,
): Promise<{ files: string[]; bytes: Uint8Array; notes: string[] }> {
  const squares: Uint8Array[] = [];
  const names: string[] = [];
  const large: string[] = [];
  for (const file of files) {
    checkpoint();
    const picture = await probe(file)
      .then((info) => readRawPicture(info, LONGEST))
      .catch((thrown: unknown) => {
        if (isCancelled(thrown)) throw thrown;
        return undefined;
      });
    if (!picture || Math.min(picture.width, picture.height) < LARGE * size) continue;
    large.push(path.basename(file));
    for (let top = 0; top + 2 * size <= picture.height; top += size)
      for (let left = 0; left + 2 * size <= picture.width; left += size) {
        squares.push(halved(picture, left, top, size));
        names.push(file);
      }
  }
  const bytes = new Uint8Array(squares.length * 3 * size * size);
  for (const [at, square] of squares.entries()) bytes.set(square, at * square.length);
  const notes = large.length ? [`Cut into ${squares.length} squares: ${large.join(', ')}.`] : [];
  return { files: names, bytes, notes };
}

/** A square of twice the size, each pixel the mean of four. */
function halved({ width, data }: RawPicture, left: number, top: number, size: number): Uint8Array {
  const square = new Uint8Array(3 * size * size);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      for (let c = 0; c < 3; c++) {
        const at = 3 * ((top + 2 * y) * width + left + 2 * x) + c;
        const sum = data[at]! + data[at + 3]! + data[at + 3 * width]! + data[at + 3 * width + 3]!;
        square[3 * (y * size + x) + c] = (sum + 2) >> 2;
      }
  return square;
}

function tooFew(read: number, left: readonly string[], least: number): GessoError {
  const unread = left.length ? ` (${left.length} could not be read, as ${left[0]})` : '';
  return new GessoError(
    'input/unsupported',
    `${read === 1 ? 'There is one picture' : `There are ${read} pictures`}${unread}; at least ${least} are needed to learn from.`,
    'Add pictures of one kind: the more, and the more alike, the better it learns.',
  );
}

/** Normal numbers for a step, by its seed and number. */
export function normals(seed: number, step: number, dims: readonly number[]): Given {
  const floats = new Float32Array(countOf(dims));
  const random = new Random(seed, step);
  for (let at = 0; at < floats.length; at += 2) {
    // Box and Muller: two at a time; 1 - u keeps zero out of the logarithm.
    const radius = Math.sqrt(-2 * Math.log(1 - random.unit()));
    const angle = 2 * Math.PI * random.unit();
    floats[at] = radius * Math.cos(angle);
    if (at + 1 < floats.length) floats[at + 1] = radius * Math.sin(angle);
  }
  return { floats, dims };
}

/** Planar pictures [n, 3, size, size], `low` to `high`, side by side in a sheet. */
export function sheetOf(
  planes: Float32Array,
  size: number,
  columns: number,
  { low = 0, high = 1 } = {},
): RawPicture {
  const area = size * size;
  const count = Math.floor(planes.length / (3 * area));
  const rows = Math.ceil(count / columns);
  const width = columns * size;
  const data = new Uint8Array(3 * width * rows * size);
  for (let picture = 0; picture < count; picture++) {
    const left = (picture % columns) * size;
    const top = Math.floor(picture / columns) * size;
    for (let c = 0; c < 3; c++)
      for (let at = 0; at < area; at++) {
        const value = (planes[(3 * picture + c) * area + at]! - low) / (high - low);
        const place = (top + Math.floor(at / size)) * width + left + (at % size);
        data[3 * place + c] = Math.min(255, Math.max(0, Math.round(255 * value)));
      }
  }
  return { width, height: rows * size, data };
}
