import Konva from 'konva';
import type { PictureView } from '../../contract/views.ts';
import { Disposers } from './disposers.ts';
import { Divider } from './divider.ts';
import { oncePerFrame } from './frame.ts';
import { listenForGestures } from './gestures.ts';
import { Tags, tagText } from './tags.ts';
import {
  centreOf,
  clamp,
  fitView,
  type Point,
  type Size,
  splitShare,
  splitX,
  type View,
  visibleSpan,
  withPixels,
  zoomAt,
} from './view.ts';

export type CompareMode = 'split' | 'before' | 'after';

interface ShownPicture {
  image: HTMLImageElement;
  view: PictureView;
}

/** What is on the canvas; `key` names the source, so that a result joining it leaves the view alone. */
export interface ShownPictures {
  key: string;
  before: ShownPicture;
  after: ShownPicture | undefined;
}

const GRIP = 10;
const KEY_ZOOM = 1.25;
/** From this many screen pixels for a picture's pixel on, pixels are shown as they are. */
const PIXELS_SHOWN_FROM = 4;

/** Before and after on one canvas: an imperative Konva tree in a div that somebody else owns. */
export class CompareStage {
  readonly #disposers = new Disposers();
  readonly #stage: Konva.Stage;
  readonly #layer = new Konva.Layer({ listening: false });
  readonly #before = new Konva.Image({ image: undefined });
  readonly #after = new Konva.Image({ image: undefined });
  readonly #afterClip = new Konva.Group();
  readonly #line = new Konva.Rect({ fill: '#ffffff', width: 1 });
  readonly #divider: Divider;
  readonly #tags: Tags;
  readonly #frame = oncePerFrame(() => this.#draw());
  #pictures: ShownPictures | undefined;
  #view: View = { x: 0, y: 0, scale: 1 };
  #isFitted = true;
  #share = 0.5;
  #mode: CompareMode = 'split';

  constructor(
    private readonly area: HTMLElement,
    /** Told after a frame: screen pixels for each picture pixel. */
    private readonly zoomed: (zoom: number) => void,
  ) {
    const inner = document.createElement('div');
    inner.className = 'canvas-stage';
    area.append(inner);
    this.#disposers.add(() => inner.remove());
    this.#stage = new Konva.Stage({ container: inner, width: 1, height: 1 });
    this.#disposers.add(() => this.#stage.destroy());
    this.#disposers.add(() => this.#frame.cancel());
    // Order is z-order: before, after (clipped), line.
    this.#afterClip.add(this.#after);
    this.#layer.add(this.#before, this.#afterClip, this.#line);
    this.#stage.add(this.#layer);
    this.#tags = new Tags(area);
    this.#disposers.add(() => this.#tags.dispose());
    this.#divider = new Divider(area, (share) => this.#setShare(share));
    this.#disposers.add(() => this.#divider.dispose());
    listenForGestures(
      area,
      {
        isOnDivider: (at) => this.#isOnDivider(at),
        moveDivider: (x) => this.#setShare(splitShare(x, this.#span())),
        panBy: (dx, dy) => this.#setView({ ...this.#view, x: this.#view.x + dx, y: this.#view.y + dy }),
        zoomBy: (factor, at) => this.#zoomTo(this.#view.scale * factor, at),
        toggleActual: (at) => (this.#isFitted ? this.#zoomTo(1 / devicePixelRatio, at) : this.fit()),
      },
      this.#disposers,
    );
    const observer = new ResizeObserver(() => this.#resized());
    observer.observe(area);
    this.#disposers.add(() => observer.disconnect());
    this.#resized();
  }

  /** Shows other pictures; the view stays where it is as long as they belong to the same source. */
  show(pictures: ShownPictures | undefined): void {
    const earlier = this.#pictures;
    this.#pictures = pictures;
    if (pictures) {
      const isSame = earlier?.key === pictures.key;
      if (isSame) this.#view = withPixels(this.#view, this.#content().width / contentOf(earlier).width);
      else {
        this.#isFitted = true;
        this.#share = 0.5;
      }
      this.#settle();
    }
    this.#frame.ask();
  }

  setMode(mode: CompareMode): void {
    this.#mode = mode;
    this.#frame.ask();
  }

  fit(): void {
    this.#isFitted = true;
    this.#settle();
    this.#frame.ask();
  }

  /** @param zoom screen pixels for each picture pixel: 1 is "actual pixels" */
  zoomTo(zoom: number): void {
    this.#zoomTo(zoom / devicePixelRatio, centreOf(this.#viewport()));
  }

  zoomStep(direction: 1 | -1): void {
    this.#zoomTo(this.#view.scale * KEY_ZOOM ** direction, centreOf(this.#viewport()));
  }

  dispose(): void {
    this.#disposers.dispose();
  }

  #zoomTo(scale: number, at: Point): void {
    this.#setView(zoomAt(this.#view, scale, at));
  }

  #setView(view: View): void {
    if (!this.#pictures) return;
    this.#isFitted = false;
    this.#view = view;
    this.#settle();
    this.#frame.ask();
  }

  #setShare(share: number): void {
    this.#share = share;
    this.#frame.ask();
  }

