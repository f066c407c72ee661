import path from 'node:path';
import { keptColour, type StyleRecipe, type StyleStep } from '../../contract/style-recipe.ts';
import type { Params, Result } from '../engine/protocol/methods.ts';
import { type AttemptContext, type AttemptProgress, stemOf } from './attempt.ts';
import type { Reservation } from './ledger.ts';
import { EXTENSIONS, limitTile, type WriteFormat, writeFormat } from './picture-output.ts';
import type { ItemResult } from './records.ts';
import { resolveStyle, type StyleModels } from './resolve.ts';

/** One try at painting one picture. */
export class StyleAttempt {
  /** The tile size that the engine last began to work with. */
  tile: number | undefined;

  constructor(
    private readonly context: AttemptContext,
    private readonly recipe: StyleRecipe,
  ) {}

  async run(signal: AbortSignal, onProgress: (progress: AttemptProgress) => void): Promise<void> {
    const { item, ledger, store, host, owner, models } = this.context;
    const { output, steps } = this.recipe;
    const recovered = item.attempts > 1 ? await ledger.recover(item) : undefined;
    const installed = models();
    const resolved = steps.map((step) => resolveStyle(step, installed));
    const model = paintersOf(resolved);
    if (recovered) {
      store.setStatus(item.id, owner, 'done', { result: { output: recovered.output, model, notes: [] } });
      return;
    }
    const facts = await host.call('picture.probe', { file: item.input }, { signal });
    const notes: string[] = [];
    const format = writeFormat(output, facts.format, notes);
    const stem = stemOf(this.context, output.name, { model, style: styleNameOf(this.recipe) });
    const reserved = await ledger.reserve(item, stem, EXTENSIONS[format], output);
    if (reserved.kind === 'exists') {
      store.setStatus(item.id, owner, 'skipped', { result: { output: reserved.path, model, notes } });
      return;
    }
    await this.#make(resolved, format, reserved, notes, signal, onProgress);
  }

  async #make(
    models: readonly StyleModels[],
    format: WriteFormat,
    reserved: Extract<Reservation, { kind: 'reserved' }>,
    notes: string[],
    signal: AbortSignal,
    onProgress: (progress: AttemptProgress) => void,
  ): Promise<void> {
    const { item, ledger, job, store, host, owner, work, software } = this.context;
    const { output, steps } = this.recipe;
    const begun = performance.now();
    const main = paintersOf(models);
    const gpu = job.options.device === 'auto' ? 'webgpu' : job.options.device;
    const made = await host.call(
      'style.picture',
      {
        input: item.input,
        temp: reserved.temp,
        work,
        layers: steps.map((step, index) => layerOf(step, models[index]!)),
        format,
        quality: output.quality,
        layered: output.layered,
        stripPrivate: output.stripPrivate,
        device: job.options.device,
        tile: limitTile(job.options.tile, item.tileLimit),
        tileMemory: store.tileMemory(gpu, main),
        software,
        recipe: JSON.stringify(withoutFolders(this.recipe)),
      },
      {
        signal,
        onEvent: (event) => {
          if (event.tile !== undefined) this.tile = event.tile;
          onProgress(event);
        },
      },
    );
    if (made.device !== 'cpu')
      store.rememberTile(made.device, main, {
        ran: made.tile,
        ...(made.failedTile !== undefined && { failed: made.failedTile }),
      });
    const result = toResult(made, reserved.path, main, notes, performance.now() - begun);
    await ledger.commit(item, owner, reserved, made, result);
  }
}

/** A step as the engine takes it. */
export function layerOf(step: StyleStep, models: StyleModels): Params<'style.picture'>['layers'][number] {
  const { colour, model: _model, studio: _studio, ...layer } = step;
  return { ...layer, ...models, keptColour: keptColour(colour) };
}

/** The models that paint, joined. */
export function paintersOf(models: readonly StyleModels[]): string {
  const ids = models.flatMap(({ painter, builtIn }) =>
    [painter, builtIn].flatMap((model) => model?.descriptor.id ?? []),
  );
  return [...new Set(ids)].join('+');
}

/** "starry-night+builtin-7" */
export function styleNameOf({ steps }: StyleRecipe): string {
  const names = steps.flatMap(({ styles }) =>
    styles.map(({ from }) => ('picture' in from ? path.parse(from.picture).name : `builtin-${from.builtIn}`)),
  );
  return [...new Set(names)].join('+');
}

/** What goes into the file tells how it was made, and nothing of where the maker keeps pictures. */
function withoutFolders(recipe: StyleRecipe): StyleRecipe {
  const masked = <T extends { mask?: string | undefined }>(of: T): T => ({
    ...of,
    ...(of.mask !== undefined && { mask: path.basename(of.mask) }),
  });
  const steps = recipe.steps.map((step) => ({
    ...masked(step),
    styles: step.styles.map((style) => ({
      ...masked(style),
      from: 'picture' in style.from ? { picture: path.basename(style.from.picture) } : style.from,
    })),
  }));
  return { ...recipe, steps };
}

function toResult(
  made: Result<'style.picture'>,
  output: string,
  model: string,
  notes: string[],
  milliseconds: number,
): ItemResult {
  const { width, height, tiles, device, timings } = made;
  const seconds = Math.round(milliseconds) / 1000;
  return { output, model, device, width, height, tiles, seconds, notes: [...notes, ...made.notes], timings };
}
