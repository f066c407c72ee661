import { STATISTICS, statisticsFeeds } from '../../../../contract/statistics.ts';
import { BandBlender } from '../../inference/blending.ts';
import { onFirstDevice, type Rung } from '../../inference/device-ladder.ts';
import { cpuThreads } from '../../inference/devices.ts';
import type { HoldOptions, ModelSession } from '../../inference/sessions.ts';
import { availableMemory, runBytes, wideTileSize } from '../../inference/tile-size.ts';
import type { SessionDevice } from '../../inference/worker-protocol.ts';
import { reducedSize } from './copies.ts';
import { cutPlanes } from './frame-tiles.ts';
import type { LayerJob, StyleContext, StyleJob } from './job.ts';
import type { Size } from './picture-rows.ts';

/** What a run over a whole frame may take, bytes, however much memory there is. */
const MOST_FOR_THE_WHOLE = 600e6;
/** Pixels of the copy in which a network measures. */
const MEASURED_PIXELS = 2 ** 20;

export interface PaintedFrame {
  /** Planar RGB. */
  painting: Float32Array;
  /** What was taken as measured over the frame. */
  given: Float32Array;
  /** What the network itself measures in it, each thing as far as those before it are given. */
  measured: Float32Array;
}

/**
 * Paints frames of one size, one after the other, through one session: what the network measures over the whole is an
 * input of it and differs from frame to frame, as nothing that is written into a network could.
 */
export class FramePainter {
  /** Where and in which tiles the last frame was painted. */
  done: { device: SessionDevice; tile: number; tiles: number } | undefined;
  sessionMs = 0;
  #open: { key: string; session: ModelSession } | undefined;
  #room: { tile: Float32Array; output: Float32Array } | undefined;
  readonly #firstTile: number;

  constructor(
    private readonly job: Pick<StyleJob, 'device' | 'tile' | 'tileMemory'>,
    private readonly model: NonNullable<LayerJob['painter']>,
    private readonly size: Size,
    private readonly context: Pick<StyleContext, 'sessions' | 'checkpoint' | 'tileChosen'>,
  ) {
    const { width, height } = size;
    const most = Math.min(availableMemory() / 4, MOST_FOR_THE_WHOLE);
    const isWhole = runBytes(model.descriptor, width * height) <= most;
    // Once for all frames: memory comes and goes.
    this.#firstTile = isWhole ? Math.max(width, height) : wideTileSize(model.descriptor);
  }

  /**
   * @param planes planar RGB 0..1 @param style as the network takes it
   * @param given what it would measure; left out: it measures, in the whole or, where it goes over tiles, in a copy
   * @param copy the frame at another size
   * @throws GessoError device/unavailable, device/out-of-memory, model/broken
   */
  async paint(
    planes: Float32Array,
    style: Float32Array,
    given: Float32Array | undefined,
    copy: (size: Size) => Promise<Float32Array>,
  ): Promise<PaintedFrame> {
    const { job, model, size, context, done } = this;
    const { value, ...how } = await onFirstDevice(
      {
        ...{ sessions: context.sessions, model, picture: size, tileMemory: job.tileMemory },
        // What went well with the last frame goes well with this one; on the processor memory may still run out.
        device: done?.device ?? job.device,
        tile: done && done.device !== 'cpu' ? done.tile : job.tile,
        firstTile: done?.tile ?? this.#firstTile,
        tileChosen: context.tileChosen,
        open: (options) => this.#session(options),
      },
      async (rung) => {
        try {
          const measured = given ?? (rung.plan.count > 1 ? await this.#measured(copy, style) : undefined);
          return await this.#run(rung, planes, style, measured);
        } catch (cause) {
          await this.close();
          throw cause;
        }
      },
    );
    this.done = { device: how.device, tile: how.tile, tiles: value.tiles };
    return value;
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open) await this.context.sessions.forget(open.session);
  }

