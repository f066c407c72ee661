import { mkdir, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { GessoError, isCancelled } from '../../../../contract/errors.ts';
import type { Channels } from '../../../../contract/raster.ts';
import { storageError } from '../../../../models/library/storage.ts';
import type { RowSink } from '../../inference/blending.ts';
import { cpuThreads, devicesFor } from '../../inference/devices.ts';
import { PlainEnlarger } from '../../inference/plain-enlarger.ts';
import { LANCZOS3, RowResampler } from '../../inference/resample.ts';
import type { ModelSession, SessionThread } from '../../inference/sessions.ts';
import { cpuTileSize, gpuTileSize, smallerTile } from '../../inference/tile-size.ts';
import { planTiles, runTiles } from '../../inference/tiler.ts';
import { type DecodedPicture, decode } from '../../media/decode.ts';
import { checkFormatHolds, encode } from '../../media/encode.ts';
import { type PictureInfo, probe } from '../../media/probe.ts';
import { Spool } from '../../media/spool.ts';
import { type Transfer, transferFor } from '../../media/transfer.ts';
import type { Params, Result } from '../../protocol/methods.ts';
import { resultBlobs } from './metadata.ts';
import { RowWriter } from './row-writer.ts';

type Job = Params<'restore.picture'>;
type Pass = Job['passes'][number];

export interface RestoreContext {
  sessions: SessionThread;
  /** Throws when the call was cancelled. */
  checkpoint(): void;
  progress(fraction: number): void;
  /** Tiles of this size begin now. */
  tileChosen(tile: number): void;
}

/** Shares of the progress bar; decoding and encoding are short next to the network. */
const DECODED = 0.03;
const NETWORK_DONE = 0.93;

/**
 * Restores one picture: decode -> networks, tile by tile -> encode, each through a spool on disk. The result is left
 * at `job.temp`, flushed; on any failure nothing is left there.
 * @throws GessoError naming the file and the remedy.
 */
export async function restorePicture(job: Job, context: RestoreContext): Promise<Result<'restore.picture'>> {
  const info = await probe(job.input);
  const size = { width: Math.round(info.width * job.scale), height: Math.round(info.height * job.scale) };
  checkFormatHolds(job.format, size.width, size.height, path.basename(job.input));
  await prepareFolder(job, info, size);
  try {
    return await new Restoration(job, context, info, size).run();
  } catch (cause) {
    throw isCancelled(cause) ? cause : (storageErrorOf(cause, job) ?? cause);
  } finally {
    await rm(job.work, { recursive: true, force: true });
  }
}

/** Makes the work folder and refuses at once what cannot fit on its disk. */
async function prepareFolder(job: Job, info: PictureInfo, size: { width: number; height: number }) {
  try {
    await rm(job.work, { recursive: true, force: true });
    await mkdir(job.work, { recursive: true });
    const bytes = (pixels: number) => pixels * 4 * (info.depth === 16 ? 2 : 1);
    const needed = bytes(info.width * info.height) + bytes(size.width * size.height);
    const disk = await statfs(job.work);
    if (disk.bavail * disk.bsize < needed)
      throw new GessoError(
        'output/no-space',
        `${path.basename(job.input)} needs ${(needed / 1e9).toFixed(1)} GB of working space in ${path.dirname(job.work)}, more than is free.`,
        'Free some space, or set GESSO_HOME to a folder on a larger disk.',
      );
  } catch (cause) {
    throw cause instanceof GessoError ? cause : (storageError(cause, job.work) ?? cause);
  }
}

function storageErrorOf(cause: unknown, job: Job): GessoError | undefined {
  return cause instanceof GessoError ? undefined : storageError(cause, job.temp);
}

class Restoration {
  readonly #timings = { decode: 0, network: 0, session: 0, encode: 0 };
  #tiles = 0;
  #device = 'cpu';
  #tile = 0;

  constructor(
    private readonly job: Job,
    private readonly context: RestoreContext,
    private readonly info: PictureInfo,
    private readonly size: { width: number; height: number },
  ) {}

  async run(): Promise<Result<'restore.picture'>> {
    const { job, info, context } = this;
    const picture = await this.#timed('decode', () => decode(info, path.join(job.work, 'in.v')));
    context.progress(DECODED);
    context.checkpoint();
    const { blobs, notes } = resultBlobs(info, picture.icc, job);
    const result = await this.#timed('network', async () => {
      const spool = await this.#restoreRows(picture);
      await spool.finish(blobs);
      return spool;
    });
    await picture.spool.close();
    await rm(picture.spool.path, { force: true });
    context.checkpoint();
    context.progress(NETWORK_DONE);
    const hasAlpha = result.channels === 2 || result.channels === 4;
    if (hasAlpha && job.format === 'jpeg') notes.push('JPEG holds no transparency: it was laid on white.');
    if (result.depth === 16 && job.format !== 'png' && job.format !== 'tiff')
      notes.push(`${job.format.toUpperCase()} is written with 8 bits a channel; PNG and TIFF keep all 16.`);
    const written = await this.#timed('encode', () =>
      encode(result.path, job.temp, {
        format: job.format,
        quality: job.quality,
        depth: result.depth,
        grey: result.channels < 3,
        hasAlpha,
        exif: blobs['exif-data'],
        ...this.size,
      }),
    );
    await result.close();
    context.progress(1);
    return {
      ...this.size,
      ...written,
      device: this.#device,
      tile: this.#tile,
      tiles: this.#tiles,
      notes: [...picture.notes, ...notes],
      timings: this.#timings,
    };
  }

  /** All passes; each but the last leaves a 16-bit RGB spool for the next. */
  async #restoreRows(picture: DecodedPicture): Promise<Spool> {
    const { passes, strength } = this.job;
    let source = picture.spool;
    let transfer = picture.transfer;
    if (passes.length === 0 || strength === 0) return this.#plain(picture);
    for (const [index, pass] of passes.entries()) {
      const slice = this.#slice(index, passes);
      const isLast = index === passes.length - 1;
      const next = await this.#withSmallerTiles(pass, source, (session, tile) =>
        isLast
          ? this.#lastPass(pass, source, transfer, session, tile, picture, slice)
          : this.#innerPass(pass, source, transfer, session, tile, index, slice),
      );
      if (index > 0) {
        await source.close();
        await rm(source.path, { force: true });
      }
      source = next;
      transfer = transferFor(undefined, 16, 3);
    }
    return source;
  }

  async #innerPass(
    pass: Pass,
    source: Spool,
    transfer: Transfer,
    session: ModelSession,
    tile: number,
    index: number,
    onTile: (done: number, total: number) => void,
  ): Promise<Spool> {
    const { scale } = pass.descriptor;
    const target = await Spool.create(path.join(this.job.work, `pass${index}.v`), {
      width: source.width * scale,
      height: source.height * scale,
      channels: 3,
      depth: 16,
    });
    const writer = new RowWriter(target, { encode: undefined });
    await this.#tilesOf(pass, source, transfer, session, tile, onTile, (_, planes) =>
      writer.write(planes, undefined),
    );
    await target.finish();
    return target;
  }

  async #lastPass(
    pass: Pass,
    source: Spool,
    transfer: Transfer,
    session: ModelSession,
    tile: number,
    picture: DecodedPicture,
    onTile: (done: number, total: number) => void,
  ): Promise<Spool> {
    const target = await this.#resultSpool(picture);
    const writer = this.#mixingWriter(target, picture);
    const { scale } = pass.descriptor;
    const made = { width: source.width * scale, height: source.height * scale };
    if (made.width === this.size.width && made.height === this.size.height) {
      await this.#tilesOf(pass, source, transfer, session, tile, onTile, writer);
    } else {
      const reducer = new RowResampler(made, this.size, 3, LANCZOS3);
      await this.#tilesOf(pass, source, transfer, session, tile, onTile, (_, planes) =>
        reducer.push(planes, writer),
      );
    }
    return target;
  }

  /** Strength 0: the enlargement alone, no network. */
  async #plain(picture: DecodedPicture): Promise<Spool> {
    const target = await this.#resultSpool(picture);
    const writer = new RowWriter(target, picture.transfer);
    const colour = PlainEnlarger.colour(picture.spool, picture.transfer, this.size);
    const alpha = this.#alpha(picture);
    for (let y = 0; y < this.size.height; y++) {
      if (y % 64 === 0) this.context.checkpoint();
      await writer.write(await colour.next(), (await alpha?.next())?.[0]);
    }
    return target;
  }

  /** Mixes the network's rows with the plain enlargement (strength), adds alpha and writes. */
  #mixingWriter(target: Spool, picture: DecodedPicture): RowSink {
    const { strength } = this.job;
    const writer = new RowWriter(target, picture.transfer);
    const alpha = this.#alpha(picture);
    const plain = strength < 1 ? PlainEnlarger.colour(picture.spool, picture.transfer, this.size) : undefined;
    if (!alpha && !plain) return (_, planes) => writer.write(planes, undefined);
    return async (_, planes) => {
      if (plain) {
        const base = await plain.next();
        for (const [c, plane] of planes.entries()) {
          const other = base[c] ?? base[0]!;
          for (let x = 0; x < plane.length; x++) plane[x] = strength * plane[x]! + (1 - strength) * other[x]!;
        }
      }
      await writer.write(planes, (await alpha?.next())?.[0]);
    };
  }

  #alpha(picture: DecodedPicture): PlainEnlarger | undefined {
    const { channels } = picture.spool;
    return channels === 2 || channels === 4 ? PlainEnlarger.alpha(picture.spool, this.size) : undefined;
  }

  #resultSpool(picture: DecodedPicture): Promise<Spool> {
    const { channels, depth } = picture.spool;
    return Spool.create(path.join(this.job.work, 'out.v'), {
      ...this.size,
      channels: channels as Channels,
      depth,
    });
  }

  async #tilesOf(
    pass: Pass,
    source: Spool,
    transfer: Transfer,
    session: ModelSession,
    tile: number,
    onTile: (done: number, total: number) => void,
    sink: RowSink,
  ): Promise<void> {
    const plan = planTiles(source, pass.descriptor, tile, session.device !== 'cpu');
    const before = session.busyMilliseconds;
    this.#tiles += plan.count;
    const { descriptor } = pass;
    const { checkpoint } = this.context;
    await runTiles({ source, transfer, descriptor, session, plan, checkpoint, onTile, sink });
    this.#timings.session += session.busyMilliseconds - before;
  }

  /** Opens the model on the first device that takes it; goes to smaller tiles when memory runs out. */
  async #withSmallerTiles(
    pass: Pass,
    source: Spool,
    work: (session: ModelSession, tile: number) => Promise<Spool>,
  ): Promise<Spool> {
    const { job, context } = this;
    const rowBytes = source.width * pass.descriptor.scale * 3 * 4;
    const devices = devicesFor(job.device);
    for (const [index, device] of devices.entries()) {
      const auto = device === 'cpu' ? cpuTileSize(pass.descriptor, rowBytes) : gpuTileSize(job.tileMemory);
      let tile: number | undefined = job.tile === 'auto' ? auto : job.tile;
      while (tile !== undefined) {
        this.#tile = tile;
        this.#device = device;
        context.tileChosen(tile);
        const tilesBefore = this.#tiles;
        try {
          const fixed = device === 'cpu' ? undefined : this.#fixedShape(pass, source, tile);
          const session = await context.sessions.open({
            file: pass.file,
            device,
            threads: cpuThreads(),
            ...(fixed && { fixed }),
          });
          return await work(session, tile);
        } catch (cause) {
          const code = cause instanceof GessoError ? cause.code : undefined;
          this.#tiles = tilesBefore;
          const isLastDevice = index === devices.length - 1;
          if (code === 'device/unavailable' && !isLastDevice) break;
          tile = code === 'device/out-of-memory' && job.tile === 'auto' ? smallerTile(tile) : undefined;
          if (tile === undefined && isLastDevice) throw cause;
        }
      }
    }
    throw new GessoError(
      'device/unavailable',
      'No device could run the model.',
      'Use --device cpu, or update the graphics driver.',
    );
  }

  #fixedShape(pass: Pass, source: Spool, tile: number): { width: number; height: number } {
    const plan = planTiles(source, pass.descriptor, tile, true);
    return { width: plan.columns.shape, height: plan.rows.shape };
  }

  /** Progress of pass `index`: passes weigh by their input pixels, which is what a network's time follows. */
  #slice(index: number, passes: Pass[]): (done: number, total: number) => void {
    let pixels = 1;
    const weights = passes.map(({ descriptor }) => {
      const weight = pixels;
      pixels *= descriptor.scale ** 2;
      return weight;
    });
    const sum = weights.reduce((a, b) => a + b, 0);
    const before = weights.slice(0, index).reduce((a, b) => a + b, 0) / sum;
    const share = weights[index]! / sum;
    return (done, total) =>
      this.context.progress(DECODED + (NETWORK_DONE - DECODED) * (before + (share * done) / total));
  }

  async #timed<T>(stage: 'decode' | 'network' | 'encode', work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    try {
      return await work();
    } finally {
      this.#timings[stage] += performance.now() - begun;
    }
  }
}
