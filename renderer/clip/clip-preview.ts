import type { Call } from '../../contract/bridge.ts';
import type { Reply } from '../../contract/channels.ts';
import type { InterpolateStep } from '../../contract/clip-recipe.ts';
import { toNumber } from '../../contract/time.ts';
import { attempt, bridge } from '../app/bridge.ts';
import { getState } from '../app/store.ts';
import { callForFrames } from './clip-calls.ts';
import { getClip, type Looked, type PreviewFrame, setClip } from './clip-store.ts';
import { edgeSeconds, edgeText, frameAt, nearestEdge } from './moments.ts';
import { resultRate } from './result-grid.ts';
import { stepNow } from './step.ts';
import { edgesOf } from './timeline.ts';

/** A preview makes so many frames at most: they are all held until it is closed. */
const MOST_FRAMES = 120;
/** ...of so many seconds of the source. */
const SECONDS = 1;

/** The source frames of which a preview around a moment is made: at least two, within the part that is taken. */
export function previewEdges(
  looked: Looked,
  step: InterpolateStep,
  moment: number,
): { first: number; after: number } {
  const part = edgesOf(looked, step);
  const perSecond = toNumber(resultRate(step, looked.nominalRate)) * step.slow;
  const seconds = Math.min(SECONDS, MOST_FRAMES / perSecond);
  const low = edgeSeconds(looked, part.first);
  const high = edgeSeconds(looked, part.after);
  // Moved, not cut short, at the ends of the part.
  const from = Math.max(low, Math.min(moment - seconds / 2, high - seconds));
  const first = Math.max(part.first, frameAt(looked.times, from));
  const after = nearestEdge(looked, Math.min(high, edgeSeconds(looked, first) + seconds));
  return { first, after: Math.min(part.after, Math.max(after, first + 2)) };
}

let call: Call<Reply<'clip.preview'>> | undefined;
/** The settings that the preview was made with, but for the part: where it lies within, it shows the same. */
let madeWith: string | undefined;

function settingsOf({ from, to, ...others }: InterpolateStep): string {
  return JSON.stringify(others);
}

/** A preview of other settings than those of now would promise what is not made. */
export function dropStalePreview(step: InterpolateStep): void {
  if (getClip().preview && settingsOf(step) !== madeWith) closePreview();
}

export function togglePreview(): void {
  if (getClip().preview) closePreview();
  else void makePreview();
}

export function closePreview(): void {
  call?.cancel();
  call = undefined;
  const { preview } = getClip();
  if (!preview) return;
  setClip({ preview: undefined, isLooping: false });
  for (const { bitmap } of preview.frames) bitmap.close();
}

async function makePreview(): Promise<void> {
  const { looked, playhead } = getClip();
  const { selected } = getState();
  const step = stepNow();
  if (!looked || selected === undefined) return;
  const { first, after } = previewEdges(looked, step, playhead);
  const range = { from: edgeSeconds(looked, first), to: edgeSeconds(looked, after) };
  const part = { from: edgeText(looked, first), to: edgeText(looked, after) };
  madeWith = settingsOf(step);
  setClip({ preview: { range, isWorking: true, fraction: 0, frames: [] }, isLooping: true });
  const own = callForFrames(
    (turn) => bridge.previewClip({ source: selected, step, ...part, turn }),
    ({ fraction, ...frame }) => take(frame, fraction),
  );
  call = own;
  const came = await attempt(own.outcome);
  if (call !== own) return;
  call = undefined;
  const { preview } = getClip();
  if (came && preview) setClip({ preview: { ...preview, isWorking: false, fraction: 1 } });
  else closePreview();
}

function take(frame: PreviewFrame, fraction: number): void {
  const { preview } = getClip();
  if (!preview) {
    frame.bitmap.close();
    return;
  }
  const frames = [...preview.frames, frame].sort((a, b) => a.time - b.time);
  setClip({ preview: { ...preview, frames, fraction: Math.max(fraction, preview.fraction) } });
}
