import type { VideoFrame } from '../media/video/frame-planes.ts';
import type { FrameSource, SourceFrame } from '../media/video/frame-source.ts';
import type { Timeline } from './source-times.ts';

/** What is computed of a frame once, and lets go of what it holds. */
interface Made {
  dispose(): void;
}

/** A used source frame in hand. */
export interface HeldFrame<M extends Made> {
  frame: VideoFrame;
  /** What the network knows of it; computed when it is first asked for. */
  made(): Promise<M>;
  /** Work that still needs it: it is let go when that is done. */
  usedBy(work: Promise<unknown>): void;
}

/** A frame and the one behind it are in hand; one more is read while they are worked on. */
const AHEAD = 2;

/**
 * The source's used frames around the one that is worked on, read in order. Asking for an earlier or a much later one
 * seeks. Memory is that of a few frames, however long the source.
 */
export class FrameWindow<M extends Made> {
  readonly #held = new Map<number, { frame: HeldFrame<M>; uses: Promise<void>[] }>();
  #frames: AsyncGenerator<SourceFrame> | undefined;
  /** The used frame that the reader comes to next. */
  #next = 0;
  #reading: Promise<void> = Promise.resolve();

  constructor(
    private readonly source: FrameSource,
    private readonly timeline: Timeline,
    private readonly maker: { prepare(frame: VideoFrame): Promise<M> },
  ) {}

  /** Used frame `i`; those before it are let go. @throws GessoError input/unreadable */
  async at(i: number): Promise<HeldFrame<M>> {
    this.#letGoBefore(i);
    return this.beside(i);
  }

  /** Used frame `i` while others are in hand. @throws GessoError input/unreadable */
  async beside(i: number): Promise<HeldFrame<M>> {
    await this.#reading;
    if (!this.#held.has(i)) await this.#readTo(i);
    const found = this.#held.get(i)?.frame;
    if (!found) throw new Error(`frame ${i} of ${this.source.file} is not there any more`);
    return found;
  }

  /** Reads on in the background, so that the frames behind `i` are there when they are asked for. */
  readAhead(i: number): void {
    const target = Math.min(i + AHEAD, this.timeline.count - 1);
    if (this.#held.has(target) || target < this.#next) return;
    this.#reading = this.#reading.then(() => this.#readTo(target));
    // Told when the frame is asked for.
    this.#reading.catch(() => {});
  }

  async close(): Promise<void> {
    await this.#reading.catch(() => {});
    await this.#frames?.return(undefined);
    this.#letGoBefore(Number.POSITIVE_INFINITY);
  }

  async #readTo(i: number): Promise<void> {
    if (this.#frames && (i < this.#next || i > this.#next + 2 * AHEAD)) {
      await this.#frames.return(undefined);
      this.#frames = undefined;
    }
    if (!this.#frames) {
      this.#next = i;
      this.#frames = this.source.frames(this.timeline.ticksOf(i));
    }
    while (this.#next <= i) {
      const wanted = this.timeline.ticksOf(this.#next);
      const { value, done } = await this.#frames.next();
      if (done) return;
      const { frame, ticks } = value as SourceFrame;
      if (ticks < wanted) frame.free();
      else this.#hold(this.#next++, frame);
    }
  }

  #hold(i: number, frame: VideoFrame): void {
    let made: Promise<M> | undefined;
    const uses: Promise<void>[] = [];
    const held: HeldFrame<M> = {
      frame,
      made: () => {
        made ??= this.maker.prepare(frame);
        return made;
      },
      // When it is done, not what came of it: a frame that knew the one made of it would know the next frame too, that
      // one the next, and a film would be kept to its end.
      usedBy: (work) => {
        uses.push(work.then(nothing, nothing));
      },
    };
    this.#held.set(i, { frame: held, uses });
  }

  #letGoBefore(i: number): void {
    for (const [at, { frame: held, uses }] of this.#held) {
      if (at >= i) continue;
      this.#held.delete(at);
      Promise.all(uses)
        .then(async () => {
          if (uses.length > 0) (await held.made().catch(() => undefined))?.dispose();
          held.frame.free();
        })
        .catch(() => {});
    }
  }
}

function nothing(): void {}
