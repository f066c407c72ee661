import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type InstalledRecord, installedRecord, modelId } from '../../contract/descriptor.ts';
import { hashFile } from './fetch/hash.ts';
import { isAlive } from './fetch/lock.ts';
import { fsyncFile, fsyncFolder, replaceText } from './storage.ts';

/** Work folders of this process, whichever library made them: its own pid says nothing about them. */
const active = new Set<string>();

/**
 * The installed models on disk:
 *
 *     blobs/<sha256>.onnx     the networks, named by their content
 *     installed/<id>.json     one record a model: its descriptor and which blob
 *     temp/install-<pid>-*    work in progress; whole folders of it go when their process is gone
 *
 * A model is installed from the instant its record has its name: the blob is there, synced, before. So a kill at any
 * moment leaves the model installed or not, and at worst an unused blob, which the next clean-up takes.
 */
export class ModelStore {
  readonly folder: string;

  /** @param folder made when the first model arrives */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** The record, if it is there, readable, and its blob has the right size. */
  read(id: string): InstalledRecord | undefined {
    if (!modelId.safeParse(id).success) return undefined;
    try {
      const record = installedRecord.parse(JSON.parse(readFileSync(this.#recordFile(id), 'utf8')));
      const complete = statSync(this.blobFile(record.sha256)).size === record.bytes;
      return complete && record.descriptor.id === id ? record : undefined;
    } catch {
      return undefined;
    }
  }

  /** Ids of all records, also of those whose blob is missing. */
  ids(): string[] {
    try {
      const names = readdirSync(path.join(this.folder, 'installed'));
      return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
    } catch {
      return [];
    }
  }

  blobFile(sha256: string): string {
    return path.join(this.folder, 'blobs', `${sha256}.onnx`);
  }

  /** A folder of its own for one installation; give it back with `endWork`. */
  async beginWork(): Promise<string> {
    const name = `install-${process.pid}-${randomBytes(6).toString('hex')}`;
    const folder = path.join(this.folder, 'temp', name);
    active.add(name);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  async endWork(folder: string): Promise<void> {
    // Windows may hold a file for an instant after its reader is gone: rm tries again.
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    active.delete(path.basename(folder));
  }

  /** Moves a finished ONNX file (on the same disk: in a work folder) into the store and names the model. */
  async adopt(
    file: string,
    descriptor: InstalledRecord['descriptor'],
    source: string,
    work: string,
    imported?: InstalledRecord['imported'],
  ): Promise<InstalledRecord> {
    const sha256 = await hashFile(file);
    const { size: bytes } = await stat(file);
    await fsyncFile(file);
    const blob = this.blobFile(sha256);
    await mkdir(path.dirname(blob), { recursive: true });
    await rename(file, blob);
    await fsyncFolder(path.dirname(blob));
    const installedAt = new Date().toISOString();
    const record = installedRecord.parse({
      gesso: 1,
      descriptor,
      sha256,
      bytes,
      source,
      installedAt,
      ...(imported && { imported }),
    });
    const draft = path.join(work, 'record.json');
    await writeFile(draft, `${JSON.stringify(record, null, 2)}\n`);
    await fsyncFile(draft);
    const target = this.#recordFile(descriptor.id);
    await mkdir(path.dirname(target), { recursive: true });
    await rename(draft, target);
    await fsyncFolder(path.dirname(target));
    return record;
  }

  /** Calls a model something else; its id and its blob stay. @returns whether there is one */
  async rename(id: string, name: string): Promise<boolean> {
    const record = this.read(id);
    if (!record) return false;
    const renamed = installedRecord.parse({ ...record, descriptor: { ...record.descriptor, name } });
    await replaceText(this.#recordFile(id), `${JSON.stringify(renamed, null, 2)}\n`);
    return true;
  }

  /** Takes the record away first, then its blob if no other model has the same. @returns whether there was one */
  async remove(id: string): Promise<boolean> {
    if (!modelId.safeParse(id).success || !this.ids().includes(id)) return false;
    await rm(this.#recordFile(id), { force: true });
    await this.clean();
    return true;
  }

  /** Clears away what killed installations left: their work folders, and blobs that no record names. */
  async clean(): Promise<void> {
    const temp = path.join(this.folder, 'temp');
    let working = active.size > 0;
    for (const name of await readdir(temp).catch(() => [])) {
      if (active.has(name)) continue;
      if (isAlive(Number(name.split('-')[1]))) working = true;
      else await rm(path.join(temp, name), { recursive: true, force: true, maxRetries: 5 });
    }
    // An installation in progress has a blob whose record comes next.
    if (working) return;
    const named = new Set(this.ids().map((id) => `${this.#sha256Of(id)}.onnx`));
    const blobs = path.join(this.folder, 'blobs');
    for (const name of await readdir(blobs).catch(() => [])) {
      if (!named.has(name)) await rm(path.join(blobs, name), { force: true, maxRetries: 5 });
    }
  }

  #sha256Of(id: string): string | undefined {
    try {
      return installedRecord.parse(JSON.parse(readFileSync(this.#recordFile(id), 'utf8'))).sha256;
    } catch {
      return undefined;
    }
  }

  #recordFile(id: string): string {
    return path.join(this.folder, 'installed', `${id}.json`);
  }
}
