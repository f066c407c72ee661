import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GessoError, isCancelled } from '../../../../../contract/errors.ts';
import { storageError } from '../../../../../models/library/storage.ts';
import type { SessionThread } from '../../../inference/sessions.ts';
import { Clock } from '../../../media/clock.ts';
import { checkFormatHolds } from '../../../media/encode.ts';
import { writeGenerated } from '../../../media/generated-file.ts';
import { type RawPicture, resizeRawPicture, writeRawPicture } from '../../../media/raw-picture.ts';
import { prepareWork } from '../../../media/work-folder.ts';
import type { Event, Params, Result } from '../../../protocol/methods.ts';
import { makeScheduler, type Scheduler } from '../../../schedulers/scheduler.ts';
import { TorchRandom } from '../../../torch-random.ts';
import { readSampler, schedulerConfig } from '../samplers.ts';
import { Autoencoder, type PictureRows, rowsOf } from './autoencoder.ts';
import { type Canvas, laidOver, readCanvas } from './canvas.ts';
import { denoise, type Kept, type NoiseSource } from './denoise.ts';
import { letGo, networksFor } from './kept-networks.ts';
import { pictureOfLatents } from './latent-colours.ts';
import { latentMask } from './latents.ts';
import { filesFor } from './model-files.ts';
import type { BundleNetworks, LatentSize } from './networks.ts';
import { parametersOf } from './parameters.ts';
import { type Conditions, readConditions } from './prompts.ts';
import { tiledPredict } from './tiled-predict.ts';

type Job = Params<'generate.diffusion'>;

export interface DiffusionContext {
  readonly sessions: SessionThread;
  checkpoint(): void;
  emit(event: Event<'generate.diffusion'>): void;
}

/** Shares of the progress bar. */
const READ = 0.05;
const DENOISED = 0.93;
/** Up to four times the area that it was made for, a network answers as a whole. */
const MOST_TIMES_NATIVE = 4;
/** Previews need not come faster than that, milliseconds. */
const PREVIEW_PACE = 150;

/**
 * Makes one picture with a diffusion model: words (and a picture, and a mask) to conditions, noise to latents, latents
 * to pixels. The result is left at `job.temp`, flushed.
 * @throws GessoError naming the file or setting and the remedy
 */
export async function makeDiffusionPicture(
  job: Job,
  context: DiffusionContext,
): Promise<Result<'generate.diffusion'>> {
  const { bundle } = job.model;
  const canvas = await readCanvas(job.step, job.input, bundle);
  const scale = job.step.hires?.scale ?? 1;
  checkFormatHolds(job.format, canvas.width * scale, canvas.height * scale, path.basename(job.temp));
  await prepareWork(job.work, canvas.width * canvas.height * scale ** 2 * 8, path.basename(job.temp));
  const files = await filesFor(job.model, job.step, job.cache, context.checkpoint);
  const networks = await networksFor(files, context.sessions, job.device);
  try {
    return await new DiffusionWork(job, context, networks, canvas).run();
  } catch (cause) {
    // What failed may have failed for want of memory.
    if (!isCancelled(cause)) await letGo();
    throw cause instanceof GessoError ? cause : (storageError(cause, job.temp) ?? cause);
  } finally {
    await rm(job.work, { recursive: true, force: true });
  }
}

class DiffusionWork {
  readonly #notes: string[] = [];
  readonly #noise: NoiseSource;
  readonly #autoencoder: Autoencoder;
  readonly #total: number;
  #done = 0;
  /** Calls of samplers so far: some take two a step. */
  #calls = 0;
  #shown = 0;

