import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import { ModelProto } from '../graph/proto.ts';
import { writeOnnx } from '../graph/write.ts';
import { randomFloats } from '../testing/random.ts';
import { checkExternalData } from './external-data.ts';
import { readOnnxFile, toPicture } from './onnx.ts';

const top = mkdtempSync(path.join(tmpdir(), 'gesso-onnx-'));
const folder = path.join(top, 'model');
mkdirSync(folder);
afterAll(() => rmSync(top, { recursive: true, force: true }));
const file = path.join(folder, 'model.onnx');

const weight = randomFloats(3 * 3 * 9, 5);

function bytes(): Uint8Array {
  const builder = new GraphBuilder('outside');
  const conv = builder.conv(builder.input(3), { weight, dims: [3, 3, 3, 3], pads: [1, 1, 1, 1] });
  builder.output(conv, 3);
  return writeOnnx(builder.graph);
}

/** The same model, its first weight in another file. */
function outside(place: Readonly<Record<string, string>>): void {
  const model = ModelProto.decode(bytes());
  const tensor = model.graph!.initializer![0]!;
  tensor.rawData = new Uint8Array();
  tensor.dataLocation = 1;
  tensor.externalData = Object.entries(place).map(([key, value]) => ({ key, value }));
  writeFileSync(file, ModelProto.encode(model).finish());
}

/** The same model with its nodes changed by hand. */
function changed(change: (nodes: { input?: string[] | null; output?: string[] | null }[]) => void): void {
  const model = ModelProto.decode(bytes());
  change(model.graph!.node!);
  writeFileSync(file, ModelProto.encode(model).finish());
}

const readOnnxPicture = async (file: string) => toPicture(await readOnnxFile(file), file);

describe('weights outside an ONNX file', () => {
  const raw = Buffer.concat([Buffer.alloc(16), new Uint8Array(weight.buffer)]);
  const length = `${weight.byteLength}`;

  test('are read where they lie beside it', async () => {
    writeFileSync(path.join(folder, 'weights.bin'), raw);
    outside({ location: 'weights.bin', offset: '16', length });
    const { graph, isAsFiled } = await readOnnxPicture(file);
    expect(isAsFiled).toBe(false);
    expect([...graph.initializers.values()][0]!.data).toEqual(weight);
  });

  test.each(['../secret.bin', '/etc/passwd', 'a/b.bin', '..', '.', '', 'a\\b', 'C:x', 'link.bin'])(
    'are refused at %j',
    async (location) => {
      writeFileSync(path.join(top, 'secret.bin'), raw);
      rmSync(path.join(folder, 'link.bin'), { force: true });
      symlinkSync('../secret.bin', path.join(folder, 'link.bin'));
      outside({ location, offset: '16', length });
      await expect(readOnnxPicture(file)).rejects.toMatchObject({ code: 'model/unsafe' });
      await expect(checkExternalData(file)).rejects.toMatchObject({ code: 'model/unsafe' });
    },
  );

  test.each([
    { offset: '20', length },
    { offset: '-4', length },
    { offset: '1e300', length },
    { offset: '0', length: '1' },
    { offset: '0', length: '99999999999999' },
  ])('are refused at a place that is not in the file: %j', async (place) => {
    writeFileSync(path.join(folder, 'weights.bin'), raw);
    outside({ location: 'weights.bin', ...place });
    await expect(readOnnxPicture(file)).rejects.toMatchObject({ code: 'model/broken' });
    // A length that is not that of the shape is for whoever reads; here it is only inside or outside.
    if (place.length !== '1')
      await expect(checkExternalData(file)).rejects.toMatchObject({ code: 'model/broken' });
  });

  test('are found in subgraphs too, before a runtime opens the file', async () => {
    writeFileSync(path.join(folder, 'weights.bin'), raw);
    for (const [location, code] of [
      ['weights.bin', undefined],
      ['../secret.bin', 'model/unsafe'],
    ] as const) {
      outside({ location, offset: '16', length });
      const model = ModelProto.decode(readFileSync(file));
      const inner = ModelProto.decode(bytes());
      inner.graph!.initializer = model.graph!.initializer!;
      model.graph!.initializer = [];
      model.graph!.node![0]!.attribute!.push({ name: 'then_branch', type: 5, g: inner.graph! });
      writeFileSync(file, ModelProto.encode(model).finish());
      const checked = checkExternalData(file);
      if (code) await expect(checked).rejects.toMatchObject({ code });
      else await checked;
    }
  });

  test('are missed where they are not there', async () => {
    outside({ location: 'gone.bin' });
    await expect(checkExternalData(file)).rejects.toMatchObject({ code: 'model/missing' });
    await expect(readOnnxPicture(file)).rejects.toMatchObject({ code: 'model/missing' });
  });
});

describe('the nodes of an ONNX file', () => {
  test('may stand in any order', async () => {
    changed((nodes) => nodes.reverse());
    expect((await readOnnxPicture(file)).graph.nodes.map((node) => node.op)).toEqual(['Conv', 'Identity']);
  });

  test.each([
    ['wait for each other', (nodes: { input?: string[] | null }[]) => (nodes[0]!.input![0] = 'output')],
    ['read what nothing makes', (nodes: { input?: string[] | null }[]) => (nodes[0]!.input![0] = 'nowhere')],
    ['make a value twice', (nodes: { output?: string[] | null }[]) => (nodes[0]!.output![0] = 'output')],
  ])('are broken where they %s', async (_, change) => {
    changed((nodes) => void change(nodes));
    await expect(readOnnxPicture(file)).rejects.toMatchObject({ code: 'model/broken' });
  });
});
