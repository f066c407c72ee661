import type { SessionThread } from '../../inference/sessions.ts';
import type { Params } from '../../protocol/methods.ts';
import type { LiveTiles } from './live-tiles.ts';

/** One picture to restore, as main asks for it. */
export type RestoreJob = Params<'restore.picture'>;

/** Output pixels per input pixel of all steps together. */
export function scaleOf(steps: RestoreJob['steps']): number {
  return steps.reduce((product, { scale }) => product * scale, 1);
}

export interface RestoreContext {
  sessions: SessionThread;
  /** Throws when the call was cancelled. */
  checkpoint(): void;
  progress(fraction: number): void;
  /** Tiles of this size begin now. */
  tileChosen(tile: number): void;
  /** Set where somebody may look on. */
  live?: LiveTiles;
}
