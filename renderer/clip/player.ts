import type { Call } from '../../contract/bridge.ts';
import type { Args } from '../../contract/channels.ts';
import { toNumber } from '../../contract/time.ts';
import type { Translate } from '../../contract/words/words.ts';
import { bridge } from '../app/bridge.ts';
import { getState, type StudioState, selectedSource, setState, useStudio } from '../app/store.ts';
import { Disposers } from '../canvas/disposers.ts';
import { oncePerFrame } from '../canvas/frame.ts';
import { type Arrived, callForFrames, decoded } from './clip-calls.ts';
import { type ClipState, getClip, type Looked, type OnScreen, setClip, useClip } from './clip-store.ts';
import { usedIn } from './derived.ts';
import { FrameFeed } from './frame-feed.ts';
import { edgeText, frameAt, nearestFrame, SAME } from './moments.ts';
import { panesOf } from './panes.ts';
import { placeOf } from './placing.ts';
import { advanced, MOST_AT_ONCE } from './playback.ts';
import { Painter } from './player-paint.ts';
import { rangeIn } from './range.ts';
import { type ResultGrid, resultAt, resultTime } from './result-grid.ts';
import { besideIt, type ResultSide, rememberStep, resultSide, type Shown, shownAt } from './result-side.ts';
import { stepIn, stepNow } from './step.ts';
import { resultTag, sourceTag } from './tag-text.ts';
import { type Sight, wholeOf, withInSight } from './timeline.ts';

/** A frame that is not there after so many milliseconds is waited for in sight of the user. */
const PATIENCE = 300;
/** Longer pauses are not caught up: the window was hidden, or the machine was busy. Seconds. */
const LONGEST_TURN = 0.25;
/** So much is read ahead of what is played, seconds of looking. */
const AHEAD = 2;
/** A flicker shows each side so long, milliseconds. */
const FLICKER = 250;

/** All that a turn of the player goes by. */
interface Now {
  clip: ClipState;
  state: StudioState;
  looked: Looked;
  side: ResultSide;
  /** Whether that side is to be seen in this mode. */
  needs: { source: boolean; result: boolean };
}

/** Plays source and result in step: both always show the same moment. Imperative, in a div that React owns. */
export class Player {
  readonly #disposers = new Disposers();
  readonly #painter: Painter;
  readonly #frame = oncePerFrame(() => this.#turn(performance.now()));
  #source: { key: string; feed: FrameFeed } | undefined;
  #result: { item: string; feed: FrameFeed } | undefined;
  /** The newest frame of a clip that is being worked on. */
  #latest: ImageBitmap | undefined;
  /** When the clock last went on, milliseconds. */
  #turned: number | undefined;
  #waitingSince: number | undefined;
  /** Playing was held up, and goes on when some frames are there: better one pause than a stutter. */
  #isFilling = false;
  #isFlipped = false;

  constructor(
    area: HTMLElement,
    private readonly t: Translate,
  ) {
    this.#painter = new Painter(area, t, () => this.#frame.ask());
    this.#disposers.add(() => this.#painter.dispose());
    this.#disposers.add(() => this.#frame.cancel());
    this.#disposers.add(useClip.subscribe(() => this.#frame.ask()));
    this.#disposers.add(
      useStudio.subscribe((state) => {
        rememberStep(state);
        this.#frame.ask();
      }),
    );
    this.#disposers.add(bridge.onClipLatest((latest) => void this.#takeLatest(latest)));
    const patience = setInterval(() => this.#waitingSince !== undefined && this.#frame.ask(), PATIENCE / 2);
    this.#disposers.add(() => clearInterval(patience));
    const flicker = setInterval(() => this.#flicker(), FLICKER);
    this.#disposers.add(() => clearInterval(flicker));
    this.#disposers.add(() => this.#source?.feed.dispose());
    this.#disposers.add(() => this.#result?.feed.dispose());
    this.#disposers.add(() => this.#latest?.close());
    this.#frame.ask();
  }

  /** Shows the other side of a flicker. */
  flip(): void {
    this.#isFlipped = !this.#isFlipped;
    this.#frame.ask();
  }

  dispose(): void {
    this.#disposers.dispose();
  }

  #flicker(): void {
    if (getState().playerMode !== 'flicker' || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    this.flip();
  }

  #turn(time: number): void {
    const now = this.#now();
    this.#follow(now);
    if (!now) {
      this.#turned = undefined;
      this.#paintPoster();
      return;
    }
    const moment = now.clip.isPlaying ? this.#played(now, time) : now.clip.playhead;
    if (!now.clip.isPlaying) {
      this.#turned = undefined;
      this.#isFilling = false;
    }
    this.#want(now, moment);
    this.#wait(this.#isReady(now, moment) && !this.#isFilling, time);
    this.#paint(now, moment);
    if (getClip().isPlaying) this.#frame.ask();
  }

