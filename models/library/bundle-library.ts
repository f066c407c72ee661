import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { DiffusionWishes } from '../../contract/bundle.ts';
import type { ModelSource } from '../../contract/descriptor.ts';
import { cancelled, GessoError } from '../../contract/errors.ts';
import { diskError } from '../errors.ts';
import { vocabularyFromMerges } from '../formats/clip-vocabulary.ts';
import type { BundleFacts, BundleRequest } from './bundle-facts.ts';
import { BundleStore, type InstalledBundle, stampOf } from './bundles.ts';
import { type FetchSource, fetchSource } from './fetch/fetch.ts';
import { fetchHubModel, type HubModel } from './fetch/hub-model.ts';
import type { InstallProgress } from './library.ts';
import { freeId, idOf } from './own.ts';
import { fsyncFile } from './storage.ts';
import { ModelStore } from './store.ts';

/** CLIP's own vocabulary (OpenAI, MIT), for models in one file: they bring none. */
const VOCABULARY: ModelSource = {
  kind: 'wheel',
  project: 'open-clip-torch',
  version: '3.3.0',
  platform: 'any',
  sha256: 'c549ad5ed6bfc119cc11105033c0a2b9d7a2a4afeb40a58a09aab3da1a0043ce',
  bytes: 1547268,
  files: ['open_clip/bpe_simple_vocab_16e6.txt.gz'],
};

/** How much of the time of such an import the fetch takes, for the progress. */
const FETCH_SHARE = 0.8;

export interface BundleWishes extends DiffusionWishes {
  /** What people will call it; left out: the name of its file or folder. */
  readonly name?: string | undefined;
  readonly licence?: string | undefined;
}

export interface BundleLibraryOptions {
  /** Gesso's data folder. */
  readonly folder: string;
  /** Converts in an engine process: `convertDiffusion` behind a message port. */
  readonly convert: (
    request: Omit<BundleRequest, 'checkpoint'>,
    signal: AbortSignal | undefined,
  ) => Promise<BundleFacts>;
  /** Ids that others have. */
  readonly isTaken: (id: string) => boolean;
  readonly downloads?: string | undefined;
  readonly wheels?: string | undefined;
  /** For tests. */
  readonly fetch?: FetchSource;
}

export interface ImportedBundle {
  readonly bundle: InstalledBundle;
  /** False where the same files had been imported before. */
  readonly isNew: boolean;
}

/** The diffusion models of this machine. */
export class BundleLibrary {
  readonly #options: BundleLibraryOptions;
  readonly #models: string;
  readonly #store: BundleStore;

  constructor(options: BundleLibraryOptions) {
    this.#options = options;
    this.#models = path.join(options.folder, 'models');
    this.#store = new BundleStore(this.#models);
  }

  list(): InstalledBundle[] {
    return this.#store.list();
  }

  get(id: string): InstalledBundle | undefined {
    return this.#store.get(id);
  }

  remove(id: string): Promise<boolean> {
    return this.#store.remove(id);
  }

  problemOf(id: string): Promise<GessoError | undefined> {
    return this.#store.problemOf(id);
  }

