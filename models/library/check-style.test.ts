import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import { checkReader } from './check-style.ts';
import type { RunModel } from './run-model.ts';

/** A reader of 4 numbers from pictures of 8 x 8, by what it makes of the picture. */
async function check(read: (picture: Float32Array) => number[], side = 8): Promise<unknown> {
  const builder = new GraphBuilder('reader');
  builder.extraInput('input', [1, 3, side, 8]);
  const run: RunModel = async (_, { input }) => ({
    output: { data: Float32Array.from(read(input!.data)), dims: [read(input!.data).length] },
  });
  return checkReader({ graph: builder.graph, style: { values: 4 } }, 'reader.onnx', 'reader', run);
}

describe('a network that reads styles', () => {
  it('reads different ones in different pictures, and takes the size that it was made for', async () => {
    const sum = (picture: Float32Array) => picture.reduce((a, b) => a + b, 0);
    expect(await check((picture) => [sum(picture), 1, 2, 3])).toEqual({ multipleOf: 8, minimum: 8 });
  });

  it.each<[string, (picture: Float32Array) => number[], number?]>([
    ['sees the same in all', () => [1, 2, 3, 4]],
    ['gives no numbers', () => [Number.NaN, 1, 2, 3]],
    ['gives another list than it promises', ([first = 0]) => [first]],
    ['takes pictures that are not square', ([first = 0]) => [first, 1, 2, 3], 16],
  ])('is refused when it %s', async (_, read, side) => {
    await expect(check(read, side)).rejects.toMatchObject({ code: 'model/broken' });
  });
});
