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
  /** What paints; left out: the canvas is for looking. */
  readonly pen?: PenTarget;
}

export interface PenTarget {
  readonly isActive: boolean;
  press(at: Point, pressure: number, isOpposite: boolean): void;
  drag(points: readonly { at: Point; pressure: number }[]): void;
  release(): void;
  /** Whether there was a stroke to give up. */
  cancel(): boolean;
  move(dx: number, dy: number, isFar: boolean): void;
  toggle(isOpposite: boolean): void;
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
 * the space bar or the middle button it is always of the picture. While something paints, a press is a stroke, and the
 * arrow keys and Enter are the pen's.
 */
export function listenForGestures(area: HTMLElement, target: GestureTarget, disposers: Disposers): void {
  let drag: { pointer: number; what: 'divider' | 'picture' | 'pen'; last: Point } | undefined;
  let isSpaceDown = false;
  /** Fingers on the canvas: two of them pinch. */
  const fingers = new Map<number, Point>();
  const at = (event: MouseEvent): Point => {
    const box = area.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const takenAt = (point: Point) =>
    isSpaceDown
      ? 'picture'
      : target.isOnDivider(point)
        ? 'divider'
        : target.pen?.isActive
          ? 'pen'
          : 'picture';
  const showCursor = (point: Point) => {
    area.dataset.cursor = drag ? drag.what : takenAt(point);
    area.dataset.dragging = String(drag !== undefined);
  };

  disposers.listen(area, 'pointerdown', (event) => {
    const point = at(event);
    if (event.pointerType === 'touch') fingers.set(event.pointerId, point);
    // A second finger makes a pinch of what was a drag.
    if (fingers.size > 1) {
      drag = undefined;
      target.pen?.cancel();
    }
    if (event.button > 1 || drag || fingers.size > 1) return;
    const what = event.button === 1 ? 'picture' : takenAt(point);
    drag = { pointer: event.pointerId, what, last: point };
    if (what === 'pen') target.pen?.press(point, pressureOf(event), event.altKey);
    area.setPointerCapture(event.pointerId);
    if (event.button === 1) event.preventDefault();
    showCursor(point);
  });
  disposers.listen(area, 'pointermove', (event) => {
    const point = at(event);
    if (pinch(event.pointerId, point)) return;
    if (drag?.pointer === event.pointerId) {
      if (drag.what === 'divider') target.moveDivider(point);
      else if (drag.what === 'pen') {
        // A fast hand goes several steps within a frame.
        const steps = event.getCoalescedEvents();
        target.pen?.drag(
          (steps.length > 0 ? steps : [event]).map((step) => ({ at: at(step), pressure: pressureOf(step) })),
        );
      } else target.panBy(point.x - drag.last.x, point.y - drag.last.y);
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
    if (drag.what === 'pen' && event.type === 'pointercancel') target.pen?.cancel();
    else if (drag.what === 'pen') target.pen?.release();
    drag = undefined;
    showCursor(at(event));
  };
  disposers.listen(area, 'pointerup', end);
  disposers.listen(area, 'pointercancel', end);
  disposers.listen(area, 'dblclick', (event) => {
    if (!target.pen?.isActive) target.toggleActual(at(event));
  });
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
    const { pen } = target;
    const isOfPen = pen?.isActive === true && !isSpaceDown && !event.ctrlKey && !event.metaKey;
    if (event.key === 'Escape' && pen?.cancel()) {
      drag = undefined;
      // Nothing else is closed with the same press.
      event.stopPropagation();
    } else if (isOfPen && event.key === 'Enter') pen.toggle(event.altKey);
    else if (isOfPen && step) pen.move(-step[0], -step[1], event.shiftKey);
    else if (step) target.panBy(step[0] * PAN_STEP, step[1] * PAN_STEP);
    else if (event.key !== ' ') return;
    event.preventDefault();
  });
  disposers.listen(area, 'keyup', (event) => {
    if (event.key === ' ') isSpaceDown = false;
  });
  disposers.listen(area, 'blur', () => {
    isSpaceDown = false;
  });
}

/** Of a pen; whatever presses without telling how hard presses in full. */
function pressureOf({ pointerType, pressure }: PointerEvent): number {
  return pointerType === 'pen' ? pressure : 1;
}
