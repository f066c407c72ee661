import Konva from 'konva';
import type { CompareMode } from '../../contract/session.ts';
import type { PictureView } from '../../contract/views.ts';
import type { Translate } from '../../contract/words/words.ts';
import { type ComparePlan, dividedAlong, inPane, paneSize, planCompare } from './compare.ts';
import { Disposers } from './disposers.ts';
import { Divider } from './divider.ts';
import { oncePerFrame } from './frame.ts';
import { listenForGestures } from './gestures.ts';
import { Layers } from './layers.ts';
import { Minimap, seenPart, viewAround } from './minimap.ts';
import { Probe, pixelAt, type Readout } from './readout.ts';
import { Tags, tagText } from './tags.ts';
import {
  centreOf,
  clamp,
  fillView,
  fitView,
  type Point,
  type Size,
  seenCentre,
  spanOf,
  splitShare,
  type View,
  withPixels,
  zoomAt,
} from './view.ts';

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

/** Before and after on one canvas: an imperative Konva tree in a div that somebody else owns. */
export class CompareStage {
  readonly #disposers = new Disposers();
  readonly #stage: Konva.Stage;
  readonly #layers: Layers;
  readonly #divider: Divider;
  readonly #tags: Tags;
  readonly #minimap: Minimap;
  readonly #frame = oncePerFrame(() => this.#draw());
  readonly #probe = new Probe();
  readonly #reading = oncePerFrame(() => this.#read());
  #pictures: ShownPictures | undefined;
  #view: View = { x: 0, y: 0, scale: 1 };
  /** Whether the view follows the size of the canvas. */
  #fitting: 'fit' | 'fill' | undefined = 'fit';
  #share = 0.5;
  #chosenMode: CompareMode = 'split';
  #gain = 1;
  #pointer: Point | undefined;

  constructor(
    private readonly area: HTMLElement,
    private readonly t: Translate,
    /** Told after a frame: screen pixels for each picture pixel. */
    private readonly zoomed: (zoom: number) => void,
    /** Told once a frame: the pixel under the pointer, or that there is none. */
    private readonly pointed: (readout: Readout | undefined) => void,
  ) {
    const inner = document.createElement('div');
    inner.className = 'canvas-stage';
    area.append(inner);
    this.#disposers.add(() => inner.remove());
    this.#stage = new Konva.Stage({ container: inner, width: 1, height: 1 });
    this.#disposers.add(() => this.#stage.destroy());
    this.#disposers.add(() => this.#frame.cancel());
    this.#disposers.add(() => this.#reading.cancel());
    this.#layers = new Layers(this.#stage);
    this.#tags = new Tags(area);
    this.#disposers.add(() => this.#tags.dispose());
    this.#minimap = new Minimap(area, (to) =>
      this.#setView(viewAround(to, this.#view, this.#viewport(), this.#content())),
    );
    this.#disposers.add(() => this.#minimap.dispose());
    this.#divider = new Divider(area, t, (share) => this.#setShare(share));
    this.#disposers.add(() => this.#divider.dispose());
    listenForGestures(
      area,
      {
        isOnDivider: (at) => this.#isOnDivider(at),
        moveDivider: (at) => {
          const axis = dividedAlong(this.#mode);
          if (axis) this.#setShare(splitShare(at[axis], this.#span(axis)));
        },
        pointAt: (at) => {
          this.#pointer = at;
          this.#reading.ask();
          if (this.#mode === 'lens') this.#frame.ask();
        },
        panBy: (dx, dy) => this.#setView({ ...this.#view, x: this.#view.x + dx, y: this.#view.y + dy }),
        zoomBy: (factor, at) => this.#zoomTo(this.#view.scale * factor, this.#inPane(at)),
        toggleActual: (at) =>
          this.#fitting ? this.#zoomTo(1 / devicePixelRatio, this.#inPane(at)) : this.fit(),
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
        this.#fitting = 'fit';
        this.#share = 0.5;
      }
      this.#settle();
    }
    this.#frame.ask();
  }

  /** @param gain how many times a difference is brightened */
  setMode(mode: CompareMode, gain: number): void {
    if (this.#chosenMode === mode && this.#gain === gain) return;
    this.#chosenMode = mode;
    this.#gain = gain;
    if (this.#pictures) this.#settle();
    this.#frame.ask();
  }

  /** Says its words anew, in the language that is spoken now. */
  reword(): void {
    this.#frame.ask();
  }

  /** The whole picture. */
  fit(): void {
    this.#follow('fit');
  }

  /** The whole canvas. */
  fill(): void {
    this.#follow('fill');
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
    this.#fitting = undefined;
    this.#view = view;
    this.#settle();
    this.#frame.ask();
  }

  #setShare(share: number): void {
    this.#share = share;
    this.#frame.ask();
  }

  #follow(fitting: 'fit' | 'fill'): void {
    this.#fitting = fitting;
    this.#settle();
    this.#frame.ask();
  }

  #settle(): void {
    const viewport = this.#viewport();
    const content = this.#content();
    if (this.#fitting === 'fit') this.#view = fitView(viewport, content);
    else if (this.#fitting === 'fill') this.#view = fillView(viewport, content);
    else this.#view = clamp(this.#view, viewport, content);
  }

  #resized(): void {
    const { clientWidth, clientHeight } = this.area;
    this.#stage.size({ width: Math.max(1, clientWidth), height: Math.max(1, clientHeight) });
    if (this.#pictures) this.#settle();
    this.#frame.ask();
  }

  /** Nothing can be compared before there is a result. */
  get #mode(): CompareMode {
    return this.#pictures?.after ? this.#chosenMode : 'before';
  }

  /** Where one picture lies: the canvas, or its half. */
  #viewport(): Size {
    return paneSize(this.#mode, this.#stage.size());
  }

  #inPane(at: Point): Point {
    return inPane(this.#mode, this.#stage.size(), at);
  }

  #content(): Size {
    return this.#pictures ? contentOf(this.#pictures) : { width: 1, height: 1 };
  }

