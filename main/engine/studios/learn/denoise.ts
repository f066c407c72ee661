import { rm } from 'node:fs/promises';
import path from 'node:path';
import { PlainEnlarger } from '../../inference/plain-enlarger.ts';
import { learn } from '../../learning/learn.ts';
import type { Trainer } from '../../learning/trainer.ts';
import { type DecodedPicture, decode } from '../../media/decode.ts';
import { checkFormatHolds, encode } from '../../media/encode.ts';
import { decodeMask } from '../../media/mask.ts';
import { probe } from '../../media/probe.ts';
import { resultBlobs } from '../../media/result-blobs.ts';
import { RowWriter } from '../../media/row-writer.ts';
import { Spool } from '../../media/spool.ts';
import { SpoolRows } from '../../media/spool-rows.ts';
import { prepareWork } from '../../media/work-folder.ts';
import { AROUND, denoiseLesson, denoisePiece, PIECE } from './denoise-lesson.ts';
import { fillByPatches } from './fill-by-patches.ts';
import { type Hiding, SINGLE, SQUARES } from './hiding.ts';
import { keepDetail } from './keep-detail.ts';
import { measureNoise, Planes } from './noisy-picture.ts';
import type { Teach, TrainContext, TrainJob } from './train-lesson.ts';

/** Neighbours that share so much of their noise cannot be told from each other without hearing it. */
const SHARED = 0.25;
/** A mask covers a pixel where it is lighter than this, 0..1. */
const COVERED = 0.5;
/** Share of the bar that the learning takes. */
const LEARNT = 0.9;

/**
 * Learns the noise of one picture from itself, takes it away, fills in what a mask covers, and writes the result with
 * the picture's own depth, profile and metadata at `job.temp`.
 */
export const learnDenoise: Teach = async (job, context) => {
  const [file = ''] = job.files;
  const name = path.basename(file);
  const info = await probe(file);
  checkFormatHolds(job.format, info.width, info.height, name);
  await prepareWork(job.work, info.width * info.height * 16, name);
  const picture = await decode(info, path.join(job.work, 'in.v'));
  try {
    const planes = await Planes.read(picture, name);
    const mask = job.step.mask === undefined ? undefined : await readMask(job, planes);
    const covered = mask && ((x: number, y: number) => isCovered(mask, planes, x, y));
    const noise = measureNoise(planes);
    const hiding = noise.correlation > SHARED ? SQUARES : SINGLE;
    const lesson = denoiseLesson(job.step.seed, planes, hiding, covered);
    const { length, earlyStop } = job.step;
    return await learn(
      lesson,
      { length, earlyStop, parts: job.parts, previews: job.previews?.folder },
      {
        ...context,
        device: 'cpu',
        emit: (event) => context.emit({ ...event, fraction: LEARNT * event.fraction }),
      },
      async (trainer, { steps, seconds }) => {
        const told = await tellAll(trainer, planes, hiding, context);
        const { deviation, kept } = keepDetail(planes, told);
        if (mask) fillByPatches(told, mask, job.step.seed);
        const { blobs, notes } = resultBlobs(info, picture.icc, { ...job, stripPrivate: false });
        const written = await writeResult(job, picture, told, blobs);
        context.emit({ fraction: 1 });
        const { width, height } = planes;
        return {
          learnt: {
            shape: { pitch: hiding.pitch, radius: hiding.radius },
            networks: {},
            learnt: {
              from: [name],
              examples: 1,
              steps,
              seconds: Math.round(seconds * 10) / 10,
              seed: job.step.seed,
              figures: {
                noise: Math.round(deviation * 2550) / 10,
                correlation: Math.round(noise.correlation * 100) / 100,
                kept: Math.round(kept * 100) / 100,
              },
              notes: [...picture.notes, ...notes],
            },
            parameters: Object.values(lesson.pupils).reduce((sum, { step }) => sum + step.count, 0),
          },
          picture: { width, height, ...written },
          device: 'cpu',
        };
      },
    );
  } finally {
    await picture.spool.close();
    await rm(job.work, { recursive: true, force: true });
  }
};

