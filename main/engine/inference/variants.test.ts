import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ncnnGraph } from '../../../models/formats/ncnn.ts';
import { writeOnnx } from '../../../models/graph/write.ts';
import { testPicture } from '../../../models/library/test-picture.ts';
import { VariantCache } from '../../../models/library/variants.ts';
import { TINY_PARAM, tinyBin } from '../../../models/testing/ncnn.ts';
import { openVariant } from './variants.ts';

let folder: string;
let model: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-variants-'));
  mkdirSync(path.join(folder, 'blobs'));
  model = path.join(folder, 'blobs', `${'c'.repeat(64)}.onnx`);
  writeFileSync(model, writeOnnx(ncnnGraph(TINY_PARAM, tinyBin(), 'tiny', 'tiny')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const made = () => path.join(folder, 'made');
const names = () => readdirSync(made()).map((name) => name.replace(/^c+-/, ''));
const request = () => ({
  kind: 'open' as const,
  id: 1,
  session: 1,
  file: model,
  // The processor stands in for the device: what is tried is the way to a session, not the device.
  device: 'webgpu' as const,
  threads: 1,
  fixed: { width: 24, height: 16 },
});

/** Opens on the processor, `delay` milliseconds slower a run where the name says so. */
function opener(refused = /never/, slow = /never/) {
  const files: string[] = [];
  const open = async (file: string) => {
    files.push(path.basename(file).replace(/^c+-/, ''));
    if (refused.test(file)) throw new Error('the device does not support it');
    const session = await InferenceSession.create(file, { logSeverityLevel: 3 });
    if (slow.test(file)) {
      const run = session.run.bind(session);
      session.run = async (feeds: Parameters<typeof run>[0]) => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        return run(feeds);
      };
    }
    return session;
  };
  return { files, open };
}

async function result(session: InferenceSession): Promise<Float32Array> {
  const feeds = { input: new Tensor('float32', testPicture(3, 16, 24), [1, 3, 16, 24]) };
  return (await session.run(feeds)).output!.data as Float32Array;
}

describe('the variant of a model for a device', () => {
  it('is that in half floats where a trial found it faster, and no trial is made a second time', async () => {
    const { files, open } = opener(/never/, /fp32/);
    const session = await openVariant(request(), open, made());
    expect(files).toEqual(['24x16-fp32-v1.onnx', '24x16-fp16-v1.onnx']);
    const [made16, plain] = [await result(session!), await result(await InferenceSession.create(model))];
    const worst = Math.max(...made16.map((value, at) => Math.abs(value - plain[at]!)));
    expect(worst).toBeLessThan(1 / 255);
    // Half floats they are: nothing else rounds so.
    expect(worst).toBeGreaterThan(1e-6);
    const again = opener();
    await openVariant(request(), again.open, made());
    expect(again.files).toEqual(['24x16-fp16-v1.onnx']);
  });

  it('is that in floats where half floats gain nothing', async () => {
    await openVariant(request(), opener(/never/, /fp16/).open, made());
    const again = opener();
    await openVariant(request(), again.open, made());
    expect(again.files).toEqual(['24x16-fp32-v1.onnx']);
  });

  it('is that in floats where the device has no half floats, also where it once had them', async () => {
    const { open } = opener(/fp16/);
    expect(await openVariant(request(), open, made())).toBeDefined();
    expect(names().sort()).toEqual(['24x16-fp32-v1.onnx', 'webgpu-v1.txt']);
    await new VariantCache(made()).choose(model, 'webgpu', 'fp16');
    const session = await openVariant(request(), open, made());
    expect(session).toBeDefined();
    expect(readFileSync(path.join(made(), `${'c'.repeat(64)}-webgpu-v1.txt`), 'utf8')).toBe('fp32');
  });

  it('is none, and the plain file opened, where it cannot be made or opened', async () => {
    expect(await openVariant(request(), opener(/fp/).open, made())).toBeUndefined();
    expect(names()).toEqual([]);
    const blocked = path.join(folder, 'blocked');
    writeFileSync(blocked, 'a file where the folder should be');
    expect(await openVariant(request(), opener().open, blocked)).toBeUndefined();
    writeFileSync(model, 'no model');
    expect(await openVariant(request(), opener().open, made())).toBeUndefined();
    expect(await openVariant({ ...request(), device: 'cpu' }, opener().open, made())).toBeUndefined();
    expect(await openVariant(request(), opener().open, undefined)).toBeUndefined();
  });
});
