import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { STATISTICS, statisticsFeeds } from '../../../contract/statistics.ts';
import { cropTensor, testPicture } from '../../library/test-picture.ts';
import { largestDifference, randomFloats } from '../../testing/random.ts';
import { runBytes } from '../../testing/run.ts';
import { GraphBuilder } from '../builder.ts';
import { writeOnnx } from '../write.ts';
import { exposeStatistics } from './statistics.ts';

type Layer = 'point' | 'squeeze' | 'instance' | 'channels';
const LAYERS: readonly Layer[] = ['point', 'squeeze', 'instance', 'channels'];

/** A network that looks at single pixels and at the whole picture, and at nothing between. */
function network(layers: readonly Layer[], seed: number) {
  const builder = new GraphBuilder('pooled');
  let x = builder.input(3);
  const point = (value: string, from: number, index: number) =>
    builder.conv(value, {
      weight: randomFloats(4 * from, seed + index, -0.6, 0.6),
      dims: [4, from, 1, 1],
      bias: randomFloats(4, seed + index + 50, -0.2, 0.2),
    });
  x = point(x, 3, 0);
  layers.forEach((layer, index) => {
    if (layer === 'point') x = builder.relu(point(x, 4, index + 1));
    if (layer === 'squeeze') {
      const mean = builder.node('GlobalAveragePool', [x]);
      x = builder.mul(x, builder.sigmoid(point(mean, 4, index + 1)));
    }
    if (layer === 'instance') {
      const [scale, bias] = [0, 1].map((at) =>
        builder.constant(randomFloats(4, seed + index + at, 0.5, 1.5), [4]),
      ) as [string, string];
      x = builder.node('InstanceNormalization', [x, scale, bias]);
    }
    if (layer === 'channels') {
      const rows = builder.normalise(builder.reshape(x, [1, 4, -1]));
      const between = builder.softmax(builder.matmul(rows, builder.transpose(rows, [0, 2, 1])));
      const mixed = builder.matmul(between, builder.reshape(x, [1, 4, -1]));
      x = builder.reshape(mixed, [1, 4, builder.sizeOf(x, 2), builder.sizeOf(x, 3)]);
    }
  });
  builder.output(point(x, 4, 99), 4);
  return builder.graph;
}

const [HEIGHT, WIDTH] = [24, 40];
const picture = testPicture(3, HEIGHT, WIDTH);
const part = (left: number, width: number) =>
  cropTensor(picture, { channels: 3, height: HEIGHT, width: WIDTH }, { top: 0, left, height: HEIGHT, width });

/** The same network twice: as it is, and with statistics. */
function pair(layers: readonly Layer[], seed: number) {
  const plain = writeOnnx(network(layers, seed));
  const graph = network(layers, seed);
  const values = exposeStatistics(graph) ?? 0;
  const grown = writeOnnx(graph);
  const feed = (data: Float32Array, width: number) => ({ input: { data, dims: [1, 3, HEIGHT, width] } });
  const run = (data: Float32Array, width: number, given?: Float32Array) =>
    runBytes(ort, grown, { ...feed(data, width), ...statisticsFeeds(values, given) });
  return { values, run, whole: async () => (await runBytes(ort, plain, feed(picture, WIDTH))).output!.data };
}

/** A pass may change a result by 1e-4; of what is larger than a picture, by that share: float32 knows no better. */
function boundOf(values: Float32Array): number {
  return 1e-4 * values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
}

const networks = fc.tuple(
  fc.array(fc.constantFrom(...LAYERS), { minLength: 1, maxLength: 5 }),
  fc.integer({ min: 1, max: 1000 }),
);

describe('what a network measures over the whole picture', () => {
  it('changes nothing as long as it is not given', async () => {
    await fc.assert(
      fc.asyncProperty(networks, async ([layers, seed]) => {
        const { run, whole, values } = pair(['squeeze', ...layers], seed);
        expect(values).toBeGreaterThan(0);
        const made = await run(picture, WIDTH);
        const before = await whole();
        expect(largestDifference(made.output!.data, before)).toBeLessThan(boundOf(before));
        const again = await run(picture, WIDTH, made[STATISTICS.measured]!.data);
        expect(largestDifference(again.output!.data, before)).toBeLessThan(boundOf(before));
      }),
      { numRuns: 20 },
    );
  });

  it('makes a part of the picture the same part of the whole result', async () => {
    await fc.assert(
      fc.asyncProperty(networks, async ([layers, seed]) => {
        const { run, whole } = pair(['squeeze', ...layers], seed);
        const given = (await run(picture, WIDTH))[STATISTICS.measured]!.data;
        const size = { channels: 4, height: HEIGHT, width: WIDTH };
        const expected = cropTensor(await whole(), size, { top: 0, left: 8, height: HEIGHT, width: 16 });
        const made = await run(part(8, 16), 16, given);
        expect(largestDifference(made.output!.data, expected)).toBeLessThan(boundOf(expected));
      }),
      { numRuns: 20 },
    );
  });

  it('is the mean of what equal parts measure, at the first place', async () => {
    for (const layer of ['squeeze', 'instance'] as const) {
      const { run } = pair([layer], 3);
      const measured = async (data: Float32Array, width: number, given?: Float32Array) =>
        (await run(data, width, given))[STATISTICS.measured]!.data;
      const whole = await measured(picture, WIDTH);
      const [left, right] = [await measured(part(0, 20), 20), await measured(part(20, 20), 20)];
      const mean = left.map((value, index) => (value + right[index]!) / 2);
      expect(largestDifference(mean.subarray(0, 4), whole.subarray(0, 4))).toBeLessThan(1e-6);
    }
  });

  it('is nothing in a network that sees only what is near', () => {
    expect(exposeStatistics(network(['point', 'point'], 1))).toBeUndefined();
  });
});
