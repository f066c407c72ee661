import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { VaeShape } from '../../../../models/learning/vae.ts';
import { fsyncFile } from '../../../../models/library/storage.ts';
import type { Given } from '../../learning/open-graph.ts';
import type { PictureSet } from '../../learning/picture-set.ts';

const SPACE = 'space.json';
const CODES = 'codes.bin';

const spaceRecord = z.object({
  /** The pictures, in the order of the codes. */
  files: z.array(z.string()),
  /** Of the codes, by number. */
  mean: z.array(z.number()),
  /** Axes along which the codes differ most, the foremost first, and how much: deviations. */
  directions: z.array(z.array(z.number())),
  deviations: z.array(z.number()),
  /** The mean square of what the network misses of a picture, over all of them; and of its logarithm the middle and the
   * spread about it. */
  error: z.number(),
  missed: z.object({ middle: z.number(), spread: z.number() }),
});

/** Where pictures lie among all that a network can make. */
export interface PictureSpace extends z.infer<typeof spaceRecord> {
  /** One a picture. */
  readonly codes: readonly Float32Array[];
}

type Through = (x: Given) => Promise<Record<string, Float32Array>>;

/** Codes of pictures, and how much is missed of each (mean square). */
export async function codesOf(
  pictures: PictureSet,
  shape: VaeShape,
  batch: number,
  through: Through,
): Promise<{ codes: Float32Array[]; errors: number[] }> {
  const codes: Float32Array[] = [];
  const errors: number[] = [];
  const each = 3 * shape.size ** 2;
  for (let from = 0; from < pictures.count; from += batch) {
    // The last batch is filled up with its first picture.
    const indices = Array.from({ length: batch }, (_, at) => (from + at < pictures.count ? from + at : from));
    const x = pictures.batch(indices);
    const made = await through(x);
    for (let at = 0; at < batch && from + at < pictures.count; at++) {
      codes.push(made.mean!.slice(at * shape.latent, (at + 1) * shape.latent));
      let sum = 0;
      for (let place = at * each; place < (at + 1) * each; place++)
        sum += (x.floats[place]! - made.output![place]!) ** 2;
      errors.push(sum / each);
    }
  }
  return { codes, errors };
}

export async function measureSpace(
  pictures: PictureSet,
  shape: VaeShape,
  batch: number,
  through: Through,
): Promise<PictureSpace> {
  const { codes, errors } = await codesOf(pictures, shape, batch, through);
  const mean = Array.from({ length: shape.latent }, (_, at) => average(codes.map((code) => code[at]!)));
  const axes = principalAxes(codes, mean);
  return {
    files: [...pictures.files],
    codes,
    mean,
    directions: axes.map(({ axis }) => axis),
    deviations: axes.map(({ deviation }) => deviation),
    error: average(errors),
    missed: middleOf(errors.map((error) => Math.log(error + 1e-9))),
  };
}

export async function writeSpace(folder: string, { codes, ...space }: PictureSpace): Promise<void> {
  const file = path.join(folder, SPACE);
  await writeFile(file, JSON.stringify(space));
  await fsyncFile(file);
  const bytes = path.join(folder, CODES);
  await writeFile(
    bytes,
    Buffer.concat(codes.map((code) => new Uint8Array(code.buffer, code.byteOffset, code.byteLength))),
  );
  await fsyncFile(bytes);
}

export async function readSpace(folder: string): Promise<PictureSpace> {
  const space = spaceRecord.parse(JSON.parse(await readFile(path.join(folder, SPACE), 'utf8')));
  const bytes = await readFile(path.join(folder, CODES));
  const floats = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const size = space.mean.length;
  const codes = space.files.map((_, at) => floats.slice(at * size, (at + 1) * size));
  return { ...space, codes };
}

/** How far two codes are apart, in deviations along the axes: what varies little counts as much as what varies much. */
export function distance(space: PictureSpace, a: ArrayLike<number>, c: ArrayLike<number>): number {
  const least = (space.deviations[0] ?? 1) * 0.05;
  let sum = 0;
  space.directions.forEach((axis, at) => {
    let along = 0;
    axis.forEach((value, place) => {
      along += value * (a[place]! - c[place]!);
    });
    sum += (along / Math.max(least, space.deviations[at]!)) ** 2;
  });
  return Math.sqrt(sum / Math.max(1, space.directions.length));
}

/**
 * The axes of a cloud of codes by their covariance (Jacobi's rotations), the widest first.
 */
export function principalAxes(
  codes: readonly ArrayLike<number>[],
  mean: readonly number[],
): { axis: number[]; deviation: number }[] {
  const size = mean.length;
  const matrix = Array.from({ length: size }, () => new Float64Array(size));
  for (const code of codes)
    for (let i = 0; i < size; i++)
      for (let j = 0; j <= i; j++) matrix[i]![j]! += (code[i]! - mean[i]!) * (code[j]! - mean[j]!);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      matrix[i]![j]! /= Math.max(1, codes.length);
      matrix[j]![i] = matrix[i]![j]!;
    }
  const vectors = Array.from({ length: size }, (_, i) => {
    const row = new Float64Array(size);
    row[i] = 1;
    return row;
  });
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (let i = 1; i < size; i++) for (let j = 0; j < i; j++) off += matrix[i]![j]! ** 2;
    if (off < 1e-18) break;
    for (let p = 0; p < size; p++)
      for (let q = p + 1; q < size; q++) {
        const between = matrix[p]![q]!;
        if (Math.abs(between) < 1e-15) continue;
        const theta = (matrix[q]![q]! - matrix[p]![p]!) / (2 * between);
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < size; k++) {
          const [a, d] = [matrix[k]![p]!, matrix[k]![q]!];
          matrix[k]![p] = c * a - s * d;
          matrix[k]![q] = s * a + c * d;
        }
        for (let k = 0; k < size; k++) {
          const [a, d] = [matrix[p]![k]!, matrix[q]![k]!];
          matrix[p]![k] = c * a - s * d;
          matrix[q]![k] = s * a + c * d;
          const [v, w] = [vectors[k]![p]!, vectors[k]![q]!];
          vectors[k]![p] = c * v - s * w;
          vectors[k]![q] = s * v + c * w;
        }
      }
  }
  return Array.from({ length: size }, (_, at) => ({
    axis: vectors.map((row) => row[at]!),
    deviation: Math.sqrt(Math.max(0, matrix[at]![at]!)),
  })).sort((a, b) => b.deviation - a.deviation);
}

export function average(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
}

/** The middle of some numbers and their spread about it, which a few far off do not change. */
export function middleOf(values: readonly number[]): { middle: number; spread: number } {
  const middle = median(values);
  // 1.4826 makes the middle of the differences what a normal spread has as its deviation.
  const spread = 1.4826 * median(values.map((value) => Math.abs(value - middle))) + 1e-3;
  return { middle, spread };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
}
