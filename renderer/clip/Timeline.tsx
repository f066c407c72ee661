import { type PointerEvent, useEffect, useRef } from 'react';
import { useStudio } from '../app/store.ts';
import { Icon } from '../ui/Icon.tsx';
import { Tip } from '../ui/Tip.tsx';
import { t } from '../ui/words.ts';
import { CutSigns } from './CutSigns.tsx';
import { getClip, setClip, useClip } from './clip-store.ts';
import { goToMoment } from './controls.ts';
import { cutsIn } from './derived.ts';
import { Handle } from './Handle.tsx';
import { edgeSeconds } from './moments.ts';
import { Overview } from './Overview.tsx';
import { Playhead } from './Playhead.tsx';
import { stepIn } from './step.ts';
import { inksOf, paintStrip } from './strip-paint.ts';
import { inForce, panSight, partOf, type Sight, wholeOf, xToTime } from './timeline.ts';
import { useLooks, useSight, useWhole, useWidth, zoomTimeline } from './use-timeline.ts';
import './timeline.css';

/** The clip from end to end: where one is, which part is taken, where scenes begin. */
export function Timeline() {
  const [strip, width] = useWidth();
  const canvas = useRef<HTMLCanvasElement>(null);
  const sight = useSight();
  const looked = useClip((clip) => clip.looked);
  usePaint(canvas, sight, width);
  useWheel(strip, sight);
  const scrub = useScrub(sight);
  return (
    <section className="timeline" aria-label={t('clipRoom.timeline.title')}>
      <div className="timeline-main">
        <div className="timeline-strip" ref={strip} {...scrub}>
          <canvas ref={canvas} />
          {looked && width > 0 && (
            <>
              <Handle which="in" looked={looked} sight={sight} width={width} />
              <Handle which="out" looked={looked} sight={sight} width={width} />
              <Playhead looked={looked} sight={sight} width={width} />
              <CutSigns looked={looked} sight={sight} width={width} />
            </>
          )}
        </div>
        <Overview sight={sight} />
      </div>
      <Zooms />
    </section>
  );
}

function Zooms() {
  const isWhole = useClip(({ sight }) => sight === undefined);
  const zooms = [
    { label: t('clipRoom.timeline.zoomIn'), icon: 'plus', run: () => zoomTimeline(2), isOff: false },
    { label: t('clipRoom.timeline.zoomOut'), icon: 'skip', run: () => zoomTimeline(0.5), isOff: isWhole },
    {
      label: t('clipRoom.timeline.zoomAll'),
      icon: 'whole',
      run: () => setClip({ sight: undefined }),
      isOff: isWhole,
    },
  ] as const;
  return (
    <div className="timeline-zooms">
      {zooms.map(({ label, icon, run, isOff }) => (
        <Tip key={icon} text={label} side="left">
          <button
            type="button"
            className="tool tool-icon"
            aria-label={label}
            aria-disabled={isOff}
            onClick={() => !isOff && run()}
          >
            <Icon name={icon} />
          </button>
        </Tip>
      ))}
    </div>
  );
}

function usePaint(canvas: { current: HTMLCanvasElement | null }, sight: Sight, width: number): void {
  const looked = useClip((clip) => clip.looked);
  const thumbs = useClip((clip) => clip.thumbs);
  const step = useStudio(stepIn);
  const whole = useWhole();
  const looks = useLooks();
  // biome-ignore lint/correctness/useExhaustiveDependencies: other looks are drawn anew
  useEffect(() => {
    if (!canvas.current || width === 0) return;
    const part = looked ? partOf(looked, step) : whole;
    const cuts = looked ? inForce(cutsIn(looked, step)).map(({ frame }) => edgeSeconds(looked, frame)) : [];
    const scene = { looked, thumbs, sight, part, cuts, width };
    paintStrip(canvas.current, scene, inksOf(canvas.current));
  }, [looked, thumbs, step, sight.from, sight.to, whole.to, width, looks]);
}

/** The wheel zooms around the pointer; sideways, or with shift, it moves along. */
function useWheel(strip: { current: HTMLDivElement | null }, sight: Sight): void {
  const seen = useRef(sight);
  seen.current = sight;
  useEffect(() => {
    const element = strip.current;
    if (!element) return;
    const turn = (event: WheelEvent) => {
      event.preventDefault();
      const { looked } = getClip();
      if (!looked) return;
      const { left, width } = element.getBoundingClientRect();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const [along, across] = [event.deltaX * lines, event.deltaY * lines];
      const isAlong = Math.abs(along) > Math.abs(across) || event.shiftKey;
      const { from, to } = seen.current;
      if (isAlong) {
        if (!getClip().sight) return;
        const by = ((along || across) / width) * (to - from);
        setClip({ sight: panSight({ from, to }, by, wholeOf(looked)) });
      } else {
        zoomTimeline(2 ** (-across / 240), xToTime({ from, to }, width, event.clientX - left));
      }
    };
    element.addEventListener('wheel', turn, { passive: false });
    return () => element.removeEventListener('wheel', turn);
  }, [strip]);
}

/** A press goes there, a drag takes the playhead along. */
function useScrub(sight: Sight) {
  const dragged = useRef<number>(undefined);
  const go = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    goToMoment(xToTime(sight, width, Math.min(Math.max(event.clientX - left, 0), width)));
  };
  const end = (event: PointerEvent<HTMLDivElement>) => {
    if (dragged.current !== event.pointerId) return;
    dragged.current = undefined;
    setClip({ isScrubbing: false });
  };
  // A strip that goes away hears no end of the drag.
  useEffect(() => () => setClip({ isScrubbing: false }), []);
  return {
    onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
      if (event.button !== 0 || !getClip().looked) return;
      dragged.current = event.pointerId;
      event.currentTarget.setPointerCapture(event.pointerId);
      setClip({ isPlaying: false, isScrubbing: true });
      go(event);
    },
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => {
      if (dragged.current === event.pointerId) go(event);
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}
