import type { PixelRect } from '../../contract/views.ts';
import type { Drawable, Part } from './parts.ts';
import type { Size } from './view.ts';

/** A result that is being made: pieces of it lie over the source. */
export class Draft {
  readonly #pieces = new Map<string, Part>();

  constructor(
    /** What it is called on the canvas. */
    readonly word: string,
    /** Pixels of the result. */
    readonly size: Size,
  ) {}

  /** @param opacity how much of it goes over the source */
  add(key: string, image: Drawable, { x, y, width, height }: PixelRect, opacity = 1): void {
    const { size } = this;
    this.#pieces.delete(key);
    this.#pieces.set(key, {
      image,
      opacity,
      x: x / size.width,
      y: y / size.height,
      width: width / size.width,
      height: height / size.height,
    });
  }

  parts(): Part[] {
    return [...this.#pieces.values()];
  }
}
