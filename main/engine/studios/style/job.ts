import type { SessionThread } from '../../inference/sessions.ts';
import type { Params } from '../../protocol/methods.ts';

/** One picture to paint, as main asks for it. */
export type StyleJob = Params<'style.picture'>;

/** One layer of it. */
export type LayerJob = StyleJob['layers'][number];

export interface StyleContext {
  sessions: SessionThread;
  /** Throws when the call was cancelled. */
  checkpoint(): void;
  progress(fraction: number): void;
  /** Tiles of this size begin now. */
  tileChosen(tile: number): void;
}
