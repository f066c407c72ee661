import type { Display, PixelRect } from '../../contract/views.ts';
import { Disposers } from './disposers.ts';
import type { Draft } from './draft.ts';
import { oncePerFrame } from './frame.ts';
import { listenForGestures } from './gestures.ts';
import { drawParts, smooth } from './layers.ts';
import { seenPart } from './minimap.ts';
import { Shown, type ShownPictures } from './shown.ts';
import {
  centreOf,
  clamp,
  fitView,
  type Point,
  partView,
  type Size,
  type View,
  wholePixels,
  zoomAt,
} from './view.ts';

export interface PaneGridListener {
  /** Another part is in sight; pixels of the picture. */
  seen(part: PixelRect | undefined): void;
  /** Screen pixels for each pixel of the picture; 0: nothing is shown. */
  zoomed(zoom: number): void;
}

interface Pane {
  area: HTMLElement;
  context: CanvasRenderingContext2D;
  /** What lies over the picture in this pane. */
  draftOf(): Draft | undefined;
}

const KEY_ZOOM = 1.25;

/**
 * The same part of one picture in several panes of one size, each with a result of its own over it. One view moves all
 * of them; it counts in pixels of the picture, so results of any scale lie over each other.
 */
export class PaneGrid {
  readonly #panes = new Set<Pane>();
  readonly #disposers = new Disposers();
  readonly #frame = oncePerFrame(() => this.#draw());
  readonly #observer = new ResizeObserver(() => this.#resized());
  #shown: Shown | undefined;
  #view: View = { x: 0, y: 0, scale: 1 };
  #viewport: Size = { width: 0, height: 0 };
  /** Where to begin, as long as there was no pane to do so in. */
  #first: { part: PixelRect | undefined; zoom: number } | undefined;
  #isOriginal = false;

  constructor(
    private readonly display: Display,
    private readonly listener: PaneGridListener,
  ) {
    this.#disposers.add(() => this.#shown?.dispose());
    this.#disposers.add(() => this.#frame.cancel());
    this.#disposers.add(() => this.#observer.disconnect());
  }

  /**
   * Shows another picture.
   * @param part to begin with, pixels; all of it where left out
   * @param zoom screen pixels for each pixel of the picture: at least so near
   */
  show(pictures: ShownPictures | undefined, part: PixelRect | undefined, zoom: number): void {
    this.#shown?.dispose();
    this.#shown = pictures && new Shown(pictures, () => this.redraw());
    this.#first = { part, zoom };
    this.redraw();
  }

  /** A pane in an element that somebody else owns; returns how to take it away. */
  mount(area: HTMLElement, draftOf: () => Draft | undefined): () => void {
    const canvas = document.createElement('canvas');
    const colorSpace = this.display === 'p3' ? 'display-p3' : 'srgb';
    area.append(canvas);
    const pane: Pane = { area, context: canvas.getContext('2d', { colorSpace })!, draftOf };
    const disposers = new Disposers();
    disposers.add(() => canvas.remove());
    listenForGestures(
      area,
      {
        isOnDivider: () => false,
        moveDivider: () => {},
        pointAt: () => {},
        panBy: (dx, dy) => this.#setView({ ...this.#view, x: this.#view.x + dx, y: this.#view.y + dy }),
        zoomBy: (factor, at) => this.#zoom(this.#view.scale * factor, at),
        toggleActual: (at) => this.#zoom(1 / devicePixelRatio, at),
      },
      disposers,
    );
    this.#panes.add(pane);
    this.#observer.observe(area, { box: 'device-pixel-content-box' });
    this.redraw();
    return () => {
      this.#panes.delete(pane);
      this.#observer.unobserve(area);
      disposers.dispose();
    };
  }

  /** All panes show the picture itself. */
  showOriginal(isOriginal: boolean): void {
    this.#isOriginal = isOriginal;
    this.redraw();
  }

  redraw(): void {
    this.#frame.ask();
  }

  fit(): void {
    if (this.#shown) this.#setView(fitView(this.#viewport, this.#shown.content));
  }

  /** @param zoom screen pixels for each picture pixel: 1 is "actual pixels" */
  zoomTo(zoom: number): void {
    this.#zoom(zoom / devicePixelRatio, centreOf(this.#viewport));
  }

  zoomStep(direction: 1 | -1): void {
    this.#zoom(this.#view.scale * KEY_ZOOM ** direction, centreOf(this.#viewport));
  }

  dispose(): void {
    this.#disposers.dispose();
  }

  #zoom(scale: number, at: Point): void {
    this.#setView(zoomAt(this.#view, scale, at));
  }

  #setView(view: View): void {
    if (this.#shown) this.#view = clamp(view, this.#viewport, this.#shown.content);
    this.redraw();
  }

  /** What is in the middle stays there. */
  #resized(): void {
    const [pane] = this.#panes;
    const { clientWidth: width = 0, clientHeight: height = 0 } = pane?.area ?? {};
    const { x, y, scale } = this.#view;
    const moved = { x: x + (width - this.#viewport.width) / 2, y: y + (height - this.#viewport.height) / 2 };
    this.#viewport = { width, height };
    this.#setView({ ...moved, scale });
  }

  #begin(): void {
    if (!this.#first || !this.#shown || this.#viewport.width === 0) return;
    const { width, height } = this.#shown.content;
    const part = this.#first.part ?? { x: 0, y: 0, width, height };
    const least = this.#first.zoom / devicePixelRatio;
    this.#view = clamp(partView(part, this.#viewport, least), this.#viewport, { width, height });
    this.#first = undefined;
  }

  #draw(): void {
    this.#begin();
    const isShown = this.#shown !== undefined && this.#first === undefined;
    const seen = isShown ? seenPart(this.#view, this.#viewport, this.#shown!.content) : undefined;
    const zoom = this.#view.scale * devicePixelRatio;
    const picture = seen ? this.#shown!.parts(seen, zoom).before : [];
    for (const pane of this.#panes) this.#drawPane(pane, picture);
    this.listener.zoomed(isShown ? zoom : 0);
    this.listener.seen(seen && wholePixels(seen, this.#shown!.content));
  }

  #drawPane({ area, context, draftOf }: Pane, picture: ReturnType<Shown['parts']>['before']): void {
    const { canvas } = context;
    const [width, height] = [area.clientWidth, area.clientHeight].map((side) =>
      Math.round(side * devicePixelRatio),
    ) as [number, number];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    if (!this.#shown || picture.length === 0) return;
    context.scale(devicePixelRatio, devicePixelRatio);
    const { content } = this.#shown;
    const draft = this.#isOriginal ? undefined : draftOf();
    const { x, y, scale } = this.#view;
    // Pixels are shown as they are from some size on: those of what lies on top.
    smooth(context, draft ? (scale * content.width) / draft.size.width : scale);
    const onPixel = (at: number) => Math.round(at * devicePixelRatio) / devicePixelRatio;
    const box = {
      x: onPixel(x),
      y: onPixel(y),
      width: content.width * scale,
      height: content.height * scale,
    };
    drawParts(context, [...picture, ...(draft?.parts() ?? [])], box, 0);
  }
}
