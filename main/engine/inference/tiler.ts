import type { ModelDescriptor } from '../../../contract/descriptor.ts';
import type { Spool } from '../media/spool.ts';
import type { Transfer } from '../media/transfer.ts';
import { BandBlender, type RowSink } from './blending.ts';
import type { ModelSession, Slot } from './sessions.ts';
import { type AxisPlan, planAxis, type TileSpan } from './tile-plan.ts';
import { TileReader } from './tile-reader.ts';

export interface TilePlan {
  columns: AxisPlan;
  rows: AxisPlan;
  count: number;
}

export function planTiles(
  picture: { width: number; height: number },
  descriptor: ModelDescriptor,
  tile: number,
  fixedShape: boolean,
): TilePlan {
  const rules = { ...descriptor, tile, fixedShape };
  const columns = planAxis(picture.width, rules);
  const rows = planAxis(picture.height, rules);
  return { columns, rows, count: columns.spans.length * rows.spans.length };
}

export interface TilerJob {
  source: Spool;
  transfer: Transfer;
  descriptor: ModelDescriptor;
  /** The session for the next tile. */
  session(): Promise<ModelSession>;
  plan: TilePlan;
  /** Of the whole picture, for a network that takes them (`measureStatistics`). */
  statistics?: Float32Array | undefined;
  /** Throws when the job was cancelled; called between tiles. */
  checkpoint(): void;
  onTile(done: number, total: number): void;
  /** Finished rows of the network's own size, three planes. */
  sink: RowSink;
  /** Whether anything of those pixels of the network's own size is looked at; tiles of which nothing is are not run. */
  isWanted?(place: TilePlace): boolean;
  /** Hears each tile's own output before it is joined; read during the call, then written over. */
  onOutput?(output: TileOutput): void;
}

/** Where a tile's useful output lies, in pixels of the network's own size. */
export interface TilePlace {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A tile's useful output, its rows by plane. */
export interface TileOutput extends TilePlace {
  planes: ((row: number) => Float32Array)[];
}

/**
 * Runs a network over a picture tile by tile. While the session thread runs one tile, this side cuts the next and
 * joins the last, so next to the bare session little time is added.
 * @returns milliseconds inside ONNX Runtime's runs
 */
export async function runTiles(job: TilerJob): Promise<number> {
  const { plan, descriptor, source } = job;
  const [width, height] = [plan.columns.shape, plan.rows.shape];
  const { scale } = descriptor;
  const reader = new TileReader(source, job.transfer, { width, height });
  const blender = new BandBlender(plan.columns, plan.rows, source.width * scale, scale, 3);
  let session = await job.session();
  const slots = session.takeSlots(3 * width * height, 3 * width * height * scale * scale);
  const dims = [1, 3, height, width];
  let running: { column: TileSpan; rowIndex: number; slot: Slot; done: Promise<number> } | undefined;
  let sessionMs = 0;
  let started = 0;
  let finished = 0;

  // Joins the tile in flight; after the last of a tile row its rows go on, while the next row's first tile runs.
  const settle = async () => {
    if (!running) return;
    const { column, rowIndex, slot, done } = running;
    running = undefined;
    sessionMs += await done;
    const row = plan.rows.spans[rowIndex]!;
    blender.add(column, row, slot.output);
    job.onOutput?.(outputOf(column, row, slot.output, width * scale, height * scale, scale));
    await finish(column, rowIndex);
  };
  const finish = async (column: TileSpan, rowIndex: number) => {
    job.onTile(++finished, plan.count);
    if (column === plan.columns.spans.at(-1)) await blender.finishRow(rowIndex, job.sink);
  };

  for (const [rowIndex, row] of plan.rows.spans.entries()) {
    await reader.readBand(row.start);
    for (const column of plan.columns.spans) {
      job.checkpoint();
      if (job.isWanted?.(placeOf(column, row)) === false) {
        // Its pixels stay 0 but for what its neighbours fade into them.
        await settle();
        await finish(column, rowIndex);
        continue;
      }
      session = await job.session();
      const slot = slots[started++ % 2]!;
      reader.fill(column.start, row.start, slot.input);
      const done = session.run(slot, dims, job.statistics);
      // The tile before may fail first; this one's failure is then not news.
      done.catch(() => {});
      await settle();
      running = { column, rowIndex, slot, done };
    }
  }
  await settle();
  // Not after a failure: a run that was begun may still write into one.
  session.giveBack(slots);
  return sessionMs;
}

function outputOf(
  column: TileSpan,
  row: TileSpan,
  data: Float32Array,
  tileWidth: number,
  tileHeight: number,
  scale: number,
): TileOutput {
  const left = column.from - column.start * scale;
  const top = row.from - row.start * scale;
  const place = placeOf(column, row);
  const plane = (channel: number) => (y: number) => {
    const at = (channel * tileHeight + top + y) * tileWidth + left;
    return data.subarray(at, at + place.width);
  };
  return { ...place, planes: [plane(0), plane(1), plane(2)] };
}

function placeOf(column: TileSpan, row: TileSpan): TilePlace {
  return { x: column.from, y: row.from, width: column.to - column.from, height: row.to - row.from };
}