  async #session(options: Omit<HoldOptions, 'file'>): Promise<ModelSession> {
    const key = JSON.stringify(options);
    if (this.#open?.key === key) return this.#open.session;
    await this.close();
    const session = await this.context.sessions.hold({ file: this.model.file, ...options });
    if (!session) throw new Error('a network without parts was lacking one');
    this.#open = { key, session };
    return session;
  }

  /** What the network measures in a copy of the frame, through a session that is not for tiles. */
  async #measured(copy: (size: Size) => Promise<Float32Array>, style: Float32Array): Promise<Float32Array> {
    const { input, statistics = 0, sizeMultipleOf } = this.model.descriptor;
    const size = reducedSize(this.size, MEASURED_PIXELS, sizeMultipleOf);
    const planes = await copy(size);
    const { sessions } = this.context;
    const session = await sessions.hold({ file: this.model.file, device: 'cpu', threads: cpuThreads() });
    if (!session) throw new Error('a network without parts was lacking one');
    try {
      const measured = shared(statistics);
      this.sessionMs += await session.compute(
        {
          [input]: { floats: planes, dims: [1, 3, size.height, size.width] },
          ...feedsOf(style, statistics, undefined),
        },
        { [STATISTICS.measured]: { floats: measured, dims: [statistics] } },
      );
      return Float32Array.from(measured);
    } finally {
      await sessions.forget(session);
    }
  }

  async #run(
    { session, plan }: Rung,
    planes: Float32Array,
    style: Float32Array,
    given: Float32Array | undefined,
  ): Promise<PaintedFrame & { tiles: number }> {
    const { size, context } = this;
    const { input, output, statistics = 0 } = this.model.descriptor;
    const shape = { width: plan.columns.shape, height: plan.rows.shape };
    const area = shape.width * shape.height;
    if (this.#room?.tile.length !== 3 * area)
      this.#room = { tile: shared(3 * area), output: shared(3 * area) };
    const { tile, output: made } = this.#room;
    const measured = shared(statistics);
    const dims = [1, 3, shape.height, shape.width];
    const feeds = feedsOf(style, statistics, given);
    const painting = new Float32Array(3 * size.width * size.height);
    const sink = (y: number, rows: readonly Float32Array[]) => {
      for (const [c, row] of rows.entries()) painting.set(row, (c * size.height + y) * size.width);
    };
    const sum = new Float64Array(statistics);
    const blender = plan.count > 1 ? new BandBlender(plan.columns, plan.rows, size.width, 1, 3) : undefined;
    for (const [index, row] of plan.rows.spans.entries()) {
      for (const column of plan.columns.spans) {
        context.checkpoint();
        cutPlanes(planes, size, { left: column.start, top: row.start }, shape, tile);
        this.sessionMs += await (await session()).compute(
          { [input]: { floats: tile, dims }, ...feeds },
          {
            [output]: { floats: made, dims },
            [STATISTICS.measured]: { floats: measured, dims: [statistics] },
          },
        );
        for (let at = 0; at < statistics; at += 1) sum[at]! += measured[at]! / plan.count;
        blender?.add(column, row, made);
      }
      await blender?.finishRow(index, sink);
    }
    const [{ start: top } = { start: 0 }] = plan.rows.spans;
    const [{ start: left } = { start: 0 }] = plan.columns.spans;
    for (let y = 0; !blender && y < size.height; y += 1)
      sink(
        y,
        [0, 1, 2].map((c) => {
          const at = (c * shape.height + y - top) * shape.width - left;
          return made.subarray(at, at + size.width);
        }),
      );
    const own = Float32Array.from(sum);
    return { painting, given: given ?? own, measured: own, tiles: plan.count };
  }
}

function feedsOf(style: Float32Array, statistics: number, given: Float32Array | undefined) {
  const measuring = Object.entries(statisticsFeeds(statistics, given));
  return {
    style: { floats: style, dims: [style.length] },
    ...Object.fromEntries(measuring.map(([name, { data, dims }]) => [name, { floats: data, dims }])),
  };
}

function shared(count: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(count * 4));
}
