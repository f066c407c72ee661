import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type DiffusionBundle, diffusionBundle } from '../../contract/bundle.ts';
import { modelId } from '../../contract/descriptor.ts';
import { GessoError } from '../../contract/errors.ts';
import { hashFile } from './fetch/hash.ts';
import { fsyncFile, fsyncFolder } from './storage.ts';

const RECORD = 'bundle.json';

/** An installed diffusion model and the folder that it lies in. */
export interface InstalledBundle extends DiffusionBundle {
  readonly folder: string;
}

/**
 * Diffusion models on disk, a folder each:
 *
 *     bundles/<id>/bundle.json      what is known of it; written last
 *     bundles/<id>/unet.onnx, unet.bin, unet.json, text.onnx, ..., tokenizer/, tokenizer2/
 *
 * A bundle is made in a work folder on the same disk and moved here whole, so that it is there or is not.
 */
export class BundleStore {
  readonly folder: string;

  /** @param models the folder of the models */
  constructor(models: string) {
    this.folder = path.join(models, 'bundles');
  }

  list(): InstalledBundle[] {
    let names: string[];
    try {
      names = readdirSync(this.folder).sort();
    } catch {
      return [];
    }
    return names.flatMap((id) => this.get(id) ?? []);
  }

  /** @returns undefined where it is not there, or is not whole by its files' sizes */
  get(id: string): InstalledBundle | undefined {
    if (!modelId.safeParse(id).success) return undefined;
    const folder = path.join(this.folder, id);
    try {
      const record = diffusionBundle.parse(JSON.parse(readFileSync(path.join(folder, RECORD), 'utf8')));
      const isWhole = Object.entries(record.files).every(
        ([name, { bytes }]) => statSync(path.join(folder, name)).size === bytes,
      );
      return isWhole && record.id === id ? { ...record, folder } : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * Moves a finished folder into the store.
   * @param made on the same disk, its files flushed @param record without what is measured here
   */
  async adopt(
    made: string,
    record: Omit<DiffusionBundle, 'files' | 'bytes' | 'installedAt'>,
  ): Promise<InstalledBundle> {
    const files: Record<string, { bytes: number; sha256: string }> = {};
    for (const name of (await filesBelow(made)).sort()) {
      const file = path.join(made, name);
      files[name] = { bytes: (await stat(file)).size, sha256: await hashFile(file) };
    }
    const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
    const whole = diffusionBundle.parse({ ...record, files, bytes, installedAt: new Date().toISOString() });
    const file = path.join(made, RECORD);
    await writeFile(file, `${JSON.stringify(whole, null, 2)}\n`);
    await fsyncFile(file);
    const target = path.join(this.folder, whole.id);
    await mkdir(this.folder, { recursive: true });
    await rm(target, { recursive: true, force: true });
    await rename(made, target);
    await fsyncFolder(this.folder);
    return { ...whole, folder: target };
  }

  /** @returns whether there was one */
  async remove(id: string): Promise<boolean> {
    if (!modelId.safeParse(id).success) return false;
    const folder = path.join(this.folder, id);
    const isThere = statSync(folder, { throwIfNoEntry: false }) !== undefined;
    // Its record first: what a kill leaves is then no bundle any more.
    await rm(path.join(folder, RECORD), { force: true });
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    return isThere;
  }

  /** What is wrong with a bundle's files by their hashes; undefined where all are whole. */
  async problemOf(id: string): Promise<GessoError | undefined> {
    const bundle = this.get(id);
    const hint = `Run "gesso models remove ${id}", then import it again.`;
    if (!bundle) return new GessoError('model/broken', `Files of ${id} are missing or were cut.`, hint);
    for (const [name, { sha256 }] of Object.entries(bundle.files)) {
      if ((await hashFile(path.join(bundle.folder, name))) !== sha256)
        return new GessoError('model/broken', `${name} of ${id} was changed.`, hint);
    }
    return undefined;
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

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
}
