import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { largestDifference, randomFloats } from '../../testing/random.ts';
import { runBytes } from '../../testing/run.ts';
import { GraphBuilder } from '../builder.ts';
import { writeOnnx } from '../write.ts';
import { affineNorm } from './affine-norm.ts';

/** A normalisation whose factors are made of an input, and what else reads on the way. */
function network(isReadBetween: boolean) {
  const builder = new GraphBuilder('normalised');
  const x = builder.input(3);
  const list = builder.reshape(builder.extraInput('style', [3]), [1, 3, 1, 1]);
  const mean = builder.mean(x, [2, 3]);
  const centred = builder.sub(x, mean);
  const variance = builder.mean(builder.mul(centred, centred), [2, 3]);
  const deviation = builder.node('Sqrt', [builder.add(variance, builder.scalar(1e-5))]);
  const inverse = builder.node('Reciprocal', [deviation]);
  const normal = builder.mul(centred, inverse);
  const styled = builder.add(builder.mul(normal, list), builder.mul(list, builder.scalar(0.5)));
  builder.output(isReadBetween ? builder.add(styled, normal) : styled, 3);
  return builder.graph;
}

const feeds = {
  input: { data: randomFloats(3 * 8 * 10, 3), dims: [1, 3, 8, 10] },
  style: { data: Float32Array.of(0.5, -1.5, 2), dims: [3] },
};

it('a normalisation that is spelled out becomes one factor and one shift, and gives the same', async () => {
  const graph = network(false);
  const before = (await runBytes(ort, writeOnnx(graph), feeds)).output!;
  expect(affineNorm(graph)).toBe(1);
  // The two products over the picture that made it before are gone.
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  const results = graph.outputs.map(({ name }) => name);
  for (const { outputs } of graph.nodes)
    expect(outputs.some((name) => read.has(name) || results.includes(name))).toBe(true);
  const after = (await runBytes(ort, writeOnnx(graph), feeds)).output!;
  expect(largestDifference(after.data, before.data)).toBeLessThan(1e-5);
  expect(affineNorm(graph)).toBe(0);
});

it('stays where others read what lies between', () => {
  expect(affineNorm(network(true))).toBe(0);
});
