import { rm } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../../../contract/errors.ts';
import { storageError } from '../../../../models/library/storage.ts';
import { PlainEnlarger } from '../../inference/plain-enlarger.ts';
import { Clock } from '../../media/clock.ts';
import { type DecodedPicture, decode } from '../../media/decode.ts';
import { checkFormatHolds, encode } from '../../media/encode.ts';
import type { NamedLayer } from '../../media/layer-page.ts';
import { encodeLayered, isLayered } from '../../media/layered.ts';
import { type PictureInfo, probe } from '../../media/probe.ts';
import { resultBlobs } from '../../media/result-blobs.ts';
import { RowWriter } from '../../media/row-writer.ts';
import { Spool } from '../../media/spool.ts';
import { prepareWork } from '../../media/work-folder.ts';
import type { Result } from '../../protocol/methods.ts';
import { type RestoreContext, type RestoreJob, scaleOf } from './job.ts';
import { type LivePiece, LiveTiles, type Watch } from './live-tiles.ts';
import { type PassesMade, runPasses } from './passes.ts';

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
  await prepareWork(job.work, spoolBytes(info, size, job), path.basename(job.input));
  try {
    const mask = job.mask === undefined ? undefined : await probe(job.mask);
    return await make(job, context, info, size, mask);
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
  mask: PictureInfo | undefined,
): Promise<Result<'restore.picture'>> {
  const clock = new Clock();
  const picture = await decode(info, path.join(job.work, 'in.v'));
  const decodeMs = clock.lap();
  context.progress(DECODED);
  context.checkpoint();
  const { blobs, notes } = resultBlobs(info, picture.icc, job);
  const live = new LiveTiles(picture, size, job.steps.at(-1)!.strength, context.watched, context.showed);
  const hasLayers = isLayered(job);
  const passes = { ...job, mask, keepsLayer: hasLayers && job.steps.length === 1 };
  const made = await runPasses(passes, picture, size, {
    ...context,
    // Tiles are shown as they come, without a mask: with one they would show what is not in the result.
    ...(!mask && { live }),
    progress: (fraction) => context.progress(DECODED + (NETWORK_DONE - DECODED) * fraction),
  });
  await made.spool.finish(blobs);
  const base = hasLayers ? await plainPicture(picture, size, job.work, context.checkpoint) : undefined;
  await picture.spool.close();
  await rm(picture.spool.path, { force: true });
  const networkMs = clock.lap();
  context.checkpoint();
  const { channels, depth } = made.spool;
  const hasAlpha = channels === 2 || channels === 4;
  if (hasAlpha && job.format === 'jpeg') notes.push('JPEG holds no transparency: it was laid on white.');
  if (depth === 16 && !['png', 'tiff', 'ora'].includes(job.format))
    notes.push(`${job.format.toUpperCase()} is written with 8 bits a channel; PNG and TIFF keep all 16.`);
  const write = () =>
    base
      ? encodeLayered({ flat: made.spool, base, layers: layersOf(job, made), blobs }, job)
      : encode(made.spool.path, job.temp, {
          format: job.format,
          quality: job.quality,
          depth,
          grey: channels < 3,
          hasAlpha,
          exif: blobs['exif-data'],
          ...size,
        });
  const written = await write().finally(async () => {
    for (const spool of [made.spool, base, made.layer?.spool, made.layer?.mask]) await spool?.close();
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

/** The picture at the result's size without any network: what lies below the layers. */
async function plainPicture(
  { spool: from, transfer }: DecodedPicture,
  size: { width: number; height: number },
  work: string,
  checkpoint: () => void,
): Promise<Spool> {
  const channels = from.channels < 3 ? 1 : 3;
  const spool = await Spool.create(path.join(work, 'base.v'), { ...size, channels, depth: from.depth });
  const writer = new RowWriter(spool, transfer);
  const plain = PlainEnlarger.colour(from, transfer, size);
  for (let y = 0; y < size.height; y++) {
    if (y % 64 === 0) checkpoint();
    await writer.write(await plain.next(), undefined);
  }
  await spool.finish();
  return spool;
}

/** Of one step what its network made, where and as far as it shows; of several, what all came to. */
function layersOf({ steps }: RestoreJob, { spool, layer }: PassesMade): NamedLayer[] {
  const names = steps.flatMap(({ passes }) => passes.map(({ descriptor }) => descriptor.id));
  const name = `Restored: ${[...new Set(names)].join(' + ')}`;
  if (layer) return [{ name, ...layer, opacity: steps[0]!.strength, blend: 'normal' }];
  return steps.length > 1 ? [{ name, spool, mask: undefined, opacity: 1, blend: 'normal' }] : [];
}

/** Bytes of the spools of the picture and of its result, and of what goes into a file with layers. */
function spoolBytes(
  { width, height, depth }: PictureInfo,
  size: { width: number; height: number },
  job: RestoreJob,
): number {
  const written = isLayered(job) ? 4 : 0;
  return (width * height + (1 + written) * size.width * size.height) * 4 * (depth === 16 ? 2 : 1);
}
