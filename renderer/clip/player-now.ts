import { getState, type StudioState, selectedSource } from '../app/store.ts';
import { type ClipState, getClip, type Looked } from './clip-store.ts';
import { type ResultSide, resultSide } from './result-side.ts';
import { stepIn } from './step.ts';

/** All that a turn of the player goes by. */
export interface Now {
  readonly clip: ClipState;
  readonly state: StudioState;
  readonly looked: Looked;
  readonly side: ResultSide;
  /** Whether that side is to be seen in this mode. */
  readonly needs: { readonly source: boolean; readonly result: boolean };
}

/** How things stand; undefined while the frames are not known. */
export function playerNow(): Now | undefined {
  const [clip, state] = [getClip(), getState()];
  const { looked } = clip;
  if (!looked) return undefined;
  const side = resultSide(looked, stepIn(state), selectedSource(state)?.item, clip);
  return { clip, state, looked, side, needs: needsOf(side, clip, state.playerMode) };
}

function needsOf(
  { kind }: ResultSide,
  { isPlaying, isScrubbing }: ClipState,
  mode: StudioState['playerMode'],
): Now['needs'] {
  if (kind === 'none') return { source: true, result: false };
  if (kind !== 'latest') return { source: mode !== 'result', result: mode !== 'source' };
  // What is being made shows other moments than the playhead's: alone, and not while the source is played.
  const isSource = mode === 'source' || isPlaying || isScrubbing;
  return { source: isSource, result: !isSource };
}
