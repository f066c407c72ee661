import { type Part, partAt, pixelsOf } from './parts.ts';
import type { Point, Size, View } from './view.ts';

/** The pixel under the pointer. */
export interface Readout extends Point {
  /** 0..255, red, green, blue, alpha; undefined where there is no such picture. */
  before: Colour | undefined;
  after: Colour | undefined;
}
export type Colour = readonly [number, number, number, number];

/** The picture's pixel under a point of the canvas; undefined beside the picture. */
export function pixelAt(at: Point, view: View, content: Size): Point | undefined {
  const x = Math.floor((at.x - view.x) / view.scale);
  const y = Math.floor((at.y - view.y) / view.scale);
  return x >= 0 && y >= 0 && x < content.width && y < content.height ? { x, y } : undefined;
}

/** Reads single pixels of pictures, as sRGB. */
export class Probe {
  readonly #context: CanvasRenderingContext2D | null;

  constructor() {
    const canvas = document.createElement('canvas');
    canvas.width = 1;
    canvas.height = 1;
    this.#context = canvas.getContext('2d', { willReadFrequently: true });
  }

  /** The colour at a pixel of a picture that large; what is shown of it may hold fewer pixels. */
  read(parts: readonly Part[], { x, y }: Point, content: Size): Colour | undefined {
    const context = this.#context;
    // The middle of the pixel decides where the two are not of one size.
    const at = { x: (x + 0.5) / content.width, y: (y + 0.5) / content.height };
    const part = partAt(parts, at);
    if (!context || !part) return undefined;
    const { image } = part;
    const pixels = pixelsOf(image);
    const left = Math.floor(((at.x - part.x) / part.width) * pixels.width);
    const top = Math.floor(((at.y - part.y) / part.height) * pixels.height);
    context.clearRect(0, 0, 1, 1);
    context.drawImage(image, left, top, 1, 1, 0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha];
  }
}
