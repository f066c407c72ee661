import { rm } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../../../contract/errors.ts';
import { storageError } from '../../../../models/library/storage.ts';
import { Clock } from '../../media/clock.ts';
import { type DecodedPicture, decode } from '../../media/decode.ts';
import { checkFormatHolds, encode } from '../../media/encode.ts';
import { decodeMask } from '../../media/mask.ts';
import { type PictureInfo, probe } from '../../media/probe.ts';
import { resultBlobs } from '../../media/result-blobs.ts';
import { Spool } from '../../media/spool.ts';
import { prepareWork } from '../../media/work-folder.ts';
import type { Result } from '../../protocol/methods.ts';
import { compose, type PaintedLayer } from './compose.ts';
import { Copies, seenSize } from './copies.ts';
import type { StyleContext, StyleJob } from './job.ts';
import { builtInWeights, isPicture, type Layer, mixedStyle, planLayers } from './layers.ts';
import { type Painted, Painter } from './painter.ts';
import { readerOf, type StyleReader, styleOf } from './read-style.ts';

/** Shares of the progress bar. */
const DECODED = 0.03;
const PAINTED = 0.75;
const COMPOSED = 0.94;
/** Fine detail is what a copy of half the size does not have. */
const COARSE = 2;

/**
 * Paints one picture in styles: decode -> paintings, each through a spool on disk -> put together over the original ->
 * encode. The result is left at `job.temp`, flushed; on any failure nothing is left there.
 * @throws GessoError naming the file and the remedy; what is wrong with a style or a mask is found before the first tile
 */
export async function stylePicture(job: StyleJob, context: StyleContext): Promise<Result<'style.picture'>> {
  const info = await probe(job.input);
  checkFormatHolds(job.format, info.width, info.height, path.basename(job.input));
  await prepareWork(job.work, spoolBytes(info, job), path.basename(job.input));
  try {
    return await make(job, context, info);
  } catch (cause) {
    throw cause instanceof GessoError ? cause : (storageError(cause, job.temp) ?? cause);
  } finally {
    await rm(job.work, { recursive: true, force: true });
  }
}

/** The picture and its result, and a painting and a mask for each style, about. */
function spoolBytes({ width, height, depth }: PictureInfo, { styles, brush }: StyleJob): number {
  const sample = depth === 16 ? 2 : 1;
  return width * height * (8 * sample + (styles.length + 1) * (6 / brush ** 2 + 1));
}

