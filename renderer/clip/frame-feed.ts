import type { Call } from '../../contract/bridge.ts';
import type { ErrorRecord } from '../../contract/errors.ts';
import type { Arrived } from './clip-calls.ts';
import { FrameShelf } from './frame-shelf.ts';
import { isWanted, nextStretch, type Stretch } from './playback.ts';

/** Each side may hold so much: half a gigabyte together. */
const MOST = { frames: 240, bytes: 256e6 };

/** Of what is wanted ahead; below the half of it at which the next frames are asked for. */
const FULL = 0.35;

interface FeedOptions {
  /** How many frames the side has. */
  count: number;
  /** Begins a call; what comes of it is told before its outcome. */
  ask(stretch: Stretch, heard: (frame: Arrived) => void): Call<unknown>;
  /** The number of the frame that is shown at a moment of the side. */
  numberOf(time: number): number;
  /** Something came, or failed. */
  changed(): void;
  failed(error: ErrorRecord): void;
}

interface Asked {
  stretch: Stretch;
  /** Of frames that came; the next one is behind. */
  last: number;
  isHasty: boolean;
  call: Call<unknown>;
}

/** The frames of one side, source or result: holds those around the one on screen and asks for those that will be next. */
export class FrameFeed {
  readonly shelf = new FrameShelf(MOST);
  /** Asked for, and they did not come: what is there instead is shown. */
  readonly #inVain = new Set<number>();
  #asked: Asked | undefined;
  #at = 0;
  /** So many frames are wanted from there on. */
  #ahead = 0;

  constructor(private readonly options: FeedOptions) {}

  get count(): number {
    return this.options.count;
  }

  /** Whether nothing better will come for a frame. */
  isSettled(frame: number): boolean {
    return this.shelf.has(frame) || this.#inVain.has(frame);
  }

  /** The same of those that follow it: as many that one can play on for a while. */
  isFull(frame: number): boolean {
    const end = Math.min(this.count, frame + Math.ceil(this.#ahead * FULL));
    for (let each = frame; each < end; each += 1) if (!this.isSettled(each)) return false;
    return this.isSettled(frame);
  }

  /**
   * @param at the frame on screen @param frames so many are to be there from it on
   * @param isHasty the playhead is being dragged: only the frame under it is worth asking for
   */
  want(at: number, frames: number, isHasty: boolean): void {
    this.#at = at;
    const ahead = Math.max(2, Math.min(frames, Math.floor(this.shelf.room / 2)));
    const behind = Math.ceil(ahead / 4);
    this.#ahead = ahead;
    if (this.#asked && this.#goesOn(this.#asked, at, ahead, behind)) return;
    const has = (frame: number) => this.isSettled(frame);
    const bounds = { from: 0, to: this.count };
    const hasty = has(at) ? undefined : { from: at, to: at + 1 };
    const stretch = isHasty ? hasty : nextStretch({ at, ahead, behind, bounds, has });
    this.#cancel();
    if (stretch) this.#ask(stretch, isHasty);
  }

  dispose(): void {
    this.#cancel();
    this.shelf.clear();
  }

  /** Whether a call under way is to be left alone. */
  #goesOn({ stretch, last, isHasty }: Asked, at: number, ahead: number, behind: number): boolean {
    // Cut off each time, a drag would never show anything.
    if (isHasty) return true;
    if (!this.isSettled(at)) return at > last && at < stretch.to;
    return isWanted({ from: last + 1, to: stretch.to }, at, ahead, behind);
  }

  #ask(stretch: Stretch, isHasty: boolean): void {
    const { ask, numberOf, changed, failed } = this.options;
    const came = new Set<number>();
    const call = ask(stretch, ({ time, made, bitmap }) => {
      const frame = numberOf(time);
      came.add(frame);
      asked.last = Math.max(asked.last, frame);
      this.shelf.put(frame, { bitmap, made }, this.#at);
      changed();
    });
    const asked: Asked = { stretch, last: stretch.from - 1, isHasty, call };
    this.#asked = asked;
    void call.outcome.then((outcome) => {
      if (this.#asked !== asked) return;
      this.#asked = undefined;
      if (!outcome.ok && outcome.error.code === 'job/cancelled') return;
      for (let frame = stretch.from; frame < stretch.to; frame += 1)
        if (!came.has(frame)) this.#inVain.add(frame);
      if (!outcome.ok) failed(outcome.error);
      changed();
    });
  }

  #cancel(): void {
    const asked = this.#asked;
    this.#asked = undefined;
    asked?.call.cancel();
  }
}
