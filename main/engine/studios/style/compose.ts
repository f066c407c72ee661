import { RowWriter } from '../../media/row-writer.ts';
import type { Spool } from '../../media/spool.ts';
import { channelRows, rowOf } from '../../media/spool-rows.ts';
import { transferFor } from '../../media/transfer.ts';
import type { Rows } from './box-rows.ts';
import { ChromaKeeper } from './chroma-keeper.ts';
import { slopeRows } from './guided.ts';
import type { Layer } from './layers.ts';
import {
  besideEachOther,
  colourRows,
  greyRows,
  resampledRows,
  type Size,
  type Source,
} from './picture-rows.ts';

/** A painting and where it shows. */
export interface PaintedLayer {
  readonly layer: Pick<Layer, 'weight' | 'opacity'>;
  readonly painted: Spool;
  /** Of the picture's size. */
  readonly mask: Spool | undefined;
}

export interface ComposeJob {
  readonly picture: Source;
  readonly layers: readonly PaintedLayer[];
  /** The picture as the network saw it, where that is smaller: paintings are brought back along its edges. */
  readonly seen: Source | undefined;
  /** The picture at a smaller size: what it has beyond that is its fine detail. Left out: none is asked for. */
  readonly coarse: Source | undefined;
  /** How much of the original's fine detail is put back, 0..1. */
  readonly detail: number;
  /** How much of the original's colour is kept, 0..1. */
  readonly keptColour: number;
  /** Gets the result: RGB, with the picture's alpha where it has any. */
  readonly target: Spool;
  checkpoint(): void;
  progress(fraction: number): void;
}

/**
 * Puts the paintings together over the original, row by row: brought to the picture's size, blended by weight where
 * they show everywhere, laid over by their masks, the original's detail and colour put back as far as is wished.
 */
export async function compose(job: ComposeJob): Promise<void> {
  const { picture, layers, target, keptColour } = job;
  const { width, height } = target;
  const original = colourRows(picture)[Symbol.asyncIterator]();
  const fine = fineRows(job)?.[Symbol.asyncIterator]();
  const paintings = layers.map((layer) => ({ ...layer, rows: brought(job, layer)[Symbol.asyncIterator]() }));
  const masks = layers.map(({ mask }) => mask && channelRows(mask, 0)[Symbol.asyncIterator]());
  const alphaChannel = target.channels === 4 ? picture.spool.channels - 1 : undefined;
  const alpha =
    alphaChannel === undefined ? undefined : channelRows(picture.spool, alphaChannel)[Symbol.asyncIterator]();
  const isGrey = picture.spool.channels < 3;
  const writer = new RowWriter(target, isGrey ? { encode: undefined } : picture.transfer);
  const blend = new Blend(width);
  const chroma = new ChromaKeeper();
  for (let y = 0; y < height; y++) {
    if (y % 64 === 0) {
      job.checkpoint();
      job.progress(y / height);
    }
    const own = await rowOf(original);
    const detail = fine && (await rowOf(fine))[0];
    blend.begin(own);
    for (const [index, { layer, rows }] of paintings.entries()) {
      const planes = await rowOf(rows);
      const mask = masks[index];
      blend.add(withDetail(planes, detail, job), layer, mask && (await rowOf(mask))[0]);
    }
    const out = blend.end();
    if (keptColour > 0 && layers.length > 0) chroma.row(out, own, keptColour);
    await writer.write(out, alpha && (await rowOf(alpha))[0]);
  }
}

/** The original's lightness beyond what the coarse copy has of it. */
function fineRows({ picture, coarse, target }: ComposeJob): Rows | undefined {
  if (!coarse) return undefined;
  const { width } = target;
  const own = greyRows(colourRows(picture), width);
  const smooth = resampledRows(greyRows(colourRows(coarse), coarse.spool.width), coarse.spool, target, 1);
  return (async function* () {
    const fine = new Float32Array(width);
    for await (const [sharp, soft] of besideEachOther(own, smooth)) {
      for (let x = 0; x < width; x++) fine[x] = sharp![x]! - soft![x]!;
      yield [fine];
    }
  })();
}

