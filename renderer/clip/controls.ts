import type { ClipControls } from '../app/clip-controls.ts';
import { getState, selectedSource } from '../app/store.ts';
import { togglePreview } from './clip-preview.ts';
import { type ClipState, getClip, type Looked, setClip } from './clip-store.ts';
import { cutsIn } from './derived.ts';
import { frameAt, SAME } from './moments.ts';
import { nextSpeed } from './playback.ts';
import { rangeIn } from './range.ts';
import { besideIt, resultSide } from './result-side.ts';
import { markOnce, stepNow } from './step.ts';
import { cutFrom, edgesOf, partOf, toggleCut, wholeOf, withIn, withInSight, withOut } from './timeline.ts';

/** Does something with the clip, where its frames are known. */
function withLooked(run: (looked: Looked, clip: ClipState) => void): () => void {
  return () => {
    const clip = getClip();
    if (clip.looked) run(clip.looked, clip);
  };
}

/** Puts the playhead at a moment of the clip, and brings it in sight. */
export function goToMoment(moment: number): void {
  const { looked, sight } = getClip();
  if (!looked) return;
  const whole = wholeOf(looked);
  // Behind the last frame that is shown, there is nothing more to see.
  const playhead = moment >= whole.to - SAME ? looked.times.at(-1)! : Math.max(moment, whole.from);
  setClip({ playhead, sight: sight && withInSight(sight, playhead, whole) });
}

/** Marks a cut at a frame, or takes the one there away. */
export function toggleCutAt(frame: number): void {
  const { looked } = getClip();
  if (!looked) return;
  const step = stepNow();
  const cuts = toggleCut(looked, looked.changes, step, frame);
  if (cuts !== step.cuts) markOnce({ cuts });
}

function play(looked: Looked, { isPlaying, playhead, preview }: ClipState): void {
  if (isPlaying) {
    setClip({ isPlaying: false });
    return;
  }
  const range = rangeIn(looked, stepNow(), preview);
  const next = looked.times[frameAt(looked.times, playhead) + 1] ?? looked.end;
  // On the last frame, or outside: from the beginning.
  const isOver = playhead < range.from - SAME || next >= range.to - SAME;
  goToMoment(isOver ? range.from : playhead);
  setClip({ isPlaying: true });
}

function step(looked: Looked, clip: ClipState, direction: -1 | 1): void {
  const state = getState();
  const { times } = looked;
  const { playhead, preview } = clip;
  setClip({ isPlaying: false });
  const side = resultSide(looked, stepNow(), selectedSource(state)?.item, clip);
  const isOfResult = state.playerMode !== 'source' && side.kind !== 'none';
  const beside = isOfResult ? besideIt(side, preview, playhead, direction) : undefined;
  const at = frameAt(times, playhead);
  const isBetween = playhead > times[at]! + SAME;
  const ofSource = direction === 1 ? times[at + 1] : isBetween ? times[at] : times[at - 1];
  const moment = beside ?? ofSource;
  if (moment !== undefined) goToMoment(moment);
}

/** What menu, keys and buttons do with the clip on screen. */
export const controls: ClipControls = {
  play: withLooked(play),
  step: (direction) => withLooked((looked, clip) => step(looked, clip, direction))(),
  nextSpeed: () => setClip(({ speed }) => ({ speed: nextSpeed(speed) })),
  toCut: (direction) =>
    withLooked((looked, { playhead }) => {
      const part = partOf(looked, stepNow());
      const cut = cutFrom(looked, cutsIn(looked, stepNow()), playhead, direction);
      // Behind the last cut there is the end, before the first the beginning.
      goToMoment(cut ?? (direction === 1 ? part.to : part.from));
    })(),
  toggleCut: withLooked((looked, { playhead }) => toggleCutAt(frameAt(looked.times, playhead))),
  setIn: withLooked((looked, { playhead }) => {
    const step = stepNow();
    const frame = frameAt(looked.times, playhead);
    // Behind the end, the end is given up: what is meant is the beginning.
    const to = frame < edgesOf(looked, step).after ? step.to : undefined;
    markOnce(withIn(looked, { from: step.from, to }, frame));
  }),
  setOut: withLooked((looked, { playhead }) => {
    const step = stepNow();
    const after = frameAt(looked.times, playhead) + 1;
    const from = after > edgesOf(looked, step).first ? step.from : undefined;
    markOnce(withOut(looked, { from, to: step.to }, after));
  }),
  takeWhole: () => markOnce({ from: undefined, to: undefined }),
  togglePreview,
  toggleFlow: () => setClip(({ isFlowOpen }) => ({ isFlowOpen: !isFlowOpen })),
  toggleGraph: () => setClip(({ isGraphOpen }) => ({ isGraphOpen: !isGraphOpen })),
};
