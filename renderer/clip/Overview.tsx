import { type PointerEvent, useRef } from 'react';
import { setClip, useClip } from './clip-store.ts';
import { panSight, type Sight } from './timeline.ts';
import { useWhole } from './use-timeline.ts';

/** How much of the clip is in sight, and where: dragged, it moves along. Keys move the playhead, which the sight follows. */
export function Overview({ sight }: { sight: Sight }) {
  const whole = useWhole();
  const isZoomed = useClip((clip) => clip.sight !== undefined);
  const dragged = useRef<{ pointer: number; x: number }>(undefined);
  const length = whole.to - whole.from;
  const percent = (seconds: number) => `${((seconds / length) * 100).toFixed(3)}%`;
  const move = (event: PointerEvent<HTMLDivElement>) => {
    const { current } = dragged;
    if (current?.pointer !== event.pointerId) return;
    const by = ((event.clientX - current.x) / event.currentTarget.clientWidth) * length;
    current.x = event.clientX;
    setClip({ sight: panSight(sight, by, whole) });
  };
  const end = () => {
    dragged.current = undefined;
  };
  return (
    <div
      className="overview"
      aria-hidden="true"
      onPointerDown={(event) => {
        if (!isZoomed || event.button !== 0) return;
        const { left, width } = event.currentTarget.getBoundingClientRect();
        const at = whole.from + ((event.clientX - left) / width) * length;
        // Beside the bar: there first.
        if (at < sight.from || at > sight.to)
          setClip({ sight: panSight(sight, at - (sight.from + sight.to) / 2, whole) });
        dragged.current = { pointer: event.pointerId, x: event.clientX };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
    >
      {isZoomed && (
        <div
          className="overview-bar"
          style={{ left: percent(sight.from - whole.from), width: percent(sight.to - sight.from) }}
        />
      )}
    </div>
  );
}
