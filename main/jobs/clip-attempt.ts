import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type ClipRecipe, clipName } from '../../contract/clip-recipe.ts';
import type { Params, Result } from '../engine/protocol/methods.ts';
import { type AttemptContext, type AttemptProgress, stemOf } from './attempt.ts';
import type { Reservation } from './ledger.ts';
import type { FlowScale, ItemResult } from './records.ts';
import { resolveInterpolation } from './resolve.ts';

/** Of fewer frames the time is mostly that of loading the model. */
const LEAST_TO_MEASURE = 8;
const LEAST_PIXELS = 100_000;

/** One try at one clip. Segments that it finishes are kept for the next one. */
export class ClipAttempt {
  /** The flow scale that the engine last began to work with. */
  flowScale: FlowScale | undefined;
  /** Whether a segment was finished: the next try begins behind it. */
  hasAdvanced = false;

  constructor(
    private readonly context: AttemptContext,
    private readonly recipe: ClipRecipe,
  ) {}

  async run(signal: AbortSignal, onProgress: (progress: AttemptProgress) => void): Promise<void> {
    const { item, ledger, store, host, owner, parts } = this.context;
    const { output, steps } = this.recipe;
    const [step] = steps;
    const recovered = item.attempts > 1 ? await ledger.recover(item) : undefined;
    const model = resolveInterpolation(step, this.context.models());
    if (recovered) {
      const result = { output: recovered.output, model: model.descriptor.id, notes: [] };
      store.setStatus(item.id, owner, 'done', { result });
      await this.#forgetParts();
      return;
    }
    const input = {
      input: item.input,
      ...(item.second !== undefined && { second: item.second }),
      step,
      output,
    };
    const plan = await host.call('interpolate.plan', input, { signal });
    const stem = stemOf(this.context, clipName(output, step.slow), {
      model: model.descriptor.id,
      fps: plan.fps,
      slow: step.slow,
    });
    const extension = plan.container ? `.${plan.container}` : '';
    const reserved = await ledger.reserve(item, stem, extension, output);
    if (reserved.kind === 'exists') {
      // Where it is one of ours, what was said of it is still true.
      const result = store.resultAt(reserved.path) ?? {
        ...{ output: reserved.path, model: model.descriptor.id },
        notes: [],
      };
      store.setStatus(item.id, owner, 'skipped', { result });
      return;
    }
    await this.#make({ ...input, model, temp: reserved.temp, parts }, reserved, signal, onProgress);
  }

  async #make(
    params: Omit<Params<'interpolate.clip'>, 'finished' | 'device'>,
    reserved: Extract<Reservation, { kind: 'reserved' }>,
    signal: AbortSignal,
    onProgress: (progress: AttemptProgress) => void,
  ): Promise<void> {
    const { item, job, ledger, store, host, owner, parts } = this.context;
    const begun = performance.now();
    const finished = store
      .parts(item.id)
      .map(({ name, ...part }) => ({ ...part, path: path.join(parts, name) }));
    const made = await host.call(
      'interpolate.clip',
      {
        ...{ ...params, finished, device: job.options.device },
        ...(item.flowLimit !== undefined && { flowScale: item.flowLimit }),
      },
      {
        signal,
        onEvent: ({ segment, flowScale, ...progress }) => {
          this.flowScale = flowScale ?? this.flowScale;
          if (segment) {
            const { number, sha256, frames } = segment;
            store.addPart(item.id, { number, sha256, frames, name: path.basename(segment.path) });
            this.hasAdvanced = true;
          }
          onProgress(progress);
        },
      },
    );
    const seconds = (performance.now() - begun) / 1000;
    // All that it takes counts: it is to foresee how long the next clip will take.
    const { device, width, height } = made;
    const { id } = params.model.descriptor;
    const isTelling = made.made >= LEAST_TO_MEASURE && width * height >= LEAST_PIXELS;
    // Of small frames the time is mostly not the network's: better than nothing, where nothing is known.
    if (isTelling || (made.made > 0 && !store.speeds(id).has(device)))
      store.rememberSpeed(device, id, (width * height * made.made) / seconds);
    const isDone = await ledger.commit(
      item,
      owner,
      reserved,
      made,
      toResult(made, reserved.path, params.model.descriptor.id, seconds),
    );
    if (isDone) await this.#forgetParts();
  }

  async #forgetParts(): Promise<void> {
    const { item, store, parts } = this.context;
    store.forgetParts(item.id);
    await rm(parts, { recursive: true, force: true });
  }
}

function toResult(
  made: Result<'interpolate.clip'>,
  output: string,
  model: string,
  seconds: number,
): ItemResult {
  const { width, height, device, framesIn, framesOut, cuts, rate, notes, timings } = made;
  const round = (value: number) => Math.round(value * 1000) / 1000;
  return {
    ...{ output, model, device, width, height, framesIn, framesOut, cuts, rate, notes, timings },
    seconds: round(seconds),
    // Of what was done now: a job that goes on has not made what was there.
    fps: round(framesOut / Math.max(seconds, 1e-3)),
  };
}
