import type { ClipPainter } from './clip-painter.ts';
import { dropState, readState, writeState } from './clip-state.ts';

/** What goes from frame to frame, over the ends of segments and of processes. */
export class ClipStrands {
  /** The frame that the painter could go on from. */
  #last = -1;
  readonly #kept: number[] = [];

  constructor(
    private readonly painter: Pick<ClipPainter, 'isSteady' | 'state' | 'goOnFrom'>,
    private readonly folder: string,
  ) {}

  /** Whether frame `k` goes on from the one before it. @param isCut a scene begins with it */
  async leadTo(k: number, isCut: boolean): Promise<boolean> {
    const last = this.#last;
    this.#last = k;
    if (k === 0 || isCut || !this.painter.isSteady) return false;
    return last === k - 1 || this.painter.goOnFrom(await readState(this.folder, k - 1));
  }

  /** Frame `k` ends a segment. Until that is in the ledger, what the segment before has left is needed too. */
  async keep(k: number): Promise<void> {
    if (!this.painter.isSteady) return;
    await writeState(this.folder, k, this.painter.state());
    this.#kept.push(k);
    while (this.#kept.length > 2) await dropState(this.folder, this.#kept.shift()!);
  }
}
