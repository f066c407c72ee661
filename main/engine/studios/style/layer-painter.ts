import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Clock } from '../../media/clock.ts';
import type { DecodedPicture } from '../../media/decode.ts';
import { decodeMask } from '../../media/mask.ts';
import type { PictureInfo } from '../../media/probe.ts';
import type { Spool } from '../../media/spool.ts';
import { compose, type PaintedLayer } from './compose.ts';
import { type Copies, seenSize } from './copies.ts';
import type { LayerJob, StyleContext, StyleJob } from './job.ts';
import { builtInWeights, type Layer, mixedStyle, planLayers } from './layers.ts';
import { type Painted, Painter } from './painter.ts';
import { styleOf } from './read-style.ts';
import type { StyleReaders } from './style-readers.ts';

/** Of a layer's time, the part that its paintings take. */
const PAINTED = 0.79;
/** Fine detail is what a copy of half the size does not have. */
const COARSE = 2;

/** What painting the layers took, all together. */
export interface PaintTally {
  device: string;
  tile: number;
  tiles: number;
  failedTile: number | undefined;
  /** Milliseconds: painting, inside ONNX Runtime's runs, and putting together. */
  network: number;
  session: number;
  compose: number;
}

interface Materials {
  readonly picture: DecodedPicture;
  readonly copies: Copies;
  readonly readers: StyleReaders;
  /** All masks, by their files. */
  readonly masks: ReadonlyMap<string, PictureInfo>;
}

/** Paints the layers of a picture, one after the other. */
export class LayerPainter {
  readonly tally: PaintTally = {
    ...{ device: 'cpu', tile: 0, tiles: 0, failedTile: undefined },
    ...{ network: 0, session: 0, compose: 0 },
  };
  #files = 0;

  constructor(
    private readonly job: StyleJob,
    private readonly context: StyleContext,
    private readonly has: Materials,
  ) {}

  /** Paints a layer and puts its paintings together over the original, into `target`; nothing else is left of it. */
  async paint(layer: LayerJob, target: Spool, progress: (fraction: number) => void): Promise<void> {
    const { context, has, tally } = this;
    const clock = new Clock();
    // At strength 0 nothing is to be seen of any style.
    const plan = layer.strength === 0 ? [] : planLayers(layer.styles, layer.strength);
    const made: Spool[] = [];
    try {
      const paintings = await this.#paintAll(layer, plan, made, (fraction) => progress(PAINTED * fraction));
      for (const painting of paintings) this.#count(painting);
      tally.network += clock.lap();
      const painted: PaintedLayer[] = [];
      for (const [index, { mask, ...each }] of plan.entries()) {
        const spool = mask && (await decodeMask(has.masks.get(mask)!, has.picture.spool, this.#file('mask')));
        if (spool) made.push(spool);
        painted.push({ layer: each, painted: paintings[index]!.spool, mask: spool || undefined });
      }
      await compose({
        picture: has.picture,
        layers: painted,
        ...(await this.#guides(layer, plan)),
        ...{ detail: layer.detail, keptColour: layer.keptColour, target },
        checkpoint: context.checkpoint,
        progress: (fraction) => progress(PAINTED + (1 - PAINTED) * fraction),
      });
      tally.compose += clock.lap();
    } finally {
      for (const spool of made) {
        await spool.close().catch(() => {});
        await rm(spool.path, { force: true });
      }
    }
  }

  /** Smaller copies of the picture along which paintings are brought back and fine detail is found. */
  async #guides({ brush, detail }: LayerJob, plan: readonly Layer[]) {
    const { picture, copies } = this.has;
    if (plan.length === 0) return { seen: undefined, coarse: undefined };
    const seen = brush > 1 ? await copies.of(seenSize(picture.spool, brush)) : undefined;
    const half = seenSize(picture.spool, COARSE);
    return { seen, coarse: seen ?? (detail > 0 ? await copies.of(half) : undefined) };
  }

  async #paintAll(
    layer: LayerJob,
    plan: readonly Layer[],
    made: Spool[],
    progress: (fraction: number) => void,
  ): Promise<Painted[]> {
    const { context, job } = this;
    const { picture, copies, readers } = this.has;
    const needsOwn = layer.strength < 1 && plan.some(({ kind }) => kind === 'pictures');
    const own = needsOwn ? await readers.own(layer, copies) : undefined;
    const styles = await readers.all(layer);
    const source = await copies.of(seenSize(picture.spool, layer.brush));
    const paintings: Painted[] = [];
    for (const [index, { kind, parts }] of plan.entries()) {
      const model = kind === 'pictures' ? layer.painter : layer.builtIn;
      if (!model) throw new Error(`no model for ${kind}`);
      const style =
        kind === 'builtIn'
          ? builtInWeights(parts, model.descriptor.style?.values ?? 0)
          : mixedStyle(
              parts.map(({ from, share }) => ({ style: styleOf(styles, from), share })),
              own,
              layer.strength,
            );
      const painter = new Painter({ ...job, exact: layer.exact }, model, copies, {
        ...context,
        progress: (fraction) => progress((index + fraction) / plan.length),
      });
      const painting = await painter.paint(source, style, this.#file('painted'));
      made.push(painting.spool);
      paintings.push(painting);
    }
    return paintings;
  }

  #count({ device, tile, tiles, failedTile, sessionMs }: Painted): void {
    const { tally } = this;
    Object.assign(tally, { device, tile });
    tally.tiles += tiles;
    tally.session += sessionMs;
    if (failedTile !== undefined) tally.failedTile = Math.min(failedTile, tally.failedTile ?? failedTile);
  }

  #file(kind: string): string {
    return path.join(this.job.work, `${kind}${this.#files++}.v`);
  }
}
