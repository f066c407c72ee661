import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from 'react';
import { useStudio } from '../app/store.ts';
import { endStep, holdStep } from '../app/undo.ts';
import { t } from '../ui/words.ts';
import type { Looked } from './clip-store.ts';
import { edgeSeconds, nearestEdge } from './moments.ts';
import { mark, markOnce, stepIn, stepNow } from './step.ts';
import { edgesOf, partOf, type Sight, timecode, timeToX, withIn, withOut, xToTime } from './timeline.ts';

interface HandleProps {
  which: 'in' | 'out';
  looked: Looked;
  sight: Sight;
  /** CSS pixels. */
  width: number;
}

/** The beginning or the end of the part that is taken. A drag is one step of the history, and so is each key. */
export function Handle({ which, looked, sight, width }: HandleProps) {
  const step = useStudio(stepIn);
  const isIn = which === 'in';
  const part = partOf(looked, step);
  const edges = edgesOf(looked, step);
  const edge = isIn ? edges.first : edges.after;
  const moment = isIn ? part.from : part.to;
  const x = timeToX(sight, width, moment);
  const isOutside = x < -1 || x > width + 1;
  const moved = (to: number) => (isIn ? withIn : withOut)(looked, stepNow(), to);
  const drag = useDrag((clientX, left) => {
    mark(moved(nearestEdge(looked, xToTime(sight, width, clientX - left))));
  });
  const hear = (event: KeyboardEvent) => {
    const to = target(event, looked, edge, isIn);
    if (to === undefined) return;
    event.preventDefault();
    markOnce(moved(to));
  };
  // The frame that is shown last, not the one after it.
  const frame = isIn ? edge + 1 : edge;
  return (
    <div
      className={`handle handle-${which}`}
      role="slider"
      tabIndex={0}
      aria-label={t(`clipRoom.timeline.edge.${which}`)}
      aria-valuemin={1}
      aria-valuemax={looked.times.length}
      aria-valuenow={frame}
      aria-valuetext={t('clipRoom.timeline.at', { time: timecode(moment, 2), frame })}
      data-outside={isOutside}
      style={{ translate: `${Math.min(Math.max(x, 0), width)}px 0` }}
      onKeyDown={hear}
      {...drag}
    />
  );
}

/** Where a key takes an edge. */
function target(
  { key, shiftKey }: KeyboardEvent,
  looked: Looked,
  edge: number,
  isIn: boolean,
): number | undefined {
  const direction = key === 'ArrowLeft' || key === 'ArrowDown' ? -1 : 1;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
    case 'ArrowRight':
    case 'ArrowUp':
      if (!shiftKey) return Math.max(0, edge + direction);
      return nearestEdge(looked, edgeSeconds(looked, edge) + direction);
    case 'Home':
      return 0;
    case 'End':
      return isIn ? looked.times.length - 1 : looked.times.length;
    default:
      return undefined;
  }
}

/** @param moveTo is given the pointer's place and the left edge of the strip, CSS pixels of the window */
function useDrag(moveTo: (clientX: number, left: number) => void) {
  const dragged = useRef<number>(undefined);
  const end = (event: PointerEvent<HTMLElement>) => {
    if (dragged.current !== event.pointerId) return;
    dragged.current = undefined;
    endStep();
  };
  useEffect(
    () => () => {
      if (dragged.current !== undefined) endStep();
    },
    [],
  );
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      // The strip under it would take the playhead along.
      event.stopPropagation();
      dragged.current = event.pointerId;
      event.currentTarget.setPointerCapture(event.pointerId);
      event.currentTarget.focus();
      holdStep();
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (dragged.current !== event.pointerId) return;
      moveTo(event.clientX, event.currentTarget.parentElement?.getBoundingClientRect().left ?? 0);
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}
