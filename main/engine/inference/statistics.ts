import type { ModelDescriptor } from '../../../contract/descriptor.ts';
import { STATISTICS } from '../../../contract/statistics.ts';
import type { Spool } from '../media/spool.ts';
import type { Transfer } from '../media/transfer.ts';
import type { ModelSession } from './sessions.ts';
import { TileReader } from './tile-reader.ts';
import type { TilePlan } from './tiler.ts';

/**
 * Parts of a picture that speak for all of it. Of a photograph in 20 tiles, 12 came as near to the whole picture's
 * statistics as all 20 did (Real-CUGAN: 0.1 to 0.2 of 255 on average, where each tile's own are 0.4 to 1.1 away).
 */
const SAMPLES = 12;
/** A preview is looked at while it is made. */
export const PREVIEW_SAMPLES = 4;

interface StatisticsJob {
  source: Spool;
  transfer: Transfer;
  descriptor: ModelDescriptor;
  session(): Promise<ModelSession>;
  /** How the network goes over the picture. */
  plan: Pick<TilePlan, 'columns' | 'rows' | 'count'>;
  /** Throws when the job was cancelled; called between samples. */
  checkpoint(): void;
  samples?: number;
}

/**
 * What a network measures over a picture too large to run whole: means of what it measures in tiles spread evenly over
 * it. Every tile is then given these, so that light and colour do not change from tile to tile.
 * @returns undefined for a network without statistics, and where one tile is the whole picture
 */
export async function measureStatistics(job: StatisticsJob): Promise<Float32Array | undefined> {
  const { plan, source, descriptor } = job;
  if (!descriptor.statistics || plan.count === 1) return undefined;
  const shape = { width: plan.columns.shape, height: plan.rows.shape };
  const reader = new TileReader(source, job.transfer, shape);
  const data = new Float32Array(3 * shape.width * shape.height);
  const sum = new Float64Array(descriptor.statistics);
  const places = spread(source, shape, job.samples ?? SAMPLES);
  for (const { x, y } of places) {
    job.checkpoint();
    const session = await job.session();
    await reader.readBand(y);
    reader.fill(x, y, data);
    const made = await session.infer({
      [descriptor.input]: { data, dims: [1, 3, shape.height, shape.width] },
    });
    made[STATISTICS.measured]?.data.forEach((value, index) => {
      sum[index]! += value / places.length;
    });
  }
  return Float32Array.from(sum);
}

/**
 * Corners of at most `samples` tiles in a grid of the picture's own proportions, as many as it takes to cover it where
 * that is fewer.
 */
export function spread(
  picture: { width: number; height: number },
  tile: { width: number; height: number },
  samples: number,
): { x: number; y: number }[] {
  let columns = Math.ceil(picture.width / tile.width);
  let rows = Math.ceil(picture.height / tile.height);
  while (columns * rows > samples) {
    // The axis that is covered more closely gives way.
    if (rows > 1 && (columns === 1 || picture.width / columns > picture.height / rows)) rows -= 1;
    else columns -= 1;
  }
  const corners = (count: number, size: number, side: number) =>
    Array.from({ length: count }, (_, index) =>
      Math.max(0, Math.min(size - side, Math.round(((index + 0.5) * size) / count - side / 2))),
    );
  const [across, down] = [
    corners(columns, picture.width, tile.width),
    corners(rows, picture.height, tile.height),
  ];
  return down.flatMap((y) => across.map((x) => ({ x, y })));
}
