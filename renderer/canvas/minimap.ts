import { Disposers } from './disposers.ts';
import { type Drawable, pixelsOf } from './parts.ts';
import { centreOf, type Point, type Size, spanOf, type View } from './view.ts';

/** The largest it gets, CSS pixels. */
const LARGEST: Size = { width: 160, height: 120 };

export interface Part extends Point, Size {}

/** The part of the picture that is seen, as shares 0..1 of its width and height. */
export function seenPart(view: View, viewport: Size, content: Size): Part {
  const along = (axis: 'x' | 'y', length: number) => {
    const { from, to } = spanOf(view, viewport, content, axis);
    const whole = length * view.scale;
    return { start: (from - view[axis]) / whole, share: (to - from) / whole };
  };
  const [x, y] = [along('x', content.width), along('y', content.height)];
  return { x: x.start, y: y.start, width: x.share, height: y.share };
}

/** The view that has the point at these shares of the picture in its middle. */
export function viewAround(at: Point, view: View, viewport: Size, content: Size): View {
  const middle = centreOf(viewport);
  return {
    scale: view.scale,
    x: middle.x - at.x * content.width * view.scale,
    y: middle.y - at.y * content.height * view.scale,
  };
}

/** The whole picture, small, with a frame around what is seen of it: pressed or dragged, it moves the view. */
export class Minimap {
  readonly #element = document.createElement('div');
  readonly #canvas = document.createElement('canvas');
  readonly #frame = document.createElement('div');
  readonly #disposers = new Disposers();
  #image: Drawable | undefined;

  constructor(
    parent: HTMLElement,
    /** Shares 0..1 of the picture. */
    private readonly moved: (to: Point) => void,
  ) {
    this.#element.className = 'minimap';
    // The arrow keys of the canvas do the same.
    this.#element.setAttribute('aria-hidden', 'true');
    this.#frame.className = 'minimap-frame';
    this.#element.append(this.#canvas, this.#frame);
    parent.append(this.#element);
    this.#disposers.add(() => this.#element.remove());
    this.#listen();
  }

  /** @param seen undefined: all of the picture is seen, or there is none */
  place(seen: Part | undefined, image: Drawable | undefined): void {
    const isShown = seen !== undefined && image !== undefined;
    this.#element.hidden = !isShown;
    if (!isShown) return;
    if (image !== this.#image) this.#paint(image);
    const { style } = this.#frame;
    const percent = (share: number) => `${(share * 100).toFixed(2)}%`;
    style.left = percent(seen.x);
    style.top = percent(seen.y);
    style.width = percent(seen.width);
    style.height = percent(seen.height);
  }

  dispose(): void {
    this.#disposers.dispose();
  }

  #paint(image: Drawable): void {
    this.#image = image;
    const { width: naturalWidth, height: naturalHeight } = pixelsOf(image);
    const scale = Math.min(LARGEST.width / naturalWidth, LARGEST.height / naturalHeight);
    const width = Math.max(8, Math.round(naturalWidth * scale));
    const height = Math.max(8, Math.round(naturalHeight * scale));
    const canvas = this.#canvas;
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const context = canvas.getContext('2d');
    if (!context) return;
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
  }

  #listen(): void {
    const element = this.#element;
    const move = (event: PointerEvent) => {
      const box = this.#canvas.getBoundingClientRect();
      this.moved({ x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height });
    };
    this.#disposers.listen(element, 'pointerdown', (event) => {
      // The canvas below would take it for a drag of the picture.
      event.stopPropagation();
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      move(event);
    });
    this.#disposers.listen(element, 'pointermove', (event) => {
      event.stopPropagation();
      if (element.hasPointerCapture(event.pointerId)) move(event);
    });
    this.#disposers.listen(element, 'dblclick', (event) => event.stopPropagation());
  }
}