/** A painting at the picture's size: three planes, then three of how steeply it follows the picture, where asked. */
function brought({ seen, target }: ComposeJob, { painted }: PaintedLayer): Rows {
  const colours = () => colourRows({ spool: painted, transfer: transferFor(undefined, 16, 3) });
  const from: Size = painted;
  if (!seen) return resampledRows(colours(), from, target, 3);
  const guide = greyRows(colourRows(seen), painted.width);
  const slopes = slopeRows(besideEachOther(guide, colours()), { ...sizeOf(painted), channels: 3 });
  return resampledRows(besideEachOther(colours(), slopes), from, target, 6);
}

function sizeOf({ width, height }: Size): Size {
  return { width, height };
}

/** Puts fine detail on a painting: as steep as its own edges are, or, as far as is wished, as the original has it. */
function withDetail(
  planes: readonly Float32Array[],
  fine: Float32Array | undefined,
  { detail, seen }: Pick<ComposeJob, 'detail' | 'seen'>,
): readonly Float32Array[] {
  if (!fine) return planes.slice(0, 3);
  return [0, 1, 2].map((c) => {
    const [plane, slope] = [planes[c]!, planes[c + 3]];
    const out = new Float32Array(plane.length);
    for (let x = 0; x < out.length; x++) {
      const follows = seen && slope ? slope[x]! : 0;
      out[x] = plane[x]! + (follows + detail * (1 - follows)) * fine[x]!;
    }
    return out;
  });
}

/** One row of all layers. */
class Blend {
  readonly #out: Float32Array[];
  readonly #everywhere: Float32Array[];
  readonly #within: Float32Array[];
  /** Of the masked layers: their shares, and how far they cover what is below. */
  readonly #shares: Float32Array;
  readonly #cover: Float32Array;
  #own: readonly Float32Array[] = [];
  #weight = 0;
  #isMasked = false;

  constructor(width: number) {
    const planes = () => [0, 1, 2].map(() => new Float32Array(width));
    this.#out = planes();
    this.#everywhere = planes();
    this.#within = planes();
    this.#shares = new Float32Array(width);
    this.#cover = new Float32Array(width);
  }

  begin(own: readonly Float32Array[]): void {
    this.#own = [0, 1, 2].map((c) => own[c] ?? own[0]!);
    for (const plane of [...this.#everywhere, ...this.#within, this.#shares, this.#cover]) plane.fill(0);
    this.#weight = 0;
    this.#isMasked = false;
  }

  add(planes: readonly Float32Array[], layer: PaintedLayer['layer'], mask: Float32Array | undefined): void {
    const { weight, opacity } = layer;
    if (mask) {
      this.#isMasked = true;
      for (let x = 0; x < mask.length; x++) {
        this.#shares[x]! += weight * mask[x]!;
        this.#cover[x] = Math.max(this.#cover[x]!, mask[x]!);
      }
    } else this.#weight += weight;
    for (let c = 0; c < 3; c++) {
      const [own, painted, sum] = [this.#own[c]!, planes[c]!, (mask ? this.#within : this.#everywhere)[c]!];
      for (let x = 0; x < sum.length; x++) {
        const value = own[x]! + opacity * (Math.min(1, Math.max(0, painted[x]!)) - own[x]!);
        sum[x]! += weight * (mask ? mask[x]! : 1) * value;
      }
    }
  }

  end(): readonly Float32Array[] {
    for (let c = 0; c < 3; c++) {
      const [out, own, base, over] = [this.#out[c]!, this.#own[c]!, this.#everywhere[c]!, this.#within[c]!];
      for (let x = 0; x < out.length; x++) {
        let value = this.#weight > 0 ? base[x]! / this.#weight : own[x]!;
        const share = this.#shares[x]!;
        if (this.#isMasked && share > 0) value += this.#cover[x]! * (over[x]! / share - value);
        out[x] = value;
      }
    }
    return this.#out;
  }
}
