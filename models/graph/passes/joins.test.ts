import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { largestDifference, randomFloats } from '../../testing/random.ts';
import { runBytes } from '../../testing/run.ts';
import { GraphBuilder } from '../builder.ts';
import type { Graph } from '../graph.ts';
import { readOnnx } from '../read.ts';
import { writeOnnx } from '../write.ts';
import { optimise } from './index.ts';
import { tidyJoins } from './joins.ts';

/** ONNX's Split, which the builder spells as Slices. */
function splitNode(builder: GraphBuilder, x: string, axis: number, sizes: readonly number[]): string[] {
  const outputs = sizes.map((_, index) => `${x}_part_${builder.graph.nodes.length}_${index}`);
  const inputs = [x, builder.ints(sizes)];
  const attributes = { axis: { int: axis } };
  builder.graph.nodes.push({ op: 'Split', domain: '', name: outputs[0]!, inputs, outputs, attributes });
  return outputs;
}

const CHANNELS = 8;
type Step = readonly ['cut' | 'split' | 'nest' | 'again' | 'window' | 'rows', number, number];
const steps = fc.array(
  fc.tuple(
    fc.constantFrom(
      'cut' as const,
      'split' as const,
      'nest' as const,
      'again' as const,
      'window' as const,
      'rows' as const,
    ),
    fc.integer({ min: 1, max: CHANNELS - 1 }),
    fc.integer({ min: 0, max: 3 }),
  ),
  { minLength: 1, maxLength: 6 },
);

/** A network of cuts and joins; every step takes and gives as many channels. */
function network(list: readonly Step[]): Graph {
  const builder = new GraphBuilder('joins');
  const weight = randomFloats(CHANNELS * 27, 1, -0.3, 0.3);
  const conv = (x: string, from: number, seed: number) =>
    builder.conv(x, {
      weight: seed ? randomFloats(CHANNELS * from, seed) : weight,
      dims: seed ? [CHANNELS, from, 1, 1] : [CHANNELS, 3, 3, 3],
      pads: seed ? [0, 0, 0, 0] : [1, 1, 1, 1],
    });
  let x = conv(builder.input(3), 3, 0);
  for (const [kind, at, order] of list) {
    const sizes = [at, CHANNELS - at];
    if (kind === 'cut' || kind === 'split') {
      const parts =
        kind === 'cut' ? builder.split(x, 1, sizes) : splitNode(builder, x, order % 2 ? -3 : 1, sizes);
      x = builder.concat(order < 2 ? parts : [...parts].reverse());
    } else if (kind === 'nest') {
      const inner = builder.concat([x, builder.relu(x)]);
      x = conv(builder.concat(order % 2 ? [inner, x] : [x, inner]), 3 * CHANNELS, at);
    } else if (kind === 'again') {
      // Joined of two, cut at the same place or beside it.
      const wide = builder.concat([x, builder.relu(x)]);
      const place = order ? CHANNELS : at;
      const parts =
        order === 1
          ? builder.split(wide, 1, [place, 2 * CHANNELS - place])
          : splitNode(builder, wide, 1, [place, 2 * CHANNELS - place]);
      x = conv(builder.concat([parts[1]!, parts[0]!]), 2 * CHANNELS, at + 9);
    } else if (kind === 'window') {
      // Neighbours that are not all of it, and one that is read for itself too.
      const [a = '', b = '', c = ''] = builder.split(x, 1, [1, at, CHANNELS - 1 - at].filter(Boolean));
      const some = builder.concat([a, b]);
      x = c ? conv(builder.concat([some, b]), 1 + 2 * at, at + 20) : builder.add(x, some);
    } else {
      // Rows: their number follows the picture, the first four do not.
      const [top, rest] = [builder.slice(x, 2, 0, 2), builder.slice(x, 2, 2, 4)];
      const joined = builder.concat([top, rest], 2);
      x = builder.add(x, builder.mean(joined, [2]));
    }
  }
  builder.output(conv(x, CHANNELS, 3), CHANNELS);
  return builder.graph;
}

const copy = (graph: Graph) => readOnnx(writeOnnx(graph), 'copy');

async function difference(before: Graph, after: Graph, height = 12): Promise<number> {
  const feeds = { input: { data: randomFloats(3 * height * 8, 9, 0, 1), dims: [1, 3, height, 8] } };
  const [a, b] = [
    await runBytes(ort, writeOnnx(before), feeds),
    await runBytes(ort, writeOnnx(after), feeds),
  ];
  expect(b.output!.dims).toEqual(a.output!.dims);
  return largestDifference(a.output!.data, b.output!.data) / Math.max(1, ...a.output!.data.map(Math.abs));
}

const count = (graph: Graph, ...ops: string[]) => graph.nodes.filter((node) => ops.includes(node.op)).length;

describe('cuts and joins', () => {
  test('are tidied without a change of the result, and end', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const graph = network(list);
        const after = copy(graph);
        for (let round = 0; tidyJoins(after) > 0; round += 1) expect(round).toBeLessThan(20);
        expect(await difference(graph, after)).toBeLessThan(1e-4);
        expect(count(after, 'Slice', 'Split', 'Concat')).toBeLessThanOrEqual(
          count(graph, 'Slice', 'Split', 'Concat') + 2,
        );
        optimise(after);
        expect(await difference(graph, after)).toBeLessThan(1e-4);
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    ['parts joined again', [['cut', 3, 0]], 0],
    ['parts of a Split joined again', [['split', 3, 0]], 0],
    ['a Concat cut where it was joined', [['again', 4, 1]], 1],
    ['a Concat split where it was joined', [['again', 4, 2]], 1],
    ['a Concat in a Concat', [['nest', 4, 1]], 1],
  ] as const)('leave nothing over of %s', async (_, list, left) => {
    const graph = network(list as unknown as Step[]);
    const after = copy(graph);
    optimise(after);
    expect(count(after, 'Slice', 'Split', 'Concat')).toBe(left);
    expect(await difference(graph, after)).toBeLessThan(1e-4);
  });

  test('make one Slice of neighbours that are not all', async () => {
    const builder = new GraphBuilder('neighbours');
    const x = builder.conv(builder.input(3), { weight: randomFloats(8 * 3, 1), dims: [8, 3, 1, 1] });
    const [, a = '', b = '', c = ''] = builder.split(x, 1, [1, 2, 3, 2]);
    builder.output(builder.concat([b, a, b, c]), 10);
    const after = copy(builder.graph);
    expect(tidyJoins(after)).toBeGreaterThan(0);
    optimise(after);
    const join = after.nodes.find((node) => node.op === 'Concat');
    expect(join?.inputs.length).toBe(2);
    expect(await difference(builder.graph, after)).toBe(0);
  });

  test('keep a cut whose place hangs on the picture', async () => {
    const builder = new GraphBuilder('computed');
    const x = builder.conv(builder.input(3), { weight: randomFloats(8 * 3, 1), dims: [8, 3, 1, 1] });
    const half = builder.sized('Div', builder.sizeOf(x, 2), 2);
    const parts = [builder.slice(x, 2, 0, half), builder.slice(x, 2, half)];
    builder.output(builder.concat([parts[1]!, parts[0]!], 2), 8);
    const after = copy(builder.graph);
    expect(tidyJoins(after)).toBe(0);
    for (const height of [12, 17]) expect(await difference(builder.graph, after, height)).toBe(0);
  });
});
