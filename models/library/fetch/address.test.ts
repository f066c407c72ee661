import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loopback } from '../../testing/server.ts';
import { fetchSource, partOf } from './fetch.ts';

const body = Uint8Array.from({ length: 50_000 }, (_, at) => (at * 31) % 251);
const sha256 = createHash('sha256').update(body).digest('hex');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-address-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

describe('a file behind an address', () => {
  it('is fetched under its own name and goes on where it stopped', async () => {
    const server = await loopback(body);
    const source = { kind: 'https', url: server.url, sha256, bytes: body.length, files: ['a.pth'] } as const;
    const downloads = path.join(folder, 'downloads');
    const given = { ...source, files: ['a.pth'] };
    const context = { folder: downloads };
    // What a killed process left.
    const part = partOf(given, downloads);
    await import('node:fs/promises').then(({ mkdir }) => mkdir(downloads));
    writeFileSync(part, body.subarray(0, 20_000));
    const [file] = await fetchSource(given, path.join(folder, 'into'), context);
    expect(path.basename(file ?? '')).toBe('a.pth');
    expect(readFileSync(file ?? '')).toEqual(Buffer.from(body));
    expect(server.ranges).toEqual(['bytes=20000-']);
    await server.close();
  });

  it('is refused where its bytes are others', async () => {
    const server = await loopback(body.slice().fill(7));
    const source = {
      kind: 'https' as const,
      url: server.url,
      sha256,
      bytes: body.length,
      files: ['a.pth'],
    };
    await expect(fetchSource(source, folder, { folder })).rejects.toMatchObject({
      code: 'model/hash-mismatch',
    });
    await server.close();
  });
});

describe('a file of a repository', () => {
  it('is found on the hub and fetched, from another hub where one is named', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      if (!request.url?.includes('/OWNER/NAME/resolve/abc/nets/a.safetensors')) {
        return void response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
      }
      const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const end = Number(/-(\d+)$/.exec(request.headers.range ?? '')?.[1] ?? body.length - 1);
      const part = body.subarray(start, end + 1);
      response.writeHead(request.headers.range ? 206 : 200, {
        etag: '"x"',
        'content-length': part.length,
        'content-range': `bytes ${start}-${start + part.length - 1}/${body.length}`,
      });
      response.end(request.method === 'HEAD' ? undefined : part);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${port}`);
    const source = {
      kind: 'huggingface' as const,
      repository: 'OWNER/NAME',
      revision: 'abc',
      sha256,
      bytes: body.length,
      files: ['nets/a.safetensors'],
    };
    const [file] = await fetchSource(source, path.join(folder, 'into'), { folder });
    expect(readFileSync(file ?? '')).toEqual(Buffer.from(body));
    expect(asked.length).toBeGreaterThan(0);
    const gone = { ...source, files: ['gone.safetensors'], sha256: 'f'.repeat(64) };
    await expect(fetchSource(gone, folder, { folder })).rejects.toMatchObject({ code: 'model/fetch-failed' });
    await new Promise((done) => server.close(done));
  });
});
