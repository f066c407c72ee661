import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { modelId } from '../../contract/descriptor.ts';
import { GessoError } from '../../contract/errors.ts';
import { hashFile } from './fetch/hash.ts';
import { fsyncFile, fsyncFolder, replaceText } from './storage.ts';

/** What the record of any such folder says. */
interface FolderRecord {
  id: string;
  /** Size and hash of each file of the folder but the record. */
  files: Record<string, { bytes: number; sha256: string }>;
  bytes: number;
  installedAt: string;
}

/**
 * Models that are folders, each named by its id with a record beside its files. A folder is made on the same disk and
 * moved here whole, its record written last: it is there or is not.
 */
export class FolderStore<T extends FolderRecord> {
  /** @param folder made when the first one arrives @param record the record's file name and schema */
  constructor(
    readonly folder: string,
    private readonly record: {
      readonly name: string;
      readonly schema: z.ZodType<T>;
      readonly remedy: string;
    },
  ) {}

  list(): (T & { readonly folder: string })[] {
    let names: string[];
    try {
      names = readdirSync(this.folder).sort();
    } catch {
      return [];
    }
    return names.flatMap((id) => this.get(id) ?? []);
  }

  /** @returns undefined where it is not there, or is not whole by its files' sizes */
  get(id: string): (T & { readonly folder: string }) | undefined {
    if (!modelId.safeParse(id).success) return undefined;
    const folder = path.join(this.folder, id);
    try {
      const text = readFileSync(path.join(folder, this.record.name), 'utf8');
      const record = this.record.schema.parse(JSON.parse(text));
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
    record: Omit<T, 'files' | 'bytes' | 'installedAt'>,
  ): Promise<T & { readonly folder: string }> {
    const files: FolderRecord['files'] = {};
    for (const name of (await filesBelow(made)).sort()) {
      const file = path.join(made, name);
      files[name] = { bytes: (await stat(file)).size, sha256: await hashFile(file) };
    }
    const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
    const whole = this.record.schema.parse({
      ...record,
      ...{ files, bytes, installedAt: new Date().toISOString() },
    });
    const file = path.join(made, this.record.name);
    await writeFile(file, `${JSON.stringify(whole, null, 2)}\n`);
    await fsyncFile(file);
    const target = path.join(this.folder, whole.id);
    await mkdir(this.folder, { recursive: true });
    await rm(target, { recursive: true, force: true });
    await rename(made, target);
    await fsyncFolder(this.folder);
    return { ...whole, folder: target };
  }

  /** Writes the record anew with what changed; the files stay as they are. @returns undefined where there is none */
  async change(
    id: string,
    patch: Partial<Omit<T, keyof FolderRecord>>,
  ): Promise<(T & { readonly folder: string }) | undefined> {
    const found = this.get(id);
    if (!found) return undefined;
    const { folder, ...record } = found;
    const changed = this.record.schema.parse({ ...record, ...patch });
    await replaceText(path.join(folder, this.record.name), `${JSON.stringify(changed, null, 2)}\n`);
    return { ...changed, folder };
  }

  /** @returns whether there was one */
  async remove(id: string): Promise<boolean> {
    if (!modelId.safeParse(id).success) return false;
    const folder = path.join(this.folder, id);
    const isThere = statSync(folder, { throwIfNoEntry: false }) !== undefined;
    // Its record first: what a kill leaves is then no model any more.
    await rm(path.join(folder, this.record.name), { force: true });
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    return isThere;
  }

  /** What is wrong with the files by their hashes; undefined where all are whole. */
  async problemOf(id: string): Promise<GessoError | undefined> {
    const found = this.get(id);
    const hint = `Run "gesso models remove ${id}", then ${this.record.remedy}.`;
    if (!found) return new GessoError('model/broken', `Files of ${id} are missing or were cut.`, hint);
    for (const [name, { sha256 }] of Object.entries(found.files)) {
      if ((await hashFile(path.join(found.folder, name))) !== sha256)
        return new GessoError('model/broken', `${name} of ${id} was changed.`, hint);
    }
    return undefined;
  }
}

/** Paths below a folder, with forward slashes. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
}
