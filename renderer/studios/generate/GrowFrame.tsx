import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { changeWords } from '../../app/generate-changes.ts';
import { onSeen, stage } from '../../app/stage.ts';
import { selectedSource, useStudio } from '../../app/store.ts';
import { endStep, holdStep } from '../../app/undo.ts';
import { t } from '../../ui/words.ts';
import { GROWN_BY, grownTo, NO_SIDES, outpaintOf, SIDES, type Side, type Sides } from './grow-frame.ts';

/** Keys go by so many pixels of the picture, with shift by more. */
const KEY_STEP = 64;

/** Where the picture lies on the canvas: CSS pixels, and how many there are for each of its own. */
interface Place {
  x: number;
  y: number;
  scale: number;
}

/** The frame of the grown picture: its sides are dragged past the picture's edges, or moved with the arrow keys. */
export function GrowFrame() {
  const source = useStudio(selectedSource);
  const sides = useStudio(({ generate }) => generate.diffusion.outpaint) ?? NO_SIDES;
  const isPainting = useStudio(({ brush }) => brush !== undefined);
  const [place, setPlace] = useState<Place>();
  const drag = useRef<{ side: Side; from: number; at: number }>(undefined);
  const size = { width: source?.width ?? 1, height: source?.height ?? 1 };
  useEffect(() => {
    const look = () => setPlace(stage()?.place);
    look();
    return onSeen(look);
  }, []);
  // Room for the frame, once it is let go.
  const { left, top, right, bottom } = sides;
  useEffect(() => {
    if (!drag.current) stage()?.setRoom({ left, top, right, bottom });
  }, [left, top, right, bottom]);
  useEffect(() => () => stage()?.setRoom(NO_SIDES), []);
  if (!place || source?.state !== 'ready') return null;
  const change = (side: Side, to: number) =>
    changeWords({ outpaint: outpaintOf(grownTo(sides, side, to, size)) });
  const press = (side: Side, event: PointerEvent<HTMLElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { side, from: sides[side], at: along(side, event) };
    holdStep();
  };
  const move = (event: PointerEvent<HTMLElement>) => {
    const held = drag.current;
    if (held) change(held.side, held.from + (along(held.side, event) - held.at) / place.scale);
  };
  const release = () => {
    if (!drag.current) return;
    drag.current = undefined;
    endStep();
    stage()?.setRoom(sides);
  };
  const hear = (side: Side, event: KeyboardEvent) => {
    const by = KEYS[side][event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    change(side, sides[side] + by * (event.shiftKey ? KEY_STEP : GROWN_BY));
  };
  return (
    <div
      className="grow-frame"
      data-painting={isPainting}
      data-grown={outpaintOf(sides) !== undefined}
      style={boxOf(place, size, sides)}
    >
      {SIDES.map((side) => (
        <div
          key={side}
          className={`grow-side grow-${side}`}
          role="slider"
          tabIndex={0}
          aria-label={t(`generate.grow.${side}`)}
          aria-orientation={side === 'left' || side === 'right' ? 'horizontal' : 'vertical'}
          aria-valuemin={0}
          aria-valuemax={4096}
          aria-valuenow={sides[side]}
          aria-valuetext={t('generate.grewBy', { count: sides[side] })}
          onPointerDown={(event) => press(side, event)}
          onPointerMove={move}
          onPointerUp={release}
          onPointerCancel={release}
          onKeyDown={(event) => hear(side, event)}
        />
      ))}
    </div>
  );
}

/** Keys that take a side out, and in. */
const KEYS: Record<Side, Record<string, number | undefined>> = {
  left: { ArrowLeft: 1, ArrowRight: -1 },
  right: { ArrowRight: 1, ArrowLeft: -1 },
  top: { ArrowUp: 1, ArrowDown: -1 },
  bottom: { ArrowDown: 1, ArrowUp: -1 },
};

/** How far out the pointer is, CSS pixels. */
function along(side: Side, { clientX, clientY }: PointerEvent): number {
  return { left: -clientX, right: clientX, top: -clientY, bottom: clientY }[side];
}

function boxOf(
  { x, y, scale }: Place,
  size: { width: number; height: number },
  { left, top, right, bottom }: Sides,
) {
  return {
    left: x - left * scale,
    top: y - top * scale,
    width: (left + size.width + right) * scale,
    height: (top + size.height + bottom) * scale,
  };
}
