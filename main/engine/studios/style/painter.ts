import { readFile, rm } from 'node:fs/promises';
import type { ModelDescriptor } from '../../../../contract/descriptor.ts';
import { roundUp } from '../../../../contract/numbers.ts';
import { STATISTICS, statisticsFeeds } from '../../../../contract/statistics.ts';
import { bake } from '../../../../models/graph/bake.ts';
import { readOnnx } from '../../../../models/graph/read.ts';
import { writeOnnx } from '../../../../models/graph/write.ts';
import { onFirstDevice } from '../../inference/device-ladder.ts';
import { cpuThreads, devicesFor } from '../../inference/devices.ts';
import { exactStatistics } from '../../inference/exact-statistics.ts';
import type { ModelSession } from '../../inference/sessions.ts';
import { legalTile } from '../../inference/tile-plan.ts';
import { TileReader } from '../../inference/tile-reader.ts';
import { availableMemory, runBytes, wideTileSize } from '../../inference/tile-size.ts';
import { runTiles } from '../../inference/tiler.ts';
import { RowWriter } from '../../media/row-writer.ts';
import { Spool } from '../../media/spool.ts';
import { type Copies, reducedSize } from './copies.ts';
import type { LayerJob, StyleContext, StyleJob } from './job.ts';
import type { Size, Source } from './picture-rows.ts';

/** Pixels of the copy in which a network measures. */
const MEASURED_PIXELS = 2 ** 20;
/** What a run over the whole picture may take, bytes, however much memory there is. */
const MOST_FOR_THE_WHOLE = 600e6;

/** Shares of the progress of one painting: measuring exactly is the longest part. */
const MEASURED = { exact: 0.85, reduced: 0.1 } as const;

interface PainterModel {
  file: string;
  descriptor: ModelDescriptor;
}

export interface Painted {
  spool: Spool;
  device: string;
  tile: number;
  tiles: number;
  failedTile: number | undefined;
  sessionMs: number;
}

export type PaintJob = Pick<StyleJob, 'device' | 'tile' | 'tileMemory' | 'keepOpen'> &
  Pick<LayerJob, 'exact'>;

/** Paints a picture in one style, into a spool of RGB with 16 bits. */
export class Painter {
  readonly #descriptor: ModelDescriptor;

  constructor(
    private readonly job: PaintJob,
    private readonly model: PainterModel,
    private readonly copies: Copies,
    private readonly context: StyleContext,
  ) {
    this.#descriptor = model.descriptor;
  }

  /**
   * Whole where it fits, else in tiles that are all given what the network measures over the picture.
   * @param style as the network takes it
   * @throws GessoError device/unavailable, device/out-of-memory, model/broken
   */
  async paint(source: Source, style: Float32Array, file: string): Promise<Painted> {
    const isWhole = !this.job.exact && this.job.tile === 'auto' && this.#fitsWhole(source.spool);
    const made = isWhole ? await this.#whole(source, style, file) : await this.#tiled(source, style, file);
    await made.spool.finish();
    return made;
  }

  #fitsWhole(size: Size): boolean {
    if (devicesFor(this.job.device)[0] !== 'cpu') return false;
    const { width, height } = this.#legal(size);
    const most = Math.min(availableMemory() / 4, MOST_FOR_THE_WHOLE);
    return runBytes(this.#descriptor, width * height) <= most;
  }

