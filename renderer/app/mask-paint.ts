import { INPAINTING, RESTORATION } from '../../contract/tasks.ts';
import { MaskEditor } from '../canvas/mask/editor.ts';
import { feathered } from '../canvas/mask/feather.ts';
import { inverted, type Mask, plainMask } from '../canvas/mask/mask.ts';
import type { Pixels } from '../canvas/mask/select-colour.ts';
import { inSlices } from '../canvas/mask/slices.ts';
import { type BrushState, FIRST_BRUSH, resized } from '../canvas/mask/tools.ts';
import type { Size } from '../canvas/view.ts';
import { readMask, saveMask } from './mask-files.ts';
import { comesLater } from './pending.ts';
import { stage } from './stage.ts';
import {
  changeMask,
  getState,
  layerOf,
  type StudioState,
  selectedSource,
  setState,
  useStudio,
} from './store.ts';

/** How soft "soft edge" makes an edge at once, of the longer side. */
const FEATHER = 0.01;

/** What is painted on now: a picture's mask for a layer; undefined where there is nothing to paint on. */
interface Target {
  source: string;
  layer: string;
  mask: string | undefined;
  size: Size;
}

/** The layer that a mask is painted for: the one that the inspector of Style shows, or all of Restore's steps. */
function paintedLayer(state: Pick<StudioState, 'studio' | 'style'>): string {
  if (state.studio === 'generate') return INPAINTING;
  return state.studio === 'restore' ? RESTORATION : layerOf(state.style).id;
}

function targetOf(state: StudioState): Target | undefined {
  const source = selectedSource(state);
  // A mask is painted where its picture is seen.
  if (state.studio === 'generate' && !isBegunShown(state)) return undefined;
  if (state.studio === 'interpolate' || source?.state !== 'ready' || source.id === state.unshown)
    return undefined;
  const layer = paintedLayer(state);
  const size = { width: source.width ?? 1, height: source.height ?? 1 };
  return { source: source.id, layer, mask: state.masks[source.id]?.[layer], size };
}

/** The picture to begin with is what the canvas of Generate shows. */
function isBegunShown({ shownMade, generate, generateView }: StudioState): boolean {
  return shownMade === undefined && generate.kind === 'diffusion' && generateView === 'canvas';
}

export function canPaintMask(state: StudioState): boolean {
  return targetOf(state) !== undefined;
}

/** The mask of the picture on the canvas for the layer in the inspector: shown, painted, kept, undone. */
class MaskPaint {
  #editor: MaskEditor | undefined;
  #target: Target | undefined;
  /** Masks on their way to main: what the state says until then is older than what is shown. */
  #saving = 0;
  #saved: Promise<unknown> = Promise.resolve();
  #turn = 0;
  #brush: BrushState | undefined;
  /** What paints on which canvas. */
  #given: readonly [MaskEditor | undefined, ReturnType<typeof stage>] = [undefined, undefined];
  readonly #listeners = new Set<() => void>();

