import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { largestDifference, randomFloats } from '../../testing/random.ts';
import { runBytes } from '../../testing/run.ts';
import { GraphBuilder } from '../builder.ts';
import type { Graph } from '../graph.ts';
import { scaleOf } from '../shapes.ts';
import { writeOnnx } from '../write.ts';
import { floatPorts } from './float-ports.ts';
import { liftFixedSizes } from './lift-sizes.ts';

/** conv -> (what is asked for) -> pixel shuffle by 2, saved at 16 x 12. */
function saved(change: (builder: GraphBuilder, x: string) => string = (_, x) => x, last = false): Graph {
  const builder = new GraphBuilder('fixed');
  let x = builder.input(3);
  if (last) x = builder.node('Transpose', [x], { perm: { ints: [0, 3, 1, 2] } });
  const conv = builder.conv(x, { weight: randomFloats(12 * 27, 1), dims: [12, 3, 3, 3], pads: [1, 1, 1, 1] });
  builder.output(builder.depthToSpace(change(builder, conv), 2), 3);
  builder.graph.inputs = [{ name: 'input', type: 'float32', dims: last ? [1, 16, 12, 3] : [1, 3, 16, 12] }];
  builder.graph.outputs = [{ name: 'output', type: 'float32', dims: [1, 3, 32, 24] }];
  return builder.graph;
}

describe('lifting fixed sizes', () => {
  test('frees height and width, and the network gives what it gave', async () => {
    const graph = saved();
    const input = { data: randomFloats(3 * 16 * 12, 2), dims: [1, 3, 16, 12] };
    const before = await runBytes(ort, writeOnnx(graph), { input });
    expect(liftFixedSizes(graph)).toBe(1);
    expect(scaleOf(graph)).toEqual({ scale: 2, offset: 0 });
    const after = await runBytes(ort, writeOnnx(graph), { input });
    expect(largestDifference(before.output!.data, after.output!.data)).toBe(0);
    const other = { data: randomFloats(3 * 9 * 31, 3), dims: [1, 3, 9, 31] };
    expect((await runBytes(ort, writeOnnx(graph), { input: other })).output!.dims).toEqual([1, 3, 18, 62]);
    expect(liftFixedSizes(graph)).toBe(0);
  });

  test.each<[string, (builder: GraphBuilder, x: string) => string]>([
    [
      'a constant as large as the picture',
      (b, x) => b.add(x, b.constant(new Float32Array(16 * 12), [1, 1, 16, 12])),
    ],
    ['a constant as wide as the picture', (b, x) => b.mul(x, b.constant(new Float32Array(12), [12]))],
    ['a Reshape to written sizes', (b, x) => b.node('Reshape', [x, b.ints([1, 12, 16, 12])])],
    ['a Resize to written sizes', (b, x) => b.node('Resize', [x, '', '', b.ints([1, 12, 16, 12])])],
    ['a Slice', (b, x) => b.node('Slice', [x, b.ints([0]), b.ints([16]), b.ints([2])])],
    ['an operator without a shape rule', (b, x) => b.node('LRN', [x], { size: { int: 3 } })],
  ])('leaves a graph alone that has %s', (_, change) => {
    const graph = saved(change);
    const before = structuredClone({ inputs: graph.inputs, outputs: graph.outputs });
    expect(liftFixedSizes(graph)).toBe(0);
    expect({ inputs: graph.inputs, outputs: graph.outputs }).toEqual(before);
  });
});

describe('half-float ends', () => {
  test('become floats, with a Cast on the inside', async () => {
    const builder = new GraphBuilder('half');
    const x = builder.input(3);
    builder.node('Add', [x, x], {}, 'output');
    builder.graph.outputs.push({ name: 'output', type: 'float16', dims: [1, 3, 'h', 'w'] });
    builder.graph.inputs = [{ name: 'input', type: 'float16', dims: [1, 3, 'h', 'w'] }];
    expect(floatPorts(builder.graph)).toBe(2);
    const input = { data: Float32Array.of(1, 2.5, -3), dims: [1, 3, 1, 1] };
    const { output } = await runBytes(ort, writeOnnx(builder.graph), { input });
    expect([...output!.data]).toEqual([2, 5, -6]);
    expect(floatPorts(builder.graph)).toBe(0);
  });
});
