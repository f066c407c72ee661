import type { HeldFrame } from '../../clips/frame-window.ts';
import type { Motion } from '../../clips/motion.ts';
import { type MotionFrame, MotionNetwork, motionSize } from '../../clips/motion-network.ts';
import { bleedTransparent } from '../../inference/bleed.ts';
import {
  type ColourTags,
  colourTags,
  PixelConverter,
  readAlpha,
  readPlanes,
  type VideoFrame,
  writePlanes,
} from '../../media/video/frame-planes.ts';
import { ClipComposer } from './clip-composer.ts';
import type { StyleClipContext, StyleClipJob } from './clip-job.ts';
import { seenSize } from './copies.ts';
import { FramePainter } from './frame-painter.ts';
import { builtInWeights, isPicture, type Layer, mixedStyle, planLayers } from './layers.ts';
import type { Size } from './picture-rows.ts';
import { readerOf, type StyleReader, styleOf } from './read-style.ts';
import { followed, steadied } from './steady.ts';

/** A source frame as it is painted. */
export interface ClipFrame {
  frame: VideoFrame;
  /** Planar RGB 0..1 at the frame's size, and as the network sees it. */
  full: Float32Array;
  seen: Float32Array;
  alpha: Float32Array | undefined;
  motion: MotionFrame | undefined;
  dispose(): void;
}

/** A painting that goes through the clip, and what its next frame needs of its last. */
interface Strand {
  layer: Layer;
  painter: FramePainter;
  /** The styles, mixed; at less than full strength from the frame's own on. */
  style(own: Float32Array | undefined): Float32Array;
  given: Float32Array | undefined;
  measured: Float32Array | undefined;
  painting: Float32Array | undefined;
}

export interface ClipPainterOptions {
  job: StyleClipJob;
  context: StyleClipContext;
  size: Size;
  /** Degrees clockwise by which frames are turned to be seen. */
  rotation: number;
  hasAlpha: boolean;
}

/** How much less a painting is laid over the next than a frame is: strokes that are laid over each other blur. */
const LAID = 0.8;

/** A converter for each use: one that changes its size prepares anew. */
const CONVERTERS = { full: undefined, seen: undefined, motion: 'area', style: 'area', copy: 'area' } as const;

/**
 * Paints the frames of a clip in order. The network runs a frame ahead of what is laid together, so that both go on at
 * once; each frame is laid over the one before it.
 */
export class ClipPainter {
  readonly #options: ClipPainterOptions;
  readonly #converters: Record<keyof typeof CONVERTERS, PixelConverter>;
  readonly #seen: Size;
  #strands: Strand[] = [];
  #composer: ClipComposer | undefined;
  #motion: MotionNetwork | undefined;
  #reader: StyleReader | undefined;
  /** The style that frames have themselves, where less than full strength begins there. */
  #own: Float32Array | undefined;
  /** The last frame as the network saw it. */
  #input: Float32Array | undefined;
  readonly #preparing = new Set<Promise<unknown>>();
  #painting: Promise<unknown> = Promise.resolve();
  #laying: Promise<unknown> = Promise.resolve();

  private constructor(options: ClipPainterOptions) {
    this.#options = options;
    this.#seen = seenSize(options.size, options.job.brush);
    const made = Object.entries(CONVERTERS).map(([use, flags]) => [use, new PixelConverter(flags)]);
    this.#converters = Object.fromEntries(made);
  }

  /** @throws GessoError naming what is wrong with a style or a mask; device/*, model/broken */
  static async open(options: ClipPainterOptions): Promise<ClipPainter> {
    const painter = new ClipPainter(options);
    try {
      await painter.#begin();
      return painter;
    } catch (cause) {
      await painter.close();
      throw cause;
    }
  }

  /** At strength 0 nothing of any style is to be seen: frames stay as they are. */
  get isNothing(): boolean {
    return this.#strands.length === 0;
  }

  get isSteady(): boolean {
    return this.#motion !== undefined;
  }

  /** Where frames are painted. */
  get done(): { device: string; tile: number; tiles: number } {
    return this.#strands.at(-1)?.painter.done ?? { device: 'cpu', tile: 0, tiles: 0 };
  }

  /** Milliseconds inside ONNX Runtime so far. */
  get sessionMs(): number {
    return this.#strands.reduce((sum, { painter }) => sum + painter.sessionMs, this.#motion?.sessionMs ?? 0);
  }

  async prepare(frame: VideoFrame): Promise<ClipFrame> {
    const preparing = this.#prepared(frame);
    this.#preparing.add(preparing);
    try {
      return await preparing;
    } finally {
      this.#preparing.delete(preparing);
    }
  }

