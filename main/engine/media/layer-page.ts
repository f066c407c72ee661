import type { BlendMode } from '../../../contract/blend.ts';
import { RowWriter } from './row-writer.ts';
import type { Spool } from './spool.ts';
import { channelRows, rowOf, sampleRows } from './spool-rows.ts';

/** A layer as a file keeps it. */
export interface NamedLayer {
  readonly name: string;
  /** Its colour; further channels are not looked at. */
  readonly spool: Spool;
  /** One channel of 8 bits; left out: it shows everywhere. */
  readonly mask: Spool | undefined;
  readonly opacity: number;
  readonly blend: BlendMode;
}

/** One picture of the file: rows of colour and alpha, as many samples a pixel as `channels` says. */
export interface LayerPage {
  readonly name: string;
  /** How it is laid over what is below. */
  readonly opacity: number;
  readonly blend: BlendMode;
  readonly channels: 2 | 4;
  rows(): AsyncGenerator<Uint8Array>;
}

/** How a layer is laid over others, for people: "multiply, 40 %". */
export function blendText({ blend, opacity }: Pick<LayerPage, 'blend' | 'opacity'>): string {
  return `${blend}, ${Math.round(opacity * 100)} %`;
}

/** A layer with its mask, and the picture's transparency, as alpha. */
export function pageOf({ name, spool, mask, opacity, blend }: NamedLayer, flat: Spool): LayerPage {
  const { width, depth } = flat;
  const colours = flat.channels < 3 ? [0] : [0, 1, 2];
  const channels: 2 | 4 = colours.length === 1 ? 2 : 4;
  return {
    ...{ name, opacity, blend, channels },
    async *rows() {
      const colour = sampleRows(spool, colours);
      const alphas = [
        ...(mask ? [channelRows(mask, 0)] : []),
        ...(flat.channels === 2 || flat.channels === 4 ? [channelRows(flat, flat.channels - 1)] : []),
      ];
      const rowBytes = (width * channels * depth) / 8;
      const row = new Uint8Array(rowBytes);
      const gather = {
        width,
        channels,
        depth,
        rowBytes,
        appendRow: (bytes: Uint8Array) => void row.set(bytes),
      };
      const writer = new RowWriter(gather, { encode: undefined });
      const alpha = new Float32Array(width);
      for (let y = 0; y < flat.height; y++) {
        alpha.fill(1);
        for (const rows of alphas) {
          const [share] = await rowOf(rows);
          for (let x = 0; x < width; x++) alpha[x]! *= share![x]!;
        }
        await writer.write(await rowOf(colour), alpha);
        yield row;
      }
    },
  };
}
