import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { largestDifference, randomFloats } from '../testing/random.ts';
import { runBytes } from '../testing/run.ts';
import { GraphBuilder } from './builder.ts';
import { concreteShapes, concreteValues, inputDimsFor } from './concrete.ts';
import { costOf } from './cost.ts';
import type { Graph } from './graph.ts';
import { activationBytesPerPixel, channelsOf, scaleOf } from './shapes.ts';
import { specialise } from './specialise.ts';
import { writeOnnx } from './write.ts';

/** Attention in windows as the transformers do it: padded to whole windows, cut, masked, joined and cropped again. */
function windowed(window: number): Graph {
  const builder = new GraphBuilder('windowed');
  const picture = builder.input(4);
  const [height, width] = [builder.sizeOf(picture, 2), builder.sizeOf(picture, 3)];
  const padded = builder.padEnd(
    picture,
    builder.missing(height, window),
    builder.missing(width, window),
    'constant',
  );
  const [rows, columns] = [2, 3].map((axis) =>
    builder.sized('Div', builder.sizeOf(padded, axis), window),
  ) as [{ value: string }, { value: string }];
  const field = builder.transpose(padded, [0, 2, 3, 1]);
  const cut = builder.transpose(builder.reshape(field, [rows, window, columns, window, 4]), [0, 2, 1, 3, 4]);
  const tokens = builder.reshape(cut, [-1, window ** 2, 4]);
  const scores = builder.matmul(tokens, builder.transpose(tokens, [0, 2, 1]));
  const inside = builder.node('Less', [builder.range(builder.sizeOf(padded, 3)), width.value]);
  const mask = builder.node('Where', [inside, builder.scalar(0.5), builder.scalar(-0.5)]);
  const attended = builder.matmul(builder.softmax(scores), tokens);
  const joined = builder.transpose(
    builder.reshape(attended, [rows, columns, window, window, 4]),
    [0, 2, 1, 3, 4],
  );
  const back = builder.reshape(joined, [1, builder.sizeOf(padded, 2), builder.sizeOf(padded, 3), 4]);
  const masked = builder.add(builder.transpose(back, [0, 3, 1, 2]), mask);
  const cropped = builder.crop(masked, height, width);
  const small = builder.node('GlobalAveragePool', [cropped]);
  const grown = builder.resizeTo(small, builder.sized('Mul', height, 2), builder.sized('Mul', width, 2));
  builder.output(grown, 4);
  return builder.graph;
}

/** Every value as an output, so that a run tells its size. */
function exposed(graph: Graph): Graph {
  const values = concreteValues(graph, inputDimsFor(graph, { height: 8, width: 8 }));
  const inner = graph.nodes.flatMap(({ outputs }) => outputs).filter((name) => name !== 'output');
  const ports = inner.map((name) => ({
    name,
    type: values.get(name)!.type,
    dims: values.get(name)!.dims.map((_, axis) => `${name}_${axis}`),
  }));
  return { ...graph, outputs: [...graph.outputs, ...ports] };
}

const sizes = fc.record({
  height: fc.integer({ min: 1, max: 21 }),
  width: fc.integer({ min: 1, max: 21 }),
  window: fc.integer({ min: 1, max: 6 }),
});

describe('concrete analysis', () => {
  test('knows the size of every value, and the numbers of those that compute sizes', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async ({ window, ...size }) => {
        const graph = windowed(window);
        const dims = inputDimsFor(graph, size);
        const data = randomFloats(4 * size.height * size.width, 3);
        const made = await runBytes(ort, writeOnnx(exposed(graph)), { input: { data, dims: dims.input! } });
        const shapes = concreteShapes(graph, dims);
        const values = concreteValues(graph, dims);
        expect(Object.keys(made).length).toBe(graph.nodes.length);
        for (const [name, run] of Object.entries(made)) {
          expect([name, shapes.get(name)]).toEqual([name, run.dims]);
          const known = values.get(name)?.data;
          if (known) expect([name, ...known]).toEqual([name, ...Array.from(run.data, Number)]);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('makes a graph for one size that does the same with fewer nodes', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async ({ window, ...size }) => {
        const graph = windowed(window);
        const fixed = specialise(graph, size);
        expect(fixed.nodes.some((node) => /^(Shape|Mod|Range|Less)$/.test(node.op))).toBe(false);
        expect(fixed.inputs[0]!.dims).toEqual([1, 4, size.height, size.width]);
        const feeds = {
          input: {
            data: randomFloats(4 * size.height * size.width, 4),
            dims: [1, 4, size.height, size.width],
          },
        };
        const [a, b] = [
          await runBytes(ort, writeOnnx(graph), feeds),
          await runBytes(ort, writeOnnx(fixed), feeds),
        ];
        expect(b.output!.dims).toEqual(a.output!.dims);
        expect(largestDifference(a.output!.data, b.output!.data)).toBeLessThan(1e-6);
      }),
      { numRuns: 10 },
    );
  });

  test('tells scale, channels and memory of a graph that computes its shapes', () => {
    const graph = windowed(4);
    expect(scaleOf(graph)).toEqual({ scale: 2, offset: 0 });
    expect(channelsOf(graph, 'output')).toBe(4);
    expect(activationBytesPerPixel(graph)).toBe(4 * 4 + 2 * 16 * 4);
  });

  test('counts what a convolution and a product cost', () => {
    const builder = new GraphBuilder('cost');
    const weight = new Float32Array(8 * 3 * 9);
    const x = builder.conv(builder.input(3), { weight, dims: [8, 3, 3, 3], pads: [1, 1, 1, 1] });
    builder.output(builder.relu(x), 8);
    const cost = costOf(builder.graph, { height: 16, width: 32 });
    expect(cost).toEqual({
      nodes: 3,
      parameters: weight.length,
      flopsPerMegapixel: (2 * weight.length + 8) * 1e6,
      peakActivationBytes: 4 * 16 * 32 * 16,
    });
  });

  test('leaves unknown what hangs on pixels or on absurd numbers', () => {
    const builder = new GraphBuilder('odd');
    const x = builder.input(3);
    const asked = builder.node('Cast', [x], { to: { int: 7 } });
    const expanded = builder.node('ConstantOfShape', [asked]);
    const torn = builder.reshape(x, [-1, 7]);
    const shapes = concreteShapes(builder.graph, { input: [1, 3, 2, 2] });
    expect(shapes.has(expanded)).toBe(false);
    expect(shapes.has(torn)).toBe(false);
  });
});
