import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GessoError } from '../../../contract/errors.ts';
import { type LoopbackOptions, loopback } from '../../testing/server.ts';
import { zipOf } from '../../testing/zip.ts';
import { type DownloadRequest, downloadFile } from './download.ts';
import { withLock } from './lock.ts';
import { extractZip } from './zip.ts';

const BODY = Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 7) % 251));
const SHA256 = createHash('sha256').update(BODY).digest('hex');

let folder = '';
let closers: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-download-'));
});
afterEach(async () => {
  await Promise.all(closers.map((close) => close()));
  closers = [];
  rmSync(folder, { recursive: true, force: true });
});

async function serve(options?: LoopbackOptions, body: Uint8Array = BODY) {
  const server = await loopback(body, options);
  closers.push(server.close);
  return server;
}

const target = () => path.join(folder, 'file.whl');
const part = () => `${target()}.part`;

function download(url: string, overrides: Partial<DownloadRequest> = {}) {
  return downloadFile({ url, file: target(), sha256: SHA256, bytes: BODY.length, retryMs: 10, ...overrides });
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (thrown: GessoError) => thrown.code,
  );

describe('a download', () => {
  test('arrives whole, with progress that rises to the end', async () => {
    const seen: number[] = [];
    await download((await serve()).url, { onProgress: (done) => seen.push(done) });
    expect(readFileSync(target())).toEqual(BODY);
    expect(existsSync(part())).toBe(false);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(BODY.length);
  });

  test('goes on where the line was cut, again and again', async () => {
    const server = await serve({ cutAfter: 20_000 });
    await download(server.url);
    expect(readFileSync(target())).toEqual(BODY);
    expect(server.ranges).toEqual([undefined, 'bytes=20000-', 'bytes=40000-']);
  });

  test('goes on from what an earlier process left', async () => {
    writeFileSync(part(), BODY.subarray(0, 30_000));
    const server = await serve();
    await download(server.url);
    expect(readFileSync(target())).toEqual(BODY);
    expect(server.ranges).toEqual(['bytes=30000-']);
  });

  test('starts over where the server knows no ranges', async () => {
    writeFileSync(part(), BODY.subarray(0, 30_000));
    await download((await serve({ ranges: false })).url);
    expect(readFileSync(target())).toEqual(BODY);
  });

  test('starts over once where the start left behind was damaged', async () => {
    writeFileSync(part(), Buffer.alloc(30_000));
    const server = await serve();
    await download(server.url);
    expect(readFileSync(target())).toEqual(BODY);
    expect(server.ranges).toEqual(['bytes=30000-', undefined]);
  });

  test('with the wrong hash is refused and leaves nothing', async () => {
    const other = Buffer.from(BODY);
    other[100] = 1;
    expect(await codeOf(download((await serve({}, other)).url))).toBe('model/hash-mismatch');
    expect(existsSync(target()) || existsSync(part())).toBe(false);
  });

  test('that is longer than promised is stopped at its promised length', async () => {
    const longer = Buffer.concat([BODY, BODY]);
    expect(await codeOf(download((await serve({}, longer)).url))).toBe('model/hash-mismatch');
    expect(existsSync(target())).toBe(false);
  });

  test('does not begin where the disk has no room', async () => {
    const server = await serve();
    const freeBytes = async () => 1000;
    expect(await codeOf(download(server.url, { freeBytes }))).toBe('output/no-space');
    expect(server.ranges).toEqual([]);
  });

  test('that is not there fails at once, one that the server trips over is tried again', async () => {
    const missing = await serve({ status: 404 });
    expect(await codeOf(download(missing.url))).toBe('model/fetch-failed');
    expect(missing.ranges).toHaveLength(1);
    const tripping = await serve({ status: 503 });
    expect(await codeOf(download(tripping.url))).toBe('model/fetch-failed');
    expect(tripping.ranges.length).toBeGreaterThan(1);
  });

  test('that stalls is taken for cut', async () => {
    const server = await serve({ stall: true });
    const controller = new AbortController();
    const work = codeOf(download(server.url, { stallMs: 100, signal: controller.signal }));
    await expect.poll(() => server.ranges.length, { timeout: 5000 }).toBeGreaterThan(1);
    controller.abort();
    expect(await work).toBe('job/cancelled');
  });

  test('that is cancelled keeps what it has', async () => {
    const server = await serve({ stall: true });
    const controller = new AbortController();
    const work = codeOf(
      download(server.url, {
        signal: controller.signal,
        onProgress: (done) => done > 0 && controller.abort(),
      }),
    );
    expect(await work).toBe('job/cancelled');
    expect(readFileSync(part())).toEqual(BODY.subarray(0, 10));
  });
});

describe('a lock', () => {
  test('lets one piece of work in at a time', async () => {
    let inside = 0;
    const work = () =>
      withLock(target(), undefined, async () => {
        inside += 1;
        expect(inside).toBe(1);
        await new Promise((done) => setTimeout(done, 20));
        inside -= 1;
      });
    await Promise.all([work(), work(), work()]);
    expect(existsSync(`${target()}.lock`)).toBe(false);
  });

  test('of a process that is gone is taken over', async () => {
    // Process ids end far below this on every platform.
    writeFileSync(`${target()}.lock`, '999999999');
    expect(await withLock(target(), undefined, async () => 'in')).toBe('in');
  });
});

describe('an archive', () => {
  test('gives the named entries only, under their last names', async () => {
    const zip = path.join(folder, 'a.zip');
    writeFileSync(
      zip,
      zipOf({ 'x/a.param': Buffer.from('A'), 'x/b.bin': Buffer.from('B'), '../evil': Buffer.from('E') }),
    );
    const error = await extractZip(zip, ['x/a.param'], path.join(folder, 'evil')).catch((thrown) => thrown);
    // yauzl refuses an archive whose names lead outside, wanted or not.
    expect(error.code).toBe('model/broken');
    writeFileSync(zip, zipOf({ 'x/a.param': Buffer.from('A'), 'x/b.bin': Buffer.from('B') }));
    const files = await extractZip(zip, ['x/b.bin'], path.join(folder, 'out'));
    expect(files).toEqual([path.join(folder, 'out', 'b.bin')]);
    expect(readFileSync(files[0]!, 'utf8')).toBe('B');
    expect(existsSync(path.join(folder, 'out', 'a.param'))).toBe(false);
  });

  test('that is damaged or lacks an entry is refused', async () => {
    const zip = path.join(folder, 'a.zip');
    const bytes = zipOf({ a: Buffer.from('A') });
    writeFileSync(zip, bytes);
    expect(await codeOf(extractZip(zip, ['b'], folder))).toBe('model/broken');
    writeFileSync(zip, bytes.subarray(0, 20));
    expect(await codeOf(extractZip(zip, ['a'], folder))).toBe('model/broken');
  });
});
