import type { Args } from '../../contract/channels.ts';
import type { StyleLayer, StyleLook } from '../../contract/style-settings.ts';
import { MOST_LAYERS } from '../../contract/tasks.ts';
import { Draft } from '../canvas/draft.ts';
import { maskSize } from '../canvas/mask/mask.ts';
import { type Drawable, pixelsOf } from '../canvas/parts.ts';
import { decode } from '../canvas/pictures.ts';
import { Stack } from '../canvas/stack.ts';
import { isBusy } from '../inspector/startable.ts';
import { shownLayers } from '../studios/style/layers.ts';
import { areInstalled } from '../studios/style/models.ts';
import { t } from '../ui/words.ts';
import { bridge } from './bridge.ts';
import { maskImage, readMask } from './mask-files.ts';
import { liveMask, onMaskDrawn } from './mask-paint.ts';
import { stage } from './stage.ts';
import { getState, type StudioState, selectedSource, setState, useStudio } from './store.ts';

/** A slider that is dragged asks once it rests for so long; milliseconds. */
const SETTLED_MS = 60;
/** And once it has rested for so long, for what takes its time. */
const FINE_AFTER_MS = 500;
/** Pixels of all paintings of one picture that are held to go back to, those of its layers among them. */
const MOST_PIXELS = 32e6;

type Quality = Args<'style.preview'>['quality'];

interface Painting {
  readonly image: Drawable;
  readonly quality: Quality;
  /** Strokes are as an export makes them. */
  readonly isTrue: boolean;
}

export function canPreviewStyle(state: StudioState): boolean {
  const { style, models, unshown } = state;
  const source = selectedSource(state);
  const isShowable = source?.state === 'ready' && source.id !== unshown && !isBusy(source);
  const layers = shownLayers(style.layers);
  return isShowable && layers.length > 0 && areInstalled(layers, models);
}

/**
 * The picture painted at the size of a screen until that is switched off. A painting is made anew when its look
 * changes, quickly first, and finer once nothing changes any more where strokes are not yet what they will be; how
 * layers lie over each other, and their masks, need no network and follow at once.
 */
class StylePreview {
  #draft: Draft | undefined;
  #source: string | undefined;
  #asked = '';
  /** The looks that are painted, or soon are. */
  #needed = '';
  #turn = 0;
  #call: { cancel(): void } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;
  #stack: Stack | undefined;
  /** By look. */
  readonly #paintings = new Map<string, Painting>();
  /** What was last shown of each layer. */
  readonly #latest = new Map<string, Painting>();
  /** Of layers that are not painted on now, by mask. */
  readonly #masks = new Map<string, HTMLCanvasElement>();

  toggle(): void {
    if (getState().preview) this.end();
    else {
      setState({ preview: { isWorking: true, fraction: 0 } });
      this.changed();
    }
  }