/** The whole picture, piece by piece. */
async function tellAll(
  trainer: Trainer,
  planes: Planes,
  hiding: Hiding,
  context: TrainContext,
): Promise<Planes> {
  const told = new Planes(planes.width, planes.height);
  const core = PIECE - 2 * AROUND;
  const [columns, rows] = [Math.ceil(planes.width / core), Math.ceil(planes.height / core)];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      context.checkpoint();
      const [left, top] = [column * core, row * core];
      const made = await denoisePiece(trainer, planes, hiding, left - AROUND, top - AROUND);
      const [width, height] = [Math.min(core, planes.width - left), Math.min(core, planes.height - top)];
      for (let c = 0; c < 3; c++)
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++)
            told.set(c, left + x, top + y, made[(c * PIECE + y + AROUND) * PIECE + x + AROUND]!);
      const done = (row * columns + column + 1) / (rows * columns);
      context.emit({ fraction: LEARNT + (0.97 - LEARNT) * done });
    }
  return told;
}

async function writeResult(
  job: TrainJob,
  picture: DecodedPicture,
  told: Planes,
  blobs: Parameters<Spool['finish']>[0],
): Promise<{ sha256: string; bytes: number }> {
  const { width, height, channels, depth } = picture.spool;
  const spool = await Spool.create(path.join(job.work, 'out.v'), { width, height, channels, depth });
  const hasAlpha = channels === 2 || channels === 4;
  const alpha = hasAlpha ? PlainEnlarger.alpha(picture.spool, spool) : undefined;
  try {
    const writer = new RowWriter(spool, picture.transfer);
    const row = [0, 1, 2].map(() => new Float32Array(width));
    for (let y = 0; y < height; y++) {
      for (let c = 0; c < 3; c++) told.row(c, y, row[c]!);
      await writer.write(row, alpha && (await alpha.next())[0]);
    }
    await spool.finish(blobs);
    const { format, quality, temp } = job;
    const exif = blobs?.['exif-data'];
    return await encode(spool.path, temp, {
      ...{ format, quality, depth, grey: channels < 3, hasAlpha, exif, width, height },
    });
  } finally {
    await spool.close();
  }
}

/** A mask at the picture's size, one byte a pixel: 1 is covered, or next to what is: dust has soft edges. */
async function readMask(job: TrainJob, planes: Planes): Promise<Uint8Array> {
  const info = await probe(job.step.mask ?? '');
  const spool = await decodeMask(info, planes, path.join(job.work, 'mask.v'));
  try {
    const table = Float32Array.from({ length: 256 }, (_, sample) => sample / 255);
    const rows = new SpoolRows(spool, [0], [table]);
    const covered = new Uint8Array(planes.width * planes.height);
    for (let y = 0; y < planes.height; y++) {
      const [row] = await rows.next();
      for (let x = 0; x < planes.width; x++) covered[y * planes.width + x] = row![x]! > COVERED ? 1 : 0;
    }
    return grown(covered, planes);
  } finally {
    await spool.close();
  }
}

function grown(mask: Uint8Array, { width, height }: Planes): Uint8Array {
  const made = new Uint8Array(mask.length);
  for (let at = 0; at < mask.length; at++) {
    if (!mask[at]) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    for (let down = Math.max(0, y - 1); down <= Math.min(height - 1, y + 1); down++)
      made.fill(1, down * width + Math.max(0, x - 1), down * width + Math.min(width, x + 2));
  }
  return made;
}

function isCovered(mask: Uint8Array, { width, height }: Planes, x: number, y: number): boolean {
  if (x < 0 || y < 0 || x >= width || y >= height) return false;
  return mask[y * width + x] === 1;
}
