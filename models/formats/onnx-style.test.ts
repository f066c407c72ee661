import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { writeOnnx } from '../graph/write.ts';
import { largestDifference, randomFloats } from '../testing/random.ts';
import { runBytes } from '../testing/run.ts';
import { readStyleNetwork } from './onnx-style.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'gesso-style-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function filed(graph: Graph, name: string): string {
  const file = path.join(folder, `${name}.onnx`);
  writeFileSync(file, writeOnnx(graph));
  return file;
}

/** As TensorFlow's converter leaves a painter: channels last, one size, quantised, a style of 1 x 1 x 1 x 5. */
function painter(): Graph {
  const builder = new GraphBuilder('painter');
  const { graph } = builder;
  const step = (name: string, value: number) =>
    graph.initializers.set(name, { type: 'float32', dims: [], data: Float32Array.of(value) });
  step('step', 1 / 127);
  graph.initializers.set('zero', { type: 'int8', dims: [], data: new Uint8Array(1) });
  builder.extraInput('content', [1, 16, 12, 3]);
  builder.extraInput('look', [1, 1, 1, 5]);
  const first = builder.transpose(builder.node('QuantizeLinear', ['content', 'step', 'zero']), [0, 3, 1, 2]);
  const picture = builder.node('DequantizeLinear', [first, 'step', 'zero']);
  const list = builder.node('Reshape', ['look', builder.ints([1, 5, 1, 1])]);
  const factor = builder.conv(list, { weight: randomFloats(15, 1), dims: [3, 5, 1, 1] });
  const painted = builder.conv(picture, {
    weight: randomFloats(81, 2),
    dims: [3, 3, 3, 3],
    pads: [1, 1, 1, 1],
  });
  const mean = builder.node('GlobalAveragePool', [painted]);
  const out = builder.mul(builder.sub(painted, mean), factor);
  builder.node('Transpose', [out], { perm: { ints: [0, 2, 3, 1] } }, 'stylised');
  graph.outputs.push({ name: 'stylised', type: 'float32', dims: [1, 16, 12, 3] });
  return graph;
}

const channelsLast = (data: Float32Array, pixels: number) =>
  Float32Array.from(data, (_, at) => data[(at % 3) * pixels + Math.floor(at / 3)]!);

describe('a network that paints', () => {
  it('takes channels first, at any size, and a style as a list, and gives what it gave', async () => {
    const graph = painter();
    const { graph: read, role, values } = await readStyleNetwork(filed(graph, 'painter'));
    expect([role, values]).toEqual(['paints', 5]);
    expect(read.inputs.map(({ name, dims }) => [name, dims])).toEqual([
      ['input', [1, 3, 'height', 'width']],
      ['style', [5]],
    ]);
    expect(read.nodes.map(({ op }) => op).filter((op) => /Quantize|Transpose/.test(op))).toEqual([]);
    // On the steps of the quantising, so that its rounding changes nothing.
    const picture = randomFloats(3 * 16 * 12, 4, 0, 1).map((value) => Math.round(value * 127) / 127);
    const style = randomFloats(5, 6);
    const before = await runBytes(ort, writeOnnx(graph), {
      content: { data: channelsLast(picture, 16 * 12), dims: [1, 16, 12, 3] },
      look: { data: style, dims: [1, 1, 1, 5] },
    });
    const run = (data: Float32Array, dims: number[]) =>
      runBytes(ort, writeOnnx(read), { input: { data, dims }, style: { data: style, dims: [5] } });
    const { output } = await run(picture, [1, 3, 16, 12]);
    expect(largestDifference(channelsLast(output!.data, 16 * 12), before.stylised!.data)).toBeLessThan(1e-4);
    expect((await run(randomFloats(3 * 9 * 31, 7), [1, 3, 9, 31])).output!.dims).toEqual([1, 3, 9, 31]);
  });
});

describe('a network that reads', () => {
  it('gives a list, of pictures of its one size', async () => {
    const builder = new GraphBuilder('reader');
    builder.extraInput('picture', [1, 8, 8, 3]);
    const first = builder.transpose('picture', [0, 3, 1, 2]);
    const seen = builder.conv(first, { weight: randomFloats(54, 3), dims: [6, 3, 1, 3] });
    builder.node('GlobalAveragePool', [seen], {}, 'style_out');
    builder.graph.outputs.push({ name: 'style_out', type: 'float32', dims: [1, 6, 1, 1] });
    const { graph, role, values } = await readStyleNetwork(filed(builder.graph, 'reader'));
    expect([role, values]).toEqual(['reads', 6]);
    expect(graph.inputs.map(({ dims }) => dims)).toEqual([[1, 3, 8, 8]]);
    const made = await runBytes(ort, writeOnnx(graph), {
      input: { data: randomFloats(192, 5), dims: [1, 3, 8, 8] },
    });
    expect(made.output!.dims).toEqual([6]);
  });

  it.each<[string, (builder: GraphBuilder) => void]>([
    ['three inputs', (builder) => builder.extraInput('third', [4])],
    [
      'no picture of three colours',
      ({ graph }) => Object.assign(graph.inputs[0]!, { dims: [1, 4, 'height', 'width'] }),
    ],
  ])('is none that has %s', async (name, change) => {
    const builder = new GraphBuilder('other');
    const x = builder.input(3);
    const style = builder.extraInput('style', [3]);
    builder.output(builder.mul(x, builder.reshape(style, [1, 3, 1, 1])), 3);
    change(builder);
    const file = filed(builder.graph, name.replaceAll(' ', '-'));
    await expect(readStyleNetwork(file)).rejects.toMatchObject({ code: 'model/unknown-architecture' });
  });
});
