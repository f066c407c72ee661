import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { type DiffusionBundle, diffusionBundle } from '../../../../../contract/bundle.ts';
import type { DiffusionStep } from '../../../../../contract/diffusion-step.ts';
import { convertVae, vaeWeights } from '../../../../../models/library/convert-vae.ts';
import { mergeLoras } from '../../../../../models/library/merge-loras.ts';
import { hashFile } from '../../../../../models/library/storage.ts';
import type { BundleFiles } from './networks.ts';

/** Copies of weights may take that much together; the least recently used go first. */
const MOST_CACHED = 16e9;

/**
 * The files that a picture is made with: the bundle's own, or a copy with LoRAs in its weights and another autoencoder,
 * made now where it is not there yet. A copy is named by what is in it and has its name only when it is whole.
 * @throws GessoError naming the LoRA or the autoencoder
 */
export async function filesFor(
  model: { bundle: DiffusionBundle; folder: string },
  { loras, vae }: Pick<DiffusionStep, 'loras' | 'vae'>,
  cache: string,
  checkpoint: () => void,
): Promise<BundleFiles> {
  const { bundle } = model;
  const wished = loras.filter(({ weight }) => weight !== 0);
  const folder =
    wished.length === 0
      ? model.folder
      : await cached(cache, ['loras', bundle.imported.sha256, ...(await namesOf(wished))], (into) =>
          mergeLoras(bundle, model.folder, wished, into, checkpoint),
        );
  if (vae === undefined) return { bundle, folder };
  const vaeFolder = await cached(
    cache,
    ['vae', bundle.family, (await hashFile(vaeWeights(vae))).sha256],
    (into) => convertVae(vae, bundle, into),
  );
  return { bundle: diffusionBundle.parse(bundle), folder, vaeFolder };
}

async function namesOf(loras: DiffusionStep['loras']): Promise<string[]> {
  const names = [];
  for (const { file, weight } of loras) names.push(`${(await hashFile(file)).sha256} ${weight}`);
  return names;
}

async function cached(
  cache: string,
  parts: readonly string[],
  make: (into: string) => Promise<void>,
): Promise<string> {
  const folder = path.join(cache, createHash('sha256').update(parts.join('\n')).digest('hex'));
  if (existsSync(folder)) {
    await utimes(folder, new Date(), new Date());
    return folder;
  }
  const part = `${folder}.${process.pid}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  try {
    await make(part);
    await rename(part, folder).catch(async (cause) => {
      // Another process was faster.
      if (!existsSync(folder)) throw cause;
    });
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  await prune(cache, path.basename(folder));
  return folder;
}

async function prune(cache: string, fresh: string): Promise<void> {
  const folders = [];
  for (const name of await readdir(cache)) {
    if (name.endsWith('.part')) continue;
    const folder = path.join(cache, name);
    let bytes = 0;
    for (const file of await readdir(folder)) bytes += (await stat(path.join(folder, file))).size;
    folders.push({ name, bytes, used: (await stat(folder)).mtimeMs });
  }
  let total = folders.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { name, bytes } of folders.toSorted((a, b) => a.used - b.used)) {
    if (total <= MOST_CACHED) return;
    if (name === fresh) continue;
    await rm(path.join(cache, name), { recursive: true, force: true }).catch(() => {});
    total -= bytes;
  }
}
