import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { largestDifference, randomFloats } from '../../testing/random.ts';
import { runBytes } from '../../testing/run.ts';
import { GraphBuilder } from '../builder.ts';
import { writeOnnx } from '../write.ts';
import { optimise } from './index.ts';

it('a border is put on before the axes are turned, and the turns around it go', async () => {
  const builder = new GraphBuilder('turned');
  const x = builder.input(3);
  const last = builder.transpose(x, [0, 2, 3, 1]);
  // Unlike sizes on every side: a mistaken axis shows.
  const pads = builder.ints([0, 1, 3, 0, 0, 2, 4, 0]);
  const padded = builder.node('Pad', [last, pads], { mode: { string: 'reflect' } });
  const first = builder.transpose(padded, [0, 3, 1, 2]);
  builder.output(builder.conv(first, { weight: randomFloats(27, 3), dims: [1, 3, 3, 3] }), 1);
  const feed = { input: { data: randomFloats(3 * 6 * 7, 5), dims: [1, 3, 6, 7] } };
  const before = (await runBytes(ort, writeOnnx(builder.graph), feed)).output!;
  optimise(builder.graph);
  expect(builder.graph.nodes.map(({ op }) => op)).toEqual(['Pad', 'Conv']);
  const after = (await runBytes(ort, writeOnnx(builder.graph), feed)).output!;
  expect(after.dims).toEqual(before.dims);
  expect(largestDifference(after.data, before.data)).toBeLessThan(1e-5);
});

it('a result that was turned and turned back is made under its own name', () => {
  const builder = new GraphBuilder('back');
  const x = builder.relu(builder.input(3));
  const turned = builder.transpose(x, [0, 2, 3, 1]);
  builder.node('Transpose', [turned], { perm: { ints: [0, 3, 1, 2] } }, 'output');
  builder.graph.outputs.push({ name: 'output', type: 'float32', dims: [1, 3, 'h', 'w'] });
  optimise(builder.graph);
  expect(builder.graph.nodes.map(({ op, outputs }) => [op, outputs])).toEqual([['Relu', ['output']]]);
});

it('a border whose turn stays behind it has a name of its own: the graph still loads', async () => {
  const builder = new GraphBuilder('between');
  const last = builder.transpose(builder.input(3), [0, 2, 3, 1]);
  const pads = builder.ints([0, 1, 3, 0, 0, 2, 4, 0]);
  const padded = builder.node('Pad', [last, pads], { mode: { string: 'constant' } });
  // Softmax goes over the last axis: no turn passes it.
  const soft = builder.node('Softmax', [padded], { axis: { int: -1 } });
  builder.output(builder.transpose(soft, [0, 3, 1, 2]), 3);
  const feed = { input: { data: randomFloats(3 * 6 * 7, 5), dims: [1, 3, 6, 7] } };
  const before = (await runBytes(ort, writeOnnx(builder.graph), feed)).output!;
  optimise(builder.graph);
  const names = builder.graph.nodes.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
  const after = (await runBytes(ort, writeOnnx(builder.graph), feed)).output!;
  expect(largestDifference(after.data, before.data)).toBeLessThan(1e-6);
});