  #now(): Now | undefined {
    const [clip, state] = [getClip(), getState()];
    const { looked } = clip;
    if (!looked) return undefined;
    const side = resultSide(looked, stepIn(state), selectedSource(state)?.item, clip);
    const hasResult = side.kind !== 'none';
    const mode = state.playerMode;
    // What is being made shows other moments than the playhead's: alone, and not while the source is played.
    if (side.kind === 'latest') {
      const isSource = mode === 'source' || clip.isPlaying || clip.isScrubbing;
      return { clip, state, looked, side, needs: { source: isSource, result: !isSource } };
    }
    const needs = { source: mode !== 'result' || !hasResult, result: mode !== 'source' && hasResult };
    return { clip, state, looked, side, needs };
  }

  /** The moment after this turn: as far on as the time that went by, where the frames for it are there. */
  #played(now: Now, time: number): number {
    const { clip, state, looked, side } = now;
    const elapsed = Math.min(LONGEST_TURN, (time - (this.#turned ?? time)) / 1000);
    this.#turned = time;
    const range = rangeIn(looked, stepIn(state), clip.preview);
    const pace = { speed: clip.speed, slow: side.slow, isLooping: clip.isLooping, range };
    const { moment, isOver } = advanced(clip.playhead, elapsed, pace);
    if (isOver) {
      const lastOfSource = looked.times[frameAt(looked.times, range.to - 2 * SAME)]!;
      const lastOfResult = now.needs.result ? besideIt(side, clip.preview, range.to, -1) : undefined;
      const playhead = Math.max(range.from, lastOfSource, lastOfResult ?? 0);
      setClip({ isPlaying: false, isWaiting: false, playhead });
      return getClip().playhead;
    }
    this.#isFilling = !this.#isReady(now, moment);
    if (this.#isFilling) {
      this.#want(now, moment);
      // What is on screen stays: neither side runs ahead of the other.
      return clip.playhead;
    }
    if (moment !== clip.playhead) setClip({ playhead: moment, sight: followed(clip, looked, moment) });
    return moment;
  }

  /** Whether all that belongs to a moment is there, or will never be; after a pause, some of what follows too. */
  #isReady({ needs, looked, side, clip }: Now, moment: number): boolean {
    const isThere = (feed: FrameFeed | undefined, frame: number) =>
      (this.#isFilling ? feed?.isFull(frame) : feed?.isSettled(frame)) === true;
    if (needs.source && !isThere(this.#source?.feed, frameAt(looked.times, moment))) return false;
    if (!needs.result || side.kind === 'latest') return true;
    const shown = shownAt(side, clip.preview, moment);
    if (shown.state === 'coming') return false;
    if (shown.state === 'outside' || side.kind === 'preview') return true;
    return isThere(this.#result?.feed, shown.index);
  }

  #shown({ side, clip }: Now, moment: number): Shown {
    return shownAt(side, clip.preview, moment);
  }

  /** Has the right feeds, and lets go of those of other clips. */
  #follow(now: Now | undefined): void {
    const key = now?.clip.key;
    if (this.#source && this.#source.key !== key) {
      this.#source.feed.dispose();
      this.#source = undefined;
    }
    if (this.#result && this.#result.item !== now?.side.item) {
      this.#result.feed.dispose();
      this.#result = undefined;
    }
    if (now?.side.kind !== 'latest') this.#endLatest(now?.state);
    if (!now || key === undefined) return;
    this.#source ??= { key, feed: this.#sourceFeed(now) };
    const { item, grid } = now.side;
    if (item !== undefined && grid) this.#result ??= { item, feed: this.#resultFeed(now, item, grid) };
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
      changed: () => this.#frame.ask(),
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
      changed: () => this.#frame.ask(),
      failed: (notice) => {
        // The file may have been moved: the source is shown alone from now on.
        setClip(({ unread }) => ({ unread: [...unread, item] }));
        setState({ notice });
      },
    });
  }

  #want({ clip, looked, side, needs }: Now, moment: number): void {
    const seconds = clip.isPlaying ? Math.max(0.2, (AHEAD * clip.speed) / side.slow) : AHEAD / side.slow;
    if (needs.source) {
      const at = frameAt(looked.times, moment);
      const frames = frameAt(looked.times, moment + seconds) - at + 2;
      this.#source?.feed.want(at, Math.min(frames, MOST_AT_ONCE), clip.isScrubbing);
    }
    const { grid } = side;
    const at = grid && needs.result ? resultAt(grid, moment) : undefined;
    if (!grid || at === undefined) return;
    const frames = Math.ceil(seconds * toNumber(grid.rate) * grid.slow) + 2;
    this.#result?.feed.want(at, Math.min(frames, MOST_AT_ONCE * 2), clip.isScrubbing);
  }

  #wait(isReady: boolean, time: number): void {
    if (isReady) this.#waitingSince = undefined;
    else this.#waitingSince ??= time;
    const isWaiting = this.#waitingSince !== undefined && time - this.#waitingSince >= PATIENCE;
    if (getClip().isWaiting !== isWaiting) setClip({ isWaiting });
  }

  #paint(now: Now, moment: number): void {
    const { state, clip, looked, side, needs } = now;
    const shown = this.#shown(now, moment);
    const source = this.#sourcePicture(now, moment);
    const result = needs.result ? this.#resultPicture(now, shown) : undefined;
    const mode =
      side.kind === 'latest'
        ? 'result'
        : state.playerMode === 'flicker'
          ? this.#flickered()
          : state.playerMode;
    const aspect = aspectOf(source ?? result?.picture, state);
    const hasResult = needs.result && (side.kind !== 'latest' || this.#latest !== undefined);
    this.#painter.paint({
      panes: panesOf(mode, this.#painter.size, aspect, hasResult),
      source,
      // The same moment on both sides, whatever is there of it.
      result: result?.picture ?? (shown.state === 'outside' ? undefined : source),
      tags: {
        source: sourceTag(this.t, looked),
        result: resultTag(this.t, side, { shown, latest: clip.latest, origin: result?.origin }),
      },
    });
    this.#tell(now, shown, result?.origin);
  }

  #flickered(): 'source' | 'result' {
    return this.#isFlipped ? 'result' : 'source';
  }

  #sourcePicture({ clip, looked }: Now, moment: number): ImageBitmap | undefined {
    const at = frameAt(looked.times, moment);
    const shelf = this.#source?.feed.shelf;
    const exact = shelf?.get(at);
    if (exact) return exact.bitmap;
    const near = shelf?.nearest(at);
    const thumb = nearestThumb(clip, moment);
    if (!near || !thumb) return near?.held.bitmap ?? thumb?.bitmap;
    const isNearer = Math.abs(looked.times[near.frame]! - moment) <= Math.abs(thumb.time - moment);
    return isNearer ? near.held.bitmap : thumb.bitmap;
  }

  #resultPicture(
    { side, clip, looked, state }: Now,
    shown: Shown,
  ): { picture: ImageBitmap; origin: 'made' | 'kept' | 'held' } | undefined {
    if (side.kind === 'latest')
      return this.#latest && { picture: this.#latest, origin: clip.latest?.made ? 'made' : 'kept' };
    if (shown.state !== 'there') return undefined;
    if (clip.preview) {
      const frame = clip.preview.frames[shown.index];
      return frame && { picture: frame.bitmap, origin: frame.made ? 'made' : 'kept' };
    }
    const feed = this.#result?.feed;
    const held =
      feed?.shelf.get(shown.index) ??
      (feed?.isSettled(shown.index) ? feed.shelf.nearest(shown.index)?.held : undefined);
    const origin = placeOf(usedIn(looked, stepIn(state)), shown.moment).kind;
    return held && { picture: held.bitmap, origin };
  }

  #tell({ side, clip, needs }: Now, shown: Shown, origin: OnScreen['origin']): void {
    const result = needs.result && shown.state === 'there' ? shown.index : undefined;
    const count = side.grid?.count ?? clip.preview?.frames.length ?? 0;
    const { onScreen } = getClip();
    if (onScreen.result !== result || onScreen.count !== count || onScreen.origin !== origin)
      setClip({ onScreen: { result, count, origin } });
  }

  /** Until the frames are known: the nearest thumbnail. */
  #paintPoster(): void {
    const clip = getClip();
    const source = nearestThumb(clip, clip.playhead)?.bitmap;
    this.#painter.paint({
      panes: panesOf('source', this.#painter.size, aspectOf(source, getState()), false),
      source,
      result: undefined,
      tags: { source: undefined, result: undefined },
    });
  }

  async #takeLatest({ source, time, made, url }: Parameters<Parameters<typeof bridge.onClipLatest>[0]>[0]) {
    const bitmap = await decoded(url).catch(() => undefined);
    if (!bitmap) return;
    const state = getState();
    if (source !== state.selected || selectedSource(state)?.item?.status !== 'running') {
      bitmap.close();
      return;
    }
    this.#latest?.close();
    this.#latest = bitmap;
    setClip({ latest: { time, made } });
  }

  #endLatest(state: StudioState | undefined): void {
    if (state && selectedSource(state)?.item?.status === 'running') return;
    this.#latest?.close();
    this.#latest = undefined;
    if (getClip().latest) setClip({ latest: undefined });
  }
}

/** The timeline turns its page with what is played, unless one looks at another part of it. */
function followed({ sight, playhead }: ClipState, looked: Looked, moment: number): Sight | undefined {
  const isFollowed = sight && playhead >= sight.from - SAME && playhead <= sight.to + SAME;
  return isFollowed ? withInSight(sight, moment, wholeOf(looked)) : sight;
}

function framesOf(args: Omit<Args<'clip.frames'>, 'turn'>, heard: (frame: Arrived) => void): Call<unknown> {
  return callForFrames((turn) => bridge.readFrames({ ...args, turn }), heard);
}

function nearestThumb({ thumbs }: ClipState, moment: number) {
  return thumbs.length === 0
    ? undefined
    : thumbs[
        nearestFrame(
          thumbs.map(({ time }) => time),
          moment,
        )
      ];
}

function aspectOf(picture: ImageBitmap | undefined, state: StudioState): number {
  if (picture) return picture.width / picture.height;
  const { width = 16, height = 9 } = selectedSource(state) ?? {};
  return width / height;
}
