import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { TileOutput } from '../../inference/tiler.ts';
import type { DecodedPicture } from '../../media/decode.ts';
import type { Display } from '../../media/display.ts';
import { cutPiece } from '../../media/piece.ts';
import { RowWriter } from '../../media/row-writer.ts';
import { Spool } from '../../media/spool.ts';

/** Somebody looks at a picture while it is restored. */
export interface Watch {
  /** Gets a file for each piece. */
  folder: string;
  display: Display;
}

export interface LivePiece {
  key: string;
  /** A PNG of these pixels of the result. */
  file: string;
  place: { x: number; y: number; width: number; height: number };
  /** Of the whole result. */
  size: { width: number; height: number };
  /** How much of it goes over the plain picture: a network at part of its strength. */
  opacity: number;
}

/** Pixels that all tiles together may have along a side. */
const LARGEST_SIDE = 8192;
/** Longest side of the one piece that shows what was finished before somebody looked. */
const CATCH_UP_SIDE = 2048;

/**
 * Shows the tiles of the last network as they are finished, while somebody looks; costs nothing while nobody does.
 * What it shows is nearly the result: reduction and transparency come at the end.
 */
export class LiveTiles {
  #watch: Watch | undefined;
  #hasCaughtUp = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly picture: DecodedPicture,
    private readonly size: { width: number; height: number },
    private readonly strength: number,
    private readonly watched: () => Watch | undefined,
    private readonly emit: (piece: LivePiece) => void,
  ) {}

  /** Takes the output of a tile; its floats are read before this returns. @param rows the result so far */
  tile(output: TileOutput, made: { width: number; height: number }, rows: Spool): void {
    const watch = this.watched();
    if (watch !== this.#watch) this.#hasCaughtUp = false;
    this.#watch = watch;
    if (!watch) return;
    if (!this.#hasCaughtUp) {
      this.#hasCaughtUp = true;
      this.#write(() => this.#catchUp(rows, watch));
    }
    const samples = this.#samples(output);
    // It is waited for in its turn; until then nobody hears that it failed.
    samples.catch(() => {});
    const x = this.size.width / made.width;
    const y = this.size.height / made.height;
    const left = Math.round(output.x * x);
    const top = Math.round(output.y * y);
    const place = {
      x: left,
      y: top,
      width: Math.round((output.x + output.width) * x) - left,
      height: Math.round((output.y + output.height) * y) - top,
    };
    this.#write(async () =>
      this.#tell(`${output.x}-${output.y}`, place, this.strength, await samples, watch),
    );
  }

  /** Resolves when nothing is being written any more. */
  settled(): Promise<void> {
    return this.#writing;
  }

  /** One after the other; a piece that fails is only not seen. */
  #write(work: () => Promise<void>): void {
    this.#writing = this.#writing.then(work).catch(() => {});
  }

  async #samples({ planes, width, height }: TileOutput): Promise<Spool> {
    const { depth } = this.picture.spool;
    const colours = this.picture.spool.channels < 3 ? 1 : 3;
    const file = path.join(this.#watch!.folder, `${randomUUID()}.v`);
    // Of a huge result every nth pixel will do: the page holds all pieces until it is done.
    const step = Math.max(1, Math.ceil(Math.max(this.size.width, this.size.height) / LARGEST_SIDE));
    const shape = {
      width: Math.ceil(width / step),
      height: Math.ceil(height / step),
      channels: colours,
      depth,
    } as const;
    // The rows are turned into samples now; only then may the tile's floats be written over.
    const rows: Uint8Array[] = [];
    const gather = { ...shape, rowBytes: shape.width * colours * (depth / 8), appendRow: keep(rows) };
    const writer = new RowWriter(gather, this.picture.transfer);
    for (let row = 0; row < height; row += step)
      writer.write(
        planes.map((plane) => everyNth(plane(row), step)),
        undefined,
      );
    const spool = await Spool.create(file, shape);
    for (const row of rows) await spool.appendRow(row);
    return spool;
  }

  async #catchUp(rows: Spool, watch: Watch): Promise<void> {
    const done = rows.rowsOnDisk;
    if (done === 0) return;
    const step = Math.max(1, Math.ceil(Math.max(rows.width, done) / CATCH_UP_SIDE));
    const { channels, depth, rowBytes } = rows;
    const width = Math.ceil(rows.width / step);
    const height = Math.ceil(done / step);
    const file = path.join(watch.folder, `${randomUUID()}.v`);
    const spool = await Spool.create(file, { width, height, channels, depth });
    const { bytes } = rows.samples(1);
    const pixel = rowBytes / rows.width;
    const row = Buffer.alloc(spool.rowBytes);
    for (let y = 0; y < height; y++) {
      await rows.readRows(y * step, 1, bytes);
      for (let x = 0; x < width; x++) bytes.copy(row, x * pixel, x * step * pixel, x * step * pixel + pixel);
      await spool.appendRow(row);
    }
    await this.#tell('rows', { x: 0, y: 0, width: rows.width, height: done }, 1, spool, watch);
  }

  async #tell(
    key: string,
    place: LivePiece['place'],
    opacity: number,
    spool: Spool,
    { folder, display }: Watch,
  ): Promise<void> {
    const { icc } = this.picture;
    try {
      await spool.finish(icc ? { 'icc-profile-data': icc } : {});
      await spool.close();
      const file = path.join(folder, `${randomUUID()}.png`);
      const whole = { x: 0, y: 0, width: spool.width, height: spool.height };
      await cutPiece(spool.path, whole, file, display);
      this.emit({ key, file, place, size: this.size, opacity });
    } finally {
      await rm(spool.path, { force: true });
    }
  }
}

function everyNth(row: Float32Array, step: number): Float32Array {
  return step === 1
    ? row
    : Float32Array.from({ length: Math.ceil(row.length / step) }, (_, x) => row[x * step]!);
}

function keep(rows: Uint8Array[]) {
  return (row: Uint8Array): undefined => {
    rows.push(row.slice());
  };
}
