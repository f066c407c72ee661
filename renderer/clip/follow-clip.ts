import type { Call } from '../../contract/bridge.ts';
import type { Reply } from '../../contract/channels.ts';
import { parseRational } from '../../contract/time.ts';
import { bridge } from '../app/bridge.ts';
import { getState, type StudioState, selectedSource, setState, useStudio } from '../app/store.ts';
import { callForFrames } from './clip-calls.ts';
import { closePreview, dropStalePreview } from './clip-preview.ts';
import { FRESH, getClip, type Looked, setClip, type Thumb } from './clip-store.ts';
import { stepIn } from './step.ts';

/** So many thumbnails make the strip. */
const THUMBS = 40;
/** So many clips are known without another look. */
const MOST_KNOWN = 4;

interface Known {
  looked: Looked | undefined;
  thumbs: readonly Thumb[];
  /** Where the playhead was left. */
  playhead: number;
}

/** The clips shown lately, the newest last. */
const known = new Map<string, Known>();

/** The clip on screen; for pictures their frames a second belong to it, as all times follow from them. */
function keyIn(state: StudioState): string {
  const source = selectedSource(state);
  if (source?.state !== 'ready' || !source.clip) return '';
  return source.clip.kind === 'clip' ? source.id : `${source.id} ${state.clip.step.rate}`;
}

let calls: { cancel(): void }[] = [];
/** Half a strip is not kept: it would stay half. */
let hasAllThumbs = false;

function cancelCalls(): void {
  for (const call of calls) call.cancel();
  calls = [];
}

/** Keeps what is known of the clip in step with the selection; returns how to end that. */
export function followClip(): () => void {
  const follow = (state: StudioState) => {
    const key = keyIn(state);
    if (key !== getClip().key) change(key, state);
    else dropStalePreview(stepIn(state));
  };
  const endings = [
    useStudio.subscribe(follow),
    bridge.onClipLooking(({ source, fraction }) => {
      if (source === getState().selected && !getClip().looked) setClip({ looking: fraction });
    }),
  ];
  follow(getState());
  return () => {
    for (const ending of endings) ending();
    change('', getState());
  };
}

function change(key: string, state: StudioState): void {
  remember();
  cancelCalls();
  closePreview();
  const before = known.get(key);
  hasAllThumbs = before !== undefined && before.thumbs.length > 0;
  setClip({ ...FRESH, key, ...before });
  if (key === '') return;
  if (!before?.looked) void look(key, state);
  if (!hasAllThumbs) void makeThumbs(key, state);
}

/** Looks once more, after it failed. */
export function lookAgain(): void {
  const { key } = getClip();
  setClip({ problem: undefined, looking: 0 });
  void look(key, getState());
}

function remember(): void {
  const { key, looked, thumbs, playhead } = getClip();
  if (key === '') return;
  known.delete(key);
  known.set(key, { looked, thumbs: hasAllThumbs ? thumbs : [], playhead });
  if (!hasAllThumbs) for (const { bitmap } of thumbs) bitmap.close();
  for (const [oldest, { thumbs }] of known) {
    if (known.size <= MOST_KNOWN) break;
    known.delete(oldest);
    for (const { bitmap } of thumbs) bitmap.close();
  }
}

function begin<R>(call: Call<R>): Call<R>['outcome'] {
  calls.push(call);
  return call.outcome;
}

async function look(key: string, state: StudioState): Promise<void> {
  const outcome = await begin(bridge.lookAtClip({ source: state.selected!, step: stepIn(state) }));
  if (getClip().key !== key) return;
  if (!outcome.ok) {
    if (outcome.error.code !== 'job/cancelled') setClip({ problem: outcome.error });
    return;
  }
  const looked = lookedOf(outcome.value);
  setClip(({ playhead }) => ({
    looked,
    looking: 1,
    playhead: Math.min(Math.max(playhead, looked.times[0]!), looked.times.at(-1)!),
  }));
}

function lookedOf({ rate, nominalRate, ...found }: Reply<'clip.look'>): Looked {
  return {
    ...found,
    nominalRate: parseRational(nominalRate)!,
    ...(rate !== undefined && { rate: parseRational(rate)! }),
  };
}

async function makeThumbs(key: string, state: StudioState): Promise<void> {
  const call = callForFrames(
    (turn) => bridge.makeThumbs({ source: state.selected!, step: stepIn(state), count: THUMBS, turn }),
    ({ time, bitmap }) =>
      setClip(({ thumbs }) => ({ thumbs: [...thumbs, { time, bitmap }].sort((a, b) => a.time - b.time) })),
  );
  const outcome = await begin(call);
  // The look says what is wrong with a clip that cannot be read; of thumbnails alone it is said here.
  const { key: now, problem } = getClip();
  if (outcome.ok && now === key) hasAllThumbs = true;
  if (!outcome.ok && outcome.error.code !== 'job/cancelled' && now === key && !problem)
    setState({ notice: outcome.error });
}