  /**
   * Takes in a diffusion model: a folder as diffusers saves it, or a single file. The source is not kept; one that is
   * there already, read in the same way, is returned as it is. A kill leaves nothing half there.
   * @throws GessoError what opening it throws, model/fetch-failed (the vocabulary), output/no-space, output/denied,
   *   job/cancelled
   */
  async import(
    source: string,
    wishes: BundleWishes = {},
    { signal, onProgress }: { signal?: AbortSignal; onProgress?: (fraction: number) => void } = {},
  ): Promise<ImportedBundle> {
    const { name: wishedName, licence, ...read } = wishes;
    const stamp = `${await stampOf(source).catch(() => '')} ${JSON.stringify(read)}`;
    const there = this.list().find(
      ({ imported }) => imported.stamp === stamp && path.resolve(imported.from) === path.resolve(source),
    );
    if (there) return { bundle: there, isNew: false };
    const vocabulary = bringsVocabulary(source) ? undefined : await this.#vocabulary(signal);
    const store = new ModelStore(this.#models);
    // What a killed import left is gigabytes.
    await store.clean();
    const work = await store.beginWork();
    try {
      const outFolder = path.join(work, 'bundle');
      const { format, sha256, ...facts } = await this.#options.convert(
        { source, wishes: read, outFolder, vocabulary, ...(onProgress && { onProgress }) },
        signal,
      );
      if (signal?.aborted) throw cancelled(`Importing ${path.basename(source)}`);
      const name = (wishedName ?? stemOf(source)).trim().slice(0, 80) || 'Model';
      const isTaken = (id: string) => this.#options.isTaken(id) || this.#store.get(id) !== undefined;
      const bundle = await this.#store.adopt(outFolder, {
        ...{ gesso: 1, id: freeId(idOf(name), isTaken), name, licence: licence?.trim() || 'unknown' },
        ...facts,
        imported: { from: source, format, sha256, stamp },
      });
      return { bundle, isNew: true };
    } catch (thrown) {
      throw diskError(thrown, this.#models);
    } finally {
      await store.endWork(work);
    }
  }

  /**
   * The same of a repository on Hugging Face: fetched, taken in, and the fetched files let go. A fetch that was cut is
   * gone on with the next time.
   * @throws GessoError as `import` does; model/fetch-failed, model/hash-mismatch
   */
  async importFromHub(
    model: HubModel,
    wishes: BundleWishes = {},
    options: { signal?: AbortSignal; onProgress?: (progress: InstallProgress) => void } = {},
  ): Promise<ImportedBundle> {
    const { signal, onProgress } = options;
    const folder = path.join(
      this.#downloads,
      'hub',
      model.repository.replace('/', '--'),
      model.revision.replace(/\//g, '-'),
    );
    await mkdir(folder, { recursive: true });
    const source = await fetchHubModel(model, path.join(folder, model.repository.split('/')[1] ?? 'model'), {
      folder,
      signal,
      onProgress: (done, total) =>
        onProgress?.({ phase: 'fetch', fraction: (FETCH_SHARE * done) / Math.max(1, total), done, total }),
    });
    const imported = await this.import(
      source,
      { name: model.repository.split('/')[1], ...wishes },
      {
        ...(signal && { signal }),
        onProgress: (part) =>
          onProgress?.({ phase: 'convert', fraction: FETCH_SHARE + (1 - FETCH_SHARE) * part }),
      },
    );
    await rm(folder, { recursive: true, force: true });
    return imported;
  }

  get #downloads(): string {
    return this.#options.downloads ?? path.join(this.#options.folder, 'cache', 'downloads');
  }

  /** A folder with CLIP's vocabulary, fetched the first time. */
  async #vocabulary(signal: AbortSignal | undefined): Promise<string> {
    const folder = path.join(this.#models, 'vocabularies', 'clip');
    if (existsSync(path.join(folder, 'vocab.json'))) return folder;
    const part = `${folder}.${process.pid}.part`;
    await rm(part, { recursive: true, force: true });
    try {
      const [file = ''] = await (this.#options.fetch ?? fetchSource)(VOCABULARY, path.join(part, 'source'), {
        folder: this.#downloads,
        local: this.#options.wheels ?? process.env.GESSO_WHEELS,
        signal,
        freeBytes: undefined,
        onProgress: () => {},
      });
      const { vocabulary, merges } = vocabularyFromMerges(
        (await promisify(gunzip)(await readFile(file))).toString(),
      );
      await rm(path.join(part, 'source'), { recursive: true, force: true });
      await mkdir(part, { recursive: true });
      for (const [name, text] of [
        ['vocab.json', JSON.stringify(vocabulary)],
        ['merges.txt', `#version: 0.2\n${merges.join('\n')}\n`],
      ] as const) {
        await writeFile(path.join(part, name), text);
        await fsyncFile(path.join(part, name));
      }
      await rename(part, folder).catch((cause) => {
        // Another process was faster.
        if (!existsSync(path.join(folder, 'vocab.json'))) throw cause;
      });
      return folder;
    } catch (thrown) {
      if (thrown instanceof GessoError && thrown.code === 'model/fetch-failed')
        throw new GessoError(
          'model/fetch-failed',
          `${thrown.message} A model in a single file needs CLIP's vocabulary, which is fetched once.`,
          'Connect to the internet once, or import the diffusers folder of the model, which brings its own.',
          thrown,
        );
      throw thrown;
    } finally {
      await rm(part, { recursive: true, force: true });
    }
  }
}

function bringsVocabulary(source: string): boolean {
  return existsSync(path.join(source, 'tokenizer', 'vocab.json'));
}

function stemOf(source: string): string {
  return path.basename(source).replace(/\.(safetensors|ckpt|pt|pth|bin)$/i, '');
}
