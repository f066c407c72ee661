import { bake } from '../../../models/graph/bake.ts';
import {
  CORE,
  measureWithin,
  statisticSizes,
  varianceStatistics,
} from '../../../models/graph/passes/statistics.ts';
import { readOnnx } from '../../../models/graph/read.ts';
import { writeOnnx } from '../../../models/graph/write.ts';
import type { Spool } from '../media/spool.ts';
import type { Transfer } from '../media/transfer.ts';
import { layCores } from './cores.ts';
import type { ModelSession } from './sessions.ts';
import { TileReader } from './tile-reader.ts';

interface ExactJob {
  source: Spool;
  transfer: Transfer;
  /** The installed network: an ONNX file's bytes. */
  network: Uint8Array;
  descriptor: { input: string; alignment: number; overlap: number; statistics?: number | undefined };
  /** Inputs beside the picture. */
  inputs: Readonly<Record<string, Float32Array>>;
  tile: number;
  open(network: Uint8Array): Promise<ModelSession>;
  close(session: ModelSession): Promise<void>;
  checkpoint(): void;
  progress(fraction: number): void;
}

/**
 * What a network measures over the whole of a picture that is too large to run whole, to rounding: its normalising
 * layers one after the other, each with one pass over the tiles, through the network as far as that layer and with
 * what the layers before measure given. A mean and the variance around it take one pass together.
 */
export async function exactStatistics(job: ExactJob): Promise<Float32Array> {
  const { source, descriptor, network } = job;
  const whole = readOnnx(network, 'the network');
  const sizes = statisticSizes(whole);
  const variances = varianceStatistics(whole);
  const places = sizes.flatMap((_, index) => (variances.has(index) ? [] : [index]));
  const statistics = new Float32Array(descriptor.statistics ?? 0);
  const offsets = sizes.map((_, index) => sizes.slice(0, index).reduce((a, b) => a + b, 0));
  for (const [pass, index] of places.entries()) {
    const isPair = variances.has(index + 1);
    const wanted = isPair ? [index, index + 1] : [index];
    const session = await job.open(upTo(job, wanted, statistics, sizes));
    try {
      const sums = await overTiles(job, session, wanted, sizes, (part) =>
        job.progress((pass + part) / places.length),
      );
      sums.forEach((values, at) => {
        statistics.set(values, offsets[wanted[at] ?? 0]);
      });
    } finally {
      await job.close(session);
    }
  }
  return statistics;

  function upTo(
    { inputs }: ExactJob,
    wanted: readonly number[],
    given: Float32Array,
    all: readonly number[],
  ): Uint8Array {
    const graph = readOnnx(network, 'the network');
    if (measureWithin(graph, descriptor.alignment) === 0)
      throw new Error('what the network measures is no mean of places');
    bake(graph, {
      statistics: given,
      known: wanted[0],
      inputs,
      outputs: wanted.map((index) => ({ name: nameOf(index), type: 'float32', dims: [all[index] ?? 0] })),
    });
    return writeOnnx(graph);
  }

  async function overTiles(
    { transfer, tile, checkpoint }: ExactJob,
    session: ModelSession,
    wanted: readonly number[],
    all: readonly number[],
    progress: (part: number) => void,
  ): Promise<Float64Array[]> {
    const { alignment: step, overlap } = descriptor;
    const [columns, rows] = [source.width, source.height].map((size) =>
      layCores(size, tile, overlap, step),
    ) as [ReturnType<typeof layCores>, ReturnType<typeof layCores>];
    const shape = { width: columns.shape, height: rows.shape };
    const reader = new TileReader(source, transfer, shape);
    const [slot] = session.takeSlots(3 * shape.width * shape.height, 1);
    const outputs = wanted.map((index) => shared(all[index] ?? 0));
    const sums = wanted.map((index) => new Float64Array(all[index] ?? 0));
    let [area, done] = [0, 0];
    for (const row of rows.cores) {
      await reader.readBand(row.start);
      for (const column of columns.cores) {
        checkpoint();
        reader.fill(column.start, row.start, slot.input);
        const core = [
          row.from - row.start,
          column.from - column.start,
          row.to - row.start,
          column.to - column.start,
        ];
        await session.compute(
          {
            [descriptor.input]: { floats: slot.input, dims: [1, 3, shape.height, shape.width] },
            [CORE]: { floats: Float32Array.from(core, (pixels) => pixels / step), dims: [4] },
          },
          Object.fromEntries(
            wanted.map((index, at) => [nameOf(index), { floats: outputs[at]!, dims: [all[index] ?? 0] }]),
          ),
        );
        const weight = (row.to - row.from) * (column.to - column.from);
        add(sums, outputs, weight);
        area += weight;
        progress(++done / (rows.cores.length * columns.cores.length));
      }
    }
    return averaged(sums, area);
  }
}

/** Of a mean its sum; of the variance around it, which was measured around the tile's own mean, that of the squares. */
function add(sums: readonly Float64Array[], values: readonly Float32Array[], weight: number): void {
  const [means, variances] = values;
  means?.forEach((mean, at) => {
    sums[0]![at]! += weight * mean;
    if (variances) sums[1]![at]! += weight * (variances[at]! + mean * mean);
  });
}

function averaged(sums: readonly Float64Array[], area: number): Float64Array[] {
  const [means, squares] = sums.map((sum) => sum.map((value) => value / area));
  if (!means) return [];
  return squares ? [means, squares.map((square, at) => Math.max(0, square - means[at]! ** 2))] : [means];
}

function nameOf(index: number): string {
  return `statistic_${index}_measured`;
}

function shared(count: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(count * 4));
}
