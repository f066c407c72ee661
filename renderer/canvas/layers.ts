import Konva from 'konva';
import type { Display } from '../../contract/views.ts';
import type { ComparePlan, Pane, Rect } from './compare.ts';
import type { Drawable, Part } from './parts.ts';
import type { Point } from './view.ts';

/** From this many screen pixels for a picture's pixel on, pixels are shown as they are. */
const PIXELS_SHOWN_FROM = 4;

/** From this many CSS pixels for a picture's pixel on, the pixels are outlined. */
const GRID_FROM = 12;

export interface Drawing {
  /** Where the whole picture lies on the canvas. */
  box: Rect;
  before: readonly Part[];
  after: readonly Part[];
  /** Shows the difference of the two, this many times brighter. */
  gain: number | undefined;
  /** CSS pixels for each picture pixel. */
  scale: number;
  /** A mask that is shown over both. */
  mask: Drawable | undefined;
  /** The tip of what paints, and what it has drawn besides, CSS pixels of the canvas. */
  pen: PenMark | undefined;
}

export interface PenMark {
  tip: (Point & { radius: number }) | undefined;
  path: readonly Point[];
}

/** How far a mask that is shown covers the picture. */
const MASK_OPACITY = 0.45;
/** The tip of a tool without a size. */
const CROSS = 6;

/** A picture in parts behind a clip. */
class Clipped {
  readonly group = new Konva.Group();
  readonly shape = new Konva.Shape();

  constructor() {
    this.group.add(this.shape);
  }

  draw(pane: Pane | undefined, draw: (context: CanvasRenderingContext2D, shift: number) => void): void {
    this.group.visible(pane !== undefined);
    if (pane) this.shape.sceneFunc((context) => draw(context._context, pane.shift));
  }
}

/** The Konva nodes of a comparison; draws what a plan says. */
export class Layers {
  readonly #layer: Konva.Layer;
  readonly #before = new Clipped();
  readonly #after = new Clipped();
  readonly #grid = new Konva.Shape({ stroke: '#808080', strokeWidth: 1, opacity: 0.3 });
  readonly #line = new Konva.Rect({ fill: '#ffffff' });
  readonly #ring = new Konva.Circle({ stroke: '#ffffff', strokeWidth: 2 });
  readonly #mask = new Konva.Shape({ opacity: MASK_OPACITY });
  readonly #pen = new Konva.Shape({ strokeWidth: 1 });
  /** Where the after is put together before its difference is taken: its parts lie over each other. */
  readonly #aside: CanvasRenderingContext2D;

  constructor(
    private readonly stage: Konva.Stage,
    display: Display,
  ) {
    const colorSpace = display === 'p3' ? 'display-p3' : 'srgb';
    this.#aside = document.createElement('canvas').getContext('2d', { colorSpace })!;
    this.#layer = inColours(colorSpace, () => new Konva.Layer({ listening: false }));
    // Order is z-order; the lens lifts before above after.
    this.#layer.add(
      this.#before.group,
      this.#after.group,
      this.#mask,
      this.#grid,
      this.#line,
      this.#ring,
      this.#pen,
    );
    stage.add(this.#layer);
  }

