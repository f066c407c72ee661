import Konva from 'konva';
import type { CompareMode } from '../../contract/session.ts';
import type { Display, PixelRect } from '../../contract/views.ts';
import type { Translate } from '../../contract/words/words.ts';
import { type ComparePlan, dividedAlong, inPane, paneSize, planCompare } from './compare.ts';
import { Disposers } from './disposers.ts';
import { Divider } from './divider.ts';
import type { Draft } from './draft.ts';
import { oncePerFrame } from './frame.ts';
import { listenForGestures, type PenTarget } from './gestures.ts';
import { Layers } from './layers.ts';
import { Minimap, seenPart, viewAround } from './minimap.ts';
import type { Drawable, Part } from './parts.ts';
import { type Painter, Pen } from './pen.ts';
import { Probe, pixelAt, type Readout } from './readout.ts';
import { Shown, type ShownPictures } from './shown.ts';
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
  wholePixels,
  withPixels,
  zoomAt,
} from './view.ts';

/** What the canvas tells its owner, at most once a frame. */
export interface StageListener {
  /** Screen pixels for each picture pixel; 0: nothing is shown. */
  zoomed(zoom: number): void;
  /** The pixel under the pointer, or that there is none. */
  pointed(readout: Readout | undefined): void;
  /** Another part of the picture is in sight. */
  moved(): void;
}

/** Free room on each side of a picture, its pixels. */
interface Room {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const NO_ROOM: Room = { left: 0, top: 0, right: 0, bottom: 0 };

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
  #shown: Shown | undefined;
  #parts: { before: Part[]; after: Part[] } = { before: [], after: [] };
  #view: View = { x: 0, y: 0, scale: 1 };
  /** Whether the view follows the size of the canvas. */
  #fitting: 'fit' | 'fill' | undefined = 'fit';
  #share = 0.5;
  /** Free room beside the picture that is shown with it, its pixels. */
  #room: Room = NO_ROOM;
  #chosenMode: CompareMode = 'split';
  #gain = 1;
  #pointer: Point | undefined;
  readonly #pen = new Pen();
  #draftMask: HTMLCanvasElement | undefined;

