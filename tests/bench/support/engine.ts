import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { clipOutput, interpolateStep } from '../../../contract/clip-recipe.ts';
import type { ModelDescriptor } from '../../../contract/descriptor.ts';
import { EngineHost } from '../../../main/engine/host/host.ts';
import { launchEngine } from '../../../main/engine/host/launch.ts';
import type { Params, Result } from '../../../main/engine/protocol/methods.ts';
import { CATALOGUE } from '../../../models/catalogue/index.ts';
import { fetchSource } from '../../../models/library/fetch/fetch.ts';
import { type InstalledModel, ModelLibrary } from '../../../models/library/library.ts';
import { variantsFolder } from '../../../models/library/variants.ts';

/** The bench runs from .cache/bench. */
const CACHE = path.resolve(import.meta.dirname, '..');
const DOWNLOADS = path.join(CACHE, 'downloads');
/** GESSO_BUNDLES: other bundles than the ones in out/. */
export const BUNDLES = process.env.GESSO_BUNDLES ?? path.resolve(CACHE, '../out/main');
/** A data folder of the bench's own; its models stay between runs. */
export const HOME = path.join(CACHE, 'bench-home');
export const PYTHON_PACKAGES = path.join(CACHE, 'python-ncnn');

type Layer = Params<'style.picture'>['layers'][number];

export type Restored = Result<'restore.picture'> & {
  /** Milliseconds from the call to the answer. */
  wall: number;
};

/** The product as the bench drives it: one engine process, and the library that installs what is measured. */
export class Gesso {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'gesso-bench-'));
  readonly #host = new EngineHost({
    launch: () =>
      launchEngine({
        node: process.execPath,
        role: 'work',
        entry: path.join(BUNDLES, 'engine.js'),
        env: { GESSO_VARIANTS: variantsFolder(HOME) },
        onLog: (line) => process.stderr.write(`engine: ${line}\n`),
      }),
    // The bench wants the same engine from first to last.
    recycleAbove: 64e9,
  });
  readonly #library = new ModelLibrary({
    folder: HOME,
    downloads: DOWNLOADS,
    catalogue: CATALOGUE,
    convert: ({ entry, files, outFolder, onProgress }) =>
      this.#host.call(
        'model.convert',
        { entry, files: [...files], outFolder },
        { onEvent: ({ fraction }) => onProgress?.(fraction) },
      ),
  });

  /** Whether an earlier run has installed it. */
  has(id: string): boolean {
    return this.#library.get(id) !== undefined;
  }

  /** Installs a model (once; downloads are shared with the tests). */
  model(id: string): Promise<InstalledModel> {
    if (!this.#library.get(id)) process.stderr.write(`Installing ${id} ...\n`);
    return this.#library.install(id);
  }

  /** The files that a model was converted from; the first is the one to open. */
  async sources(id: string): Promise<string[]> {
    const [source] = this.#library.entry(id).sources;
    return fetchSource(source!, path.join(this.folder, `source-${id}`), { folder: DOWNLOADS });
  }

  async restore(
    input: string,
    model: { file: string; descriptor: ModelDescriptor },
    options: Partial<Params<'restore.picture'>> = {},
  ): Promise<Restored & { output: string }> {
    const output = path.join(this.folder, `result.${options.format ?? 'jpeg'}`);
    const begun = performance.now();
    const result = await this.#host.call('restore.picture', {
      input,
      temp: output,
      work: path.join(this.folder, 'work'),
      steps: [
        {
          passes: [{ file: model.file, descriptor: model.descriptor }],
          scale: model.descriptor.scale,
          strength: 1,
        },
      ],
      format: 'jpeg',
      quality: 92,
      stripPrivate: false,
      device: 'cpu',
      tile: 'auto',
      tileMemory: {},
      software: 'Gesso bench',
      recipe: '{}',
      ...options,
    });
    return { ...result, wall: performance.now() - begun, output };
  }

  /** Paints a picture, without the queue. */
  async style(
    input: string,
    models: Pick<Layer, 'painter' | 'reader' | 'builtIn'>,
    from: Layer['styles'][number]['from'],
    { exact = false, ...options }: Partial<Params<'style.picture'> & Pick<Layer, 'exact'>> = {},
  ): Promise<Result<'style.picture'> & { wall: number; output: string }> {
    const output = path.join(this.folder, `painted.${options.format ?? 'png'}`);
    const begun = performance.now();
    const result = await this.#host.call('style.picture', {
      input,
      temp: output,
      work: path.join(this.folder, 'work'),
      layers: [
        {
          ...{ styles: [{ from, weight: 1 }], ...models, strength: 1, keptColour: 0 },
          ...{ brush: 1, detail: 0, exact, opacity: 1, blend: 'normal' },
        },
      ],
      format: 'png',
      quality: 92,
      stripPrivate: false,
      device: 'cpu',
      tile: 'auto',
      tileMemory: {},
      software: 'Gesso bench',
      recipe: '{}',
      ...options,
    });
    return { ...result, wall: performance.now() - begun, output };
  }

  /** Makes a picture of words, without the queue. */
  async diffuse(
    model: Params<'generate.diffusion'>['model'],
    step: Params<'generate.diffusion'>['step'],
    seed: number,
  ): Promise<Result<'generate.diffusion'>> {
    return this.#host.call('generate.diffusion', {
      ...{ model, step, seed },
      temp: path.join(this.folder, 'made.png'),
      work: path.join(this.folder, 'work'),
      cache: path.join(this.folder, 'weights'),
      format: 'png',
      quality: 92,
      stripPrivate: false,
      device: 'cpu',
      tile: 'auto',
      software: 'Gesso bench',
      recipe: '{}',
    });
  }

  /** Draws a tile, without the queue. */
  async drawRule(step: Params<'generate.rule'>['step']): Promise<Result<'generate.rule'>> {
    return this.#host.call('generate.rule', {
      step,
      temp: path.join(this.folder, 'tile.png'),
      work: path.join(this.folder, 'work'),
      format: 'png',
      quality: 92,
      software: 'Gesso bench',
      recipe: '{}',
    });
  }

  /** Makes a clip of twice the rate into ffv1 or h264, without the queue. */
  async interpolate(
    input: string,
    model: { file: string; descriptor: ModelDescriptor },
    step: Record<string, unknown> = {},
    codec: 'h264' | 'ffv1' = 'h264',
  ): Promise<Result<'interpolate.clip'> & { wall: number; output: string }> {
    const output = path.join(this.folder, `clip.${codec === 'h264' ? 'mp4' : 'mkv'}`);
    const parts = mkdtempSync(path.join(this.folder, 'parts-'));
    const begun = performance.now();
    const made = await this.#host.call('interpolate.clip', {
      input,
      step: interpolateStep.parse({ studio: 'interpolate', ...step }),
      output: clipOutput.parse({ codec, container: codec === 'h264' ? 'mp4' : 'mkv' }),
      model: { file: model.file, descriptor: model.descriptor },
      temp: output,
      parts,
      finished: [],
      device: 'cpu',
    });
    const wall = performance.now() - begun;
    rmSync(parts, { recursive: true, force: true });
    return { ...made, wall, output };
  }

  close(): void {
    this.#host.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