  #settle(): void {
    const viewport = this.#viewport();
    const content = this.#content();
    this.#view = this.#isFitted ? fitView(viewport, content) : clamp(this.#view, viewport, content);
  }

  #resized(): void {
    const { clientWidth, clientHeight } = this.area;
    this.#stage.size({ width: Math.max(1, clientWidth), height: Math.max(1, clientHeight) });
    if (this.#pictures) this.#settle();
    this.#frame.ask();
  }

  #viewport(): Size {
    return this.#stage.size();
  }

  #content(): Size {
    return this.#pictures ? contentOf(this.#pictures) : { width: 1, height: 1 };
  }

  #span(): { left: number; right: number } {
    return visibleSpan(this.#view, this.#viewport(), this.#content());
  }

  #isOnDivider(at: Point): boolean {
    return this.#isSplit() && Math.abs(at.x - splitX(this.#share, this.#span())) <= GRIP;
  }

  #isSplit(): boolean {
    return this.#mode === 'split' && this.#pictures?.after !== undefined;
  }

  #draw(): void {
    const pictures = this.#pictures;
    this.#layer.visible(pictures !== undefined);
    const viewport = this.#viewport();
    const span = this.#span();
    const isSplit = this.#isSplit();
    const x = splitX(this.#share, span);
    const { x: left, y: top, scale } = this.#view;
    const { width, height } = this.#content();
    if (pictures) {
      const box = { x: left, y: top, width: width * scale, height: height * scale };
      const { before, after } = pictures;
      const showsBefore = !after || this.#mode !== 'after';
      this.#before.setAttrs({ ...box, image: before.image, visible: showsBefore });
      this.#after.setAttrs({ ...box, image: after?.image });
      const from = isSplit ? x : 0;
      this.#afterClip.setAttrs({
        visible: after !== undefined && this.#mode !== 'before',
        clip: { x: from, y: 0, width: Math.max(0, viewport.width - from), height: viewport.height },
      });
      this.#line.setAttrs({
        visible: isSplit,
        x: Math.round(x),
        y: Math.max(0, top),
        height: Math.min(viewport.height, top + box.height) - Math.max(0, top),
      });
      this.#smooth(scale);
    }
    this.#layer.draw();
    const middle = (Math.max(0, top) + Math.min(viewport.height, top + height * scale)) / 2;
    this.#divider.place(isSplit, x, middle, this.#share);
    this.#tags.place(this.#texts(), span, top, viewport.width);
    this.zoomed(pictures ? scale * devicePixelRatio : 0);
  }

  #smooth(scale: number): void {
    const context = this.#layer.getNativeCanvasElement().getContext('2d');
    if (!context) return;
    context.imageSmoothingEnabled = scale * devicePixelRatio < PIXELS_SHOWN_FROM;
    context.imageSmoothingQuality = 'high';
  }

  #texts(): { before: string | undefined; after: string | undefined } {
    if (!this.#pictures) return { before: undefined, after: undefined };
    const { before, after } = this.#pictures;
    if (!after) return { before: tagText('Original', before.view), after: undefined };
    return {
      before: this.#mode === 'after' ? undefined : tagText('Before', before.view),
      after: this.#mode === 'before' ? undefined : tagText('After', after.view),
    };
  }
}

/** The canvas counts in pixels of the result, or of the source while there is none. */
function contentOf({ before, after }: ShownPictures): Size {
  return (after ?? before).view;
}