async function make(
  job: StyleJob,
  context: StyleContext,
  info: PictureInfo,
): Promise<Result<'style.picture'>> {
  const clock = new Clock();
  // At strength 0 nothing is to be seen of any style.
  const layers = job.strength === 0 ? [] : planLayers(job.styles, job.strength);
  const reader = await readerOf(job, context);
  const styles = await readAll(job, reader);
  const masks = await Promise.all(layers.map(({ mask }) => (mask === undefined ? undefined : probe(mask))));
  const picture = await decode(info, path.join(job.work, 'in.v'));
  const decodeMs = clock.lap();
  context.progress(DECODED);
  context.checkpoint();
  const copies = new Copies(picture, job.work, context.checkpoint);
  const opened: Spool[] = [picture.spool];
  try {
    const paintings = await paintAll(job, context, { layers, picture, copies, reader, styles });
    opened.push(...paintings.map(({ spool }) => spool));
    const networkMs = clock.lap();
    const { channels, depth, width, height } = picture.spool;
    const hasAlpha = channels === 2 || channels === 4;
    // A grey picture may become coloured.
    const result = await Spool.create(path.join(job.work, 'out.v'), {
      ...{ width, height, depth },
      channels: hasAlpha ? 4 : 3,
    });
    opened.push(result);
    const painted: PaintedLayer[] = [];
    for (const [index, layer] of layers.entries()) {
      const mask =
        masks[index] &&
        (await decodeMask(masks[index], picture.spool, path.join(job.work, `mask${index}.v`)));
      if (mask) opened.push(mask);
      painted.push({ layer, painted: paintings[index]!.spool, mask });
    }
    const seen =
      job.brush > 1 && layers.length > 0 ? await copies.of(seenSize(picture.spool, job.brush)) : undefined;
    const half = seenSize(picture.spool, COARSE);
    const coarse = seen ?? (job.detail > 0 && layers.length > 0 ? await copies.of(half) : undefined);
    await compose({
      ...{ picture, layers: painted, seen, coarse, detail: job.detail, keptColour: job.keptColour },
      target: result,
      checkpoint: context.checkpoint,
      progress: (fraction) => context.progress(PAINTED + (COMPOSED - PAINTED) * fraction),
    });
    const isGrey = channels < 3;
    // A profile of greys says nothing about colours: those are sRGB's, as the networks make them.
    const { blobs, notes } = resultBlobs(info, isGrey ? undefined : picture.icc, job);
    await result.finish(blobs);
    context.checkpoint();
    if (hasAlpha && job.format === 'jpeg') notes.push('JPEG holds no transparency: it was laid on white.');
    if (depth === 16 && job.format !== 'png' && job.format !== 'tiff')
      notes.push(`${job.format.toUpperCase()} is written with 8 bits a channel; PNG and TIFF keep all 16.`);
    const composeMs = clock.lap();
    const written = await encode(result.path, job.temp, {
      ...{ format: job.format, quality: job.quality, depth, grey: false, hasAlpha },
      ...{ exif: blobs['exif-data'], width, height },
    });
    context.progress(1);
    const last = paintings.at(-1);
    const failed = paintings.flatMap(({ failedTile }) => failedTile ?? []);
    return {
      ...{ width, height, ...written },
      device: last?.device ?? 'cpu',
      tile: last?.tile ?? 0,
      tiles: paintings.reduce((sum, { tiles }) => sum + tiles, 0),
      ...(failed.length > 0 && { failedTile: Math.min(...failed) }),
      notes: [...picture.notes, ...notes],
      timings: {
        decode: decodeMs,
        network: networkMs,
        session: paintings.reduce((sum, { sessionMs }) => sum + sessionMs, 0),
        compose: composeMs,
        encode: clock.lap(),
      },
    };
  } finally {
    await copies.close();
    for (const spool of opened) await spool.close().catch(() => {});
  }
}

/** The styles of all pictures, each read once. */
async function readAll(
  job: StyleJob,
  reader: StyleReader | undefined,
): Promise<ReadonlyMap<string, Float32Array>> {
  const read = new Map<string, Float32Array>();
  for (const { from } of job.styles)
    if (isPicture(from) && !read.has(from.picture) && reader)
      read.set(from.picture, await reader.read(from.picture));
  return read;
}

async function paintAll(
  job: StyleJob,
  context: StyleContext,
  has: {
    layers: readonly Layer[];
    picture: DecodedPicture;
    copies: Copies;
    reader: StyleReader | undefined;
    styles: ReadonlyMap<string, Float32Array>;
  },
): Promise<Painted[]> {
  const { layers, picture, copies, reader, styles } = has;
  const needsOwn = job.strength < 1 && layers.some(({ kind }) => kind === 'pictures');
  const own = needsOwn && reader ? await reader.readOwn(copies) : undefined;
  const source = await copies.of(seenSize(picture.spool, job.brush));
  const paintings: Painted[] = [];
  for (const [index, { kind, parts }] of layers.entries()) {
    const model = kind === 'pictures' ? job.painter : job.builtIn;
    const count = model?.descriptor.style?.values ?? 0;
    if (!model) throw new Error(`no model for ${kind}`);
    const style =
      kind === 'builtIn'
        ? builtInWeights(parts, count)
        : mixedStyle(
            parts.map(({ from, share }) => ({ style: styleOf(styles, from), share })),
            own,
            job.strength,
          );
    const from = DECODED + ((PAINTED - DECODED) * index) / layers.length;
    const painter = new Painter(job, model, copies, {
      ...context,
      progress: (fraction) => context.progress(from + ((PAINTED - DECODED) * fraction) / layers.length),
    });
    paintings.push(await painter.paint(source, style, path.join(job.work, `painted${index}.v`)));
  }
  return paintings;
}
