import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { largestDifference, randomFloats } from '../../testing/random.ts';
import { runBytes } from '../../testing/run.ts';
import { SPELLED, type SpelledName } from '../../testing/spelled-resampling.ts';
import { GraphBuilder } from '../builder.ts';
import type { Graph } from '../graph.ts';
import { readOnnx } from '../read.ts';
import { writeOnnx } from '../write.ts';
import { optimise } from './index.ts';
import { recogniseResampling } from './resampling.ts';

const copy = (graph: Graph) => readOnnx(writeOnnx(graph), 'copy');
const names = Object.keys(SPELLED) as SpelledName[];

/** Features, resampled by each in turn and brought back to their size; something before and behind each. */
function network(list: readonly SpelledName[], factor: number, seed: number): Graph {
  const builder = new GraphBuilder('resampled');
  const channels = 2 * factor ** 2;
  const conv = (x: string, from: number, to: number, at: number) =>
    builder.conv(x, { weight: randomFloats(to * from, seed + at, -0.4, 0.4), dims: [to, from, 1, 1] });
  let x = conv(builder.input(3), 3, channels, 1);
  list.forEach((name, index) => {
    const { spell, out, grows } = SPELLED[name];
    const made = builder.relu(spell(builder, x, channels, factor));
    const attributes = { kernel_shape: { ints: [factor, factor] }, strides: { ints: [factor, factor] } };
    const small = grows
      ? builder.node('AveragePool', [made], attributes)
      : builder.depthToSpace(made, factor);
    const left = grows ? out(channels, factor) : out(channels, factor) / factor ** 2;
    x = conv(small, left, channels, index + 2);
  });
  builder.output(conv(x, channels, 3, 99), 3);
  return builder.graph;
}

async function difference(before: Graph, after: Graph, width: number): Promise<number> {
  const feeds = { input: { data: randomFloats(3 * 12 * width, 9, 0, 1), dims: [1, 3, 12, width] } };
  const [a, b] = [
    await runBytes(ort, writeOnnx(before), feeds),
    await runBytes(ort, writeOnnx(after), feeds),
  ];
  expect(b.output!.dims).toEqual(a.output!.dims);
  return largestDifference(a.output!.data, b.output!.data) / Math.max(1, ...a.output!.data.map(Math.abs));
}

describe('resampling that is spelled out', () => {
  test('becomes one operator without a change of the result', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }),
        fc.constantFrom(2, 3),
        fc.integer({ min: 1, max: 99 }),
        async (list, wished, seed) => {
          // Passes look at sizes that are multiples of powers of two.
          const factor = list.every((name) => SPELLED[name].grows) ? wished : 2;
          const graph = network(list, factor, seed);
          const after = copy(graph);
          expect(recogniseResampling(after)).toBe(list.length);
          expect(recogniseResampling(after)).toBe(0);
          expect(await difference(graph, after, 6)).toBeLessThan(1e-4);
          optimise(after);
          expect(await difference(graph, after, 18)).toBeLessThan(1e-4);
        },
      ),
      { numRuns: 8 },
    );
  });

  test.each(names)('%s is known, and nothing of it is left', async (name) => {
    const graph = network([name], 2, 5);
    const after = copy(graph);
    optimise(after);
    const ops = after.nodes.map((node) => node.op);
    const becomes = SPELLED[name].becomes;
    expect(ops).toContain(becomes);
    for (const op of ['Reshape', 'Expand', 'Tile', 'Gather', 'Split', 'Shape', 'Transpose'])
      expect(ops).not.toContain(op);
    expect(await difference(graph, after, 8)).toBeLessThan(1e-4);
  });

  test('is not what spreads a number over a picture, nor over one padded to a size that two pictures share', async () => {
    const builder = new GraphBuilder('spread');
    const picture = builder.input(3);
    const [height, width] = [builder.sizeOf(picture, 2), builder.sizeOf(picture, 3)];
    const padded = builder.padEnd(picture, builder.missing(height, 64), builder.missing(width, 64), 'edge');
    const shared = [builder.sizeOf(padded, 2), builder.sizeOf(padded, 3)];
    const mean = builder.mean(padded, [1, 2, 3]);
    const wide = builder.expand(mean, [1, 1, shared[0]!, shared[1]!]);
    builder.output(builder.crop(builder.add(padded, wide), height, width), 3);
    const after = copy(builder.graph);
    expect(recogniseResampling(after)).toBe(0);
    optimise(after);
    expect(await difference(builder.graph, after, 130)).toBeLessThan(1e-5);
  });

  test('keeps the crop behind it, which odd sizes only need', async () => {
    const builder = new GraphBuilder('cropped');
    const picture = builder.input(3);
    const [height, width] = [builder.sizeOf(picture, 2), builder.sizeOf(picture, 3)];
    // Mirrored by more than a small picture has, and to even sizes.
    const ends = [height, width].map((size) => builder.sized('Add', builder.missing(size, 2), 19).value);
    const pads = builder.concat([builder.ints([0, 0, 19, 19, 0, 0]), ...ends], 0);
    const padded = builder.node('Pad', [picture, pads], { mode: { string: 'reflect' } });
    const wide = builder.conv(padded, { weight: randomFloats(12 * 3, 1), dims: [12, 3, 1, 1] });
    const inner = builder.slice(builder.slice(wide, 2, 19, -19), 3, 19, -19);
    const woven = builder.depthToSpace(inner, 2);
    builder.output(builder.crop(woven, builder.sized('Mul', height, 2), builder.sized('Mul', width, 2)), 3);
    const after = copy(builder.graph);
    recogniseResampling(after);
    const feeds = { input: { data: randomFloats(3 * 41 * 55, 9, 0, 1), dims: [1, 3, 41, 55] } };
    const [a, b] = [
      await runBytes(ort, writeOnnx(builder.graph), feeds),
      await runBytes(ort, writeOnnx(after), feeds),
    ];
    expect([a.output!.dims, b.output!.dims]).toEqual([
      [1, 3, 82, 110],
      [1, 3, 82, 110],
    ]);
  });

  test('that is not quite it stays', async () => {
    const builder = new GraphBuilder('near');
    const x = builder.conv(builder.input(3), { weight: randomFloats(4 * 3, 1), dims: [4, 3, 1, 1] });
    const [height, width] = [builder.sizeOf(x, 2), builder.sizeOf(x, 3)];
    // Each row twice over, not each pixel: the picture beside itself.
    const beside = builder.concat([x, x], 3);
    const below = builder.concat([beside, beside], 2);
    // Blocks woven with rows and columns exchanged.
    const six = builder.reshape(below, [
      1,
      1,
      2,
      2,
      builder.sized('Mul', height, 2),
      builder.sized('Mul', width, 2),
    ]);
    const turned = builder.transpose(six, [0, 1, 4, 3, 5, 2]);
    builder.output(
      builder.reshape(turned, [1, 1, builder.sized('Mul', height, 4), builder.sized('Mul', width, 4)]),
      1,
    );
    const after = copy(builder.graph);
    expect(recogniseResampling(after)).toBe(0);
    expect(await difference(builder.graph, after, 8)).toBe(0);
  });
});
