import type { SceneView } from '../../../contract/learn-use.ts';

/** Where its orbit begins. */
export const FRONT: SceneView = { around: 0, higher: 0 };

/** Degrees above or below the orbit: farther off, few scenes were ever seen. */
const STEEPEST = 60;
/** How far a key moves the viewer, and with Shift; degrees. */
const STEP = { near: 5, far: 30 } as const;
/** A drag takes the thing along, and not the viewer; degrees a pixel. */
const DRAGGED = 0.4;

/** The ways of keys: the viewer goes to the right around it, and up. */
const WAYS: Readonly<Record<string, SceneView>> = {
  ArrowLeft: { around: -1, higher: 0 },
  ArrowRight: { around: 1, higher: 0 },
  ArrowUp: { around: 0, higher: 1 },
  ArrowDown: { around: 0, higher: -1 },
};

function moved(from: SceneView, around: number, higher: number): SceneView {
  const turn = (from.around + around) % 360;
  return {
    around: turn < 0 ? turn + 360 : turn,
    higher: Math.max(-STEEPEST, Math.min(STEEPEST, from.higher + higher)),
  };
}

/** @param right,down of the pointer, pixels */
export function dragged(from: SceneView, right: number, down: number): SceneView {
  return moved(from, -DRAGGED * right, DRAGGED * down);
}

/** @returns undefined for a key that turns nothing */
export function keyed(from: SceneView, { key, shiftKey }: { key: string; shiftKey: boolean }) {
  if (key === 'Home') return FRONT;
  const way = WAYS[key];
  const step = shiftKey ? STEP.far : STEP.near;
  return way && moved(from, step * way.around, step * way.higher);
}
