import { rm } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../../../contract/errors.ts';
import { storageError } from '../../../../models/library/storage.ts';
import { Clock } from '../../media/clock.ts';
import { type DecodedPicture, decode } from '../../media/decode.ts';
import { checkFormatHolds, encode } from '../../media/encode.ts';
import type { NamedLayer } from '../../media/layer-page.ts';
import { encodeLayered, isLayered } from '../../media/layered.ts';
import { decodeMask } from '../../media/mask.ts';
import { type PictureInfo, probe } from '../../media/probe.ts';
import { resultBlobs } from '../../media/result-blobs.ts';
import { Spool } from '../../media/spool.ts';
import { prepareWork } from '../../media/work-folder.ts';
import type { Result } from '../../protocol/methods.ts';
import { compose } from './compose.ts';
import { Copies } from './copies.ts';
import type { LayerJob, StyleContext, StyleJob } from './job.ts';
import { LayerPainter } from './layer-painter.ts';
import { type StackedLayer, stackLayers } from './stack.ts';
import { StyleReaders } from './style-readers.ts';

/** Shares of the progress bar; laying layers over each other is short next to painting them. */
const DECODED = 0.03;
const STACKED_FROM = 0.9;
const COMPOSED = 0.94;

/**
 * Paints one picture in styles: decode -> layers, each through spools on disk -> laid over the original -> encode. The
 * result is left at `job.temp`, flushed; on any failure nothing is left there.
 * @throws GessoError naming the file and the remedy; what is wrong with a style or a mask is found before the first tile
 */
export async function stylePicture(job: StyleJob, context: StyleContext): Promise<Result<'style.picture'>> {
  const info = await probe(job.input);
  checkFormatHolds(job.format, info.width, info.height, path.basename(job.input));
  // What covers nothing is painted only for a file in which it can be made to cover more.
  const layers = isLayered(job) ? job.layers : job.layers.filter(({ opacity }) => opacity > 0);
  const isAlone = layers.length === 1 && layers.every(coversAll) && !isLayered(job);
  await prepareWork(job.work, spoolBytes(info, layers, job), path.basename(job.input));
  try {
    const readers = new StyleReaders(context);
    for (const layer of layers) if (layer.strength > 0) await readers.all(layer);
    const masks = await probeMasks(layers);
    return await new StyleWork(job, context, { info, layers, isAlone, readers, masks }).run();
  } catch (cause) {
    throw cause instanceof GessoError ? cause : (storageError(cause, job.temp) ?? cause);
  } finally {
    await rm(job.work, { recursive: true, force: true });
  }
}

/** Such a layer alone is the result. */
function coversAll({ mask, opacity, blend }: LayerJob): boolean {
  return mask === undefined && opacity === 1 && blend === 'normal';
}

async function probeMasks(layers: readonly LayerJob[]): Promise<ReadonlyMap<string, PictureInfo>> {
  const files = layers.flatMap(({ mask, styles }) => [mask, ...styles.map((style) => style.mask)]);
  const masks = new Map<string, PictureInfo>();
  for (const file of files) if (file !== undefined && !masks.has(file)) masks.set(file, await probe(file));
  return masks;
}

/**
 * The picture and its result, what each layer leaves until all are laid over each other, and the paintings and masks
 * of one, about; for a file with layers also what goes into it.
 */
function spoolBytes(
  { width, height, depth }: PictureInfo,
  layers: readonly LayerJob[],
  job: StyleJob,
): number {
  const sample = depth === 16 ? 2 : 1;
  const painting = Math.max(
    0,
    ...layers.map(({ styles, brush }) => (styles.length + 1) * (6 / brush ** 2 + 1)),
  );
  const kept = layers.length * (3 * sample + 1);
  const written = isLayered(job) ? (layers.length + 3) * 4 * sample : 0;
  return width * height * (8 * sample + painting + kept + written);
}

interface StylePlan {
  readonly info: PictureInfo;
  readonly layers: readonly LayerJob[];
  /** One layer that covers all: painted straight into the result. */
  readonly isAlone: boolean;
  readonly readers: StyleReaders;
  readonly masks: ReadonlyMap<string, PictureInfo>;
}

class StyleWork {
  readonly #opened: Spool[] = [];

  constructor(
    private readonly job: StyleJob,
    private readonly context: StyleContext,
    private readonly plan: StylePlan,
  ) {}

