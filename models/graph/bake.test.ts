import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { STATISTICS, statisticsFeeds } from '../../contract/statistics.ts';
import { cropTensor, testPicture } from '../library/test-picture.ts';
import { largestDifference, randomFloats } from '../testing/random.ts';
import { runBytes } from '../testing/run.ts';
import { bake } from './bake.ts';
import { GraphBuilder } from './builder.ts';
import type { Graph } from './graph.ts';
import {
  CORE,
  exposeStatistics,
  measureWithin,
  statisticSizes,
  varianceStatistics,
} from './passes/statistics.ts';
import { readOnnx } from './read.ts';
import { writeOnnx } from './write.ts';

type Form = 'operator' | 'spelled' | 'pooled';

/** Two layers of half the size with a normalisation behind each, whose factors a style of five numbers makes. */
function network(form: Form): Graph {
  const builder = new GraphBuilder('painter');
  let x = builder.input(3);
  const style = builder.extraInput('style', [5]);
  const list = builder.reshape(style, [1, 5, 1, 1]);
  const weights = (count: number, seed: number) => randomFloats(count, seed, -0.5, 0.5);
  const factor = (seed: number) =>
    builder.conv(list, { weight: weights(20, seed), dims: [4, 5, 1, 1], bias: weights(4, seed + 1) });
  for (const layer of [0, 1]) {
    const from = layer === 0 ? 3 : 4;
    x = builder.conv(x, {
      weight: weights(4 * from * 9, 10 + layer),
      dims: [4, from, 3, 3],
      pads: [1, 1, 1, 1],
      ...(layer === 0 && { strides: [2, 2] as [number, number] }),
    });
    const [gamma, beta] = [factor(20 + layer), factor(30 + layer)];
    x = builder.relu(builder.add(builder.mul(normalised(builder, x, form), gamma), beta));
  }
  const out = builder.conv(x, { weight: weights(12, 40), dims: [3, 4, 1, 1] });
  builder.output(builder.resize(out, 2, 2, NEAREST), 3);
  return builder.graph;
}

function normalised(builder: GraphBuilder, x: string, form: Form): string {
  if (form === 'operator') {
    const [scale, bias] = [1, 0].map((value) => builder.constant(new Float32Array(4).fill(value), [4]));
    return builder.node('InstanceNormalization', [x, scale!, bias!]);
  }
  const mean = (value: string) =>
    form === 'pooled' ? builder.node('GlobalAveragePool', [value]) : builder.mean(value, [2, 3]);
  const centred = builder.sub(x, mean(x));
  const square =
    form === 'pooled' ? builder.mul(centred, centred) : builder.node('Pow', [centred, builder.scalar(2)]);
  const deviation = builder.node('Sqrt', [builder.add(mean(square), builder.scalar(1e-5))]);
  return builder.node('Div', [centred, deviation]);
}

const NEAREST = { mode: 'nearest', coordinates: 'asymmetric' } as const;
const [HEIGHT, WIDTH] = [24, 40];
const picture = testPicture(3, HEIGHT, WIDTH);
const style = Float32Array.of(0.4, -0.7, 1.1, 0.2, -0.3);
const pictureFeed = (data: Float32Array, width: number) => ({
  input: { data, dims: [1, 3, HEIGHT, width] },
});
const part = (left: number, width: number) =>
  cropTensor(picture, { channels: 3, height: HEIGHT, width: WIDTH }, { top: 0, left, height: HEIGHT, width });

/** The installed form of a network, and what it makes of the whole picture. */
async function installed(form: Form) {
  const graph = network(form);
  const values = exposeStatistics(graph) ?? 0;
  const bytes = writeOnnx(graph);
  const made = await runBytes(ort, bytes, {
    ...pictureFeed(picture, WIDTH),
    style: { data: style, dims: [5] },
    ...statisticsFeeds(values),
  });
  return { values, bytes, output: made.output!.data, statistics: made[STATISTICS.measured]!.data };
}

