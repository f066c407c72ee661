import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type DiffusionBundle, diffusionBundle } from '../../contract/bundle.ts';
import { FolderStore, filesBelow } from './folder-store.ts';

/** An installed diffusion model and the folder that it lies in. */
export type InstalledBundle = DiffusionBundle & { readonly folder: string };

/**
 * Diffusion models on disk, a folder each:
 *
 *     bundles/<id>/bundle.json      what is known of it; written last
 *     bundles/<id>/unet.onnx, unet.bin, unet.json, text.onnx, ..., tokenizer/, tokenizer2/
 */
export class BundleStore extends FolderStore<DiffusionBundle> {
  /** @param models the folder of the models */
  constructor(models: string) {
    super(path.join(models, 'bundles'), {
      name: 'bundle.json',
      schema: diffusionBundle,
      remedy: 'import it again',
    });
  }
}

/** Sizes and times of the files of a source: equal where nothing was changed. */
export async function stampOf(source: string): Promise<string> {
  const info = await stat(source);
  const names = info.isDirectory() ? (await filesBelow(source)).sort() : [''];
  const hash = createHash('sha256');
  for (const name of names) {
    const { size, mtimeMs } = await stat(path.join(source, name));
    hash.update(`${name} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}
