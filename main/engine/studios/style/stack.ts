import type { BlendMode } from '../../../../contract/blend.ts';
import { RowWriter } from '../../media/row-writer.ts';
import type { Spool } from '../../media/spool.ts';
import { channelRows, rowOf, sampleRows } from '../../media/spool-rows.ts';
import { blendRow } from './blend.ts';

/** A finished layer: the picture painted, where that shows, and how. */
export interface StackedLayer {
  /** RGB, in the result's own encoding. */
  readonly spool: Spool;
  /** Of the picture's size. */
  readonly mask: Spool | undefined;
  readonly opacity: number;
  readonly blend: BlendMode;
}

export interface StackJob {
  /** What lies at the bottom: its first three channels, in the result's own encoding. */
  readonly base: Spool;
  /** The bottom one first. */
  readonly layers: readonly StackedLayer[];
  /** Whose last channel is the result's transparency, where that has one. */
  readonly picture: Spool;
  /** Gets the result. */
  readonly target: Spool;
  checkpoint(): void;
  progress(fraction: number): void;
}

const COLOURS = [0, 1, 2];

/**
 * Lays all layers over the picture, row by row, in the numbers that the result is written in: so every program that
 * opens the layers again and blends them makes the same of them.
 */
export async function stackLayers(job: StackJob): Promise<void> {
  const { base, layers, picture, target } = job;
  const { width, height } = target;
  const bottom = sampleRows(base, COLOURS);
  const painted = layers.map(({ spool }) => sampleRows(spool, COLOURS));
  const masks = layers.map(({ mask }) => mask && channelRows(mask, 0));
  const alpha = target.channels === 4 ? channelRows(picture, picture.channels - 1) : undefined;
  const covers = layers.map(({ opacity }) => new Float32Array(width).fill(opacity));
  const writer = new RowWriter(target, { encode: undefined });
  for (let y = 0; y < height; y++) {
    if (y % 64 === 0) {
      job.checkpoint();
      job.progress(y / height);
    }
    const row = await rowOf(bottom);
    for (const [index, { opacity, blend }] of layers.entries()) {
      const cover = covers[index]!;
      const mask = masks[index];
      if (mask) {
        const [share] = await rowOf(mask);
        for (let x = 0; x < width; x++) cover[x] = opacity * share![x]!;
      }
      blendRow(blend, row, await rowOf(painted[index]!), cover);
    }
    await writer.write(row, alpha && (await rowOf(alpha))[0]);
  }
}
