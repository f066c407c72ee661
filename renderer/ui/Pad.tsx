import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { cornersOf, type Place, placeOf, weightsAt } from './pad-place.ts';
import './pad.css';

/** How far a key moves the handle, and with Shift; parts of the pad. */
const STEP = { near: 0.02, far: 0.1 } as const;
const WAYS: Readonly<Record<string, Place>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

interface Corner {
  readonly key: string;
  /** 0 or more; only the ratios count. */
  readonly weight: number;
  readonly image: string | undefined;
}

/** A place that is kept. */
interface PadPin {
  readonly key: number;
  readonly text: string;
  readonly weights: readonly number[];
  /** It was pressed. Whoever has pins offers another way to them, for keys. */
  go(): void;
}

interface PadProps {
  label: string;
  /** How it is mixed, in words. */
  text: string;
  corners: readonly Corner[];
  pins?: readonly PadPin[];
  /** The handle was moved: shares, which add up to 1. */
  onMove(weights: number[]): void;
  /** A drag, or what a key began, is over. */
  onEnd(): void;
}

/** Two to four things at the corners of a shape, and a handle between them that says how they are mixed. */
export function Pad({ label, text, corners, pins = [], onMove, onEnd }: PadProps) {
  const field = useRef<HTMLDivElement>(null);
  const handle = useRef<HTMLSpanElement>(null);
  /** While the handle is dragged: what Escape returns to. */
  const before = useRef<number[]>(undefined);
  const places = cornersOf(corners.length);
  if (!places) return null;
  const weights = corners.map(({ weight }) => weight);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const place = placeOf(weights);
  const moveTo = (next: Place) => onMove(weightsAt(next, corners.length));
  const follow = ({ clientX, clientY }: PointerEvent) => {
    const box = field.current?.getBoundingClientRect();
    if (box) moveTo({ x: (clientX - box.left) / box.width, y: (clientY - box.top) / box.height });
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    // Else the browser would take the press for the begin of a selection, and the handle would not have the focus.
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    handle.current?.focus();
    before.current = weights;
    follow(event);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const way = WAYS[event.key];
    const step = event.shiftKey ? STEP.far : STEP.near;
    if (way) moveTo({ x: place.x + way.x * step, y: place.y + way.y * step });
    else if (event.key === 'Home') moveTo(placeOf(weights.map(() => 1)));
    else if (event.key === 'Escape' && before.current) {
      onMove(before.current);
      before.current = undefined;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      className="pad"
      data-corners={corners.length}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => before.current && follow(event)}
      onLostPointerCapture={() => {
        before.current = undefined;
        onEnd();
      }}
    >
      <div className="pad-field" ref={field}>
        <svg className="pad-lines" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          <polygon points={outline(places)} />
        </svg>
        {corners.map(({ key, image }, at) => (
          <span key={key} className="pad-corner" style={toStyle(places[at]!)}>
            {image !== undefined && <img src={image} alt="" draggable={false} />}
          </span>
        ))}
        {/* One that the handle lies on would only blur it. */}
        {pins
          .filter((pin) => !isNear(placeOf(pin.weights), place))
          .map(({ key, text: name, weights: at, go }) => (
            <span
              key={key}
              className="pad-pin numbers"
              style={toStyle(placeOf(at))}
              aria-hidden="true"
              onPointerDown={(event) => {
                if (event.button !== 0) return;
                // Else the handle would come here without what else is kept.
                event.stopPropagation();
                event.preventDefault();
                handle.current?.focus();
                go();
              }}
            >
              {name}
            </span>
          ))}
        <span
          ref={handle}
          className="pad-handle"
          style={toStyle(place)}
          role="slider"
          tabIndex={0}
          aria-label={label}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round((100 * (total > 0 ? weights[0]! : 1)) / (total || weights.length))}
          aria-valuetext={text}
          onKeyDown={onKeyDown}
          onKeyUp={onEnd}
          onBlur={onEnd}
        />
      </div>
    </div>
  );
}

/** Too near to be told apart: parts of the pad. */
function isNear(a: Place, b: Place): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) < STEP.near / 2;
}

function toStyle({ x, y }: Place) {
  return { left: `${x * 100}%`, top: `${y * 100}%` };
}

/** The square's third corner comes before its fourth: around, they follow the other way. */
function outline(corners: readonly Place[]): string {
  const [a, b, c, d] = corners;
  const around = d ? [a, b, d, c] : [a, b, c];
  return around.flatMap((corner) => (corner ? `${corner.x * 100},${corner.y * 100}` : [])).join(' ');
}
