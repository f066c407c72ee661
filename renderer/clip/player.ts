import type { Translate } from '../../contract/words/words.ts';
import { getState, type StudioState, selectedSource, useStudio } from '../app/store.ts';
import { Disposers } from '../canvas/disposers.ts';
import { oncePerFrame } from '../canvas/frame.ts';
import { type ClipState, getClip, type Looked, type OnScreen, setClip, useClip } from './clip-store.ts';
import { usedIn } from './derived.ts';
import { LatestFrame } from './latest-frame.ts';
import { frameAt, nearestFrame, SAME } from './moments.ts';
import { panesOf } from './panes.ts';
import { placeOf } from './placing.ts';
import { advanced } from './playback.ts';
import { PlayerFeeds } from './player-feeds.ts';
import { type Now, playerNow } from './player-now.ts';
import { Painter } from './player-paint.ts';
import { rangeIn } from './range.ts';
import { besideIt, type Shown, shownAt } from './result-side.ts';
import { stepIn } from './step.ts';
import { resultTag, sourceTag } from './tag-text.ts';
import { type Sight, wholeOf, withInSight } from './timeline.ts';

/** A frame that is not there after so many milliseconds is waited for in sight of the user. */
const PATIENCE = 300;
/** Longer pauses are not caught up: the window was hidden, or the machine was busy. Seconds. */
const LONGEST_TURN = 0.25;
/** A flicker shows each side so long, milliseconds. */
const FLICKER = 250;

/** Plays source and result in step: both always show the same moment. Imperative, in a div that React owns. */
export class Player {
  readonly #disposers = new Disposers();
  readonly #painter: Painter;
  readonly #frame = oncePerFrame(() => this.#turn(performance.now()));
  readonly #feeds = new PlayerFeeds(() => this.#frame.ask());
  readonly #latest = new LatestFrame();
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
    this.#disposers.add(useStudio.subscribe(() => this.#frame.ask()));
    const patience = setInterval(() => this.#waitingSince !== undefined && this.#frame.ask(), PATIENCE / 2);
    this.#disposers.add(() => clearInterval(patience));
    const flicker = setInterval(() => this.#flicker(), FLICKER);
    this.#disposers.add(() => clearInterval(flicker));
    this.#disposers.add(() => this.#feeds.dispose());
    this.#disposers.add(() => this.#latest.dispose());
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
    const now = playerNow();
    this.#latest.follow(getState());
    this.#feeds.follow(now);
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
    this.#feeds.want(now, moment);
    this.#wait(!this.#isFilling && this.#feeds.isReady(now, moment, false), time);
    this.#paint(now, moment);
    if (getClip().isPlaying) this.#frame.ask();
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
    this.#isFilling = !this.#feeds.isReady(now, moment, this.#isFilling);
    if (this.#isFilling) {
      // What is on screen stays: neither side runs ahead of the other.
      return clip.playhead;
    }
    if (moment !== clip.playhead) setClip({ playhead: moment, sight: followed(clip, looked, moment) });
    return moment;
  }

  #wait(isReady: boolean, time: number): void {
    if (isReady) this.#waitingSince = undefined;
    else this.#waitingSince ??= time;
    const isWaiting = this.#waitingSince !== undefined && time - this.#waitingSince >= PATIENCE;
    if (getClip().isWaiting !== isWaiting) setClip({ isWaiting });
  }

  #paint(now: Now, moment: number): void {
    const { state, clip, looked, side, needs } = now;
    const shown = shownAt(side, clip.preview, moment);
    const source = this.#sourcePicture(now, moment);
    const result = needs.result ? this.#resultPicture(now, shown) : undefined;
    const mode =
      side.kind === 'latest'
        ? 'result'
        : state.playerMode === 'flicker'
          ? this.#flickered()
          : state.playerMode;
    const aspect = aspectOf(source ?? result?.picture, state);
    const hasResult = needs.result && (side.kind !== 'latest' || this.#latest.bitmap !== undefined);
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
    const shelf = this.#feeds.source?.shelf;
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
    if (side.kind === 'latest') {
      const picture = this.#latest.bitmap;
      return picture && { picture, origin: clip.latest?.made ? 'made' : 'kept' };
    }
    if (shown.state !== 'there') return undefined;
    if (clip.preview) {
      const frame = clip.preview.frames[shown.index];
      return frame && { picture: frame.bitmap, origin: frame.made ? 'made' : 'kept' };
    }
    const feed = this.#feeds.result;
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
}

/** The timeline turns its page with what is played, unless one looks at another part of it. */
function followed({ sight, playhead }: ClipState, looked: Looked, moment: number): Sight | undefined {
  const isFollowed = sight && playhead >= sight.from - SAME && playhead <= sight.to + SAME;
  return isFollowed ? withInSight(sight, moment, wholeOf(looked)) : sight;
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
