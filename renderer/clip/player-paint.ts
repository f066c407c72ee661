import type { Translate } from '../../contract/words/words.ts';
import { Disposers } from '../canvas/disposers.ts';
import { Divider } from '../canvas/divider.ts';
import { Tags } from '../canvas/tags.ts';
import type { Size } from '../canvas/view.ts';
import type { Box, Panes } from './panes.ts';

/** What is to be seen. */
export interface Scene {
  panes: Panes;
  source: ImageBitmap | undefined;
  result: ImageBitmap | undefined;
  tags: { source: string | undefined; result: string | undefined };
}

/** A press this near the line takes hold of it, CSS pixels. */
const GRIP = 12;

/** The canvas of the player, its labels and its divider. */
export class Painter {
  readonly #canvas = document.createElement('canvas');
  readonly #context = this.#canvas.getContext('2d');
  readonly #disposers = new Disposers();
  readonly #tags: Tags;
  readonly #divider: Divider;
  #share = 0.5;
  #divided: Box | undefined;

  constructor(
    private readonly area: HTMLElement,
    t: Translate,
    /** It has another size, or the divider was moved. */
    private readonly changed: () => void,
  ) {
    const canvas = this.#canvas;
    area.prepend(canvas);
    this.#disposers.add(() => canvas.remove());
    this.#tags = new Tags(area);
    this.#disposers.add(() => this.#tags.dispose());
    this.#divider = new Divider(area, t, (share) => this.#setShare(share));
    this.#disposers.add(() => this.#divider.dispose());
    const observer = new ResizeObserver(() => this.#fit());
    observer.observe(area, { box: 'device-pixel-content-box' });
    this.#disposers.add(() => observer.disconnect());
    this.#listen();
    this.#fit();
  }

  /** Device pixels. */
  get size(): Size {
    return { width: this.#canvas.width, height: this.#canvas.height };
  }

  paint({ panes, source, result, tags }: Scene): void {
    const context = this.#context;
    if (!context) return;
    const { width, height } = this.#canvas;
    context.clearRect(0, 0, width, height);
    context.imageSmoothingQuality = 'high';
    if (panes.source && source) draw(context, source, panes.source);
    this.#divided = panes.isDivided ? panes.result : undefined;
    if (panes.result && result) {
      context.save();
      if (panes.isDivided) {
        const { x, y, width, height } = panes.result;
        const from = Math.round(width * this.#share);
        context.beginPath();
        context.rect(x + from, y, width - from, height);
        context.clip();
      }
      draw(context, result, panes.result);
      context.restore();
    }
    if (this.#divided) this.#drawLine(context, this.#divided);
    this.#place(panes, tags);
  }

  dispose(): void {
    this.#disposers.dispose();
  }

  #drawLine(context: CanvasRenderingContext2D, { x, y, width, height }: Box): void {
    const at = x + Math.round(width * this.#share);
    // White on dark and dark on white: a hairline of each.
    context.fillStyle = 'rgb(0 0 0 / 0.5)';
    context.fillRect(at - devicePixelRatio, y, 2 * devicePixelRatio + 1, height);
    context.fillStyle = '#ffffff';
    context.fillRect(at, y, Math.max(1, Math.round(devicePixelRatio)), height);
  }

  #place({ source, result }: Panes, tags: Scene['tags']): void {
    const css = 1 / devicePixelRatio;
    const left = source ?? result;
    const right = result ?? source;
    if (!left || !right) return;
    this.#tags.place(
      { before: source && tags.source, after: result && tags.result },
      {
        left: left.x * css,
        right: (right.x + right.width) * css,
        beforeTop: left.y * css,
        afterTop: right.y * css,
      },
      this.area.clientWidth,
    );
    const box = this.#divided;
    const at = box && {
      axis: 'x' as const,
      x: (box.x + box.width * this.#share) * css,
      y: (box.y + box.height / 2) * css,
    };
    this.#divider.place(at, this.#share);
  }

  #setShare(share: number): void {
    this.#share = Math.min(1, Math.max(0, share));
    this.changed();
  }

  #fit(): void {
    const { clientWidth, clientHeight } = this.area;
    const canvas = this.#canvas;
    const width = Math.max(1, Math.round(clientWidth * devicePixelRatio));
    const height = Math.max(1, Math.round(clientHeight * devicePixelRatio));
    // Setting either clears it.
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    this.changed();
  }

  #listen(): void {
    const { area } = this;
    let dragged: number | undefined;
    const shareAt = ({ clientX }: MouseEvent): number | undefined => {
      const box = this.#divided;
      if (!box) return undefined;
      const x = (clientX - area.getBoundingClientRect().left) * devicePixelRatio;
      return (x - box.x) / box.width;
    };
    const isOnLine = (event: MouseEvent): boolean => {
      const share = shareAt(event);
      const box = this.#divided;
      if (share === undefined || !box) return false;
      return Math.abs(share - this.#share) * box.width <= GRIP * devicePixelRatio;
    };
    this.#disposers.listen(area, 'pointerdown', (event) => {
      if (event.button !== 0 || !isOnLine(event)) return;
      dragged = event.pointerId;
      area.setPointerCapture(event.pointerId);
    });
    this.#disposers.listen(area, 'pointermove', (event) => {
      area.dataset.cursor = dragged !== undefined || isOnLine(event) ? 'divider' : 'picture';
      if (dragged !== event.pointerId) return;
      const share = shareAt(event);
      if (share !== undefined) this.#setShare(share);
    });
    const end = (event: PointerEvent) => {
      if (dragged === event.pointerId) dragged = undefined;
    };
    this.#disposers.listen(area, 'pointerup', end);
    this.#disposers.listen(area, 'pointercancel', end);
  }
}

function draw(context: CanvasRenderingContext2D, bitmap: ImageBitmap, { x, y, width, height }: Box): void {
  context.drawImage(bitmap, x, y, width, height);
}
