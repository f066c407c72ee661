import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ModelDescriptor } from '../../../../contract/descriptor.ts';
import type { SessionThread } from '../../inference/sessions.ts';
import { encode } from '../../media/encode.ts';
import { Spool } from '../../media/spool.ts';
import { StyleReaders } from './style-readers.ts';

let root: string;
let runs: number;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'gesso-readers-'));
  runs = 0;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A network that takes the first value of a picture for its style. */
const sessions = {
  open: async () => ({
    infer: async ({ input }: { input: { data: Float32Array } }) => {
      runs++;
      return { output: { data: input.data.slice(0, 1), dims: [1] } };
    },
  }),
} as unknown as SessionThread;
const descriptor = { input: 'input', output: 'output', sizeMultipleOf: 16 } as ModelDescriptor;

async function grey(file: string, level: number, seconds: number): Promise<void> {
  const size = { width: 32, height: 32 };
  const spool = await Spool.create(path.join(root, 'grey.v'), { ...size, channels: 3, depth: 8 });
  for (let y = 0; y < size.height; y++) await spool.appendRow(new Uint8Array(3 * size.width).fill(level));
  await spool.finish();
  await encode(spool.path, file, {
    ...{ format: 'png', quality: 92, depth: 8, grey: false, hasAlpha: false, exif: undefined, ...size },
  });
  await spool.close();
  utimesSync(file, seconds, seconds);
}

/** As each job reads it. */
async function read(picture: string): Promise<number> {
  const layer = { reader: { file: 'reader.onnx', descriptor }, styles: [{ from: { picture }, weight: 1 }] };
  return (await new StyleReaders({ sessions }).all(layer)).get(picture)![0]!;
}

it('a style is read once for all jobs, and again when its file has changed', async () => {
  const file = path.join(root, 'wave.png');
  await grey(file, 255, 1000);
  expect([await read(file), await read(file), runs]).toEqual([1, 1, 1]);
  await grey(file, 0, 2000);
  expect([await read(file), runs]).toEqual([0, 2]);
});

it('a style whose file is gone is not remembered', async () => {
  const file = path.join(root, 'wave.png');
  await grey(file, 255, 1000);
  await read(file);
  rmSync(file);
  await expect(read(file)).rejects.toMatchObject({ code: 'input/unreadable' });
});
