import { BLEND_NAMES, type BlendMode } from '../../contract/blend.ts';
import type { Drawable } from './parts.ts';

/** A layer as a canvas needs it. */
export interface StackLayer {
  /** The picture, painted. */
  readonly image: Drawable;
  /** Over the whole picture: only where it is opaque is the layer seen. */
  readonly mask: HTMLCanvasElement | undefined;
  /** 0..1. */
  readonly opacity: number;
  readonly blend: BlendMode;
}

/**
 * Draws layers over a picture, the lowest first, as the engine lays them over each other: both go by W3C Compositing
 * and Blending Level 1. All that is drawn is brought to the size of `target`.
 */
export class Stack {
  readonly #target = document.createElement('canvas').getContext('2d')!;
  readonly #aside = document.createElement('canvas').getContext('2d')!;

  /** Drawn anew with each `draw`. */
  get canvas(): HTMLCanvasElement {
    return this.#target.canvas;
  }

  draw(
    original: Drawable,
    layers: readonly StackLayer[],
    { width, height }: { width: number; height: number },
  ): void {
    const target = this.#target;
    for (const { canvas } of [target, this.#aside])
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    target.globalCompositeOperation = 'source-over';
    target.globalAlpha = 1;
    target.drawImage(original, 0, 0, width, height);
    for (const { image, mask, opacity, blend } of layers) {
      target.globalAlpha = opacity;
      target.globalCompositeOperation = BLEND_NAMES[blend].canvas as GlobalCompositeOperation;
      target.drawImage(mask ? this.#masked(image, mask) : image, 0, 0, width, height);
    }
  }

  #masked(image: Drawable, mask: HTMLCanvasElement): HTMLCanvasElement {
    const { width, height } = this.canvas;
    const aside = this.#aside;
    aside.globalCompositeOperation = 'copy';
    aside.drawImage(image, 0, 0, width, height);
    aside.globalCompositeOperation = 'destination-in';
    aside.drawImage(mask, 0, 0, width, height);
    return aside.canvas;
  }
}