  draw(plan: ComparePlan, drawing: Drawing): void {
    const { box, before, after, gain, scale } = drawing;
    const { lens, divider } = plan;
    this.#before.draw(plan.before, (context, shift) => this.#drawParts(context, before, box, shift, scale));
    this.#after.draw(plan.after, (context, shift) => {
      if (gain === undefined) this.#drawParts(context, after, box, shift, scale);
      else this.#drawDifference(context, after, box, scale);
    });
    this.#before.group.clipFunc((context) => {
      if (lens) context.arc(lens.x, lens.y, lens.radius, 0, 2 * Math.PI);
      else clipTo(context, plan.before);
    });
    this.#after.group.clipFunc((context) => clipTo(context, plan.after));
    this.#before.group.zIndex(lens ? 1 : 0);
    this.#after.shape.globalCompositeOperation(gain === undefined ? 'source-over' : 'difference');
    this.#ring.setAttrs({ visible: lens !== undefined, ...lens });
    this.#drawLine(divider, box);
    this.#drawMask([plan.before, plan.after], box, drawing.mask);
    this.#drawPen(drawing.pen);
    this.#drawGrid([plan.before, plan.after], box, gain === undefined ? scale : 0);
    const canvas = this.#layer.getNativeCanvasElement();
    canvas.style.filter = gain === undefined ? '' : `brightness(${gain})`;
    const context = canvas.getContext('2d');
    if (context) smooth(context, scale);
    this.#layer.draw();
  }

  /** Konva asks for the screen's pixels once, at the start; returns how many times finer they are than they were. */
  fitPixels(): number {
    const canvas = this.#layer.getCanvas();
    const finer = devicePixelRatio / canvas.getPixelRatio();
    if (finer !== 1) canvas.setPixelRatio(devicePixelRatio);
    return finer;
  }

  /** Parts with a mask lie over the others: they are put together aside. */
  #drawParts(
    context: CanvasRenderingContext2D,
    parts: readonly Part[],
    box: Rect,
    shift: number,
    scale: number,
  ): void {
    const masked = parts.filter(({ mask }) => mask);
    drawParts(context, masked.length > 0 ? parts.filter(({ mask }) => !mask) : parts, box, shift);
    const mask = masked[0]?.mask;
    if (!mask) return;
    const aside = this.#clearAside(scale);
    drawParts(aside, masked, box, shift);
    aside.globalCompositeOperation = 'destination-in';
    aside.drawImage(mask, box.x + shift, box.y, box.width, box.height);
    this.#drawAside(context);
  }

  #drawDifference(context: CanvasRenderingContext2D, after: readonly Part[], box: Rect, scale: number): void {
    const aside = this.#clearAside(scale);
    drawParts(aside, after, box, 0);
    this.#drawAside(context);
  }

  #clearAside(scale: number): CanvasRenderingContext2D {
    const { width, height } = this.stage.size();
    const aside = this.#aside;
    aside.canvas.width = Math.round(width * devicePixelRatio);
    aside.canvas.height = Math.round(height * devicePixelRatio);
    aside.scale(devicePixelRatio, devicePixelRatio);
    smooth(aside, scale);
    return aside;
  }

  #drawAside(context: CanvasRenderingContext2D): void {
    const { width, height } = this.stage.size();
    context.drawImage(this.#aside.canvas, 0, 0, width, height);
  }

  #drawMask(panes: readonly (Pane | undefined)[], box: Rect, mask: Drawable | undefined): void {
    this.#mask.visible(mask !== undefined);
    if (!mask) return;
    this.#mask.sceneFunc(({ _context: context }) => {
      for (const pane of new Set(panes)) {
        if (!pane) continue;
        context.save();
        context.beginPath();
        context.rect(pane.clip.x, pane.clip.y, pane.clip.width, pane.clip.height);
        context.clip();
        context.drawImage(mask, box.x + pane.shift, box.y, box.width, box.height);
        context.restore();
      }
    });
  }

  /** Light on dark: it is to be seen on any picture. */
  #drawPen(pen: PenMark | undefined): void {
    this.#pen.visible(pen !== undefined);
    this.#pen.sceneFunc(({ _context: context }) => {
      const outline = new Path2D();
      const { tip, path = [] } = pen ?? {};
      for (const [index, { x, y }] of path.entries())
        index === 0 ? outline.moveTo(x, y) : outline.lineTo(x, y);
      if (tip && tip.radius > 0) {
        outline.moveTo(tip.x + tip.radius, tip.y);
        outline.arc(tip.x, tip.y, tip.radius, 0, 2 * Math.PI);
      } else if (tip) {
        outline.moveTo(tip.x - CROSS, tip.y);
        outline.lineTo(tip.x + CROSS, tip.y);
        outline.moveTo(tip.x, tip.y - CROSS);
        outline.lineTo(tip.x, tip.y + CROSS);
      }
      for (const [style, width] of [
        ['#000000', 3],
        ['#ffffff', 1.25],
      ] as const) {
        context.strokeStyle = style;
        context.lineWidth = width;
        context.stroke(outline);
      }
    });
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
}

/** Konva makes canvases whose numbers are sRGB; a context that is there already keeps the colours it was asked for. */
function inColours<T>(colorSpace: PredefinedColorSpace, make: () => T): T {
  const usual = Konva.Util.createCanvasElement;
  Konva.Util.createCanvasElement = () => {
    const canvas = usual.call(Konva.Util);
    canvas.getContext('2d', { colorSpace });
    return canvas;
  };
  try {
    return make();
  } finally {
    Konva.Util.createCanvasElement = usual;
  }
}

export function smooth(context: CanvasRenderingContext2D, scale: number): void {
  context.imageSmoothingEnabled = scale * devicePixelRatio < PIXELS_SHOWN_FROM;
  context.imageSmoothingQuality = 'high';
}

/** Parts reach a little over each other (EDGE), so each may lie where it lies: no seam shows between two of them. */
export function drawParts(
  context: CanvasRenderingContext2D,
  parts: readonly Part[],
  box: Rect,
  shift: number,
): void {
  const usual = context.globalAlpha;
  for (const { image, x, y, width, height, opacity = 1 } of parts) {
    context.globalAlpha = usual * opacity;
    context.drawImage(
      image,
      box.x + shift + x * box.width,
      box.y + y * box.height,
      width * box.width,
      height * box.height,
    );
  }
  context.globalAlpha = usual;
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
