import Konva from 'konva';
import type { ComparePlan, Pane, Rect } from './compare.ts';

/** From this many screen pixels for a picture's pixel on, pixels are shown as they are. */
const PIXELS_SHOWN_FROM = 4;

/** From this many CSS pixels for a picture's pixel on, the pixels are outlined. */
const GRID_FROM = 12;

export interface Drawing {
  /** Where the whole picture lies on the canvas. */
  box: Rect;
  before: HTMLImageElement | undefined;
  after: HTMLImageElement | undefined;
  /** Shows the difference of the two, this many times brighter. */
  gain: number | undefined;
  /** CSS pixels for each picture pixel. */
  scale: number;
}

/** A picture behind a clip. */
class Clipped {
  readonly group = new Konva.Group();
  readonly image = new Konva.Image({ image: undefined });

  constructor() {
    this.group.add(this.image);
  }

  draw(pane: Pane | undefined, image: HTMLImageElement | undefined, box: Rect): void {
    this.group.visible(pane !== undefined && image !== undefined);
    if (pane && image) this.image.setAttrs({ ...box, x: box.x + pane.shift, image });
  }
}

/** The Konva nodes of a comparison; draws what a plan says. */
export class Layers {
  readonly #layer = new Konva.Layer({ listening: false });
  readonly #before = new Clipped();
  readonly #after = new Clipped();
  readonly #grid = new Konva.Shape({ stroke: '#808080', strokeWidth: 1, opacity: 0.3 });
  readonly #line = new Konva.Rect({ fill: '#ffffff' });
  readonly #ring = new Konva.Circle({ stroke: '#ffffff', strokeWidth: 2 });

  constructor(stage: Konva.Stage) {
    // Order is z-order; the lens lifts before above after.
    this.#layer.add(this.#before.group, this.#after.group, this.#grid, this.#line, this.#ring);
    stage.add(this.#layer);
  }

  draw(plan: ComparePlan, { box, before, after, gain, scale }: Drawing): void {
    const { lens, divider } = plan;
    this.#before.draw(plan.before, before, box);
    this.#after.draw(plan.after, after, box);
    this.#before.group.clipFunc((context) => {
      if (lens) context.arc(lens.x, lens.y, lens.radius, 0, 2 * Math.PI);
      else clipTo(context, plan.before);
    });
    this.#after.group.clipFunc((context) => clipTo(context, plan.after));
    this.#before.group.zIndex(lens ? 1 : 0);
    this.#after.image.globalCompositeOperation(gain === undefined ? 'source-over' : 'difference');
    this.#ring.setAttrs({ visible: lens !== undefined, ...lens });
    this.#drawLine(divider, box);
    this.#drawGrid([plan.before, plan.after], box, gain === undefined ? scale : 0);
    const canvas = this.#layer.getNativeCanvasElement();
    canvas.style.filter = gain === undefined ? '' : `brightness(${gain})`;
    this.#smooth(canvas, scale);
    this.#layer.draw();
  }

  #drawLine(divider: ComparePlan['divider'], box: Rect): void {
    const line = this.#line.visible(divider !== undefined);
    if (divider?.axis === 'x')
      line.setAttrs({ x: Math.round(divider.at), y: box.y, width: 1, height: box.height });
    else if (divider) line.setAttrs({ x: box.x, y: Math.round(divider.at), width: box.width, height: 1 });
  }

  #drawGrid(panes: readonly (Pane | undefined)[], box: Rect, scale: number): void {
    this.#grid.visible(scale >= GRID_FROM);
    if (scale < GRID_FROM) return;
    this.#grid.sceneFunc((context, shape) => {
      context.beginPath();
      for (const pane of new Set(panes)) if (pane) outlinePixels(context, pane, box, scale);
      context.strokeShape(shape);
    });
  }

  #smooth(canvas: HTMLCanvasElement, scale: number): void {
    const context = canvas.getContext('2d');
    if (!context) return;
    context.imageSmoothingEnabled = scale * devicePixelRatio < PIXELS_SHOWN_FROM;
    context.imageSmoothingQuality = 'high';
  }
}

function clipTo(context: Konva.Context, pane: Pane | undefined): void {
  if (pane) context.rect(pane.clip.x, pane.clip.y, pane.clip.width, pane.clip.height);
}

/** Lines between the pixels that are seen in a pane. */
function outlinePixels(context: Konva.Context, { clip, shift }: Pane, box: Rect, scale: number): void {
  const left = Math.max(clip.x, box.x + shift);
  const right = Math.min(clip.x + clip.width, box.x + shift + box.width);
  const top = Math.max(clip.y, box.y);
  const bottom = Math.min(clip.y + clip.height, box.y + box.height);
  const first = (edge: number, origin: number) => origin + Math.ceil((edge - origin) / scale) * scale;
  for (let x = first(left, box.x + shift); x <= right; x += scale) {
    context.moveTo(Math.round(x) + 0.5, top);
    context.lineTo(Math.round(x) + 0.5, bottom);
  }
  for (let y = first(top, box.y); y <= bottom; y += scale) {
    context.moveTo(left, Math.round(y) + 0.5);
    context.lineTo(right, Math.round(y) + 0.5);
  }
}
