/** Kernels of the canvas: how a picture lies in the viewport. Pure; lengths in CSS pixels unless said otherwise. */
export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

/** Picture pixel p is drawn at `x + p * scale`: scale is CSS pixels per picture pixel. */
export interface View extends Point {
  scale: number;
}

export const MARGIN = 28;
/** How far a picture may be magnified: CSS pixels per picture pixel. */
const LARGEST_SCALE = 32;
const SMALLEST_SHARE = 0.25;

/** The whole picture, centred, with a margin; small pictures are enlarged too, so that there is something to see. */
export function fitView(viewport: Size, picture: Size): View {
  const free = (length: number) => Math.max(1, length - 2 * MARGIN);
  const scale = Math.min(free(viewport.width) / picture.width, free(viewport.height) / picture.height);
  return centred(viewport, picture, scale);
}

/** The viewport full of picture, without a margin; what does not fit is outside. */
export function fillView(viewport: Size, picture: Size): View {
  return centred(
    viewport,
    picture,
    Math.max(viewport.width / picture.width, viewport.height / picture.height),
  );
}

/** A part of the picture in the middle of the viewport: all of it, but at least so large. */
export function partView(part: Point & Size, viewport: Size, least: number): View {
  const scale = Math.max(least, Math.min(viewport.width / part.width, viewport.height / part.height));
  const middle = centreOf(viewport);
  return {
    scale,
    x: middle.x - (part.x + part.width / 2) * scale,
    y: middle.y - (part.y + part.height / 2) * scale,
  };
}

/** A part in shares 0..1 as the pixels that it touches; undefined where it touches none. */
export function wholePixels(part: Point & Size, { width, height }: Size): (Point & Size) | undefined {
  const x = Math.max(0, Math.floor(part.x * width));
  const y = Math.max(0, Math.floor(part.y * height));
  const right = Math.min(width, Math.ceil((part.x + part.width) * width));
  const bottom = Math.min(height, Math.ceil((part.y + part.height) * height));
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : undefined;
}

function centred(viewport: Size, picture: Size, scale: number): View {
  return {
    scale,
    x: (viewport.width - picture.width * scale) / 2,
    y: (viewport.height - picture.height * scale) / 2,
  };
}

/** Scales so that the picture point under `at` stays under it. */
export function zoomAt(view: View, scale: number, at: Point): View {
  const ratio = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio };
}

/** Keeps the scale in bounds, a picture smaller than the viewport centred, and a larger one without gaps. */
export function clamp(view: View, viewport: Size, picture: Size): View {
  const least = Math.min(1, fitView(viewport, picture).scale * SMALLEST_SHARE);
  const scale = Math.min(LARGEST_SCALE, Math.max(least, view.scale));
  const kept = scale === view.scale ? view : zoomAt(view, scale, centreOf(viewport));
  return {
    scale,
    x: clampAxis(kept.x, picture.width * scale, viewport.width),
    y: clampAxis(kept.y, picture.height * scale, viewport.height),
  };
}

function clampAxis(start: number, length: number, room: number): number {
  if (length + 2 * MARGIN <= room) return (room - length) / 2;
  return Math.min(MARGIN, Math.max(room - MARGIN - length, start));
}

export function centreOf({ width, height }: Size): Point {
  return { x: width / 2, y: height / 2 };
}

/** The view that keeps everything where it is when the picture is replaced by one with `ratio` times its pixels. */
export function withPixels(view: View, ratio: number): View {
  return { ...view, scale: view.scale / ratio };
}

/** A stretch of the viewport along one axis. */
export interface Span {
  from: number;
  to: number;
}

/** The part of the viewport that the picture covers, along one axis. */
export function spanOf(view: View, viewport: Size, picture: Size, axis: 'x' | 'y'): Span {
  const side = axis === 'x' ? 'width' : 'height';
  const from = Math.max(0, view[axis]);
  return { from, to: Math.max(from, Math.min(viewport[side], view[axis] + picture[side] * view.scale)) };
}

/** The middle of what is seen of the picture. */
export function seenCentre(view: View, viewport: Size, picture: Size): Point {
  const middle = (axis: 'x' | 'y') => {
    const { from, to } = spanOf(view, viewport, picture, axis);
    return (from + to) / 2;
  };
  return { x: middle('x'), y: middle('y') };
}

/** Where the divider stands: a share 0..1 of what is seen of the picture, so that it can always be reached. */
export function splitAt(share: number, { from, to }: Span): number {
  return from + share * (to - from);
}

/** The share that puts the divider at `at`. */
export function splitShare(at: number, { from, to }: Span): number {
  const length = to - from;
  return length <= 0 ? 0.5 : Math.min(1, Math.max(0, (at - from) / length));
}

/** Wheel travel to a factor: the same travel back undoes it; a pinch (ctrl) travels less. */
export function wheelFactor(deltaY: number, deltaMode: number, isPinch: boolean): number {
  const pixels = deltaMode === 1 ? deltaY * 16 : deltaMode === 2 ? deltaY * 400 : deltaY;
  return Math.exp(-Math.max(-240, Math.min(240, pixels)) * (isPinch ? 0.01 : 0.0018));
}

/** What a pinch does when one of two fingers moves: how much nearer, and where their middle goes. */
export function pinched(
  from: Point,
  to: Point,
  other: Point,
): { factor: number; dx: number; dy: number; middle: Point } {
  const apart = (finger: Point) => Math.max(1, Math.hypot(finger.x - other.x, finger.y - other.y));
  return {
    factor: apart(to) / apart(from),
    dx: (to.x - from.x) / 2,
    dy: (to.y - from.y) / 2,
    middle: { x: (to.x + other.x) / 2, y: (to.y + other.y) / 2 },
  };
}