  async #prepared(frame: VideoFrame): Promise<ClipFrame> {
    const { size, hasAlpha } = this.#options;
    const { width, height } = size;
    const seen = this.#seen;
    const isSame = seen.width === width && seen.height === height;
    const stored = await this.#converters.full.convert(
      frame,
      hasAlpha ? 'gbrapf32le' : 'gbrpf32le',
      colourTags(frame),
      size,
    );
    const full = shared(3 * width * height);
    readPlanes(stored, full);
    const alpha = hasAlpha ? readAlpha(stored) : undefined;
    stored.free();
    if (alpha) bleedTransparent(planesOf(full), alpha, width, height);
    const motion = this.#motion;
    return {
      frame,
      full,
      seen: isSame ? full : await this.#resized('seen', frame, seen),
      alpha,
      ...(await motionOf(motion && (await this.#resized('motion', frame, motionSize(size))), motion)),
    };
  }

  /**
   * Starts a frame; they are started in order.
   * @param before the frame that it goes on from; left out: a scene begins with it
   * @param seconds since that one
   * @returns the painted frame, which the caller frees
   */
  next(
    own: HeldFrame<ClipFrame>,
    before: HeldFrame<ClipFrame> | undefined,
    seconds: number,
    tags: ColourTags,
  ): Promise<VideoFrame> {
    const making = own.made();
    const moved = before && this.#motion ? this.#moved(before, own, this.#motion) : undefined;
    const painted = after(this.#painting, async () =>
      this.#paint(await making, await moved, before && seconds),
    );
    this.#painting = painted;
    const laid = after(this.#laying, async () => {
      const [made, paintings, motion] = [await making, await painted, await moved];
      return this.#lay(made, paintings, motion, tags);
    });
    this.#laying = laid;
    // Each by itself: what is laid may fail while the frame is still painted.
    for (const begun of [moved, painted, laid]) if (begun) own.usedBy(begun);
    if (moved) before?.usedBy(moved);
    for (const begun of [making, moved, painted, laid]) begun?.catch(() => {});
    return laid;
  }

  /** What the frame behind the last one needs; nothing else may be on its way. */
  state(): Float32Array[] {
    return [
      this.#own ?? new Float32Array(),
      this.#input ?? new Float32Array(),
      ...this.#strands.flatMap(({ given, measured, painting }) =>
        [given, measured, painting].map((list) => list ?? new Float32Array()),
      ),
    ];
  }

  /** Goes on from there. @returns whether it can */
  goOnFrom(state: readonly Float32Array[] | undefined): boolean {
    const { width, height } = this.#seen;
    if (state?.length !== 2 + 3 * this.#strands.length) return false;
    const [own, input, ...lists] = state;
    if (
      [input, ...this.#strands.map((_, at) => lists[3 * at + 2])].some(
        (planes) => planes?.length !== 3 * width * height,
      )
    )
      return false;
    this.#own = own?.length ? own : undefined;
    this.#input = input;
    for (const [at, strand] of this.#strands.entries()) {
      const [given, measured, painting] = lists.slice(3 * at, 3 * at + 3);
      Object.assign(strand, { given, measured, painting });
    }
    return true;
  }

  async close(): Promise<void> {
    // A converter that is closed under a frame would take the process along.
    await Promise.allSettled([...this.#preparing, this.#painting, this.#laying]);
    for (const converter of Object.values(this.#converters)) converter.close();
    for (const { painter } of this.#strands) await painter.close();
    await this.#composer?.close();
    await this.#motion?.close();
  }

  async #begin(): Promise<void> {
    const { job, context, size, rotation } = this.#options;
    const layers = job.strength === 0 ? [] : planLayers(job.styles, job.strength);
    this.#reader = await readerOf(job, context);
    const read = new Map<string, Float32Array>();
    for (const { from } of job.styles)
      if (isPicture(from) && !read.has(from.picture) && this.#reader)
        read.set(from.picture, await this.#reader.read(from.picture));
    this.#composer = await ClipComposer.open({ job, layers, size, seen: this.#seen, rotation });
    this.#strands = layers.map((layer) => this.#strandOf(layer, read));
    const { clip, motion, device } = job;
    if (motion && clip.steady > 0 && layers.length > 0)
      this.#motion = await MotionNetwork.open({
        ...{ sessions: context.sessions, device, size: motionSize(size) },
        ...motion,
      });
  }

  #strandOf(layer: Layer, read: ReadonlyMap<string, Float32Array>): Strand {
    const { job, context } = this.#options;
    const { kind, parts } = layer;
    const model = kind === 'pictures' ? job.painter : job.builtIn;
    if (!model) throw new Error(`no model for ${kind}`);
    const mixed = parts.flatMap(({ from, share }) =>
      isPicture(from) ? [{ style: styleOf(read, from), share }] : [],
    );
    const builtIn = builtInWeights(parts, model.descriptor.style?.values ?? 0);
    return {
      layer,
      painter: new FramePainter(job, model, this.#seen, context),
      style: (own) => (kind === 'builtIn' ? builtIn : mixedStyle(mixed, own, job.strength)),
      given: undefined,
      measured: undefined,
      painting: undefined,
    };
  }

  /**
   * A frame's own paintings. What makes strokes jump is mostly the noise of the frame, so that goes first.
   * @param seconds since the frame before, where it goes on from one
   */
  async #paint(
    made: ClipFrame,
    motion: Motion | undefined,
    seconds: number | undefined,
  ): Promise<Float32Array[]> {
    const { job } = this.#options;
    const { steady } = job.clip;
    const own = await this.#ownStyle(made, seconds);
    const input = motion && this.#input ? made.seen.slice() : made.seen;
    if (motion && this.#input) steadied(input, this.#input, motion, this.#seen, steady);
    this.#input = input;
    const paintings: Float32Array[] = [];
    for (const strand of this.#strands) {
      const { painter, given, measured } = strand;
      const isGoingOn = seconds !== undefined && steady > 0 && given && measured;
      const done = await painter.paint(
        input,
        strand.style(own),
        isGoingOn ? followed(given, measured, seconds, steady) : undefined,
        (size) => this.#resized('copy', made.frame, size),
      );
      strand.given = done.given;
      strand.measured = done.measured;
      paintings.push(done.painting);
    }
    return paintings;
  }

  async #ownStyle(made: ClipFrame, seconds: number | undefined): Promise<Float32Array | undefined> {
    const { job } = this.#options;
    const reader = this.#reader;
    const isNeeded = job.strength < 1 && this.#strands.some(({ layer }) => layer.kind === 'pictures');
    if (!reader || !isNeeded) return undefined;
    const { side } = reader;
    const read = await reader.readPlanes(
      Float32Array.from(await this.#resized('style', made.frame, { width: side, height: side })),
    );
    const before = seconds === undefined ? undefined : this.#own;
    this.#own = before ? followed(before, read, seconds ?? 0, job.clip.steady) : read;
    return this.#own;
  }

  /** Lays paintings over those before them, and over the original. */
  async #lay(
    made: ClipFrame,
    paintings: readonly Float32Array[],
    motion: Motion | undefined,
    tags: ColourTags,
  ): Promise<VideoFrame> {
    const { job, size } = this.#options;
    for (const [at, strand] of this.#strands.entries()) {
      const painting = paintings[at]!;
      if (motion && strand.painting)
        steadied(painting, strand.painting, motion, this.#seen, LAID * job.clip.steady);
      strand.painting = painting;
    }
    const planes = await this.#composer!.compose(made.full, made.seen, paintings);
    const frame = writePlanes(planes, size.width, size.height, made.alpha);
    frame.colorPrimaries = tags.primaries as never;
    frame.colorTrc = tags.transfer as never;
    return frame;
  }

  async #moved(before: HeldFrame<ClipFrame>, own: HeldFrame<ClipFrame>, network: MotionNetwork) {
    const [a, b] = [(await before.made()).motion, (await own.made()).motion];
    return a && b ? network.between(a, b) : undefined;
  }

  async #resized(use: keyof typeof CONVERTERS, frame: VideoFrame, size: Size): Promise<Float32Array> {
    const converted = await this.#converters[use].convert(frame, 'gbrpf32le', colourTags(frame), size);
    const planes = shared(3 * size.width * size.height);
    readPlanes(converted, planes);
    converted.free();
    return planes;
  }
}

async function motionOf(planes: Float32Array | undefined, network: MotionNetwork | undefined) {
  const motion = planes && network ? await network.prepare(planes) : undefined;
  return { motion, dispose: () => motion?.dispose() };
}

/** One after the other; what went wrong before goes wrong here. */
function after<T>(before: Promise<unknown>, work: () => Promise<T>): Promise<T> {
  return before.then(work);
}

function planesOf(floats: Float32Array): Float32Array[] {
  const area = floats.length / 3;
  return [0, 1, 2].map((c) => floats.subarray(c * area, (c + 1) * area));
}

function shared(count: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(count * 4));
}
