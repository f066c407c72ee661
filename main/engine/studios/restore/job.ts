import type { SessionThread } from '../../inference/sessions.ts';
import type { Params } from '../../protocol/methods.ts';
import type { LiveTiles } from './live-tiles.ts';

/** One picture to restore, as main asks for it. */
export type RestoreJob = Params<'restore.picture'>;

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