  async #whole(source: Source, style: Float32Array, file: string): Promise<Painted> {
    this.context.checkpoint();
    const { output, milliseconds } = await this.#measure(source, style);
    const { width, height } = this.#legal(source.spool);
    const spool = await target(file, source.spool);
    const writer = new RowWriter(spool, { encode: undefined });
    const plane = (channel: number, y: number) =>
      output.subarray((channel * height + y) * width).subarray(0, spool.width);
    for (let y = 0; y < spool.height; y++)
      await writer.write(
        [0, 1, 2].map((c) => plane(c, y)),
        undefined,
      );
    this.context.progress(1);
    return {
      spool,
      device: 'cpu',
      tile: Math.max(width, height),
      tiles: 1,
      failedTile: undefined,
      sessionMs: milliseconds,
    };
  }

  /** One run over all of a source. */
  async #measure(source: Source, style: Float32Array) {
    const { input, output, statistics = 0 } = this.#descriptor;
    const size = this.#legal(source.spool);
    const pixels = size.width * size.height;
    const reader = new TileReader(source.spool, source.transfer, size);
    const picture = new Float32Array(3 * pixels);
    await reader.readBand(0);
    reader.fill(0, 0, picture);
    const made = { output: shared(3 * pixels), measured: shared(statistics) };
    const dims = [1, 3, size.height, size.width];
    const how = { device: 'cpu', threads: cpuThreads() } as const;
    const { sessions } = this.context;
    // Else held for this run alone: its arena is large and would stay. Without a plan of all memory it is faster.
    const session = this.job.keepOpen
      ? await sessions.open({ file: this.model.file, ...how, lean: true })
      : await this.#hold(this.model.file, { ...how, alone: true });
    try {
      const given = Object.entries(statisticsFeeds(statistics)).map(([name, { data, dims: shape }]) => [
        name,
        { floats: data, dims: shape },
      ]);
      const milliseconds = await session.compute(
        {
          [input]: { floats: picture, dims },
          style: { floats: style, dims: [style.length] },
          ...Object.fromEntries(given),
        },
        {
          [output]: { floats: made.output, dims },
          [STATISTICS.measured]: { floats: made.measured, dims: [statistics] },
        },
      );
      return { ...made, milliseconds };
    } finally {
      if (!this.job.keepOpen) await sessions.forget(session);
    }
  }

  async #tiled(source: Source, style: Float32Array, file: string): Promise<Painted> {
    const { job, context } = this;
    const network = await readFile(this.model.file);
    const measured = job.exact ? MEASURED.exact : MEASURED.reduced;
    const tile = job.tile === 'auto' ? wideTileSize(this.#descriptor) : job.tile;
    const statistics = job.exact
      ? await exactStatistics({
          ...{ ...source, source: source.spool, network, descriptor: this.#descriptor, inputs: { style } },
          tile: this.#legalTile(tile),
          open: (bytes) => this.#hold(bytes, { device: 'cpu', threads: cpuThreads() }),
          close: (session) => context.sessions.forget(session),
          checkpoint: context.checkpoint,
          progress: (fraction) => context.progress(measured * fraction),
        })
      : await this.#reduced(source, style);
    context.progress(measured);
    const graph = readOnnx(network, this.model.file);
    bake(graph, { statistics, inputs: { style } });
    const baked = writeOnnx(graph);
    const sessions = new Set<ModelSession>();
    try {
      const climbed = await onFirstDevice(
        {
          sessions: context.sessions,
          model: this.model,
          picture: source.spool,
          device: job.device,
          tile: job.tile,
          tileMemory: job.tileMemory,
          firstTile: tile,
          tileChosen: context.tileChosen,
          open: async (how) => {
            const session = await this.#hold(baked, how);
            sessions.add(session);
            return session;
          },
        },
        async ({ session, plan }) => {
          const spool = await target(file, source.spool);
          const writer = new RowWriter(spool, { encode: undefined });
          try {
            const sessionMs = await runTiles({
              ...{
                source: source.spool,
                transfer: source.transfer,
                descriptor: this.#descriptor,
                session,
                plan,
              },
              checkpoint: context.checkpoint,
              onTile: (done, total) => context.progress(measured + ((1 - measured) * done) / total),
              sink: (_, planes) => writer.write(planes, undefined),
            });
            return { spool, sessionMs, tiles: plan.count };
          } catch (cause) {
            await spool.close();
            await rm(file, { force: true });
            throw cause;
          }
        },
      );
      const { device, failedTile, value } = climbed;
      return { ...value, device, tile: climbed.tile, failedTile };
    } finally {
      for (const session of sessions) await context.sessions.forget(session);
    }
  }

  async #reduced(source: Source, style: Float32Array): Promise<Float32Array> {
    const size = reducedSize(source.spool, MEASURED_PIXELS, this.#descriptor.sizeMultipleOf);
    const copy = await this.copies.of(size);
    return (await this.#measure(copy, style)).measured;
  }

  async #hold(
    file: string | Uint8Array,
    how: Parameters<NonNullable<Parameters<typeof onFirstDevice>[0]['open']>>[0] & { alone?: boolean },
  ) {
    const session = await this.context.sessions.hold({ file, ...how });
    if (!session) throw new Error('a network without parts was lacking one');
    return session;
  }

  #legal({ width, height }: Size): Size {
    const { sizeMultipleOf, sizeMinimum } = this.#descriptor;
    const side = (pixels: number) => roundUp(Math.max(pixels, sizeMinimum), sizeMultipleOf);
    return { width: side(width), height: side(height) };
  }

  #legalTile(tile: number): number {
    return legalTile(tile, this.#descriptor);
  }
}

function target(file: string, { width, height }: Size): Promise<Spool> {
  return Spool.create(file, { width, height, channels: 3, depth: 16 });
}

function shared(count: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(count * 4));
}
