import path from 'node:path';
import type { TilePlace } from '../../inference/tiler.ts';
import { decodeMask } from '../../media/mask.ts';
import type { PictureInfo } from '../../media/probe.ts';
import type { Spool } from '../../media/spool.ts';
import { channelRows } from '../../media/spool-rows.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Side of the squares in which it is known whether the mask shows anything. */
const CELL = 16;
/** Pixels around a place that its result depends on, too: the reach of the filter that reduces. */
const REACH = 4;

/** Where a step applies, at the size of its result. */
export class StepMask {
  private constructor(
    /** One channel of 8 bits. */
    readonly spool: Spool,
    private readonly cells: readonly Uint8Array[],
  ) {}

  static async of(spool: Spool): Promise<StepMask> {
    const cells: Uint8Array[] = [];
    let y = 0;
    for await (const [row] of channelRows(spool, 0)) {
      if (y % CELL === 0) cells.push(new Uint8Array(Math.ceil(spool.width / CELL)));
      const line = cells.at(-1)!;
      for (let x = 0; x < row!.length; x++) if (row![x]! > 0) line[Math.floor(x / CELL)] = 1;
      y++;
    }
    return new StepMask(spool, cells);
  }

  /** Whether anything shows of a place in a picture of `made` pixels, which is reduced to the mask's size, if it differs. */
  shows({ x, y, width, height }: TilePlace, made: Size): boolean {
    const [across, down] = [this.spool.width / made.width, this.spool.height / made.height];
    const cell = (at: number) => Math.floor(at / CELL);
    const left = Math.max(0, cell(x * across - REACH));
    const right = cell((x + width) * across + REACH);
    const bottom = Math.min(this.cells.length - 1, cell((y + height) * down + REACH));
    for (let row = Math.max(0, cell(y * down - REACH)); row <= bottom; row++)
      if (this.cells[row]!.subarray(left, right + 1).includes(1)) return true;
    return false;
  }
}

/** The masks of all steps, each made when it is first asked for. */
export class StepMasks {
  readonly #made = new Map<number, StepMask>();

  /** @param info of the picture that it is; undefined: all steps apply everywhere */
  constructor(
    private readonly info: PictureInfo | undefined,
    private readonly work: string,
  ) {}

  /** @param size of the step's result */
  async of(step: number, size: Size): Promise<StepMask | undefined> {
    const known = this.#made.get(step);
    if (!this.info || known) return known;
    const file = path.join(this.work, `mask${step}.v`);
    const mask = await StepMask.of(await decodeMask(this.info, size, file));
    this.#made.set(step, mask);
    return mask;
  }

  /** What was made for a step, if anything. */
  get(step: number): Spool | undefined {
    return this.#made.get(step)?.spool;
  }

  async close(): Promise<void> {
    for (const { spool } of this.#made.values()) await spool.close();
  }
}
