import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { largestDifference, randomFloats } from '../../../../models/testing/random.ts';
import { boxRows, type Rows } from './box-rows.ts';
import { slopeRows } from './guided.ts';

/** The rows of planar pictures of one size. */
async function* rowsOf(
  planes: readonly Float32Array[],
  width: number,
): Rows & AsyncGenerator<Float32Array[]> {
  for (let at = 0; at < planes[0]!.length; at += width)
    yield planes.map((plane) => plane.slice(at, at + width));
}

async function collected(rows: Rows): Promise<number[][]> {
  const out: number[][] = [];
  for await (const row of rows)
    for (const [c, plane] of row.entries()) {
      const kept = out[c] ?? [];
      out[c] = kept;
      kept.push(...plane);
    }
  return out;
}

/** By its definition. */
function meanAround(plane: Float32Array, width: number, radius: number): number[] {
  const height = plane.length / width;
  return Array.from(plane, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    let [sum, count] = [0, 0];
    for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++)
      for (let u = Math.max(0, x - radius); u <= Math.min(width - 1, x + radius); u++) {
        sum += plane[v * width + u]!;
        count += 1;
      }
    return sum / count;
  });
}

describe('the mean of a square around each pixel', () => {
  it('is what its definition says, for pictures of any size', async () => {
    const sizes = fc.tuple(
      fc.integer({ min: 1, max: 14 }),
      fc.integer({ min: 1, max: 14 }),
      fc.integer({ min: 0, max: 4 }),
    );
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(999), async ([width, height, radius], seed) => {
        const planes = [0, 1].map((c) => randomFloats(width * height, seed + c));
        const made = await collected(boxRows(rowsOf(planes, width), { width, height, channels: 2, radius }));
        planes.forEach((plane, c) => {
          const wanted = meanAround(plane, width, radius);
          expect(made[c]).toHaveLength(wanted.length);
          expect(largestDifference(made[c]!, wanted)).toBeLessThan(1e-5);
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe('how steeply a picture follows its guide', () => {
  const [width, height] = [24, 20];
  const slopes = async (guide: Float32Array, picture: Float32Array) =>
    (await collected(slopeRows(rowsOf([guide, picture], width), { width, height, channels: 1 })))[0]!;
  const edge = Float32Array.from({ length: width * height }, (_, at) => (at % width < 12 ? 0.2 : 0.8));
  const middle = 10 * width + 12;

  it('is nothing in a constant picture, and where the guide is flat', async () => {
    const flat = new Float32Array(width * height).fill(0.4);
    expect(Math.max(...(await slopes(edge, flat)).map(Math.abs))).toBeLessThan(1e-4);
    const noise = randomFloats(width * height, 3, 0, 1);
    expect(Math.max(...(await slopes(flat, noise)).map(Math.abs))).toBeLessThan(0.05);
  });

  it('is near 1 at an edge that both have, and as much less, or negative, as the picture has it', async () => {
    const [same = 0, half = 0, turned = 0] = await Promise.all(
      [edge, edge.map((value) => 0.3 + 0.5 * value), edge.map((value) => 1 - value)].map(
        async (picture) => (await slopes(edge, picture))[middle],
      ),
    );
    // One of the seven squares that the pixel lies in does not reach the edge.
    expect(same).toBeGreaterThan(0.8);
    expect(same).toBeLessThanOrEqual(1);
    expect(half / same).toBeCloseTo(0.5, 3);
    expect(turned / same).toBeCloseTo(-1, 3);
  });
});