  constructor(
    private readonly job: Job,
    private readonly context: DiffusionContext,
    private readonly networks: BundleNetworks,
    private readonly canvas: Canvas,
  ) {
    const random = new TorchRandom(job.seed);
    this.#noise = { next: (count) => random.randn(count) };
    const { work, tile } = job;
    const { checkpoint } = context;
    this.#autoencoder = new Autoencoder(networks, {
      ...{ work, checkpoint },
      tile: tile === 'auto' ? undefined : tile,
    });
    const first = canvas.picture ? this.#stepsAt(job.step.strength) : job.step.steps;
    this.#total = first + (job.step.hires ? this.#stepsAt(job.step.hires.strength) : 0);
  }

  async run(): Promise<Result<'generate.diffusion'>> {
    const { job, context, networks, canvas } = this;
    const { step } = job;
    const clock = new Clock();
    const before = networks.sessionMs;
    const conditions = await readConditions(networks, step);
    this.#notes.push(...conditions.notes);
    const readMs = clock.lap();
    context.emit({ fraction: READ });
    const first = await this.#picture(canvas, step.strength, conditions, canvas.picture !== undefined);
    const plain = laidOver(first, canvas);
    const picture = step.hires ? await this.#again(plain, step.hires, conditions) : plain;
    const denoiseMs = clock.lap();
    context.checkpoint();
    const { width, height } = picture;
    const { software, recipe, seed } = job;
    const isFromPicture = canvas.picture !== undefined;
    const written = await writeGenerated(picture, {
      ...{ target: job.temp, work: path.join(job.work, 'out.v'), format: job.format, quality: job.quality },
      ...{ software, recipe },
      sourceType: isFromPicture ? 'compositeWithTrainedAlgorithmicMedia' : 'trainedAlgorithmicMedia',
      parameters: parametersOf(step, networks.bundle, { seed, width, height, isFromPicture, software }),
    });
    context.emit({ fraction: 1 });
    return {
      ...{ width, height, steps: this.#done, device: networks.device },
      ...written,
      notes: this.#notes,
      timings: {
        read: readMs,
        denoise: denoiseMs,
        session: networks.sessionMs - before,
        encode: clock.lap(),
      },
    };
  }

  /** The second pass: the picture enlarged, made a little noisy, and finished again at that size. */
  async #again(
    plain: RawPicture,
    { scale, strength }: NonNullable<Job['step']['hires']>,
    conditions: Conditions,
  ): Promise<RawPicture> {
    const { latentStep } = this.networks.bundle;
    const toStep = (pixels: number) => Math.round((pixels * scale) / latentStep) * latentStep;
    const larger = await resizeRawPicture(plain, {
      width: toStep(plain.width),
      height: toStep(plain.height),
    });
    return this.#picture({ ...larger, picture: larger }, strength, conditions, true);
  }

  /** One run from noise, or from a picture, to a picture. */
  async #picture(
    canvas: Canvas,
    strength: number,
    conditions: Conditions,
    isFromPicture: boolean,
  ): Promise<RawPicture> {
    const { networks, job, context } = this;
    const { bundle } = networks;
    const { width, height } = canvas;
    const size = { height: height / bundle.latentStep, width: width / bundle.latentStep };
    const begin = isFromPicture ? job.step.steps - this.#stepsAt(strength) : 0;
    if (begin >= job.step.steps && canvas.picture) return canvas.picture;
    const scheduler = this.#scheduler(begin);
    const at = begin * scheduler.order;
    const { latents, kept, beside } = await this.#start(canvas, size, scheduler, at, strength, isFromPicture);
    const sizes = [height, width, 0, 0, height, width];
    const made = await denoise(networks, {
      ...{ scheduler, size, latents, begin: at, noise: this.#noise, kept, beside },
      ...conditions,
      guidance: job.step.guidance,
      rescale: job.step.rescale,
      sizes,
      predict: this.#predict(size, sizes),
      checkpoint: context.checkpoint,
      stepped: (index, now, denoised) => this.#stepped(index, now, denoised, size, scheduler),
    });
    context.checkpoint();
    return this.#autoencoder.decode(made, size);
  }

  async #start(
    canvas: Canvas,
    size: LatentSize,
    scheduler: Scheduler,
    at: number,
    strength: number,
    isFromPicture: boolean,
  ) {
    const { networks } = this;
    const { bundle } = networks;
    const noise = this.#noise;
    const count = bundle.latentChannels * size.height * size.width;
    const { picture } = canvas;
    // Drawn in the order in which diffusers draws, so that a seed means the same.
    const own =
      picture && isFromPicture ? await this.#autoencoder.encode(rowsOf(picture), canvas, noise) : undefined;
    const first = noise.next(count);
    const latents =
      // With a mask, all of what is white is made of noise alone.
      own && (strength < 1 || !canvas.mask)
        ? scheduler.addNoise(own, first, at)
        : first.map((value) => value * scheduler.initNoiseSigma);
    const mask = canvas.mask && Float32Array.from(canvas.mask, (value) => (value >= 128 ? 1 : 0));
    const latent = mask && latentMask(mask, canvas, bundle.latentStep);
    let kept: Kept | undefined;
    let beside: Float32Array | undefined;
    if (bundle.inputChannels > bundle.latentChannels) {
      const isShown = mask && ((pixel: number) => mask[pixel] === 0);
      const rows = picture ? rowsOf(picture, isShown) : nothing(canvas.width);
      const seen = await this.#autoencoder.encode(rows, canvas, noise);
      beside = new Float32Array(seen.length + size.height * size.width);
      beside.set(latent ?? new Float32Array(size.height * size.width).fill(1));
      beside.set(seen, size.height * size.width);
    } else if (own && latent) {
      kept = { latents: own, noise: first, mask: latent };
      // Diffusers encodes the masked picture too, and draws for it.
      noise.next(count);
    }
    return { latents, kept, beside };
  }

  /** In tiles where the latents are far larger than what the network was made for, or where that is asked for. */
  #predict(size: LatentSize, sizes: readonly number[]) {
    const { networks, context, job } = this;
    const { nativeSize, latentStep } = networks.bundle;
    const native = nativeSize / latentStep;
    const tile = job.tile === 'auto' ? native : Math.max(8, Math.round(job.tile / latentStep / 8) * 8);
    const isLarge = size.width * size.height > MOST_TIMES_NATIVE * native ** 2;
    if (job.tile === 'auto' && !isLarge) return undefined;
    return tiledPredict(networks, size, tile, sizes, context.checkpoint);
  }

  #scheduler(begin: number): Scheduler {
    const { step } = this.job;
    const sampler = readSampler(step.sampler);
    const config = schedulerConfig(sampler, this.networks.bundle.scheduler);
    const { order } = makeScheduler(sampler.className, config, { steps: step.steps });
    return makeScheduler(sampler.className, config, { steps: step.steps, begin: begin * order });
  }

  /** Steps that a run of that strength takes. */
  #stepsAt(strength: number): number {
    const { steps } = this.job.step;
    return Math.min(steps, Math.floor(steps * strength));
  }

  async #stepped(
    index: number,
    latents: Float32Array,
    denoised: Float32Array,
    size: LatentSize,
    scheduler: Scheduler,
  ): Promise<void> {
    const { job, context, networks } = this;
    if (job.trace) await writeTrace(job.trace, this.#calls, latents);
    this.#calls += 1;
    const isStep = (index + 1) % scheduler.order === 0 || index + 1 === scheduler.timesteps.length;
    if (isStep) this.#done += 1;
    const total = Math.max(1, this.#total);
    const fraction = READ + (DENOISED - READ) * Math.min(1, this.#done / total);
    const steps = { done: Math.min(this.#done, total), total };
    const now = performance.now();
    if (!job.previews || (now - this.#shown < PREVIEW_PACE && this.#done < total))
      return context.emit({ fraction, steps });
    this.#shown = now;
    await mkdir(job.previews.folder, { recursive: true });
    const file = path.join(job.previews.folder, `${job.seed}-${this.#done}.png`);
    await writeRawPicture(pictureOfLatents(denoised, size, networks.bundle.family), file);
    context.emit({ fraction, steps, preview: { file, width: size.width, height: size.height } });
  }
}

/** Rows of a picture in which nothing is seen. */
function nothing(width: number): PictureRows {
  return (_, count) => new Float32Array(count * 3 * width);
}

async function writeTrace(folder: string, step: number, latents: Float32Array): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${step}.f32`);
  await writeFile(`${file}.part`, new Uint8Array(Float32Array.from(latents).buffer), { flush: true });
  await rename(`${file}.part`, file);
}