  constructor(
    private readonly area: HTMLElement,
    private readonly t: Translate,
    display: Display,
    private readonly listener: StageListener,
  ) {
    const inner = document.createElement('div');
    inner.className = 'canvas-stage';
    area.append(inner);
    this.#disposers.add(() => inner.remove());
    this.#stage = new Konva.Stage({ container: inner, width: 1, height: 1 });
    this.#disposers.add(() => this.#stage.destroy());
    this.#disposers.add(() => this.#frame.cancel());
    this.#disposers.add(() => this.#reading.cancel());
    this.#disposers.add(() => this.#shown?.dispose());
    this.#layers = new Layers(this.#stage, display);
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
          this.#pen.hover(at && this.#inPane(at), this.#lying());
          if (this.#mode === 'lens' || this.#pen.painter) this.#frame.ask();
        },
        panBy: (dx, dy) => this.#setView({ ...this.#view, x: this.#view.x + dx, y: this.#view.y + dy }),
        zoomBy: (factor, at) => this.#zoomTo(this.#view.scale * factor, this.#inPane(at)),
        toggleActual: (at) =>
          this.#fitting ? this.#zoomTo(1 / devicePixelRatio, this.#inPane(at)) : this.fit(),
        pen: this.#penTarget(),
      },
      this.#disposers,
    );
    const observer = new ResizeObserver(() => this.#resized());
    // Also when only the pixels become other ones: on another screen, or with another size of text.
    observer.observe(area, { box: 'device-pixel-content-box' });
    this.#disposers.add(() => observer.disconnect());
    this.#resized();
  }

  /** Shows other pictures; the view stays where it is as long as they belong to the same source. */
  show(pictures: ShownPictures | undefined): void {
    const isSame = pictures !== undefined && this.#shown?.pictures.key === pictures.key;
    if (!isSame) {
      this.#fitting = 'fit';
      this.#share = 0.5;
    }
    this.#changeShown(() => {
      this.#shown?.dispose();
      this.#shown = pictures && new Shown(pictures, () => this.#frame.ask());
    });
  }

  /** Shows a result that is being made, piece by piece, instead of the after. */
  setDraft(draft: Draft): void {
    this.#changeShown(() => this.#shown?.setDraft(draft));
  }

  get draft(): Draft | undefined {
    return this.#shown?.draft;
  }

  /** Takes that draft away again, if it is still the one that is shown. */
  endDraft(draft: Draft): void {
    if (this.#shown?.draft === draft) this.#changeShown(() => this.#shown?.setDraft(undefined));
  }

  /** From now on a press paints, until it is taken away again; the picture is what is shown. */
  setPainter(painter: Painter | undefined): void {
    this.#pen.cancel();
    this.#pen.painter = painter;
    this.area.dataset.painting = String(painter !== undefined);
    this.#frame.ask();
  }

  /** What is being made is seen only where this is opaque; undefined: everywhere. It may be drawn on: then again. */
  setDraftMask(mask: HTMLCanvasElement | undefined): void {
    this.#draftMask = mask;
    this.#frame.ask();
  }

  /** What is on the canvas before anything was done to it. */
  get original(): Drawable | undefined {
    return this.#shown?.pictures.before.image;
  }

  /** Where the picture lies: CSS pixels, and how many there are for each of its own; undefined: nothing is shown. */
  get place(): View | undefined {
    return this.#shown && this.#view;
  }

  /** From now on so much free room belongs to the picture: the whole of it is fitted, and stays in sight. */
  setRoom(room: Room): void {
    this.#room = room;
    if (this.#shown) this.#settle();
    this.#frame.ask();
  }

  /** Adds a piece to the draft; `place` in pixels of the result. */
  addPiece(key: string, image: Drawable, place: PixelRect, opacity?: number): void {
    this.#shown?.addPiece(key, image, place, opacity);
  }

  /**
   * The part of a source that is in sight, whole pixels.
   * @param key of the pictures that are meant; undefined while those are not shown
   */
  seenOf(key: string): PixelRect | undefined {
    if (this.#shown?.pictures.key !== key) return undefined;
    return wholePixels(this.#seen(), this.#shown.pictures.before.view);
  }

  /** @param gain how many times a difference is brightened */
  setMode(mode: CompareMode, gain: number): void {
    if (this.#chosenMode === mode && this.#gain === gain) return;
    this.#chosenMode = mode;
    this.#gain = gain;
    if (this.#shown) this.#settle();
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

  /** The picture in sight stays where it is, however many pixels it counts afterwards. */
  #changeShown(change: () => void): void {
    const earlier = this.#content().width;
    change();
    if (this.#shown) {
      this.#view = withPixels(this.#view, this.#content().width / earlier);
      this.#settle();
    }
    this.#frame.ask();
  }

  #zoomTo(scale: number, at: Point): void {
    this.#setView(zoomAt(this.#view, scale, at));
  }

  #setView(view: View): void {
    if (!this.#shown) return;
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
    const content = withRoom(this.#content(), this.#room);
    const { left, top } = this.#room;
    const { x, y, scale } = this.#view;
    const placed =
      this.#fitting === 'fit'
        ? fitView(viewport, content)
        : this.#fitting === 'fill'
          ? fillView(viewport, content)
          : clamp({ scale, x: x - left * scale, y: y - top * scale }, viewport, content);
    this.#view = {
      scale: placed.scale,
      x: placed.x + left * placed.scale,
      y: placed.y + top * placed.scale,
    };
  }

  #resized(): void {
    const { clientWidth, clientHeight } = this.area;
    this.#stage.size({ width: Math.max(1, clientWidth), height: Math.max(1, clientHeight) });
    // A picture pixel stays as many pixels of the screen as it was when those become smaller or larger.
    this.#view = zoomAt(this.#view, this.#view.scale / this.#layers.fitPixels(), centreOf(this.#viewport()));
    if (this.#shown) this.#settle();
    this.#frame.ask();
  }

  /** Nothing can be compared before there is a result. */
  get #mode(): CompareMode {
    return this.#shown?.hasAfter ? this.#chosenMode : 'before';
  }

  /** Where one picture lies: the canvas, or its half. */
  #viewport(): Size {
    return paneSize(this.#mode, this.#stage.size());
  }

  #inPane(at: Point): Point {
    return inPane(this.#mode, this.#stage.size(), at);
  }

  #content(): Size {
    return this.#shown?.content ?? { width: 1, height: 1 };
  }

  #seen() {
    return seenPart(this.#view, this.#viewport(), this.#content());
  }

  #span(axis: 'x' | 'y') {
    return spanOf(this.#view, this.#viewport(), this.#content(), axis);
  }

  #lying() {
    return { view: this.#view, content: this.#content() };
  }

  #penTarget(): PenTarget {
    const pen = this.#pen;
    const middle = () => centreOf(this.#viewport());
    const isActive = () => pen.painter !== undefined && this.#shown !== undefined;
    return {
      get isActive() {
        return isActive();
      },
      press: (at, pressure, isOpposite) => pen.press(this.#inPane(at), pressure, isOpposite, this.#lying()),
      drag: (points) =>
        pen.drag(
          points.map(({ at, pressure }) => ({ at: this.#inPane(at), pressure })),
          this.#lying(),
        ),
      release: () => pen.release(),
      cancel: () => pen.cancel(),
      move: (dx, dy, isFar) => {
        pen.move(dx, dy, isFar, middle(), this.#lying());
        this.#frame.ask();
      },
      toggle: (isOpposite) => {
        pen.toggle(isOpposite, middle(), this.#lying());
        this.#frame.ask();
      },
    };
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
    const shown = this.#shown;
    this.#parts = shown?.parts(this.#seen(), scale * devicePixelRatio, this.#draftMask) ?? {
      before: [],
      after: [],
    };
    this.#layers.draw(plan, {
      // On a whole pixel of the screen: actual pixels are then drawn as they are.
      box: { x: onPixel(x), y: onPixel(y), width: width * scale, height: height * scale },
      ...this.#parts,
      gain: this.#mode === 'difference' ? this.#gain : undefined,
      scale,
      mask: shown && this.#pen.painter?.mask,
      pen: shown && this.#pen.mark(this.#lying()),
    });
    this.area.dataset.axis = plan.divider?.axis ?? 'x';
    this.#placeDivider(plan);
    this.#placeTags(plan);
    this.#placeMinimap();
    this.listener.zoomed(shown ? scale * devicePixelRatio : 0);
    this.listener.moved();
    this.#reading.ask();
  }

  #read(): void {
    const content = this.#content();
    const pixel = this.#shown && this.#pointer && pixelAt(this.#inPane(this.#pointer), this.#view, content);
    const read = (parts: readonly Part[]) => pixel && this.#probe.read(parts, pixel, content);
    this.listener.pointed(
      pixel && { ...pixel, before: read(this.#parts.before), after: read(this.#parts.after) },
    );
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
    const part = this.#seen();
    const isWhole = part.width > 0.999 && part.height > 0.999;
    this.#minimap.place(isWhole ? undefined : part, this.#shown?.pictures.before.image);
  }

  #texts(): { before: string | undefined; after: string | undefined } {
    if (!this.#shown) return { before: undefined, after: undefined };
    const { t } = this;
    const { pictures, draft } = this.#shown;
    const { before, after } = pictures;
    if (!draft && !after)
      return { before: tagText(before.word ?? t('canvas.tags.original'), before.view), after: undefined };
    const mode = this.#mode;
    if (mode === 'difference')
      return { before: t('canvas.tags.difference', { gain: this.#gain }), after: undefined };
    const beforeWord = before.word ?? t(mode === 'lens' ? 'canvas.tags.lens' : 'canvas.tags.before');
    const afterText = draft
      ? tagText(draft.word, draft.size)
      : after && tagText(after.word ?? t('canvas.tags.after'), after.view);
    return {
      before: mode === 'after' ? undefined : tagText(beforeWord, before.view),
      after: mode === 'before' ? undefined : afterText,
    };
  }
}

function withRoom({ width, height }: Size, { left, top, right, bottom }: Room): Size {
  return { width: left + width + right, height: top + height + bottom };
}

function onPixel(at: number): number {
  return Math.round(at * devicePixelRatio) / devicePixelRatio;
}
