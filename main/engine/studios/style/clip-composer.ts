import path from 'node:path';
import { probe } from '../../media/probe.ts';
import { RowWriter } from '../../media/row-writer.ts';
import { Spool } from '../../media/spool.ts';
import { transferFor } from '../../media/transfer.ts';
import type { StyleClipJob } from './clip-job.ts';
import { maskForClip } from './clip-masks.ts';
import { compose } from './compose.ts';
import { Copies, seenSize } from './copies.ts';
import type { Layer } from './layers.ts';
import { colourRows, type Size, type Source } from './picture-rows.ts';

/** Fine detail is what a copy of half the size does not have. */
const COARSE = 2;

interface ComposerOptions {
  job: Pick<StyleClipJob, 'work' | 'brush' | 'detail' | 'keptColour'>;
  layers: readonly Layer[];
  size: Size;
  /** As the network sees frames. */
  seen: Size;
  rotation: number;
}

/**
 * Puts the paintings of a frame together over it, as those of a picture. A frame that is nothing but its painting needs
 * none of it.
 */
export class ClipComposer {
  readonly #transfer = transferFor(undefined, 16, 3);

  private constructor(
    private readonly options: ComposerOptions,
    private readonly masks: readonly (Spool | undefined)[],
  ) {}

  /** Masks lie still over all frames. @throws GessoError input/unreadable naming a mask */
  static async open(options: ComposerOptions): Promise<ClipComposer> {
    const { job, layers, size, rotation } = options;
    const masks: (Spool | undefined)[] = [];
    for (const [at, { mask }] of layers.entries())
      masks.push(
        mask === undefined
          ? undefined
          : await maskForClip(await probe(mask), size, rotation, job.work, `mask${at}`),
      );
    return new ClipComposer(options, masks);
  }

  /** @param full @param seen the frame, planar RGB @returns planar RGB of the frame's size */
  async compose(
    full: Float32Array,
    seen: Float32Array,
    paintings: readonly Float32Array[],
  ): Promise<Float32Array> {
    const { job, layers, size } = this.options;
    const [layer] = layers;
    const isPlain =
      layers.length === 1 &&
      layer?.opacity === 1 &&
      layer.mask === undefined &&
      job.keptColour === 0 &&
      job.detail === 0 &&
      seen === full;
    if (isPlain) return paintings[0]!;
    const opened: Spool[] = [];
    const spool = async (name: string, planes: Float32Array, of: Size) => {
      const made = await this.#spooled(name, planes, of);
      opened.push(made);
      return made;
    };
    const picture: Source = { spool: await spool('frame', full, size), transfer: this.#transfer };
    const copies = new Copies(picture, job.work, () => {});
    try {
      const painted = [];
      for (const [at, painting] of paintings.entries())
        painted.push({
          layer: layers[at]!,
          painted: await spool(`painted${at}`, painting, this.options.seen),
          mask: this.masks[at],
        });
      const guide: Source | undefined =
        job.brush > 1
          ? { spool: await spool('seen', seen, this.options.seen), transfer: this.#transfer }
          : undefined;
      const coarse = guide ?? (job.detail > 0 ? await copies.of(seenSize(size, COARSE)) : undefined);
      const target = await Spool.create(path.join(job.work, 'result.v'), {
        ...{ ...size, channels: 3, depth: 16 },
      });
      opened.push(target);
      await compose({
        ...{ picture, layers: painted, seen: guide, coarse, target },
        ...{ detail: job.detail, keptColour: job.keptColour },
        checkpoint: () => {},
        progress: () => {},
      });
      await target.finish();
      return await planesOf({ spool: target, transfer: this.#transfer });
    } finally {
      await copies.close();
      for (const each of opened) await each.close().catch(() => {});
    }
  }

  async close(): Promise<void> {
    for (const mask of this.masks) await mask?.close();
  }

  async #spooled(name: string, planes: Float32Array, { width, height }: Size): Promise<Spool> {
    const spool = await Spool.create(path.join(this.options.job.work, `${name}.v`), {
      ...{ width, height, channels: 3, depth: 16 },
    });
    const writer = new RowWriter(spool, { encode: undefined });
    const row = (c: number, y: number) => planes.subarray((c * height + y) * width).subarray(0, width);
    for (let y = 0; y < height; y += 1)
      await writer.write(
        [0, 1, 2].map((c) => row(c, y)),
        undefined,
      );
    await spool.finish();
    return spool;
  }
}

async function planesOf(source: Source): Promise<Float32Array> {
  const { width, height } = source.spool;
  const planes = new Float32Array(3 * width * height);
  let y = 0;
  for await (const row of colourRows(source)) {
    for (let c = 0; c < 3; c += 1) planes.set(row[c]!, (c * height + y) * width);
    y += 1;
  }
  return planes;
}
