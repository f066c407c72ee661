import { rm } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../../../contract/errors.ts';
import { storageError } from '../../../../models/library/storage.ts';
import { Clock } from '../../media/clock.ts';
import { decode } from '../../media/decode.ts';
import { checkFormatHolds, encode } from '../../media/encode.ts';
import { type PictureInfo, probe } from '../../media/probe.ts';
import { resultBlobs } from '../../media/result-blobs.ts';
import { prepareWork } from '../../media/work-folder.ts';
import type { Result } from '../../protocol/methods.ts';
import { type RestoreContext, type RestoreJob, scaleOf } from './job.ts';
import { type LivePiece, LiveTiles, type Watch } from './live-tiles.ts';
import { runPasses } from './passes.ts';

/** Shares of the progress bar; decoding and encoding are short next to the network. */
const DECODED = 0.03;
const NETWORK_DONE = 0.93;

interface RestorePictureContext extends RestoreContext {
  /** Who looks on now, if anybody. */
  watched(): Watch | undefined;
  /** A piece for who looks on. */
  showed(piece: LivePiece): void;
}

/**
 * Restores one picture: decode -> networks, tile by tile -> encode, each through a spool on disk. The result is left
 * at `job.temp`, flushed; on any failure nothing is left there.
 * @throws GessoError naming the file and the remedy
 */
export async function restorePicture(
  job: RestoreJob,
  context: RestorePictureContext,
): Promise<Result<'restore.picture'>> {
  const info = await probe(job.input);
  const scale = scaleOf(job.steps);
  const size = { width: Math.round(info.width * scale), height: Math.round(info.height * scale) };
  checkFormatHolds(job.format, size.width, size.height, path.basename(job.input));
  await prepareWork(job.work, spoolBytes(info, size), path.basename(job.input));
  try {
    return await make(job, context, info, size);
  } catch (cause) {
    throw cause instanceof GessoError ? cause : (storageError(cause, job.temp) ?? cause);
  } finally {
    await rm(job.work, { recursive: true, force: true });
  }
}

async function make(
  job: RestoreJob,
  context: RestorePictureContext,
  info: PictureInfo,
  size: { width: number; height: number },
): Promise<Result<'restore.picture'>> {
  const clock = new Clock();
  const picture = await decode(info, path.join(job.work, 'in.v'));
  const decodeMs = clock.lap();
  context.progress(DECODED);
  context.checkpoint();
  const { blobs, notes } = resultBlobs(info, picture.icc, job);
  const live = new LiveTiles(picture, size, job.steps.at(-1)!.strength, context.watched, context.showed);
  const made = await runPasses(job, picture, size, {
    ...context,
    live,
    progress: (fraction) => context.progress(DECODED + (NETWORK_DONE - DECODED) * fraction),
  });
  await made.spool.finish(blobs);
  await picture.spool.close();
  await rm(picture.spool.path, { force: true });
  const networkMs = clock.lap();
  context.checkpoint();
  const { channels, depth } = made.spool;
  const hasAlpha = channels === 2 || channels === 4;
  if (hasAlpha && job.format === 'jpeg') notes.push('JPEG holds no transparency: it was laid on white.');
  if (depth === 16 && job.format !== 'png' && job.format !== 'tiff')
    notes.push(`${job.format.toUpperCase()} is written with 8 bits a channel; PNG and TIFF keep all 16.`);
  await made.spool.close();
  const written = await encode(made.spool.path, job.temp, {
    format: job.format,
    quality: job.quality,
    depth,
    grey: channels < 3,
    hasAlpha,
    exif: blobs['exif-data'],
    ...size,
  });
  context.progress(1);
  const { device, tile, tiles, failedTile, sessionMs } = made;
  return {
    ...size,
    ...written,
    device,
    tile,
    tiles,
    ...(failedTile !== undefined && { failedTile }),
    notes: [...picture.notes, ...notes],
    timings: { decode: decodeMs, network: networkMs, session: sessionMs, encode: clock.lap() },
  };
}

/** Bytes of the spools of the picture and of its result. */
function spoolBytes({ width, height, depth }: PictureInfo, size: { width: number; height: number }): number {
  return (width * height + size.width * size.height) * 4 * (depth === 16 ? 2 : 1);
}
