import { rm } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import { clipsOf } from '../../contract/style-clip.ts';
import { keptColour, type StyleRecipe, type StyleStep } from '../../contract/style-recipe.ts';
import type { Result } from '../engine/protocol/methods.ts';
import { type AttemptContext, type AttemptProgress, stemOf } from './attempt.ts';
import type { Reservation } from './ledger.ts';
import { limitTile } from './picture-output.ts';
import type { ItemResult } from './records.ts';
import { resolveInterpolation, resolveStyle } from './resolve.ts';
import { paintersOf, styleNameOf } from './style-attempt.ts';

/** One try at painting one clip. Segments that it finishes are kept for the next one. */
export class StyleClipAttempt {
  /** The tile size that the engine last began to work with. */
  tile: number | undefined;
  /** Whether a segment was finished: the next try begins behind it. */
  hasAdvanced = false;

  constructor(
    private readonly context: AttemptContext,
    private readonly recipe: StyleRecipe,
  ) {}

  async run(signal: AbortSignal, onProgress: (progress: AttemptProgress) => void): Promise<void> {
    const { item, ledger, store, host, owner } = this.context;
    const { output } = this.recipe;
    const clip = clipsOf(this.recipe);
    const recovered = item.attempts > 1 ? await ledger.recover(item) : undefined;
    const installed = this.context.models();
    const models = resolveStyle(onlyLayer(this.recipe, item.input), installed);
    const model = paintersOf([models]);
    if (recovered) {
      store.setStatus(item.id, owner, 'done', { result: { output: recovered.output, model, notes: [] } });
      await this.#forgetParts();
      return;
    }
    const motion = clip.steady > 0 ? { motion: resolveInterpolation({}, installed) } : {};
    const plan = await host.call('style.planClip', { input: item.input, clip }, { signal });
    const stem = stemOf(this.context, output.name, { model, style: styleNameOf(this.recipe) });
    const reserved = await ledger.reserve(item, stem, plan.container ? `.${plan.container}` : '', output);
    if (reserved.kind === 'exists') {
      const result = store.resultAt(reserved.path) ?? { output: reserved.path, model, notes: [] };
      store.setStatus(item.id, owner, 'skipped', { result });
      return;
    }
    await this.#make({ ...models, ...motion }, model, reserved, signal, onProgress);
  }

  async #make(
    models: ReturnType<typeof resolveStyle> & { motion?: ReturnType<typeof resolveInterpolation> },
    name: string,
    reserved: Extract<Reservation, { kind: 'reserved' }>,
    signal: AbortSignal,
    onProgress: (progress: AttemptProgress) => void,
  ): Promise<void> {
    const { item, job, ledger, store, host, owner, parts, work } = this.context;
    const { styles, strength, colour, brush, detail } = onlyLayer(this.recipe, item.input);
    const { device, tile } = job.options;
    const begun = performance.now();
    const finished = store
      .parts(item.id)
      .map(({ name: file, ...part }) => ({ ...part, path: path.join(parts, file) }));
    const made = await host.call(
      'style.clip',
      {
        ...{ input: item.input, temp: reserved.temp, work, parts, finished },
        ...{ ...models, clip: clipsOf(this.recipe) },
        ...{ styles, strength, brush, detail, keptColour: keptColour(colour) },
        ...{ device, tile: limitTile(tile, item.tileLimit) },
        tileMemory: store.tileMemory(device === 'auto' ? 'webgpu' : device, name),
      },
      {
        signal,
        onEvent: ({ segment, flowScale: _, tile: begins, ...progress }) => {
          this.tile = begins ?? this.tile;
          if (segment) {
            const { number, sha256, frames } = segment;
            store.addPart(item.id, { number, sha256, frames, name: path.basename(segment.path) });
            this.hasAdvanced = true;
          }
          onProgress(progress);
        },
      },
    );
    if (made.device !== 'cpu') store.rememberTile(made.device, name, { ran: made.tile });
    const seconds = (performance.now() - begun) / 1000;
    const isDone = await ledger.commit(
      item,
      owner,
      reserved,
      made,
      toResult(made, reserved.path, name, seconds),
    );
    if (isDone) await this.#forgetParts();
  }

  async #forgetParts(): Promise<void> {
    const { item, store, parts } = this.context;
    store.forgetParts(item.id);
    await rm(parts, { recursive: true, force: true });
  }
}

/** Layers over each other are for pictures. @throws GessoError recipe/invalid */
function onlyLayer({ steps }: StyleRecipe, input: string): StyleStep {
  const [layer] = steps;
  if (
    layer &&
    steps.length === 1 &&
    layer.mask === undefined &&
    layer.opacity === 1 &&
    layer.blend === 'normal'
  )
    return layer;
  throw new GessoError(
    'recipe/invalid',
    `${path.basename(input)} is a clip, which is painted in one layer that covers all of it.`,
    'Mix the styles instead, or give each a mask (--style A --style B --mask FILE), with --strength for how far.',
  );
}

function toResult(made: Result<'style.clip'>, output: string, model: string, seconds: number): ItemResult {
  const { width, height, device, tiles, framesIn, framesOut, cuts, rate, notes, timings } = made;
  const round = (value: number) => Math.round(value * 1000) / 1000;
  return {
    ...{ output, model, device, width, height, tiles, framesIn, framesOut, cuts, rate, notes, timings },
    seconds: round(seconds),
    // Of what was done now: a job that goes on has not made what was there.
    fps: round(framesOut / Math.max(seconds, 1e-3)),
  };
}
