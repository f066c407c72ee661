import type { PenMark } from './layers.ts';
import type { PenPoint } from './mask/brush.ts';
import type { Drawable } from './parts.ts';
import type { Point, Size, View } from './view.ts';

/** What paints on the picture. Points are shares 0..1 of it. */
export interface Painter {
  readonly isPressed: boolean;
  /** Of its tip, a share of the picture's longer side; 0: it has no size. */
  readonly radius: number;
  /** What it has drawn besides the mask. */
  readonly path: readonly Point[];
  /** What it paints, where that is shown. */
  readonly mask: Drawable | undefined;
  /** @param isOpposite takes away with what adds */
  press(at: PenPoint, isOpposite: boolean): void;
  drag(points: readonly PenPoint[]): void;
  release(): void;
  cancel(): void;
}

/** Of an arrow key, shares of the picture's longer side; with Shift so many times as far. */
const KEY_STEP = 0.01;
const FAR = 5;

/** How the picture lies on the canvas now. */
export interface Lying {
  readonly view: View;
  readonly content: Size;
}

/** The tip of a painter: pointer and arrow keys move it, and it is drawn where it is. */
export class Pen {
  painter: Painter | undefined;
  /** Shares of the picture; undefined: elsewhere. */
  #at: Point | undefined;

  /** @returns whether a stroke was begun */
  press(at: Point, pressure: number, isOpposite: boolean, lying: Lying): boolean {
    if (!this.painter) return false;
    this.#at = shareOf(at, lying);
    this.painter.press({ ...this.#at, pressure }, isOpposite);
    return true;
  }

  drag(points: readonly { at: Point; pressure: number }[], lying: Lying): void {
    const all = points.map(({ at, pressure }) => ({ ...shareOf(at, lying), pressure }));
    this.#at = all.at(-1) ?? this.#at;
    this.painter?.drag(all);
  }

  hover(at: Point | undefined, lying: Lying): void {
    if (!this.painter?.isPressed) this.#at = at && shareOf(at, lying);
  }

  release(): void {
    this.painter?.release();
  }

  /** @returns whether there was a stroke to give up */
  cancel(): boolean {
    if (!this.painter?.isPressed) return false;
    this.painter.cancel();
    return true;
  }

  /** By keys: it begins in the middle of what is seen. @param from where it begins, on the canvas */
  move(dx: number, dy: number, isFar: boolean, from: Point, { view, content }: Lying): void {
    const step = KEY_STEP * (isFar ? FAR : 1) * Math.max(content.width, content.height);
    const now = this.#at ?? shareOf(from, { view, content });
    const within = (value: number) => Math.min(1, Math.max(0, value));
    this.#at = {
      x: within(now.x + (dx * step) / content.width),
      y: within(now.y + (dy * step) / content.height),
    };
    if (this.painter?.isPressed) this.painter.drag([{ ...this.#at, pressure: 1 }]);
  }

  /** By keys: presses where it is, or ends the stroke. */
  toggle(isOpposite: boolean, from: Point, lying: Lying): void {
    const { painter } = this;
    this.#at ??= shareOf(from, lying);
    if (painter?.isPressed) painter.release();
    else painter?.press({ ...this.#at, pressure: 1 }, isOpposite);
  }

  mark({ view, content }: Lying): PenMark | undefined {
    const { painter } = this;
    if (!painter) return undefined;
    const place = ({ x, y }: Point) => ({
      x: view.x + x * content.width * view.scale,
      y: view.y + y * content.height * view.scale,
    });
    const radius = painter.radius * Math.max(content.width, content.height) * view.scale;
    return { tip: this.#at && { ...place(this.#at), radius }, path: painter.path.map(place) };
  }
}

function shareOf({ x, y }: Point, { view, content }: Lying): Point {
  return {
    x: (x - view.x) / view.scale / content.width,
    y: (y - view.y) / view.scale / content.height,
  };
}
