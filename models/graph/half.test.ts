import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { halfToFloat } from '../formats/bytes.ts';
import { largestDifference, randomFloats } from '../testing/random.ts';
import { runBytes } from '../testing/run.ts';
import { GraphBuilder } from './builder.ts';
import { halfBits, toHalf } from './half.ts';
import { writeOnnx } from './write.ts';

function network(depth: number, seed: number) {
  const builder = new GraphBuilder('half');
  let [x, channels] = [builder.input(3), 3];
  for (let layer = 0; layer < depth; layer += 1) {
    const weight = randomFloats(16 * channels * 9, seed + layer, -0.2, 0.2);
    const bias = randomFloats(16, seed - layer - 1, -0.1, 0.1);
    const made = builder.conv(x, { weight, dims: [16, channels, 3, 3], bias, pads: [1, 1, 1, 1] });
    x = channels === 16 ? builder.add(builder.gelu(made), x) : builder.leakyRelu(made, 0.1);
    channels = 16;
  }
  // What only moves between two products: cut, joined, bent, woven and unwoven.
  const wide = builder.conv(x, { weight: randomFloats(16 * 16, seed, -0.2, 0.2), dims: [16, 16, 1, 1] });
  const [left = '', right = ''] = builder.split(wide, 1, [8, 8]);
  const bent = builder.prelu(builder.concat([right, left]), randomFloats(16, seed, 0, 0.5));
  const woven = builder.depthToSpace(bent, 2);
  const back = builder.node('SpaceToDepth', [woven], { blocksize: { int: 2 } });
  const matrix = builder.constant(randomFloats(16 * 3, seed, -0.2, 0.2), [16, 3]);
  const product = builder.matmul(builder.transpose(back, [0, 2, 3, 1]), matrix);
  builder.output(builder.transpose(product, [0, 3, 1, 2]), 3);
  return builder.graph;
}

describe('half floats', () => {
  test('are the nearest of the two around a number', () => {
    fc.assert(
      fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (value) => {
        const bits = halfBits(value);
        const error = Math.abs(halfToFloat(bits) - value);
        for (const other of [bits - 1, bits + 1]) {
          const neighbour = halfToFloat(other & 0xffff);
          if (Number.isFinite(neighbour)) expect(error).toBeLessThanOrEqual(Math.abs(neighbour - value));
        }
      }),
    );
    for (let bits = 0; bits < 0x7c00; bits += 1) expect(halfBits(halfToFloat(bits))).toBe(bits);
    expect([halfBits(1e6), halfBits(-1e6), halfBits(1e-9)]).toEqual([0x7c00, 0xfc00, 0]);
  });

  test('keep a network within 2e-3 of its largest value, at half the size, its ports as they were', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 10, max: 900 }),
        async (depth, seed) => {
          const graph = network(depth, seed);
          const coarse = toHalf(graph);
          const feeds = { input: { data: randomFloats(3 * 16 * 12, 9, 0, 1), dims: [1, 3, 16, 12] } };
          const [a, b] = [
            await runBytes(ort, writeOnnx(graph), feeds),
            await runBytes(ort, writeOnnx(coarse), feeds),
          ];
          const largest = Math.max(...a.output!.data.map(Math.abs));
          expect(largestDifference(a.output!.data, b.output!.data)).toBeLessThan(2e-3 * largest);
          expect(coarse.inputs).toEqual(graph.inputs);
          // Into float16 once a sum, out of it once a product that something else reads.
          const casts = coarse.nodes.filter((node) => node.op === 'Cast').length;
          expect(casts).toBeLessThanOrEqual(2 * depth + 1);
          expect(writeOnnx(coarse).length).toBeLessThan(writeOnnx(graph).length * 0.75 + 4000);
        },
      ),
      { numRuns: 10 },
    );
  });

  test('leave alone what float16 cannot hold', () => {
    const builder = new GraphBuilder('large');
    const weight = new Float32Array(9).fill(1e5);
    builder.output(builder.conv(builder.input(1), { weight, dims: [1, 1, 3, 3] }), 1);
    expect(toHalf(builder.graph).nodes.some((node) => node.op === 'Cast')).toBe(false);
  });
});
