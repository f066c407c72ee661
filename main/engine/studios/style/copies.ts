import path from 'node:path';
import { PlainEnlarger } from '../../inference/plain-enlarger.ts';
import { RowWriter } from '../../media/row-writer.ts';
import { Spool } from '../../media/spool.ts';
import { transferFor } from '../../media/transfer.ts';
import type { Size, Source } from './picture-rows.ts';

/** The picture at other sizes: spools of 16 bits in the work folder, each made once. */
export class Copies {
  readonly #made = new Map<string, Promise<Source>>();

  constructor(
    private readonly picture: Source,
    private readonly folder: string,
    private readonly checkpoint: () => void,
  ) {}

  /** The picture itself where that is its size. */
  of({ width, height }: Size): Promise<Source> {
    const { spool } = this.picture;
    if (width === spool.width && height === spool.height) return Promise.resolve(this.picture);
    const key = `${width}x${height}`;
    const made = this.#made.get(key) ?? this.#make({ width, height }, path.join(this.folder, `${key}.v`));
    this.#made.set(key, made);
    return made;
  }

  async close(): Promise<void> {
    for (const made of this.#made.values()) await made.then(({ spool }) => spool.close()).catch(() => {});
  }

  async #make(size: Size, file: string): Promise<Source> {
    const { spool: from, transfer } = this.picture;
    const hasAlpha = from.channels === 2 || from.channels === 4;
    const spool = await Spool.create(file, { ...size, channels: hasAlpha ? 4 : 3, depth: 16 });
    const writer = new RowWriter(spool, { encode: undefined });
    const colour = PlainEnlarger.colour(from, transfer, size);
    const alpha = hasAlpha ? PlainEnlarger.alpha(from, size) : undefined;
    for (let y = 0; y < size.height; y++) {
      if (y % 64 === 0) this.checkpoint();
      const planes = await colour.next();
      await writer.write(planes, (await alpha?.next())?.[0]);
    }
    await spool.finish();
    return { spool, transfer: transferFor(undefined, 16, 3) };
  }
}

/** Of so many pixels at most, in the picture's proportions; each side a multiple of `step`. */
export function reducedSize({ width, height }: Size, pixels: number, step: number): Size {
  const factor = Math.min(1, Math.sqrt(pixels / (width * height)));
  const side = (size: number) => Math.max(step, Math.round((size * factor) / step) * step);
  return { width: side(width), height: side(height) };
}

/** As the network sees it: smaller for broad strokes, larger for fine ones. */
export function seenSize({ width, height }: Size, brush: number): Size {
  return { width: Math.max(1, Math.round(width / brush)), height: Math.max(1, Math.round(height / brush)) };
}