  async run(): Promise<Result<'style.picture'>> {
    const { context, job } = this;
    const { info, readers, masks } = this.plan;
    const clock = new Clock();
    const picture = this.#keep(await decode(info, this.#file('in')));
    const decodeMs = clock.lap();
    context.progress(DECODED);
    context.checkpoint();
    const copies = new Copies(picture, job.work, context.checkpoint);
    try {
      const painter = new LayerPainter(job, context, { picture, copies, readers, masks });
      const { channels } = picture.spool;
      // A grey picture may become coloured.
      const hasAlpha = channels === 2 || channels === 4;
      const result = await this.#spool('out', picture, hasAlpha ? 4 : 3);
      const stacked = this.plan.isAlone
        ? await this.#alone(painter, result)
        : await this.#stack(painter, picture, result);
      const { tally } = painter;
      const composeMs = clock.lap() - tally.network;
      const written = await this.#write(picture, result, stacked);
      context.progress(1);
      return {
        ...{ width: result.width, height: result.height, ...written.file },
        ...{ device: tally.device, tile: tally.tile, tiles: tally.tiles },
        ...(tally.failedTile !== undefined && { failedTile: tally.failedTile }),
        notes: [...picture.notes, ...written.notes],
        timings: {
          decode: decodeMs,
          network: tally.network,
          session: tally.session,
          compose: composeMs,
          encode: clock.lap(),
        },
      };
    } finally {
      await copies.close();
      for (const spool of this.#opened) await spool.close().catch(() => {});
    }
  }

  async #alone(painter: LayerPainter, result: Spool): Promise<undefined> {
    await painter.paint(this.plan.layers[0]!, result, this.#part(DECODED, COMPOSED));
    return undefined;
  }

  /** Every layer into a spool of its own, then all of them over the picture. */
  async #stack(painter: LayerPainter, picture: DecodedPicture, result: Spool): Promise<Stacked> {
    const { checkpoint } = this.context;
    const { layers, masks } = this.plan;
    const base = await this.#base(picture);
    const stacked: (StackedLayer & NamedLayer)[] = [];
    for (const [index, layer] of layers.entries()) {
      const spool = await this.#spool(`layer${index}`, picture, 3);
      const step = (STACKED_FROM - DECODED) / layers.length;
      const from = DECODED + index * step;
      await painter.paint(layer, spool, this.#part(from, from + step));
      await spool.finish();
      const info = layer.mask === undefined ? undefined : masks.get(layer.mask);
      const mask = info && (await decodeMask(info, picture.spool, this.#file(`layer-mask${index}`)));
      if (mask) this.#opened.push(mask);
      const { opacity, blend } = layer;
      stacked.push({ name: nameOf(layer, index), spool, mask, opacity, blend });
    }
    const progress = this.#part(STACKED_FROM, COMPOSED);
    await stackLayers({
      base,
      layers: stacked,
      picture: picture.spool,
      target: result,
      checkpoint,
      progress,
    });
    return { base, layers: stacked };
  }

  /** The picture in the encoding of the result: as it is, or in colour where it is grey. */
  async #base(picture: DecodedPicture): Promise<Spool> {
    if (picture.spool.channels >= 3) return picture.spool;
    const base = await this.#spool('base', picture, 3);
    const { checkpoint } = this.context;
    const nothing = { layers: [], seen: undefined, coarse: undefined, detail: 0, keptColour: 0 };
    await compose({ picture, ...nothing, target: base, checkpoint, progress: () => {} });
    await base.finish();
    return base;
  }

  async #write(picture: DecodedPicture, result: Spool, stacked: Stacked | undefined) {
    const { job } = this;
    const { width, height, depth } = result;
    const hasAlpha = result.channels === 4;
    const isGrey = picture.spool.channels < 3;
    // A profile of greys says nothing about colours: those are sRGB's, as the networks make them.
    const { blobs, notes } = resultBlobs(this.plan.info, isGrey ? undefined : picture.icc, job);
    await result.finish(blobs);
    this.context.checkpoint();
    if (hasAlpha && job.format === 'jpeg') notes.push('JPEG holds no transparency: it was laid on white.');
    if (depth === 16 && !['png', 'tiff', 'ora'].includes(job.format))
      notes.push(`${job.format.toUpperCase()} is written with 8 bits a channel; PNG and TIFF keep all 16.`);
    const file =
      stacked && isLayered(job)
        ? await encodeLayered({ ...stacked, flat: result, blobs }, job)
        : await encode(result.path, job.temp, {
            ...{ format: job.format, quality: job.quality, depth, grey: false, hasAlpha },
            ...{ exif: blobs['exif-data'], width, height },
          });
    return { file, notes };
  }

  #part(from: number, to: number): (fraction: number) => void {
    return (fraction) => this.context.progress(from + (to - from) * fraction);
  }

  async #spool(name: string, { spool }: DecodedPicture, channels: 3 | 4): Promise<Spool> {
    const { width, height, depth } = spool;
    const made = await Spool.create(this.#file(name), { width, height, depth, channels });
    this.#opened.push(made);
    return made;
  }

  #keep(picture: DecodedPicture): DecodedPicture {
    this.#opened.push(picture.spool);
    return picture;
  }

  #file(name: string): string {
    return path.join(this.job.work, `${name}.v`);
  }
}

interface Stacked {
  readonly base: Spool;
  readonly layers: readonly (StackedLayer & NamedLayer)[];
}

/** What the layer is called in a file that keeps layers. */
function nameOf({ label, styles }: LayerJob, index: number): string {
  if (label !== undefined) return label;
  const names = styles.map(({ from }) =>
    'picture' in from ? path.parse(from.picture).name : `builtin-${from.builtIn}`,
  );
  return `${index + 1} ${[...new Set(names)].join(' + ')}`;
}
