import type { Disposers } from './disposers.ts';
import type { Point } from './view.ts';
import { pinched, wheelFactor } from './view.ts';

export interface GestureTarget {
  /** Whether a press at this point takes hold of the divider. */
  isOnDivider(at: Point): boolean;
  moveDivider(at: Point): void;
  /** The pointer is here, or has left. */
  pointAt(at: Point | undefined): void;
  panBy(dx: number, dy: number): void;
  zoomBy(factor: number, at: Point): void;
  /** A double click. */
  toggleActual(at: Point): void;
}

const PAN_STEP = 48;
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/**
 * Pointer, wheel and arrow keys on the canvas. A press is a drag of the divider or of the picture until it ends; with
 * the space bar or the middle button it is always of the picture.
 */
export function listenForGestures(area: HTMLElement, target: GestureTarget, disposers: Disposers): void {
  let drag: { pointer: number; what: 'divider' | 'picture'; last: Point } | undefined;
  let isSpaceDown = false;
  /** Fingers on the canvas: two of them pinch. */
  const fingers = new Map<number, Point>();
  const at = (event: MouseEvent): Point => {
    const box = area.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const showCursor = (point: Point) => {
    const onDivider = !isSpaceDown && target.isOnDivider(point);
    area.dataset.cursor = drag ? drag.what : onDivider ? 'divider' : 'picture';
    area.dataset.dragging = String(drag !== undefined);
  };

  disposers.listen(area, 'pointerdown', (event) => {
    const point = at(event);
    if (event.pointerType === 'touch') fingers.set(event.pointerId, point);
    // A second finger makes a pinch of what was a drag.
    if (fingers.size > 1) drag = undefined;
    if (event.button > 1 || drag || fingers.size > 1) return;
    const takesPicture = event.button === 1 || isSpaceDown || !target.isOnDivider(point);
    drag = { pointer: event.pointerId, what: takesPicture ? 'picture' : 'divider', last: point };
    area.setPointerCapture(event.pointerId);
    if (event.button === 1) event.preventDefault();
    showCursor(point);
  });
  disposers.listen(area, 'pointermove', (event) => {
    const point = at(event);
    if (pinch(event.pointerId, point)) return;
    if (drag?.pointer === event.pointerId) {
      if (drag.what === 'divider') target.moveDivider(point);
      else target.panBy(point.x - drag.last.x, point.y - drag.last.y);
      drag.last = point;
    }
    showCursor(point);
    target.pointAt(point);
  });
  disposers.listen(area, 'pointerleave', () => target.pointAt(undefined));
  /** Two fingers zoom around their middle and move it along; false: it is no pinch. */
  const pinch = (finger: number, to: Point): boolean => {
    const from = fingers.get(finger);
    if (!from) return false;
    fingers.set(finger, to);
    const other = [...fingers].find(([id]) => id !== finger)?.[1];
    if (!other) return false;
    const { factor, dx, dy, middle } = pinched(from, to, other);
    target.panBy(dx, dy);
    target.zoomBy(factor, middle);
    return true;
  };
  const end = (event: PointerEvent) => {
    fingers.delete(event.pointerId);
    if (drag?.pointer !== event.pointerId) return;
    drag = undefined;
    showCursor(at(event));
  };
  disposers.listen(area, 'pointerup', end);
  disposers.listen(area, 'pointercancel', end);
  disposers.listen(area, 'dblclick', (event) => target.toggleActual(at(event)));
  disposers.listen(
    area,
    'wheel',
    (event) => {
      event.preventDefault();
      target.zoomBy(wheelFactor(event.deltaY, event.deltaMode, event.ctrlKey), at(event));
    },
    { passive: false },
  );
  disposers.listen(area, 'keydown', (event) => {
    if (event.key === ' ') isSpaceDown = true;
    const step = ARROWS[event.key];
    if (event.key !== ' ' && !step) return;
    event.preventDefault();
    if (step) target.panBy(step[0] * PAN_STEP, step[1] * PAN_STEP);
  });
  disposers.listen(area, 'keyup', (event) => {
    if (event.key === ' ') isSpaceDown = false;
  });
  disposers.listen(area, 'blur', () => {
    isSpaceDown = false;
  });
}
