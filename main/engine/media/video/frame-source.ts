import type { Frame } from 'node-av/lib';
import type { Rational } from '../../../../contract/time.ts';
import type { SideData } from './side-data.ts';

/** A decoded picture and when it is shown, in ticks of its source. Whoever takes it frees it. */
export interface SourceFrame {
  frame: Frame;
  ticks: bigint;
  /** Ticks for which it is shown; 0 where the source does not say. */
  duration: bigint;
}

/** What of a source could not be read, so far. */
export interface Losses {
  /** Packets that the decoder refused. */
  packets: number;
  /** Frames with parts that the decoder had to make up. */
  damaged: number;
  /** Frames out of order, or at the time of another. */
  misplaced: number;
  /** The source broke off where more was to come. */
  broken: boolean;
}

/** Pictures in the order in which they are shown: a clip's, or a folder's. */
export interface FrameSource {
  /** Where it comes from: names it in errors. */
  readonly file: string;
  /** One tick, seconds. */
  readonly base: Rational;
  readonly losses: Losses;
  /** When the first picture is shown, ticks, as far as is known without decoding. */
  readonly start: bigint;
  /**
   * All pictures from `from` on, the one that is shown then included. One run at a time; the frames that are not taken
   * are freed.
   * @throws GessoError input/unreadable
   */
  frames(from?: bigint): AsyncGenerator<SourceFrame>;
  /** What belongs to the picture as a whole, by the container and by the first frame. */
  sideData(first: Frame): SideData[];
  close(): Promise<void>;
}

export function noLosses(): Losses {
  return { packets: 0, damaged: 0, misplaced: 0, broken: false };
}
