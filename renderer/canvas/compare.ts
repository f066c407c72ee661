import type { CompareMode } from '../../contract/session.ts';
import { type Point, type Size, seenCentre, spanOf, splitAt, type View } from './view.ts';

/*
 * How before and after share the canvas, as a kernel: the view goes in, a plan of panes comes out. Lengths in CSS
 * pixels of the canvas.
 */

/** How many times a difference may be brightened: most are a few levels of 255. */
export const GAINS = [1, 4, 16] as const;

export interface Rect extends Point, Size {}

/** One of the two pictures in a part of the canvas. */
export interface Pane {
  clip: Rect;
  /** What is added to the view's x: the right one of two panes shows the same part of the picture. */
  shift: number;
}

interface Circle extends Point {
  radius: number;
}

export interface ComparePlan {
  before: Pane | undefined;
  after: Pane | undefined;
  /** Where the divider stands along which axis. */
  divider: { axis: 'x' | 'y'; at: number } | undefined;
  /** Before is seen through it, above after. */
  lens: Circle | undefined;
}

export interface CompareState {
  viewport: Size;
  /** The picture in pixels, as the view counts them. */
  content: Size;
  view: View;
  /** 0..1 of what is seen of the picture. */
  share: number;
  /** Where the pointer is; undefined: elsewhere. */
  pointer: Point | undefined;
}

const LENS_RADIUS = 120;

/** The part of the canvas in which one picture is fitted and moved: two of them lie side by side. */
export function paneSize(mode: CompareMode, viewport: Size): Size {
  return mode === 'side' ? { ...viewport, width: viewport.width / 2 } : viewport;
}

/** A point of the canvas as a point of its pane. */
export function inPane(mode: CompareMode, viewport: Size, at: Point): Point {
  const middle = viewport.width / 2;
  return mode === 'side' && at.x >= middle ? { x: at.x - middle, y: at.y } : at;
}

/** Along which axis that mode is divided; undefined: it has no divider. */
export function dividedAlong(mode: CompareMode): 'x' | 'y' | undefined {
  return mode === 'split' ? 'x' : mode === 'stack' ? 'y' : undefined;
}

export function planCompare(mode: CompareMode, state: CompareState): ComparePlan {
  const { viewport } = state;
  const whole: Pane = { clip: { x: 0, y: 0, ...viewport }, shift: 0 };
  const none = { before: undefined, after: undefined, divider: undefined, lens: undefined };
  switch (mode) {
    case 'before':
      return { ...none, before: whole };
    case 'after':
      return { ...none, after: whole };
    case 'difference':
      return { ...none, before: whole, after: whole };
    case 'lens':
      return { ...none, before: whole, after: whole, lens: lensOf(state) };
    case 'side': {
      const half = paneSize(mode, viewport);
      const right = { x: half.width, y: 0, ...half };
      return {
        ...none,
        before: { clip: { x: 0, y: 0, ...half }, shift: 0 },
        after: { clip: right, shift: half.width },
      };
    }
    case 'split':
    case 'stack': {
      const axis = mode === 'split' ? 'x' : 'y';
      const at = splitAt(state.share, spanOf(state.view, viewport, state.content, axis));
      const [first, second] = cut(viewport, axis, at);
      return {
        ...none,
        before: { clip: first, shift: 0 },
        after: { clip: second, shift: 0 },
        divider: { axis, at },
      };
    }
  }
}

function cut({ width, height }: Size, axis: 'x' | 'y', at: number): [Rect, Rect] {
  return axis === 'x'
    ? [
        { x: 0, y: 0, width: at, height },
        { x: at, y: 0, width: Math.max(0, width - at), height },
      ]
    : [
        { x: 0, y: 0, width, height: at },
        { x: 0, y: at, width, height: Math.max(0, height - at) },
      ];
}

/** Under the pointer; in the middle of what is seen while the pointer is elsewhere, so that keys alone will do. */
function lensOf({ viewport, content, view, pointer }: CompareState): Circle {
  const at = pointer ?? seenCentre(view, viewport, content);
  return { ...at, radius: Math.min(LENS_RADIUS, viewport.width / 4, viewport.height / 4) };
}
