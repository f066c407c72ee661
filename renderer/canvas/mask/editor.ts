import type { Point, Size } from '../view.ts';
import { type PenPoint, strokeTo } from './brush.ts';
import { gradient } from './gradient.ts';
import { fillOutline } from './lasso.ts';
import { type Area, cover, covered, type Mask, maskSize, plainMask, together } from './mask.ts';
import { allOf, drawMask } from './mask-image.ts';
import { type Pixels, selectColour } from './select-colour.ts';
import { inSlices } from './slices.ts';
import { type BrushState, takesAway } from './tools.ts';

/** A press that is not over yet. */
interface Gesture {
  readonly brush: BrushState;
  readonly towards: 0 | 255;
  /** What there was before. */
  readonly base: Mask;
  readonly coverage: Uint8Array;
  readonly working: Mask;
  readonly path: PenPoint[];
}

export interface EditorOptions {
  /** The picture in the mask's size, for what goes by colours. */
  pixels(size: Size): Pixels;
  /** Something else is to be drawn. */
  drawn(): void;
  /** A gesture is over, and this is what came of it. */
  finished(mask: Mask): void;
}

/**
 * One mask of one picture while it is painted, as a small state machine: pressed, dragged, released or cancelled.
 * Points are shares 0..1 of the picture. What is drawn on the way is this gesture's alone; the mask that it began with
 * is never written to.
 */
export class MaskEditor {
  readonly size: Size;
  /** The mask as an image: tinted, its opacity is the mask. */
  readonly canvas = document.createElement('canvas');
  readonly #context: CanvasRenderingContext2D;
  #mask: Mask | undefined;
  #gesture: Gesture | undefined;

  constructor(
    picture: Size,
    private readonly options: EditorOptions,
  ) {
    this.size = maskSize(picture);
    this.canvas.width = this.size.width;
    this.canvas.height = this.size.height;
    this.#context = this.canvas.getContext('2d')!;
    this.set(undefined);
  }

  /** The mask that is kept; undefined: it applies everywhere. */
  get mask(): Mask | undefined {
    return this.#mask;
  }

  get isPressed(): boolean {
    return this.#gesture !== undefined;
  }

  /** What is drawn of a gesture besides the mask, shares. */
  get path(): readonly Point[] {
    const { brush, path } = this.#gesture ?? {};
    if (!path || !brush || !['lasso', 'gradient'].includes(brush.tool)) return [];
    const { width, height } = this.size;
    return path.map(({ x, y }) => ({ x: x / width, y: y / height }));
  }

  /** Shows another mask; a gesture that goes on is given up. */
  set(mask: Mask | undefined): void {
    this.#gesture = undefined;
    this.#mask = mask;
    drawMask(this.#context, mask ?? plainMask(this.size, 255), allOf(this.size));
    this.options.drawn();
  }

  /** @param isOpposite takes away with what adds, and adds with what takes away */
  press(brush: BrushState, at: PenPoint, isOpposite: boolean): void {
    // One that was released may be at work still.
    if (this.#gesture) return;
    const towards = takesAway(brush.tool, isOpposite) ? 0 : 255;
    // Who begins to add to what applies everywhere wants it to apply there only.
    const base = this.#mask ?? plainMask(this.size, 255 - towards);
    const working = { ...base, data: base.data.slice() };
    const coverage = new Uint8Array(base.data.length);
    this.#gesture = { brush, towards, base, working, coverage, path: [] };
    if (!this.#mask) drawMask(this.#context, base, allOf(base));
    this.drag([at]);
  }

  drag(points: readonly PenPoint[]): void {
    const gesture = this.#gesture;
    if (!gesture) return;
    const { path, brush } = gesture;
    let area: Area | undefined;
    for (const point of points) {
      const at = this.#inMask(point);
      if (brush.tool === 'brush' || brush.tool === 'eraser')
        area = together(area, this.#stroke(gesture, path.at(-1) ?? at, at));
      path.push(at);
      // A gradient is a line from where it began.
      if (brush.tool === 'gradient') path.splice(1, path.length - 2);
    }
    if (brush.tool === 'gradient' && path.length > 1) {
      gesture.coverage.set(gradient(this.size, path[0]!, path[1]!));
      area = allOf(this.size);
    }
    if (area) this.#show(gesture, area);
    this.options.drawn();
  }

  release(): void {
    const gesture = this.#gesture;
    if (gesture) void this.#finish(gesture);
  }

  /** What takes long goes on in slices; until then it counts as pressed, and can be cancelled. */
  async #finish(gesture: Gesture): Promise<void> {
    const coverage = await this.#coverageOf(gesture);
    if (gesture !== this.#gesture) return;
    const mask = covered(gesture.base, coverage, gesture.towards);
    this.set(mask);
    this.options.finished(mask);
  }

  /** Back to what there was. */
  cancel(): void {
    if (this.#gesture) this.set(this.#mask);
  }

  #coverageOf({ brush, path, coverage }: Gesture): Uint8Array | Promise<Uint8Array> {
    const [first] = path;
    switch (brush.tool) {
      case 'brush':
      case 'eraser':
      case 'gradient':
        return coverage;
      case 'lasso':
        return fillOutline(this.size, path);
      case 'colour':
        return first
          ? inSlices(selectColour(this.options.pixels(this.size), first, brush.tolerance, brush.isConnected))
          : coverage;
    }
  }

  #stroke({ brush, coverage }: Gesture, from: PenPoint, to: PenPoint): Area | undefined {
    const { width, height } = this.size;
    const radius = (brush.size * Math.max(width, height)) / 2;
    return strokeTo(coverage, this.size, from, to, { radius, hardness: brush.hardness });
  }

  #inMask({ x, y, pressure }: PenPoint): PenPoint {
    return { x: x * this.size.width, y: y * this.size.height, pressure };
  }

  #show({ working, base, coverage, towards }: Gesture, area: Area): void {
    cover(working.data, base, coverage, towards, area);
    drawMask(this.#context, working, area);
  }
}