  #span(axis: 'x' | 'y') {
    return spanOf(this.#view, this.#viewport(), this.#content(), axis);
  }

  #plan(): ComparePlan {
    return planCompare(this.#mode, {
      viewport: this.#stage.size(),
      content: this.#content(),
      view: this.#view,
      share: this.#share,
      pointer: this.#pointer,
    });
  }

  #isOnDivider(at: Point): boolean {
    const { divider } = this.#plan();
    return divider !== undefined && Math.abs(at[divider.axis] - divider.at) <= GRIP;
  }

  #draw(): void {
    const { width, height } = this.#content();
    const { x, y, scale } = this.#view;
    const plan = this.#plan();
    const pictures = this.#pictures;
    this.#layers.draw(plan, {
      box: { x, y, width: width * scale, height: height * scale },
      before: pictures?.before.image,
      after: pictures?.after?.image,
      gain: this.#mode === 'difference' ? this.#gain : undefined,
      scale,
    });
    this.area.dataset.axis = plan.divider?.axis ?? 'x';
    this.#placeDivider(plan);
    this.#placeTags(plan);
    this.#placeMinimap();
    this.zoomed(pictures ? scale * devicePixelRatio : 0);
    this.#reading.ask();
  }

  #read(): void {
    const pictures = this.#pictures;
    const content = this.#content();
    const pixel = pictures && this.#pointer && pixelAt(this.#inPane(this.#pointer), this.#view, content);
    const read = (picture: ShownPicture | undefined) =>
      picture && pixel && this.#probe.read(picture.image, pixel, content);
    this.pointed(pixel && { ...pixel, before: read(pictures?.before), after: read(pictures?.after) });
  }

  #placeDivider({ divider }: ComparePlan): void {
    const place = divider && {
      axis: divider.axis,
      ...seenCentre(this.#view, this.#viewport(), this.#content()),
      [divider.axis]: divider.at,
    };
    this.#divider.place(place, this.#share);
  }

  #placeTags({ divider, after }: ComparePlan): void {
    const { from: left, to } = this.#span('x');
    const top = this.#view.y;
    const afterTop = divider?.axis === 'y' ? Math.max(top, divider.at) : top;
    const room = { left, right: to + (after?.shift ?? 0), beforeTop: top, afterTop };
    this.#tags.place(this.#texts(), room, this.#stage.width());
  }

  #placeMinimap(): void {
    const part = seenPart(this.#view, this.#viewport(), this.#content());
    const isWhole = part.width > 0.999 && part.height > 0.999;
    this.#minimap.place(isWhole ? undefined : part, this.#pictures?.before.image);
  }

  #texts(): { before: string | undefined; after: string | undefined } {
    if (!this.#pictures) return { before: undefined, after: undefined };
    const { t } = this;
    const { before, after } = this.#pictures;
    if (!after) return { before: tagText(t, t('canvas.tags.original'), before.view), after: undefined };
    const mode = this.#mode;
    if (mode === 'difference')
      return { before: t('canvas.tags.difference', { gain: this.#gain }), after: undefined };
    return {
      before:
        mode === 'after'
          ? undefined
          : tagText(t, t(mode === 'lens' ? 'canvas.tags.lens' : 'canvas.tags.before'), before.view),
      after: mode === 'before' ? undefined : tagText(t, t('canvas.tags.after'), after.view),
    };
  }
}

/** The canvas counts in pixels of the result, or of the source while there is none. */
function contentOf({ before, after }: ShownPictures): Size {
  return (after ?? before).view;
}
