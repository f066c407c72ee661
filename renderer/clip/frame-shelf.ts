/** A decoded frame. */
export interface Held {
  readonly bitmap: ImageBitmap;
  /** Made by the network; else a frame of the source. */
  readonly made: boolean;
}

/** Decoded frames of one side by their numbers; those farthest from the one on screen go first. */
export class FrameShelf {
  readonly #held = new Map<number, Held>();
  #bytes = 0;

  constructor(
    private readonly most: { frames: number; bytes: number },
    private readonly close: (held: Held) => void = ({ bitmap }) => bitmap.close(),
  ) {}

  get size(): number {
    return this.#held.size;
  }

  /** How many frames of this size it can hold. */
  get room(): number {
    if (this.size === 0) return this.most.frames;
    return Math.min(this.most.frames, Math.floor((this.most.bytes * this.size) / this.#bytes));
  }

  has(frame: number): boolean {
    return this.#held.has(frame);
  }

  get(frame: number): Held | undefined {
    return this.#held.get(frame);
  }

  /** The frame that is there and nearest to another; undefined where none is. */
  nearest(frame: number): { frame: number; held: Held } | undefined {
    let found: { frame: number; held: Held } | undefined;
    for (const [each, held] of this.#held)
      if (!found || Math.abs(each - frame) < Math.abs(found.frame - frame)) found = { frame: each, held };
    return found;
  }

  /** Takes a frame in, and lets go of what is too much. @param at the frame on screen */
  put(frame: number, held: Held, at: number): void {
    this.#drop(frame);
    this.#held.set(frame, held);
    this.#bytes += bytesOf(held);
    while (this.#held.size > 1 && (this.#held.size > this.most.frames || this.#bytes > this.most.bytes))
      this.#drop(this.#farthest(at));
  }

  clear(): void {
    for (const frame of [...this.#held.keys()]) this.#drop(frame);
  }

  #farthest(at: number): number {
    let farthest = at;
    let most = -1;
    for (const frame of this.#held.keys()) {
      // What lies behind counts twice: playing goes on.
      const off = frame < at ? (at - frame) * 2 : frame - at;
      if (off > most) [farthest, most] = [frame, off];
    }
    return farthest;
  }

  #drop(frame: number): void {
    const held = this.#held.get(frame);
    if (!held) return;
    this.#held.delete(frame);
    this.#bytes -= bytesOf(held);
    this.close(held);
  }
}

function bytesOf({ bitmap }: Held): number {
  return bitmap.width * bitmap.height * 4;
}