  /** Hears that a mask is drawn otherwise, until the returned function is called. */
  onDrawn(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What is painted now, where it is the mask of that layer; undefined: it has none. */
  live(source: string, layer: string): { canvas: HTMLCanvasElement | undefined } | undefined {
    const editor = this.#editor;
    if (!editor || this.#target?.source !== source || this.#target.layer !== layer) return undefined;
    return { canvas: editor.mask || editor.isPressed ? editor.canvas : undefined };
  }

  follow(): void {
    const state = getState();
    const target = targetOf(state);
    const before = this.#target;
    if (target?.source !== before?.source || target?.size.width !== before?.size.width) {
      this.#editor = target && this.#open(target.size);
      this.#target = target && { ...target, layer: '', mask: undefined };
    }
    if (
      target &&
      this.#saving === 0 &&
      (target.layer !== this.#target?.layer || target.mask !== this.#target.mask)
    ) {
      this.#target = target;
      void this.#show(target);
    }
    const painting = state.brush && target ? this.#editor : undefined;
    const [editor, on] = this.#given;
    // Another canvas may have been made (another screen).
    if (painting !== editor || stage() !== on) {
      this.#given = [painting, stage()];
      stage()?.setPainter(painting && this.#painter(painting));
    }
    if (state.brush !== this.#brush) {
      this.#brush = state.brush;
      this.#drawn();
    }
  }

  #drawn(): void {
    const target = this.#target;
    const restored = target && liveMask(target.source, RESTORATION)?.canvas;
    stage()?.setDraftMask(restored);
    for (const listener of this.#listeners) listener();
  }

  /** Another kind of canvas is shown. */
  leave(): void {
    this.#given = [undefined, undefined];
    stage()?.setPainter(undefined);
  }

  /** Makes another mask of the one that is there; what is made too late is not taken. */
  change(make: (mask: Mask) => Mask | undefined | Promise<Mask>): Promise<void> {
    const changed = this.#change(make);
    comesLater(changed);
    return changed;
  }

  async #change(make: Parameters<MaskPaint['change']>[0]): Promise<void> {
    const editor = this.#editor;
    if (!editor || editor.isPressed) return;
    const before = editor.mask;
    const mask = await make(before ?? plainMask(editor.size, 255));
    if (editor !== this.#editor || editor.mask !== before || editor.isPressed) return;
    editor.set(mask);
    this.#keep(mask);
    await this.#saved;
  }

  #open(size: Size): MaskEditor {
    const editor: MaskEditor = new MaskEditor(size, {
      pixels: (wanted) => originalPixels(wanted),
      drawn: () => this.#drawn(),
      // Another picture may be shown by the time that a colour is found.
      finished: (mask) => {
        if (editor === this.#editor) this.#keep(mask);
      },
    });
    return editor;
  }

  async #show({ mask: id, size }: Target): Promise<void> {
    const editor = this.#editor;
    const turn = ++this.#turn;
    // A stroke that goes on was for what was shown before.
    editor?.cancel();
    const mask = id === undefined ? undefined : await readMask(id, editor?.size ?? size);
    if (turn === this.#turn && editor === this.#editor) editor?.set(mask);
  }

  /** Kept by main, then named by the state: one step of the history. */
  #keep(mask: Mask | undefined): void {
    const target = this.#target;
    if (!target) return;
    this.#saving++;
    this.#saved = this.#saved
      .then(async () => {
        const id = mask && (await saveMask(mask));
        // What cannot be kept cannot be undone either: the mask is what it was.
        if (mask && id === undefined) {
          if (this.#target === target) void this.#show(target);
          return;
        }
        if (this.#target?.source === target.source && this.#target.layer === target.layer)
          this.#target = { ...target, mask: id };
        changeMask(target.source, target.layer, id);
      })
      .finally(() => {
        this.#saving--;
        this.follow();
      });
    comesLater(this.#saved);
  }

  #painter(editor: MaskEditor) {
    return {
      get isPressed() {
        return editor.isPressed;
      },
      get radius() {
        const { brush } = getState();
        return brush && ['brush', 'eraser'].includes(brush.tool) ? brush.size / 2 : 0;
      },
      get path() {
        return editor.path;
      },
      get mask() {
        return getState().brush?.isShown ? editor.canvas : undefined;
      },
      press(at: Parameters<MaskEditor['press']>[1], isOpposite: boolean) {
        const { brush } = getState();
        if (brush) editor.press(brush, at, isOpposite);
      },
      drag: (points: Parameters<MaskEditor['drag']>[0]) => editor.drag(points),
      release: () => editor.release(),
      cancel: () => editor.cancel(),
    };
  }
}

const paint = new MaskPaint();

export const onMaskDrawn = (listener: () => void) => paint.onDrawn(listener);
export const liveMask = (source: string, layer: string) => paint.live(source, layer);

export const invertMask = () => paint.change(inverted);
export const featherMask = () =>
  paint.change((mask) => inSlices(feathered(mask, FEATHER * Math.max(mask.width, mask.height))));
/** It applies everywhere again. */
export const removeMask = () => paint.change(() => undefined);

export function toggleBrush(): void {
  setState(({ brush }) => ({ brush: brush ? undefined : FIRST_BRUSH }));
}

export function resizeBrush(direction: 1 | -1): void {
  setState(({ brush }) => ({ brush: brush && resized(brush, direction) }));
}

/** The picture as it is on the canvas, in another size. */
function originalPixels({ width, height }: Size): Pixels {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  const image = stage()?.original;
  if (image) context.drawImage(image, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/** Keeps the mask in step with what is selected; returns how to end that. */
export function followMask(): () => void {
  const unsubscribe = useStudio.subscribe(() => paint.follow());
  paint.follow();
  return () => {
    unsubscribe();
    paint.leave();
  };
}