  end(): void {
    this.#stop();
    cancelAnimationFrame(this.#frame);
    this.#asked = '';
    this.#leavePicture();
    if (getState().preview) setState({ preview: undefined });
  }

  changed(): void {
    const state = getState();
    if (!state.preview) return;
    if (!canPreviewStyle(state)) {
      this.end();
      return;
    }
    if (state.selected !== this.#source) this.#leavePicture();
    this.#source = state.selected;
    const asked = JSON.stringify([state.selected, state.style.layers, state.masks[state.selected ?? '']]);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.compose();
    const looks = shownLayers(state.style.layers).map(({ look }) => JSON.stringify(look));
    const needed = JSON.stringify([state.selected, ...looks.toSorted()]);
    // How layers lie over each other is no reason to begin a painting anew.
    if (needed === this.#needed) return;
    this.#stop();
    this.#needed = needed;
    if (looks.every((look) => this.#paintings.has(look))) this.#refine();
    else this.#timer = setTimeout(() => void this.#paint('quick'), SETTLED_MS);
  }

  /** All is there; what can be finer is made so, soon. */
  #refine(): void {
    setState({ preview: { isWorking: false, fraction: 1 } });
    const isCoarse = shownLayers(getState().style.layers).some(({ look }) => !this.#has(look, 'fine'));
    if (isCoarse) this.#timer = setTimeout(() => void this.#paint('fine'), FINE_AFTER_MS);
  }

  /** Whether there is no better one of that quality to be made. */
  #has(look: StyleLook, quality: Quality): boolean {
    const painting = this.#paintings.get(JSON.stringify(look));
    return painting !== undefined && (quality === 'quick' || painting.isTrue || painting.quality === 'fine');
  }

  /** Lays the layers over each other again, at the next frame. */
  compose(): void {
    if (!getState().preview) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => void this.#compose());
  }

  async #paint(quality: Quality): Promise<void> {
    const state = getState();
    const source = selectedSource(state);
    if (!state.preview || !source) return;
    const turn = ++this.#turn;
    const layers = shownLayers(state.style.layers);
    for (const [index, { look }] of layers.entries()) {
      if (this.#has(look, quality)) continue;
      setState({ preview: { isWorking: true, fraction: (index + 0.5) / layers.length } });
      const call = bridge.previewStyle({ source: source.id, look, quality });
      this.#call = call;
      const outcome = await call.outcome;
      if (turn !== this.#turn) return;
      this.#call = undefined;
      if (!outcome.ok) {
        this.end();
        if (outcome.error.code !== 'job/cancelled') setState({ notice: outcome.error });
        return;
      }
      const image = await decode(outcome.value).catch(() => undefined);
      if (!image || turn !== this.#turn) return;
      this.#hold(JSON.stringify(look), { image, quality, isTrue: outcome.value.isTrue });
      this.compose();
    }
    if (quality === 'quick') this.#refine();
    else setState({ preview: { isWorking: false, fraction: 1 } });
  }

  async #compose(): Promise<void> {
    const state = getState();
    const source = selectedSource(state);
    const original = stage()?.original;
    if (!source || !original || !stage()?.seenOf(source.id)) return;
    const shown: { layer: StyleLayer; painting: Painting; mask: HTMLCanvasElement | undefined }[] = [];
    for (const layer of shownLayers(state.style.layers)) {
      const painted = this.#paintings.get(JSON.stringify(layer.look));
      // The one before is shown until the next one is there.
      const painting = painted ?? this.#latest.get(layer.id);
      if (!painting) continue;
      if (painted) this.#latest.set(layer.id, painted);
      shown.push({ layer, painting, mask: await this.#maskOf(state, source, layer.id) });
    }
    if (shown.length === 0 || source.id !== this.#source) return;
    const drawn = shown.map(({ layer, painting, mask }) => ({ ...layer, image: painting.image, mask }));
    this.#stack ??= new Stack();
    const sizes = drawn.map(({ image }) => pixelsOf(image));
    this.#stack.draw(
      original,
      drawn,
      sizes.reduce((a, b) => (b.width > a.width ? b : a)),
    );
    const size = { width: source.width ?? 1, height: source.height ?? 1 };
    const word = t(shown.every(({ painting }) => painting.isTrue) ? 'preview.tag' : 'style.preview');
    if (this.#draft?.word !== word) this.#draft = new Draft(word, size);
    if (stage()?.draft !== this.#draft) stage()?.setDraft(this.#draft);
    stage()?.addPiece('whole', this.#stack.canvas, { x: 0, y: 0, ...size });
  }

  async #maskOf(
    { masks }: StudioState,
    source: NonNullable<ReturnType<typeof selectedSource>>,
    layer: string,
  ): Promise<HTMLCanvasElement | undefined> {
    const live = liveMask(source.id, layer);
    if (live) return live.canvas;
    const id = masks[source.id]?.[layer];
    if (id === undefined) return undefined;
    const known = this.#masks.get(id);
    if (known) return known;
    const mask = await readMask(id, maskSize({ width: source.width ?? 1, height: source.height ?? 1 }));
    const image = mask && maskImage(mask);
    if (image) this.#masks.set(id, image);
    const [oldest] = this.#masks.keys();
    if (this.#masks.size > MOST_LAYERS && oldest !== undefined) this.#masks.delete(oldest);
    return image;
  }

  #hold(look: string, painting: Painting): void {
    // The newest stands last.
    this.#paintings.delete(look);
    this.#paintings.set(look, painting);
    const needed = new Set(shownLayers(getState().style.layers).map((layer) => JSON.stringify(layer.look)));
    let pixels = [...this.#paintings.values()].reduce((sum, { image }) => sum + areaOf(image), 0);
    for (const [key, { image }] of this.#paintings) {
      if (pixels <= MOST_PIXELS) break;
      if (needed.has(key)) continue;
      pixels -= areaOf(image);
      this.#paintings.delete(key);
    }
  }

  /** What was made of one picture is worth nothing for another. */
  #leavePicture(): void {
    if (this.#draft) stage()?.endDraft(this.#draft);
    this.#draft = undefined;
    this.#paintings.clear();
    this.#latest.clear();
    this.#masks.clear();
  }

  #stop(): void {
    this.#needed = '';
    clearTimeout(this.#timer);
    this.#turn++;
    this.#call?.cancel();
    this.#call = undefined;
  }
}

function areaOf(image: Drawable): number {
  const { width, height } = pixelsOf(image);
  return width * height;
}

const preview = new StylePreview();

export const toggleStylePreview = () => preview.toggle();

/** Keeps the preview in step with the settings; returns how to end that. */
export function followStylePreview(): () => void {
  const endings = [
    useStudio.subscribe(() => preview.changed()),
    onMaskDrawn(() => preview.compose()),
    () => preview.end(),
  ];
  return () => {
    for (const ending of endings) ending();
  };
}
