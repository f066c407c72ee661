import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fetchHubModel, hubModelOf } from './hub-model.ts';

let folder: string;
let close: (() => Promise<void>) | undefined;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-hub-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await close?.();
  rmSync(folder, { recursive: true, force: true });
});

const sha = (kind: string, bytes: Uint8Array) => createHash(kind).update(bytes).digest('hex');
const git = (bytes: Uint8Array) => sha('sha1', Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes]));

/** A hub on this machine: lists files as the real one does, gives them, and cuts the first answer for weights. */
async function hub(files: Record<string, Buffer>, { cut = 0, lies = '' } = {}) {
  const ranges: string[] = [];
  let cuts = cut > 0 ? 1 : 0;
  const server = createServer((request, response) => {
    const url = decodeURIComponent(request.url ?? '');
    if (url.startsWith('/api/models/OWNER/NAME/tree/main')) {
      const entries = Object.entries(files).map(([name, bytes]) => {
        const oid = name === lies ? git(Buffer.from('another')) : git(bytes);
        const lfs = { oid: sha('sha256', bytes), size: bytes.length, pointerSize: 130 };
        return {
          type: 'file',
          path: name,
          size: bytes.length,
          oid,
          ...(/safetensors$|bin$/.test(name) && { lfs }),
        };
      });
      return void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(entries));
    }
    const name = url.replace('/OWNER/NAME/resolve/main/', '').replace(/\?.*/, '');
    const bytes = files[name];
    if (!bytes) return void response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
    const range = request.headers.range ?? '';
    const start = Number(/^bytes=(\d+)-/.exec(range)?.[1] ?? 0);
    const end = Number(/-(\d+)$/.exec(range)?.[1] ?? bytes.length - 1);
    const part = bytes.subarray(start, end + 1);
    if (/safetensors$/.test(name) && request.method === 'GET') ranges.push(range);
    response.writeHead(range ? 206 : 200, {
      etag: '"x"',
      'content-length': part.length,
      'content-range': `bytes ${start}-${start + part.length - 1}/${bytes.length}`,
    });
    if (request.method === 'HEAD') return void response.end();
    const isWhole = part.length > cut && /safetensors$/.test(name) && end === bytes.length - 1;
    if (cuts > 0 && isWhole) {
      cuts -= 1;
      return void response.write(part.subarray(0, cut), () => setTimeout(() => response.destroy(), 20));
    }
    response.end(part);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  close = () =>
    new Promise<void>((done) => {
      server.closeAllConnections();
      server.close(() => done());
    });
  vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return ranges;
}

const weights = Buffer.alloc(200_000, 7);
const MODEL = {
  'model_index.json': Buffer.from('{"_class_name":"StableDiffusionPipeline"}'),
  'unet/config.json': Buffer.from('{}'),
  'unet/diffusion_pytorch_model.safetensors': weights,
  'unet/diffusion_pytorch_model.fp16.safetensors': Buffer.from('half'),
  'unet/diffusion_pytorch_model.bin': Buffer.from('older'),
  'text_encoder/pytorch_model.bin': Buffer.from('only this'),
  'tokenizer/vocab.json': Buffer.from('{"a":0}'),
  'safety_checker/model.safetensors': Buffer.from('not needed'),
  'README.md': Buffer.from('words'),
};

it('a name is told from a path', () => {
  expect(hubModelOf('hf:OWNER/NAME')).toEqual({ repository: 'OWNER/NAME', revision: 'main' });
  expect(hubModelOf('hf:OWNER/NAME@fp16')?.revision).toBe('fp16');
  for (const text of ['OWNER/NAME', 'hf:NAME', '/tmp/hf:a/b', 'hf:a/b/c'])
    expect(hubModelOf(text)).toBeUndefined();
});

describe('a model of the hub', () => {
  const model = { repository: 'OWNER/NAME', revision: 'main' };

  it('is fetched with one set of weights a part, and gone on with where the line was cut', async () => {
    const ranges = await hub(MODEL, { cut: 50_000 });
    const told: number[] = [];
    const into = path.join(folder, 'model');
    const made = await fetchHubModel(model, into, { folder, onProgress: (done) => told.push(done) });
    expect(made).toBe(into);
    expect(readFileSync(path.join(into, 'unet/diffusion_pytorch_model.safetensors'))).toEqual(weights);
    expect(readFileSync(path.join(into, 'text_encoder/pytorch_model.bin'), 'utf8')).toBe('only this');
    for (const left of ['README.md', 'safety_checker/model.safetensors', 'unet/diffusion_pytorch_model.bin'])
      expect(() => readFileSync(path.join(into, left))).toThrow();
    expect(ranges.some((range) => /^bytes=50000-/.test(range))).toBe(true);
    expect(told.every((done, at) => at === 0 || done >= (told[at - 1] ?? 0))).toBe(true);
    // What is there already is not fetched again.
    const before = ranges.length;
    await fetchHubModel(model, into, { folder });
    expect(ranges.length).toBe(before);
  });

  it('may be one file', async () => {
    await hub({ 'model.safetensors': weights, 'README.md': Buffer.from('words') });
    expect(await fetchHubModel(model, folder, { folder })).toBe(path.join(folder, 'model.safetensors'));
  });

  it('is refused in words where a file was changed, where there is none, and where there are several', async () => {
    await hub(MODEL, { lies: 'unet/config.json' });
    await expect(fetchHubModel(model, folder, { folder })).rejects.toMatchObject({
      code: 'model/hash-mismatch',
    });
    await close?.();
    await hub({ 'a.safetensors': weights, 'b.safetensors': weights });
    await expect(fetchHubModel(model, folder, { folder })).rejects.toMatchObject({
      message: expect.stringContaining('2 files of weights: a.safetensors, b.safetensors'),
    });
    await close?.();
    await hub({ 'README.md': Buffer.from('words') });
    await expect(fetchHubModel(model, folder, { folder })).rejects.toMatchObject({
      code: 'model/fetch-failed',
    });
  });
});
