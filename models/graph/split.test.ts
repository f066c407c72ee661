import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { largestDifference, randomFloats } from '../testing/random.ts';
import { runBytes } from '../testing/run.ts';
import { GraphBuilder } from './builder.ts';
import type { Graph } from './graph.ts';
import { specialise } from './specialise.ts';
import { split } from './split.ts';
import { writeOnnx } from './write.ts';

const SIZE = { width: 8, height: 6 };
const DIMS = [1, 3, SIZE.height, SIZE.width];

interface Options {
  /** Seeds of the encoders of both pictures. */
  seeds?: [number, number];
  /** The second encoder's nodes before the first's. */
  swapped?: boolean;
  /** An output that hangs on one picture alone. */
  loose?: boolean;
}

/** Two pictures, each through an encoder; their features, the pictures and a number are mixed. */
function twoPictures({ seeds = [1, 1], swapped, loose }: Options = {}): Graph {
  const builder = new GraphBuilder('two');
  const pictures = [builder.input(3, 'a'), builder.input(3, 'b')];
  const time = builder.extraInput('time', [1, 1, 1, 1]);
  const encode = (side: number) => {
    const weight = randomFloats(4 * 3 * 9, seeds[side] ?? 0, -0.3, 0.3);
    const features = builder.conv(pictures[side] ?? '', { weight, dims: [4, 3, 3, 3], pads: [1, 1, 1, 1] });
    return builder.leakyRelu(features, 0.2);
  };
  const order = swapped ? [1, 0] : [0, 1];
  const features: string[] = [];
  for (const side of order) features[side] = encode(side);
  const [a, b] = features as [string, string];
  // The pictures themselves are handed over too.
  const seen = builder.concat([builder.mul(a, time), b, ...pictures]);
  const weight = randomFloats(3 * 14, 5, -0.3, 0.3);
  builder.output(builder.conv(seen, { weight, dims: [3, 14, 1, 1] }), 3);
  if (loose) builder.output(a, 4, 'loose');
  return specialise(builder.graph, SIZE);
}

const picture = (seed: number) => ({ data: randomFloats(3 * 48, seed, 0, 1), dims: DIMS });
const [a, b] = [picture(7), picture(8)];
const time = { data: Float32Array.of(0.3), dims: [1, 1, 1, 1] };

async function inParts(graph: Graph): Promise<Float32Array> {
  const { each, rest } = split(graph, ['a', 'b'])!;
  const feeds = Object.fromEntries(
    (await Promise.all([a, b].map((input) => runBytes(ort, writeOnnx(each), { input })))).flatMap(
      (made, side) => Object.entries(made).map(([name, value]) => [`${'ab'[side]}/${name}`, value]),
    ),
  );
  return (await runBytes(ort, writeOnnx(rest), { ...feeds, time })).output!.data;
}

describe('a graph split into what hangs on one picture and the rest', () => {
  it('does in two parts what it does whole', async () => {
    for (const swapped of [false, true]) {
      const graph = twoPictures({ swapped });
      const whole = (await runBytes(ort, writeOnnx(graph), { a, b, time })).output!.data;
      expect(largestDifference(await inParts(graph), whole)).toBeLessThan(1e-6);
    }
  });

  it('holds each weight in one part, and computes nothing twice', () => {
    const graph = twoPictures();
    const { each, rest } = split(graph, ['a', 'b'])!;
    const convs = ({ nodes }: Graph) => nodes.filter(({ op }) => op === 'Conv').length;
    expect([convs(graph), convs(each), convs(rest)]).toEqual([3, 1, 1]);
    expect(each.outputs.map(({ dims }) => dims)).toEqual([[1, 4, 6, 8], DIMS]);
    expect([...each.initializers.keys()].filter((name) => rest.initializers.has(name))).toEqual([]);
  });

  it('leaves the graph that was given as it was', () => {
    const graph = twoPictures();
    const before = JSON.stringify([graph.nodes, graph.inputs, graph.outputs]);
    split(graph, ['a', 'b']);
    expect(JSON.stringify([graph.nodes, graph.inputs, graph.outputs])).toBe(before);
  });

  it('is none where the pictures are treated differently', () => {
    expect(split(twoPictures({ seeds: [1, 2] }), ['a', 'b'])).toBeUndefined();
  });

  it('is none where a result hangs on one picture alone', () => {
    expect(split(twoPictures({ loose: true }), ['a', 'b'])).toBeUndefined();
  });

  it('is none where nothing but the pictures would be handed over', () => {
    const builder = new GraphBuilder('sum');
    builder.output(builder.add(builder.input(3, 'a'), builder.input(3, 'b')), 3);
    expect(split(specialise(builder.graph, SIZE), ['a', 'b'])).toBeUndefined();
  });
});
