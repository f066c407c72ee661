import type { ClipWatch, LatestFrameOptions } from '../../clips/latest-frame.ts';
import type { Segment } from '../../clips/segments.ts';
import type { Params } from '../../protocol/methods.ts';
import type { StyleContext } from './job.ts';

/** One clip to paint, as main asks for it. */
export type StyleClipJob = Params<'style.clip'>;

export interface StyleClipContext extends Pick<StyleContext, 'sessions' | 'checkpoint' | 'tileChosen'> {
  progress: (event: { fraction: number; frames?: { done: number; total: number; made: number } }) => void;
  segmentDone: (segment: Segment) => void;
  /** Who looks at the newest frame now. */
  watched: () => ClipWatch | undefined;
  showed: LatestFrameOptions['showed'];
}
