import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../models/graph/builder.ts';
import { ModelProto } from '../../models/graph/proto.ts';
import { readOnnx } from '../../models/graph/read.ts';
import { writeOnnx } from '../../models/graph/write.ts';
import { testPicture } from '../../models/library/test-picture.ts';
import { gesso, homeWithModels, scratch } from './support/gesso.ts';
import { largestDifference } from './support/pictures.ts';

let home: string;
let folder: string;
let file: string;
beforeAll(async () => {
  home = await homeWithModels();
  folder = scratch('quantised');
  file = path.join(folder, 'Eight Bits.onnx');
  writeFileSync(file, writeOnnx(quantised()));
});

/** A blur as a quantiser leaves it: kernels as int8 with a scale a channel, activations rounded to bytes. */
function quantised() {
  const builder = new GraphBuilder('quantised');
  const { graph } = builder;
  const picture = builder.input(3);
  const float = (name: string, values: number[], dims: number[]) =>
    graph.initializers.set(name, { type: 'float32', dims, data: Float32Array.from(values) });
  float('step', [1 / 255], []);
  graph.initializers.set('zero', { type: 'uint8', dims: [], data: Uint8Array.of(0) });
  const rounded = (x: string) => {
    const bytes = builder.node('QuantizeLinear', [x, 'step', 'zero']);
    return builder.node('DequantizeLinear', [bytes, 'step', 'zero']);
  };
  const kernel = Int8Array.from({ length: 81 }, (_, at) =>
    Math.floor(at / 27) === Math.floor(at / 9) % 3 ? 14 : 0,
  );
  graph.initializers.set('kernel', { type: 'int8', dims: [3, 3, 3, 3], data: new Uint8Array(kernel.buffer) });
  graph.initializers.set('zeros', { type: 'int8', dims: [3], data: new Uint8Array(3) });
  float('steps', [1 / 126, 1 / 126, 1 / 126], [3]);
  const weight = builder.node('DequantizeLinear', ['kernel', 'steps', 'zeros'], { axis: { int: 0 } });
  const attributes = { kernel_shape: { ints: [3, 3] }, pads: { ints: [1, 1, 1, 1] } };
  builder.output(rounded(builder.node('Conv', [rounded(picture), weight], attributes)), 3);
  return graph;
}

async function run(model: string, name: string, ...flags: string[]): Promise<Float32Array> {
  const input = path.join(folder, 'in.f32');
  writeFileSync(input, new Uint8Array(testPicture(3, 20, 24).buffer));
  const out = path.join(folder, name);
  const args = ['models', 'run', model, '--input', `${input}:1x3x20x24`, '--out', out, ...flags, '--json'];
  const { code, events, stderr } = await gesso(args, { home });
  expect([code, stderr]).toEqual([0, '']);
  return new Float32Array(Uint8Array.from(readFileSync(String(events[0]?.file))).buffer);
}

const info = async (...args: string[]) =>
  (await gesso(['models', 'info', ...args, '--json'], { home })).events[0];

describe('a quantised ONNX file', () => {
  it('is imported as it is, or with --dequantise as the floats that it stands for: two models', async () => {
    const before = await info(file);
    expect(before).toMatchObject({ precision: 'int8', scale: 1, sizeMultipleOf: 1 });
    expect(await info(file, '--dequantise')).toMatchObject({ precision: 'fp32', scale: 1 });
    const ids: string[] = [];
    const ops: string[][] = [];
    for (const flags of [[], ['--dequantise'], ['--dequantise']]) {
      const { code, events, stderr } = await gesso(['models', 'import', file, ...flags, '--json'], { home });
      expect(code, stderr).toBe(0);
      ids.push(String(events[0]?.id));
      const blob = String(events[0]?.file);
      ops.push(readOnnx(readFileSync(blob), blob).nodes.map((node) => node.op));
    }
    expect(ids).toEqual(['eight-bits', 'eight-bits-2', 'eight-bits-2']);
    expect(ops[0]).toContain('DequantizeLinear');
    expect(ops[1]!.filter((op) => /Linear/.test(op))).toEqual([]);
    expect(ops[1]).toContain('Clip');
    const [bytes, floats] = [await run('eight-bits', 'bytes'), await run('eight-bits-2', 'floats')];
    // Half a step each at the input, behind a kernel that sums to one, and at the output.
    const difference = largestDifference(bytes, floats);
    expect(difference).toBeLessThanOrEqual(1.01 / 255);
    expect(difference).toBeGreaterThan(0);
    expect(largestDifference(await run(file, 'file', '--dequantise'), floats)).toBe(0);
  });

  it('that is none says so', async () => {
    const plain = path.join(folder, 'plain.onnx');
    const builder = new GraphBuilder('plain');
    builder.output(builder.relu(builder.input(3)), 3);
    writeFileSync(plain, writeOnnx(builder.graph));
    for (const command of ['info', 'import']) {
      const { code, stderr } = await gesso(['models', command, plain, '--dequantise'], { home });
      expect([code, stderr]).toEqual([2, expect.stringMatching(/holds nothing that can be dequantised/)]);
    }
  });
});

describe('gesso models run', () => {
  it('refuses an ONNX file that points to weights elsewhere, before the runtime follows', async () => {
    const model = ModelProto.decode(readFileSync(file));
    const tensor = model.graph!.initializer![0]!;
    tensor.rawData = new Uint8Array();
    tensor.dataLocation = 1;
    tensor.externalData = [{ key: 'location', value: '../../../../etc/passwd' }];
    const pointing = path.join(folder, 'pointing.onnx');
    writeFileSync(pointing, ModelProto.encode(model).finish());
    const input = path.join(folder, 'zeros.f32');
    writeFileSync(input, new Uint8Array(4 * 3 * 8 * 8));
    const args = ['models', 'run', pointing, '--input', `${input}:1x3x8x8`];
    const { code, stderr } = await gesso([...args, '--out', folder, '--json'], { home });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/keeps weights outside its own folder/)]);
  });
});
