import { useEffect, useRef, useState } from 'react';
import type { Reply } from '../../contract/channels.ts';
import { toText } from '../../contract/time.ts';
import { bridge } from '../app/bridge.ts';
import { getState, setState, useStudio } from '../app/store.ts';
import { t } from '../ui/words.ts';
import { decoded } from './clip-calls.ts';
import { type Looked, setClip, useClip } from './clip-store.ts';
import { exactly, frameAt, nearestFrame, SAME } from './moments.ts';
import { stepIn } from './step.ts';
import { useLooks } from './use-timeline.ts';

/** The playhead may go on; asked is when it rests, milliseconds. */
const REST = 150;
const PICTURES = ['toFirst', 'toSecond', 'mask', 'made'] as const;

interface Seen {
  pictures: Record<(typeof PICTURES)[number], ImageBitmap>;
  /** Numbers of the two frames, counted from one. */
  first: number;
  second: number;
  /** 0..1 of the way from one to the other. */
  fraction: number;
  /** Pixels of the frame. */
  longest: number;
}

/** What the network sees between two frames: where things move, and from which of the two they are taken. */
export function FlowView() {
  const looked = useClip((clip) => clip.looked);
  return looked ? <FlowOf looked={looked} /> : null;
}

function FlowOf({ looked }: { looked: Looked }) {
  const { seen, isWorking, isNone } = useFlow(looked);
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      // A dialog over it is closed first.
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open]')) return;
      setClip({ isFlowOpen: false });
    };
    window.addEventListener('keydown', hear);
    return () => window.removeEventListener('keydown', hear);
  }, []);
  return (
    <section className="flow" aria-labelledby="flow-title" aria-busy={isWorking}>
      <div className="flow-head">
        <h2 id="flow-title">{t('clipRoom.flow.title')}</h2>
        <p className="dim numbers" aria-live="polite">
          {isNone
            ? t('clipRoom.flow.none')
            : isWorking
              ? t('clipRoom.flow.working')
              : seen && whereText(seen)}
        </p>
        <button type="button" className="link" onClick={() => setClip({ isFlowOpen: false })}>
          {t('app.close')}
        </button>
      </div>
      <div className="flow-grid" data-stale={isWorking}>
        {PICTURES.map((name) => (
          <figure key={name}>
            <Picture bitmap={isNone ? undefined : seen?.pictures[name]} />
            <figcaption>{t(`clipRoom.flow.picture.${name}`)}</figcaption>
          </figure>
        ))}
      </div>
      <div className="flow-legend dim">
        <Wheel />
        <span>{t('clipRoom.flow.legend')}</span>
        {seen && !isNone && (
          <span className="numbers">
            {t('clipRoom.flow.longest', { pixels: Math.round(seen.longest * 10) / 10 })}
          </span>
        )}
      </div>
    </section>
  );
}

function whereText({ fraction, first, second }: Seen): string {
  return t('clipRoom.flow.where', { percent: Math.round(fraction * 100), first, second });
}

/** The moment that is looked at: on a source frame nothing is made, so half way to the next is. */
function momentOf({ times }: Looked, playhead: number): number | undefined {
  const at = frameAt(times, playhead);
  const next = times[at + 1];
  if (next === undefined) return undefined;
  return playhead - times[at]! > SAME ? playhead : (times[at]! + next) / 2;
}

function useFlow(looked: Looked): { seen: Seen | undefined; isWorking: boolean; isNone: boolean } {
  // While it plays, nothing is asked: the answer would be of another moment.
  const moment = useClip((clip) => (clip.isPlaying ? Number.NaN : momentOf(looked, clip.playhead)));
  const step = useStudio(stepIn);
  const [seen, setSeen] = useState<Seen>();
  const [isWorking, setWorking] = useState(false);
  useEffect(() => {
    if (moment === undefined || Number.isNaN(moment)) return;
    let cancel = () => {};
    let isOver = false;
    setWorking(true);
    const look = async () => {
      const time = toText(exactly(moment));
      const call = bridge.lookBetween({ source: getState().selected!, step, time });
      cancel = call.cancel;
      const outcome = await call.outcome;
      if (isOver) return;
      if (outcome.ok) {
        const made = await seenOf(outcome.value, looked);
        if (isOver) close(made);
        else setSeen(made);
      } else if (outcome.error.code !== 'job/cancelled') setState({ notice: outcome.error });
      if (!isOver) setWorking(false);
    };
    const timer = setTimeout(() => void look(), REST);
    return () => {
      isOver = true;
      clearTimeout(timer);
      cancel();
      setWorking(false);
    };
  }, [moment, step, looked]);
  // What is replaced, and the last when it goes away.
  useEffect(() => () => close(seen), [seen]);
  return { seen, isWorking, isNone: moment === undefined };
}

async function seenOf(found: Reply<'clip.between'>, { times }: Looked): Promise<Seen | undefined> {
  const urls = [...found.flows, found.mask, found.made];
  const bitmaps = await Promise.all(urls.map(decoded)).catch(() => undefined);
  if (!bitmaps) return undefined;
  const [toFirst, toSecond, mask, made] = bitmaps as [ImageBitmap, ImageBitmap, ImageBitmap, ImageBitmap];
  return {
    pictures: { toFirst, toSecond, mask, made },
    first: nearestFrame(times, found.times[0]) + 1,
    second: nearestFrame(times, found.times[1]) + 1,
    fraction: found.fraction,
    longest: found.longest,
  };
}

function close(seen: Seen | undefined): void {
  if (seen) for (const bitmap of Object.values(seen.pictures)) bitmap.close();
}

function Picture({ bitmap }: { bitmap: ImageBitmap | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!canvas.current || !context) return;
    canvas.current.width = bitmap?.width ?? 16;
    canvas.current.height = bitmap?.height ?? 9;
    if (bitmap) context.drawImage(bitmap, 0, 0);
  }, [bitmap]);
  return <canvas ref={canvas} />;
}

const WHEEL = 28;

/** Which hue means which direction, clockwise from the right, and white: nothing moves. The engine's pictures have the same. */
function Wheel() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const looks = useLooks();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another screen has other pixels
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!canvas.current || !context) return;
    const size = Math.round(WHEEL * devicePixelRatio);
    canvas.current.width = size;
    canvas.current.height = size;
    const middle = size / 2;
    const hues = context.createConicGradient(0, middle, middle);
    for (let degrees = 0; degrees <= 360; degrees += 15)
      hues.addColorStop(degrees / 360, `hsl(${degrees} 100% 50%)`);
    const strength = context.createRadialGradient(middle, middle, 0, middle, middle, middle);
    strength.addColorStop(0, '#ffffff');
    strength.addColorStop(1, 'rgb(255 255 255 / 0)');
    context.arc(middle, middle, middle, 0, 2 * Math.PI);
    for (const fill of [hues, strength]) {
      context.fillStyle = fill;
      context.fill();
    }
  }, [looks]);
  return <canvas ref={canvas} className="flow-wheel" />;
}
