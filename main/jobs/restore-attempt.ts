import path from 'node:path';
import type { Recipe } from '../../contract/recipe.ts';
import type { Result } from '../engine/protocol/methods.ts';
import { type AttemptContext, type AttemptProgress, stemOf } from './attempt.ts';
import type { Reservation } from './ledger.ts';
import { EXTENSIONS, limitTile, type WriteFormat, writeFormat } from './picture-output.ts';
import type { ItemResult } from './records.ts';
import { type ResolvedRecipe, resolveSteps } from './resolve.ts';

/** A picture this large tells how fast a model is here. */
const TELLING_PIXELS = 250_000;

/** One try at one picture. */
export class RestoreAttempt {
  /** The tile size that the engine last began to work with. */
  tile: number | undefined;

  constructor(
    private readonly context: AttemptContext,
    private readonly recipe: Recipe,
  ) {}

  async run(signal: AbortSignal, onProgress: (progress: AttemptProgress) => void): Promise<void> {
    const { item, ledger, store, host, owner, models } = this.context;
    const { recipe } = this;
    const recovered = item.attempts > 1 ? await ledger.recover(item) : undefined;
    const resolved = resolveSteps(recipe.steps, models());
    if (recovered) {
      const result = { output: recovered.output, model: resolved.model, notes: [] };
      store.setStatus(item.id, owner, 'done', { result });
      return;
    }
    const facts = await host.call('picture.probe', { file: item.input }, { signal });
    const notes = [...resolved.notes];
    const format = writeFormat(recipe.output, facts.format, notes);
    const stem = stemOf(this.context, recipe.output.name, { model: resolved.model, scale: resolved.scale });
    const reserved = await ledger.reserve(item, stem, EXTENSIONS[format], recipe.output);
    if (reserved.kind === 'exists') {
      const result = { output: reserved.path, model: resolved.model, notes };
      store.setStatus(item.id, owner, 'skipped', { result });
      return;
    }
    const pixels = facts.width * facts.height;
    await this.#make(resolved, format, reserved, pixels, notes, signal, onProgress);
  }

  async #make(
    resolved: ResolvedRecipe,
    format: WriteFormat,
    reserved: Extract<Reservation, { kind: 'reserved' }>,
    pixels: number,
    notes: string[],
    signal: AbortSignal,
    onProgress: (progress: AttemptProgress) => void,
  ): Promise<void> {
    const { item, ledger, job, store, host, owner, work, software } = this.context;
    const { output } = this.recipe;
    const begun = performance.now();
    const networks = resolved.steps.flatMap(({ passes }) => passes);
    const model = networks[0]!.descriptor.id;
    const gpu = job.options.device === 'auto' ? 'webgpu' : job.options.device;
    const made = await host.call(
      'restore.picture',
      {
        input: item.input,
        temp: reserved.temp,
        work,
        steps: resolved.steps,
        mask: this.recipe.mask,
        format,
        quality: output.quality,
        layered: output.layered,
        stripPrivate: output.stripPrivate,
        device: job.options.device,
        tile: limitTile(job.options.tile, item.tileLimit),
        tileMemory: store.tileMemory(gpu, model),
        software,
        recipe: JSON.stringify(asRun(this.recipe, resolved)),
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
      store.rememberTile(made.device, model, {
        ran: made.tile,
        ...(made.failedTile !== undefined && { failed: made.failedTile }),
      });
    // A chain's time is of several models, a small picture's mostly of its border.
    const { session } = made.timings;
    if (networks.length === 1 && pixels >= TELLING_PIXELS && session > 0)
      store.rememberSpeed(made.device, model, (pixels / session) * 1000);
    const result = toResult(made, reserved.path, resolved.model, notes, performance.now() - begun);
    await ledger.commit(item, owner, reserved, made, result);
  }
}

/**
 * The recipe with its defaults filled in: what goes into the file tells how to make it again, and nothing of where the
 * maker keeps pictures.
 */
function asRun(recipe: Recipe, { steps }: ResolvedRecipe): Recipe {
  const filled = recipe.steps.map((step, index) => {
    const { model, scale } = steps[index]!;
    return { ...step, model, scale };
  });
  const mask = recipe.mask === undefined ? {} : { mask: path.basename(recipe.mask) };
  return { ...recipe, ...mask, steps: filled };
}

function toResult(
  made: Result<'restore.picture'>,
  output: string,
  model: string,
  notes: string[],
  milliseconds: number,
): ItemResult {
  const { width, height, tiles, device, timings } = made;
  const seconds = Math.round(milliseconds) / 1000;
  return { output, model, device, width, height, tiles, seconds, notes: [...notes, ...made.notes], timings };
}
