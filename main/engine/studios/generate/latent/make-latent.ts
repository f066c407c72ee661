import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../../../../contract/errors.ts';
import { picturesOf, walkFrames, walkRate } from '../../../../../contract/latent-step.ts';
import { storageError } from '../../../../../models/library/storage.ts';
import type { SessionThread } from '../../../inference/sessions.ts';
import { Clock } from '../../../media/clock.ts';
import { checkFormatHolds } from '../../../media/encode.ts';
import { writeGenerated } from '../../../media/generated-file.ts';
import { type RawPicture, resizeRawPicture, writeRawPicture } from '../../../media/raw-picture.ts';
import { FramesWriter } from '../../../media/video/frames-writer.ts';
import { prepareWork } from '../../../media/work-folder.ts';
import type { Event, Params, Result } from '../../../protocol/methods.ts';
import { LatentNetwork } from './latent-network.ts';
import { LatentSpace } from './latent-space.ts';
import { latentParameters, walkTitle } from './parameters.ts';

type Job = Params<'generate.latent'>;

interface LatentContext {
  readonly sessions: SessionThread;
  /** Throws when the call was cancelled. */
  checkpoint(): void;
  emit(event: Event<'generate.latent'>): void;
}

/** Share of the progress bar until all pictures are made. */
const MADE = 0.95;
/** Previews need not come faster than that, milliseconds. */
const PREVIEW_EVERY_MS = 300;
/** A sheet is held in memory whole: 3 bytes a pixel. */
const MOST_PIXELS = 100_000_000;

/**
 * Makes a picture, a contact sheet or a walk of a network's own space. The result is left at `job.temp`, flushed; on
 * any failure nothing is left there.
 * @throws GessoError naming the setting and the remedy
 */
export async function makeLatent(job: Job, context: LatentContext): Promise<Result<'generate.latent'>> {
  const { step, model, work } = job;
  const { latent } = model.descriptor;
  if (!latent)
    throw new GessoError(
      'recipe/invalid',
      `${model.descriptor.name} makes no pictures of its own.`,
      'Choose a model for Generate: see `gesso models list`.',
    );
  const space = new LatentSpace(latent, step);
  const { columns, rows } = step.sheet ?? { columns: 1, rows: 1 };
  const size = { width: columns * latent.width, height: rows * latent.height };
  const name = path.basename(job.temp);
  if (!step.walk) checkFormatHolds(job.format, size.width, size.height, name);
  if (size.width * size.height > MOST_PIXELS)
    throw new GessoError(
      'output/unsupported',
      `A sheet of ${columns} x ${rows} pictures would have ${size.width} x ${size.height} pixels.`,
      'Choose fewer columns or rows.',
    );
  await prepareWork(work, 8 * size.width * size.height, name);
  try {
    const network = await LatentNetwork.open(model.file, latent, context.sessions, job.device);
    return await new LatentWork(job, context, network, space).run();
  } catch (cause) {
    await rm(job.temp, { recursive: true, force: true });
    throw cause instanceof GessoError ? cause : (storageError(cause, job.temp) ?? cause);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

class LatentWork {
  #previews = 0;
  #previewed = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly job: Job,
    private readonly context: LatentContext,
    private readonly network: LatentNetwork,
    private readonly space: LatentSpace,
  ) {}

  async run(): Promise<Result<'generate.latent'>> {
    const { job, context, network } = this;
    const clock = new Clock();
    const before = network.sessionMs;
    const made = job.step.walk ? await this.#walk(job.step.walk) : await this.#still();
    const { device, sessionMs } = network;
    context.emit({ fraction: 1 });
    const session = sessionMs - before;
    return { ...made, device, timings: { session, rest: clock.lap() - session } };
  }

  /** One picture, or a sheet of them. */
  async #still() {
    const { job, context, network, space } = this;
    const { columns, rows } = job.step.sheet ?? { columns: 1, rows: 1 };
    const sheet = blank(columns * network.width, rows * network.height);
    const pictures = picturesOf(job.step);
    for (let at = 0; at < pictures; at++) {
      context.checkpoint();
      await network.planes(space.picture(at));
      place(
        network.picture(),
        sheet,
        (at % columns) * network.width,
        Math.floor(at / columns) * network.height,
      );
      const fraction = (MADE * (at + 1)) / pictures;
      context.emit({ fraction });
      await this.#preview(fraction, () => sheet);
    }
    const { width, height } = sheet;
    const { format, quality, software, recipe } = job;
    const written = await writeGenerated(sheet, {
      ...{ target: job.temp, work: path.join(job.work, 'out.v'), format, quality, software, recipe },
      sourceType: 'trainedAlgorithmicMedia',
      parameters: latentParameters(job.step, job.model.descriptor, { width, height, software }),
    });
    return { ...written, width, height, notes: [] };
  }

  async #walk(walk: NonNullable<Job['step']['walk']>) {
    const { job, context, network, space } = this;
    const { width, height } = network;
    const total = walkFrames(walk);
    const writer = new FramesWriter({ format: walk.format, rate: walkRate(walk) }, network, job.work);
    try {
      for (let frame = 0; frame < total; frame++) {
        context.checkpoint();
        const way = frame / (walk.loops ? total : total - 1);
        await writer.write(await network.planes(space.walked(way)));
        const fraction = (MADE * (frame + 1)) / total;
        context.emit({ fraction, frames: { done: frame + 1, total, made: frame + 1 } });
        await this.#preview(fraction, () => network.picture());
      }
    } catch (cause) {
      await writer.abandon();
      throw cause;
    }
    const { software, recipe, step, model } = job;
    const parameters = latentParameters(step, model.descriptor, { width, height, software });
    const record = { title: walkTitle(step), parameters, recipe, software };
    const written = await writer.finish(job.temp, record, context.checkpoint);
    return { ...written, width, height, frames: total, notes: writer.notes };
  }

  /** @param made what it is like so far */
  async #preview(fraction: number, made: () => RawPicture): Promise<void> {
    const { previews } = this.job;
    const now = performance.now();
    if (!previews || now - this.#previewed < PREVIEW_EVERY_MS) return;
    this.#previewed = now;
    const whole = made();
    const share = Math.min(1, previews.longestSide / Math.max(whole.width, whole.height));
    const side = (pixels: number) => Math.max(1, Math.round(pixels * share));
    const [width, height] = [side(whole.width), side(whole.height)];
    const shown = share === 1 ? whole : await resizeRawPicture(whole, { width, height });
    await mkdir(previews.folder, { recursive: true });
    const file = path.join(previews.folder, `${this.#previews++}.png`);
    await writeRawPicture(shown, file);
    this.context.emit({ fraction, preview: { file, width, height } });
  }
}

function blank(width: number, height: number): RawPicture {
  return { width, height, data: new Uint8Array(3 * width * height) };
}

function place(picture: RawPicture, sheet: RawPicture, left: number, top: number): void {
  for (let row = 0; row < picture.height; row++)
    sheet.data.set(
      picture.data.subarray(3 * row * picture.width, 3 * (row + 1) * picture.width),
      3 * ((top + row) * sheet.width + left),
    );
}
