import { CATMULL_ROM, RowResampler } from '../../inference/resample.ts';
import type { Spool } from '../../media/spool.ts';
import { SpoolRows } from '../../media/spool-rows.ts';
import type { Transfer } from '../../media/transfer.ts';
import type { Rows } from './box-rows.ts';

export interface Size {
  width: number;
  height: number;
}

/** A picture's pixels and what their numbers mean. */
export interface Source {
  spool: Spool;
  transfer: Transfer;
}

/** The colour of a picture, 0..1: three planes, or one where it is grey. */
export async function* colourRows({ spool, transfer }: Source): AsyncGenerator<Float32Array[]> {
  const rows = new SpoolRows(spool, spool.channels < 3 ? [0] : [0, 1, 2], transfer.decode);
  for (let y = 0; y < spool.height; y++) yield await rows.next();
}

/** Lightness as the eye weighs encoded values (ITU-R BT.601). */
export async function* greyRows(rows: Rows, width: number): AsyncGenerator<Float32Array[]> {
  const grey = new Float32Array(width);
  for await (const [red, green, blue] of rows) {
    if (!red) continue;
    if (green && blue)
      for (let x = 0; x < width; x++) grey[x] = 0.299 * red[x]! + 0.587 * green[x]! + 0.114 * blue[x]!;
    else grey.set(red);
    yield [grey];
  }
}

/** Rows of another size: softly, without ripples beside edges. */
export async function* resampledRows(
  rows: Rows,
  from: Size,
  to: Size,
  channels: number,
): AsyncGenerator<readonly Float32Array[]> {
  if (from.width === to.width && from.height === to.height) {
    yield* rows;
    return;
  }
  const resampler = new RowResampler(from, to, channels, CATMULL_ROM);
  for await (const row of rows) {
    const ready: Float32Array[][] = [];
    await resampler.push(row, (_, planes) => {
      ready.push(planes.map((plane) => plane.slice()));
    });
    yield* ready;
  }
}

/** Rows of several, side by side; as many as the first has. */
export async function* besideEachOther(...all: Rows[]): AsyncGenerator<readonly Float32Array[]> {
  const iterators = all.map((rows) => rows[Symbol.asyncIterator]());
  for (;;) {
    const next = await Promise.all(iterators.map((iterator) => iterator.next()));
    if (next[0]?.done !== false) return;
    yield next.flatMap(({ value }) => (value as readonly Float32Array[] | undefined) ?? []);
  }
}
