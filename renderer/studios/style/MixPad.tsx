import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import type { StyleLook } from '../../../contract/style-settings.ts';
import { changeLook, getState, lookOf, useStudio } from '../../app/store.ts';
import { endStep, holdStep } from '../../app/undo.ts';
import { t } from '../../ui/words.ts';
import { cornersOf, type Place, placeOf, weightsAt } from './pad.ts';
import { keyOf, nameOf, shareOf, withShares } from './shelf.ts';
import { type Thumbs, useImages } from './thumbs.ts';

/** How far a key moves the handle, and with Shift; parts of the pad. */
const STEP = { near: 0.02, far: 0.1 } as const;
const WAYS: Readonly<Record<string, Place>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

const placeIn = ({ styles }: StyleLook) => placeOf(styles.map(({ weight }) => weight));

/** The handle goes there, or as near as the shape lets it; where that is says how the styles are mixed. */
function moveTo(place: Place): void {
  const look = lookOf(getState().style);
  holdStep();
  changeLook(withShares(look, weightsAt(place, look.styles.length)));
}

/** Two to four styles at the corners of a shape, and a handle between them: all of a drag is one step of the history. */
export function MixPad({ thumbs }: { thumbs: Thumbs }) {
  const look = useStudio(({ style }) => lookOf(style));
  const pictures = useStudio((state) => state.stylePictures);
  const imageOf = useImages(thumbs);
  const field = useRef<HTMLDivElement>(null);
  const handle = useRef<HTMLSpanElement>(null);
  /** While the handle is dragged: what Escape returns to. */
  const before = useRef<StyleLook>(undefined);
  const corners = cornersOf(look.styles.length);
  if (!corners) return null;
  const shares = look.styles.map(({ from }) => Math.round(shareOf(look, from) * 100));
  const text = look.styles
    .map(({ from }, at) => t('style.padShare', { name: nameOf(from, pictures), percent: shares[at]! }))
    .join(', ');
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
    before.current = look;
    follow(event);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const way = WAYS[event.key];
    const step = event.shiftKey ? STEP.far : STEP.near;
    const { x, y } = placeIn(look);
    if (way) moveTo({ x: x + way.x * step, y: y + way.y * step });
    else if (event.key === 'Home') moveTo(placeOf(look.styles.map(() => 1)));
    else if (event.key === 'Escape' && before.current) {
      changeLook({ styles: before.current.styles });
      before.current = undefined;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      className="pad"
      data-styles={look.styles.length}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => before.current && follow(event)}
      onLostPointerCapture={() => {
        before.current = undefined;
        endStep();
      }}
    >
      <div className="pad-field" ref={field}>
        <svg className="pad-lines" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          <polygon points={outline(corners)} />
        </svg>
        {look.styles.map(({ from }, at) => (
          <Corner key={keyOf(from)} place={corners[at]!} image={imageOf(from)} />
        ))}
        <span
          ref={handle}
          className="pad-handle"
          style={toStyle(placeIn(look))}
          role="slider"
          tabIndex={0}
          aria-label={t('style.pad')}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={shares[0]}
          aria-valuetext={text}
          onKeyDown={onKeyDown}
          onKeyUp={endStep}
          onBlur={endStep}
        />
      </div>
    </div>
  );
}

function Corner({ place, image }: { place: Place; image: string | undefined }) {
  return (
    <span className="pad-corner" style={toStyle(place)}>
      {image !== undefined && <img src={image} alt="" draggable={false} />}
    </span>
  );
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
