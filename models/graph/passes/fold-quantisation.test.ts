import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { largestDifference, randomFloats } from '../../testing/random.ts';
import { runBytes } from '../../testing/run.ts';
import { GraphBuilder } from '../builder.ts';
import type { Graph, Tensor } from '../graph.ts';
import { readOnnx } from '../read.ts';
import { writeOnnx } from '../write.ts';
import { foldQuantisation } from './fold-quantisation.ts';

const data = randomFloats(3 * 6 * 5, 9, -2, 2);
const outputOf = async (graph: Graph) =>
  (await runBytes(ort, writeOnnx(graph), { input: { data, dims: [1, 3, 6, 5] } })).output!.data;
const floatsOf = (values: Float32Array): Tensor => ({
  type: 'float32',
  dims: values.length === 1 ? [] : [values.length],
  data: values,
});

test('stored weights become the floats that they stand for, with a scale for all or for each of an axis', async () => {
  const cases = fc.record({
    perAxis: fc.boolean(),
    axis: fc.constantFrom(0, 1),
    type: fc.constantFrom('int8', 'uint8', 'int32'),
    seed: fc.nat(1000),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ perAxis, axis, type, seed }) => {
      const builder = new GraphBuilder('quantised');
      const { graph } = builder;
      const x = builder.input(3);
      const dims = [4, 3, 3, 3];
      const count = perAxis ? dims[axis]! : 1;
      const integers = randomFloats(108, seed, 0, 127).map(Math.floor);
      const bytes = (values: Float32Array) =>
        type === 'int32' ? new Uint8Array(Int32Array.from(values).buffer) : Uint8Array.from(values);
      // int32 has no zero point but 0.
      const zeros = new Float32Array(count).map((_, index) => (type === 'int32' ? 0 : 60 + index));
      graph.initializers.set('w_q', { type, dims, data: bytes(integers) });
      graph.initializers.set('w_s', floatsOf(randomFloats(count, seed, 0.001, 0.02)));
      graph.initializers.set('w_z', { type, dims: count === 1 ? [] : [count], data: bytes(zeros) });
      builder.node('DequantizeLinear', ['w_q', 'w_s', 'w_z'], { axis: { int: axis } }, 'w');
      builder.output(builder.node('Conv', [x, 'w'], { kernel_shape: { ints: [3, 3] } }), 4);
      const before = await outputOf(graph);
      const folded = readOnnx(writeOnnx(graph), 'copy');
      expect(foldQuantisation(folded)).toBe(1);
      expect(folded.nodes.map((node) => node.op)).toEqual(['Conv', 'Identity']);
      expect(largestDifference(await outputOf(folded), before)).toBeLessThan(1e-4);
    }),
    { numRuns: 20 },
  );
});

test('activations keep the range of their quantising and lose its rounding', async () => {
  const builder = new GraphBuilder('activations');
  const { graph } = builder;
  const x = builder.input(3);
  graph.initializers.set('s', floatsOf(Float32Array.of(0.004)));
  graph.initializers.set('z', { type: 'uint8', dims: [], data: Uint8Array.of(0) });
  builder.node('QuantizeLinear', [x, 's', 'z'], {}, 'q');
  builder.output(builder.node('DequantizeLinear', ['q', 's', 'z'], {}), 3);
  const before = await outputOf(graph);
  const folded = readOnnx(writeOnnx(graph), 'copy');
  expect(foldQuantisation(folded)).toBe(1);
  const after = await outputOf(folded);
  // Half a step, and a Relu that the range stands for.
  expect(largestDifference(after, before)).toBeLessThanOrEqual(0.002 + 1e-6);
  expect(Math.min(...after)).toBe(0);
  expect(Math.max(...after)).toBeCloseTo(255 * 0.004, 5);
});

test('integers that are given another form before they are dequantised are folded too', async () => {
  const builder = new GraphBuilder('forms');
  const { graph } = builder;
  const x = builder.input(3);
  graph.initializers.set('s', floatsOf(Float32Array.of(0.02)));
  graph.initializers.set('z', { type: 'int8', dims: [], data: Uint8Array.of(0) });
  builder.node('QuantizeLinear', [x, 's', 'z'], {}, 'q');
  builder.node('Transpose', ['q'], { perm: { ints: [0, 2, 3, 1] } }, 'turned');
  builder.node('Transpose', ['turned'], { perm: { ints: [0, 3, 1, 2] } }, 'back');
  builder.output(builder.node('DequantizeLinear', ['back', 's', 'z']), 3);
  const before = await outputOf(graph);
  expect(foldQuantisation(graph)).toBe(1);
  expect(graph.nodes.map(({ op }) => op)).not.toContain('QuantizeLinear');
  expect(largestDifference(await outputOf(graph), before)).toBeLessThanOrEqual(0.01 + 1e-6);
});

test('activations may leave the range of their quantising where that is asked for', async () => {
  const builder = new GraphBuilder('free');
  const { graph } = builder;
  const x = builder.input(3);
  graph.initializers.set('s', floatsOf(Float32Array.of(0.004)));
  graph.initializers.set('z', { type: 'uint8', dims: [], data: Uint8Array.of(0) });
  builder.node('QuantizeLinear', [x, 's', 'z'], {}, 'q');
  builder.output(builder.relu(builder.node('DequantizeLinear', ['q', 's', 'z'], {})), 3);
  expect(foldQuantisation(graph, { freeRanges: true })).toBe(1);
  expect(graph.nodes.map(({ op }) => op)).not.toContain('Clip');
  const after = await outputOf(graph);
  expect(Math.max(...after)).toBeCloseTo(Math.max(...data), 5);
  expect(Math.max(...after)).toBeGreaterThan(255 * 0.004);
});
