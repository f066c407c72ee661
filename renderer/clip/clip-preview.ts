import type { Call } from '../../contract/bridge.ts';
import type { Reply } from '../../contract/channels.ts';
import type { InterpolateStep } from '../../contract/clip-recipe.ts';
import { attempt, bridge } from '../app/bridge.ts';
import { getState } from '../app/store.ts';
import { callForFrames } from './clip-calls.ts';
import { getClip, type PreviewFrame, setClip } from './clip-store.ts';
import { edgeSeconds, edgeText } from './moments.ts';
import { previewEdges } from './range.ts';
import { stepNow } from './step.ts';

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
