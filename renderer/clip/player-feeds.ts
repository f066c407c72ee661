import type { Call } from '../../contract/bridge.ts';
import type { Args } from '../../contract/channels.ts';
import { toNumber } from '../../contract/time.ts';
import { bridge } from '../app/bridge.ts';
import { setState } from '../app/store.ts';
import { type Arrived, callForFrames } from './clip-calls.ts';
import { setClip } from './clip-store.ts';
import { FrameFeed } from './frame-feed.ts';
import { edgeText, frameAt, nearestFrame } from './moments.ts';
import { MOST_AT_ONCE } from './playback.ts';
import type { Now } from './player-now.ts';
import { type ResultGrid, resultAt, resultTime } from './result-grid.ts';
import { shownAt } from './result-side.ts';
import { stepNow } from './step.ts';

/** So much is read ahead of what is played, seconds of looking. */
const AHEAD = 2;

/** The frames of both sides: those of the clip, and those of its result where that is a file. */
export class PlayerFeeds {
  #source: { key: string; feed: FrameFeed } | undefined;
  #result: { item: string; feed: FrameFeed } | undefined;

  constructor(
    /** Frames came, or failed to. */
    private readonly changed: () => void,
  ) {}

  get source(): FrameFeed | undefined {
    return this.#source?.feed;
  }

  get result(): FrameFeed | undefined {
    return this.#result?.feed;
  }

  /** Has the right feeds, and lets go of those of other clips. */
  follow(now: Now | undefined): void {
    const key = now?.clip.key;
    if (this.#source && this.#source.key !== key) {
      this.#source.feed.dispose();
      this.#source = undefined;
    }
    if (this.#result && this.#result.item !== now?.side.item) {
      this.#result.feed.dispose();
      this.#result = undefined;
    }
    if (!now || key === undefined) return;
    this.#source ??= { key, feed: this.#sourceFeed(now) };
    const { item, grid } = now.side;
    if (item !== undefined && grid) this.#result ??= { item, feed: this.#resultFeed(now, item, grid) };
  }

  /** Whether all that belongs to a moment is there, or will never be. @param isFull some of what follows too */
  isReady({ needs, looked, side, clip }: Now, moment: number, isFull: boolean): boolean {
    const isThere = (feed: FrameFeed | undefined, frame: number) =>
      (isFull ? feed?.isFull(frame) : feed?.isSettled(frame)) === true;
    if (needs.source && !isThere(this.source, frameAt(looked.times, moment))) return false;
    if (!needs.result || side.kind === 'latest') return true;
    const shown = shownAt(side, clip.preview, moment);
    if (shown.state === 'coming') return false;
    if (shown.state === 'outside' || side.kind === 'preview') return true;
    return isThere(this.result, shown.index);
  }

  /** Asks for what is shown at a moment, and for what will be next. */
  want({ clip, looked, side, needs }: Now, moment: number): void {
    const seconds = clip.isPlaying ? Math.max(0.2, (AHEAD * clip.speed) / side.slow) : AHEAD / side.slow;
    if (needs.source) {
      const at = frameAt(looked.times, moment);
      const frames = frameAt(looked.times, moment + seconds) - at + 2;
      this.source?.want(at, Math.min(frames, MOST_AT_ONCE), clip.isScrubbing);
    }
    const { grid } = side;
    const at = grid && needs.result ? resultAt(grid, moment) : undefined;
    if (!grid || at === undefined) return;
    const frames = Math.ceil(seconds * toNumber(grid.rate) * grid.slow) + 2;
    this.result?.want(at, Math.min(frames, MOST_AT_ONCE * 2), clip.isScrubbing);
  }

  dispose(): void {
    this.follow(undefined);
  }

  #sourceFeed({ looked, state }: Now): FrameFeed {
    const source = state.selected!;
    return new FrameFeed({
      count: looked.times.length,
      ask: ({ from, to }, heard) => {
        const part = { from: edgeText(looked, from), to: edgeText(looked, to) };
        return framesOf({ source, step: stepNow(), of: 'source', ...part }, heard);
      },
      numberOf: (time) => nearestFrame(looked.times, time),
      changed: () => this.changed(),
      failed: (notice) => {
        setClip({ isPlaying: false });
        setState({ notice });
      },
    });
  }

  #resultFeed({ state }: Now, item: string, grid: ResultGrid): FrameFeed {
    const source = state.selected!;
    return new FrameFeed({
      count: grid.count,
      ask: ({ from, to }, heard) => {
        const part = { from: resultTime(grid, from), to: resultTime(grid, to) };
        return framesOf({ source, step: stepNow(), of: 'result', ...part }, heard);
      },
      numberOf: (time) => Math.round(time * toNumber(grid.rate)),
      changed: () => this.changed(),
      failed: (notice) => {
        // The file may have been moved: the source is shown alone from now on.
        setClip(({ unread }) => ({ unread: [...unread, item] }));
        setState({ notice });
      },
    });
  }
}

function framesOf(args: Omit<Args<'clip.frames'>, 'turn'>, heard: (frame: Arrived) => void): Call<unknown> {
  return callForFrames((turn) => bridge.readFrames({ ...args, turn }), heard);
}
