import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ListFileEntry, listFiles, downloadFile as openFile } from '@huggingface/hub';
import { cancelled, GessoError } from '../../../contract/errors.ts';
import { fetchFromHub } from './address.ts';
import type { FetchContext } from './context.ts';
import { hashFile } from './hash.ts';

/** A repository of models on Hugging Face, `hf:OWNER/NAME` or `hf:OWNER/NAME@REVISION`. */
export interface HubModel {
  readonly repository: string;
  readonly revision: string;
}

/** @returns undefined where the text is no such name */
export function hubModelOf(text: string): HubModel | undefined {
  const [, repository, revision = 'main'] = /^hf:([\w.-]+\/[\w.-]+)(?:@([\w./-]+))?$/.exec(text) ?? [];
  return repository === undefined ? undefined : { repository, revision };
}

/** Texts beside the weights are small. */
const MOST_TEXT = 32 * 2 ** 20;
const PARTS = /^(unet|vae|text_encoder|text_encoder_2)\//;
const SETTINGS =
  /^(model_index\.json|scheduler\/scheduler_config\.json|tokenizer(_2)?\/[\w.-]+\.(json|txt)|(unet|vae|text_encoder|text_encoder_2)\/(config\.json|[\w.-]+\.index(\.[\w-]+)?\.json))$/;

/**
 * Fetches what Gesso needs of a diffusion model's repository into a folder: the configs, the tokenizers and one set of
 * weights a part; or its only file where it is a model in one file. A fetch that was cut is gone on with; every file is
 * compared with the hash that the hub lists.
 * @returns the folder, or the file
 * @throws GessoError model/fetch-failed, model/hash-mismatch, output/no-space, job/cancelled
 */
export async function fetchHubModel(model: HubModel, into: string, context: FetchContext): Promise<string> {
  const files = wanted(await listed(model), model);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  for (const file of files) {
    if (context.signal?.aborted) throw cancelled('The download');
    const target = path.join(into, file.path);
    const report = (bytes: number) => context.onProgress?.(done + bytes, total);
    if (file.lfs) await fetchWeights(model, file, target, { ...context, onProgress: report });
    else await fetchText(model, file, target);
    done += file.size;
    report(0);
  }
  const [only] = files;
  return files.length === 1 && only && !only.path.endsWith('model_index.json')
    ? path.join(into, only.path)
    : into;
}

async function listed({ repository, revision }: HubModel): Promise<ListFileEntry[]> {
  const hub = process.env.HF_ENDPOINT;
  const entries: ListFileEntry[] = [];
  try {
    const repo = { type: 'model', name: repository } as const;
    for await (const entry of listFiles({ repo, revision, recursive: true, ...(hub ? { hubUrl: hub } : {}) }))
      if (entry.type === 'file' && isPlain(entry.path)) entries.push(entry);
    return entries;
  } catch (cause) {
    throw new GessoError(
      'model/fetch-failed',
      `${repository} on Hugging Face could not be listed: ${(cause as Error).message}.`,
      'Check the network and the name of the repository; models behind a form have to be fetched with a browser.',
      cause,
    );
  }
}

/** No way out of the folder that it is put into. */
function isPlain(file: string): boolean {
  return file.split('/').every((part) => /^[\w][\w .+()-]*$/.test(part) && part !== '..');
}

function wanted(entries: readonly ListFileEntry[], { repository }: HubModel): ListFileEntry[] {
  if (entries.some((entry) => entry.path === 'model_index.json')) {
    const parts = [...new Set(entries.flatMap((entry) => PARTS.exec(entry.path)?.[1] ?? []))];
    return [
      ...entries.filter((entry) => SETTINGS.test(entry.path)),
      ...parts.flatMap((part) => weightsOf(entries, part)),
    ];
  }
  const single = entries.filter((entry) => /^[^/]+\.(safetensors|ckpt)$/.test(entry.path));
  const [only] = single;
  if (single.length === 1 && only) return [only];
  throw new GessoError(
    'model/fetch-failed',
    single.length === 0
      ? `${repository} holds no diffusion model that Gesso reads: neither a diffusers folder nor one file of weights.`
      : `${repository} holds ${single.length} files of weights: ${single.map((entry) => entry.path).join(', ')}.`,
    single.length === 0
      ? 'Choose another repository.'
      : 'Fetch the one that you want with a browser, then import the file.',
  );
}

/** Safetensors before PyTorch's, whole numbers of bits before half ones, a whole file before shards. */
function weightsOf(entries: readonly ListFileEntry[], part: string): ListFileEntry[] {
  const own = entries.filter((entry) => path.posix.dirname(entry.path) === part);
  for (const ending of ['safetensors', 'bin'])
    for (const variant of ['', '\\.fp16']) {
      const whole = own.filter((entry) =>
        new RegExp(`/(diffusion_pytorch_model|model|pytorch_model)${variant}\\.${ending}$`).test(entry.path),
      );
      if (whole.length > 0) return whole.slice(0, 1);
      const shards = own.filter((entry) =>
        new RegExp(`-\\d+-of-\\d+${variant}\\.${ending}$`).test(entry.path),
      );
      if (shards.length > 0) return shards;
    }
  return [];
}

async function fetchWeights(
  { repository, revision }: HubModel,
  { path: file, size, lfs }: ListFileEntry,
  target: string,
  context: FetchContext,
): Promise<void> {
  const sha256 = lfs?.oid ?? '';
  const isThere =
    (await stat(target).catch(() => undefined))?.size === size && (await hashFile(target)) === sha256;
  if (isThere) return;
  const source = { kind: 'huggingface', repository, revision, sha256, bytes: size, files: [file] } as const;
  await fetchFromHub({ ...source, files: [file] }, target, context);
}

/** Files that are no weights are listed with git's own hash. */
async function fetchText(
  { repository, revision }: HubModel,
  entry: ListFileEntry,
  target: string,
): Promise<void> {
  const isOf = (bytes: Uint8Array) => gitHash(bytes) === entry.oid;
  const there = await readFile(target).catch(() => undefined);
  if (there && isOf(there)) return;
  const failed = (why: string, cause?: unknown) =>
    new GessoError(
      'model/fetch-failed',
      `${repository} on Hugging Face did not give ${entry.path}: ${why}.`,
      'Check the network, then try again: what has arrived is kept.',
      cause,
    );
  if (entry.size > MOST_TEXT) throw failed('it is too large for what it should be');
  const hub = process.env.HF_ENDPOINT;
  let bytes: Buffer;
  try {
    const blob = await openFile({
      repo: { type: 'model', name: repository },
      path: entry.path,
      revision,
      ...(hub ? { hubUrl: hub } : {}),
    });
    if (!blob) throw new Error('there is no such file');
    bytes = Buffer.from(await blob.arrayBuffer());
  } catch (cause) {
    throw failed((cause as Error).message, cause);
  }
  if (!isOf(bytes))
    throw new GessoError(
      'model/hash-mismatch',
      `${entry.path} of ${repository} is not what the hub lists.`,
      'Try again; if it stays so, the file was changed on its way: do not use it.',
    );
  await mkdir(path.dirname(target), { recursive: true });
  const part = `${target}.part`;
  await writeFile(part, bytes, { flush: true });
  await rename(part, target).catch(async (cause) => {
    await rm(part, { force: true });
    throw cause;
  });
}

/** What git calls a file of these bytes. */
function gitHash(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex');
}
