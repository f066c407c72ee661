import { create } from 'zustand';
import type { ErrorRecord } from '../../contract/errors.ts';
import type { Rational } from '../../contract/time.ts';
import type { Frames } from './moments.ts';
import type { Sight } from './timeline.ts';

/** What the look at all frames of a clip found. */
export interface Looked extends Frames {
  /** What "2x" is counted from. */
  readonly nominalRate: Rational;
  /** How much of each frame is new, 0..1. */
  readonly changes: readonly number[];
  /** Frames that repeat the one before, by their numbers. */
  readonly repeats: readonly number[];
}

export interface Thumb {
  readonly time: number;
  readonly bitmap: ImageBitmap;
}

/** A frame of a preview, at the moment of the source that it shows. */
export interface PreviewFrame extends Thumb {
  readonly made: boolean;
}

interface ClipPreview {
  readonly range: Sight;
  readonly isWorking: boolean;
  /** 0..1 */
  readonly fraction: number;
  /** In the order of time. */
  readonly frames: readonly PreviewFrame[];
}

/** The frame of the result that is on screen; undefined: there is none at this moment. */
export interface OnScreen {
  /** Its number in the file, or in the preview. */
  readonly result: number | undefined;
  /** Of so many. */
  readonly count: number;
  /** Made by the network, a source frame, or one that is held because no other can be shown. */
  readonly origin: 'made' | 'kept' | 'held' | undefined;
}

/** The clip that is being worked on, as far as it is. */
interface Latest {
  readonly time: number;
  readonly made: boolean;
}

export interface ClipState {
  /** What all of this belongs to: the source, and for pictures their frames a second. */
  key: string;
  looked: Looked | undefined;
  /** 0..1 of the look. */
  looking: number;
  /** Why the frames could not be looked at. */
  problem: ErrorRecord | undefined;
  thumbs: readonly Thumb[];
  /** Seconds of the source. */
  playhead: number;
  /** The part of the timeline in sight; undefined: the whole. */
  sight: Sight | undefined;
  isPlaying: boolean;
  /** Frames are not there yet, and the clock waits for them. */
  isWaiting: boolean;
  /** The playhead is being dragged. */
  isScrubbing: boolean;
  speed: number;
  isLooping: boolean;
  preview: ClipPreview | undefined;
  latest: Latest | undefined;
  /** Items whose file could not be read. */
  unread: readonly string[];
  onScreen: OnScreen;
  isFlowOpen: boolean;
  isGraphOpen: boolean;
}

/** What begins anew with every clip. */
export const FRESH = {
  looked: undefined,
  looking: 0,
  problem: undefined,
  thumbs: [],
  playhead: 0,
  sight: undefined,
  isPlaying: false,
  isWaiting: false,
  isScrubbing: false,
  isLooping: false,
  preview: undefined,
  latest: undefined,
  unread: [],
  onScreen: { result: undefined, count: 0, origin: undefined },
} as const satisfies Partial<ClipState>;

/** The one door to what is known of the clip on screen. */
export const useClip = create<ClipState>(() => ({
  ...FRESH,
  key: '',
  speed: 1,
  isFlowOpen: false,
  isGraphOpen: false,
}));

export const { getState: getClip, setState: setClip } = useClip;