describe.each<Form>(['operator', 'spelled', 'pooled'])('normalisations as %s', (form) => {
  it('are gone when statistics and style are baked in, and the result is the same', async () => {
    const { bytes, output, statistics } = await installed(form);
    const graph = readOnnx(bytes, 'painter');
    bake(graph, { statistics, inputs: { style } });
    expect(graph.inputs.map(({ name }) => name)).toEqual(['input']);
    expect(new Set(graph.nodes.map(({ op }) => op))).toEqual(new Set(['Conv', 'Relu', 'Resize']));
    const made = await runBytes(ort, writeOnnx(graph), pictureFeed(picture, WIDTH));
    expect(largestDifference(made.output!.data, output)).toBeLessThan(1e-4);
    // Another style would make another picture: the comparison can fail.
    const other = readOnnx(bytes, 'painter');
    bake(other, { statistics, inputs: { style: style.map((value) => -value) } });
    const unlike = await runBytes(ort, writeOnnx(other), pictureFeed(picture, WIDTH));
    expect(largestDifference(unlike.output!.data, output)).toBeGreaterThan(0.05);
  });

  it('know their variances from their means', async () => {
    const { bytes } = await installed(form);
    const graph = readOnnx(bytes, 'painter');
    expect(statisticSizes(graph)).toEqual([4, 4, 4, 4]);
    expect([...varianceStatistics(graph)]).toEqual([1, 3]);
  });

  it('measure the first layer within parts so that the parts make up the whole', async () => {
    const { bytes, values, statistics } = await installed(form);
    const graph = readOnnx(bytes, 'painter');
    expect(measureWithin(graph, 2)).toBe(4);
    const within = writeOnnx(graph);
    // Two tiles that overlap by 8 pixels; each counts to the middle of that.
    const tiles = [
      { left: 0, core: [0, 0, 12, 10] },
      { left: 16, core: [0, 2, 12, 12] },
    ];
    const sums = [new Float64Array(4), new Float64Array(4)];
    for (const { left, core } of tiles) {
      const made = await runBytes(ort, within, {
        ...pictureFeed(part(left, 24), 24),
        style: { data: style, dims: [5] },
        ...statisticsFeeds(values),
        [CORE]: { data: Float32Array.from(core), dims: [4] },
      });
      const measured = made[STATISTICS.measured]!.data;
      for (let c = 0; c < 4; c++) {
        sums[0]![c]! += measured[c]! / 2;
        sums[1]![c]! += (measured[4 + c]! + measured[c]! ** 2) / 2;
      }
    }
    const variances = Float32Array.from(sums[1]!, (square, c) => square - sums[0]![c]! ** 2);
    expect(largestDifference(Float32Array.from(sums[0]!), statistics.subarray(0, 4))).toBeLessThan(1e-5);
    expect(largestDifference(variances, statistics.subarray(4, 8))).toBeLessThan(1e-5);
  });

  it('can be cut off behind a layer, with what the layers before measure given', async () => {
    const { bytes, statistics } = await installed(form);
    const graph = readOnnx(bytes, 'painter');
    const outputs = [2, 3].map((index) => ({
      name: `statistic_${index}_measured`,
      type: 'float32' as const,
      dims: [4],
    }));
    bake(graph, { statistics, known: 2, inputs: { style }, outputs });
    // One convolution before the layer that measures, and its own.
    expect(graph.nodes.filter(({ op }) => op === 'Conv')).toHaveLength(2);
    const made = await runBytes(ort, writeOnnx(graph), pictureFeed(picture, WIDTH));
    const measured = outputs.map(({ name }) => made[name]!.data);
    expect(largestDifference(measured[0]!, statistics.subarray(8, 12))).toBeLessThan(1e-4);
    expect(largestDifference(measured[1]!, statistics.subarray(12, 16))).toBeLessThan(1e-4);
  });
});

it('a network without statistics takes a style all the same', async () => {
  const builder = new GraphBuilder('plain');
  const x = builder.input(3);
  builder.output(builder.mul(x, builder.reshape(builder.extraInput('style', [3]), [1, 3, 1, 1])), 3);
  bake(builder.graph, { inputs: { style: Float32Array.of(1, 2, 3) } });
  expect(builder.graph.inputs.map(({ name }) => name)).toEqual(['input']);
  const made = await runBytes(ort, writeOnnx(builder.graph), {
    input: { data: Float32Array.of(1, 1, 1), dims: [1, 3, 1, 1] },
  });
  expect([...made.output!.data]).toEqual([1, 2, 3]);
});
