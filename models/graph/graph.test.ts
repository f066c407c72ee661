import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { largestDifference, randomFloats } from '../testing/random.ts';
import { runBytes } from '../testing/run.ts';
import { GraphBuilder } from './builder.ts';
import { countParameters } from './graph.ts';
import { readOnnx } from './read.ts';
import { activationBytesPerPixel, scaleOf } from './shapes.ts';
import { writeOnnx } from './write.ts';

/** input -> conv 3x3 to 12 channels -> prelu -> pixel shuffle by 2. */
function tiny() {
  const builder = new GraphBuilder('tiny');
  const x = builder.input(3);
  const conv = builder.conv(x, {
    weight: randomFloats(12 * 3 * 9, 1),
    dims: [12, 3, 3, 3],
    bias: randomFloats(12, 2),
    pads: [1, 1, 1, 1],
  });
  const shuffled = builder.depthToSpace(builder.prelu(conv, randomFloats(12, 3, 0, 2)), 2);
  builder.output(shuffled, 3);
  return builder.graph;
}

const feeds = { input: { data: randomFloats(3 * 5 * 7, 4), dims: [1, 3, 5, 7] } };

describe('the ONNX graph', () => {
  test('runs in onnxruntime as it was built, at any size', async () => {
    const { output } = await runBytes(ort, writeOnnx(tiny()), feeds);
    expect(output!.dims).toEqual([1, 3, 10, 14]);
    expect(output!.data.every(Number.isFinite)).toBe(true);
  });

  test('reads back what it wrote: nodes, names, attributes, weights', async () => {
    const graph = tiny();
    const again = readOnnx(writeOnnx(graph), 'tiny.onnx');
    expect(again.nodes).toEqual(graph.nodes);
    expect(again.inputs).toEqual(graph.inputs);
    expect(again.outputs).toEqual(graph.outputs);
    expect(again.opset).toBe(graph.opset);
    for (const [name, tensor] of graph.initializers) expect(again.initializers.get(name)).toEqual(tensor);
    const [first, second] = await Promise.all(
      [graph, again].map((each) => runBytes(ort, writeOnnx(each), feeds)),
    );
    expect(largestDifference(first!.output!.data, second!.output!.data)).toBe(0);
  });

  test('stores weights as raw data: the file is hardly larger than they are', () => {
    const graph = tiny();
    expect(writeOnnx(graph).byteLength).toBeLessThan(countParameters(graph) * 4 + 1200);
  });

  test.each([
    ['empty', new Uint8Array()],
    ['noise', Uint8Array.from({ length: 400 }, (_, index) => (index * 73) % 251)],
    ['truncated', writeOnnx(tiny()).subarray(0, 700)],
  ])('refuses a file that is %s', (_, bytes) => {
    expect(() => readOnnx(bytes, 'bad.onnx')).toThrow(/bad\.onnx/);
  });
});

describe('shape rules', () => {
  test('tell the scale and what the border loses', () => {
    expect(scaleOf(tiny())).toEqual({ scale: 2, offset: 0 });
    const builder = new GraphBuilder('valid');
    const conv = builder.conv(builder.input(3), { weight: randomFloats(81, 1), dims: [3, 3, 3, 3] });
    builder.output(builder.resize(conv, 2, 2, { mode: 'nearest', coordinates: 'asymmetric' }), 3);
    expect(scaleOf(builder.graph)).toEqual({ scale: 2, offset: -4 });
  });

  test('agree with what onnxruntime makes, for every size', async () => {
    const builder = new GraphBuilder('mixed');
    const x = builder.input(4);
    const down = builder.conv(x, {
      weight: randomFloats(8 * 4 * 9, 1),
      dims: [8, 4, 3, 3],
      strides: [2, 2],
      pads: [1, 1, 1, 1],
    });
    const up = builder.resize(down, 3, 3, { mode: 'linear', coordinates: 'half_pixel' });
    const padded = builder.node('Pad', [up, builder.ints([0, 0, 1, 1, 0, 0, 1, 1])], {
      mode: { string: 'edge' },
    });
    builder.output(padded, 8);
    for (const [height, width] of [
      [8, 8],
      [10, 24],
    ] as const) {
      const data = randomFloats(4 * height * width, 5);
      const made = await runBytes(ort, writeOnnx(builder.graph), {
        input: { data, dims: [1, 4, height, width] },
      });
      const { scale, offset } = scaleOf(builder.graph)!;
      expect(made.output!.dims).toEqual([1, 8, height * scale + offset, width * scale + offset]);
    }
  });

  test('count the bytes that are alive at once, not all that were ever made', () => {
    const chain = (length: number) => {
      const builder = new GraphBuilder('chain');
      let x = builder.input(4);
      for (let index = 0; index < length; index += 1) x = builder.relu(x);
      builder.output(x, 4);
      return activationBytesPerPixel(builder.graph);
    };
    expect(chain(2)).toBe(2 * 4 * 4);
    expect(chain(20)).toBe(chain(2));
  });
});
