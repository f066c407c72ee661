import {
  AV_FRAME_FLAG_INTERLACED,
  AVCHROMA_LOC_LEFT,
  AVCHROMA_LOC_UNSPECIFIED,
  AVCOL_PRI_BT709,
  AVCOL_PRI_UNSPECIFIED,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  AVCOL_RANGE_UNSPECIFIED,
  AVCOL_SPC_BT470BG,
  AVCOL_SPC_BT709,
  AVCOL_SPC_RGB,
  AVCOL_SPC_UNSPECIFIED,
  AVCOL_TRC_IEC61966_2_1,
  AVCOL_TRC_UNSPECIFIED,
} from 'node-av/constants';
import { avGetPixFmtFromName, avGetPixFmtName, Frame, SoftwareScaleContext } from 'node-av/lib';
import { GessoError } from '../../../../contract/errors.ts';
import { checkOutput } from './ffmpeg.ts';
import { layoutOf } from './pixel-format.ts';

/** Exact rounding, and colour looked up for every pixel; bicubic where chroma has another size. */
const FLAGS = 'bicubic+accurate_rnd+full_chroma_int+full_chroma_inp';
/** A decoded frame: studios pass it on without looking inside. Whoever holds it frees it. */
export type VideoFrame = Frame;

/** A picture's height from which an untagged one is taken for HD: how players guess. */
const HD_HEIGHT = 576;

/** Colour tags of a picture, as FFmpeg numbers them (ISO/IEC 23091-2). */
export interface ColourTags {
  space: number;
  range: number;
  primaries: number;
  transfer: number;
  location: number;
}

/** The tags of a frame. What it does not say is taken as players take it. */
export function colourTags(frame: Frame): ColourTags {
  const { isRgb } = layoutOf(nameOf(frame));
  const guessed = frame.height > HD_HEIGHT ? AVCOL_SPC_BT709 : AVCOL_SPC_BT470BG;
  const isUnsaid = frame.colorSpace === AVCOL_SPC_UNSPECIFIED;
  const full = isRgb || nameOf(frame).startsWith('yuvj');
  return {
    space: isRgb
      ? AVCOL_SPC_RGB
      : isUnsaid || frame.colorSpace === AVCOL_SPC_RGB
        ? guessed
        : frame.colorSpace,
    range:
      frame.colorRange !== AVCOL_RANGE_UNSPECIFIED
        ? frame.colorRange
        : full
          ? AVCOL_RANGE_JPEG
          : AVCOL_RANGE_MPEG,
    primaries: frame.colorPrimaries,
    transfer: frame.colorTrc,
    location: frame.chromaLocation,
  };
}

/** The tags of a result that is stored as `format`: the source's, or those of HD where pictures become a film. */
export function resultTags(frame: Frame, format: string): ColourTags {
  const tags = colourTags(frame);
  if (layoutOf(format).isRgb) return { ...tags, space: AVCOL_SPC_RGB, range: AVCOL_RANGE_JPEG };
  if (tags.space !== AVCOL_SPC_RGB) return tags;
  const said = (tag: number, otherwise: number) => (tag === AVCOL_PRI_UNSPECIFIED ? otherwise : tag);
  return {
    space: AVCOL_SPC_BT709,
    range: AVCOL_RANGE_MPEG,
    primaries: said(tags.primaries, AVCOL_PRI_BT709),
    transfer: said(tags.transfer, AVCOL_TRC_IEC61966_2_1),
    location: AVCHROMA_LOC_LEFT,
  };
}

/** A new frame with room for its pixels. */
function newFrame(width: number, height: number, format: string): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = avGetPixFmtFromName(format);
  checkOutput(frame.getBuffer(0), format, 'making room for');
  return frame;
}

/**
 * Changes how pixels are stored; the matrix and range of a signal are applied, its primaries and transfer never touched:
 * a network sees the signal, whatever it stands for.
 */
export class PixelConverter {
  readonly #scaler = new SoftwareScaleContext();
  #last: Promise<unknown> = Promise.resolve();

  /** @param flags of libswscale */
  constructor(flags = FLAGS) {
    this.#scaler.allocContext();
    // Under any other name they are ignored, and nothing says so.
    checkOutput(this.#scaler.setOption('sws_flags', flags), flags, 'preparing to convert by');
  }

  /**
   * `from` as `format` at `width` x `height`, with the tags given; RGB is always full range.
   * @throws GessoError input/unreadable where the frame is stored in a way that nobody converts
   */
  convert(
    from: Frame,
    format: string,
    tags: ColourTags,
    size?: { width: number; height: number },
  ): Promise<Frame> {
    // One at a time: libswscale's contexts are not made for two threads.
    const done = this.#last.then(() => this.#convert(from, format, tags, size));
    this.#last = done.catch(() => {});
    return done;
  }

  async #convert(
    from: Frame,
    format: string,
    tags: ColourTags,
    size: { width: number; height: number } | undefined,
  ): Promise<Frame> {
    const to = newFrame(size?.width ?? from.width, size?.height ?? from.height, format);
    const { isRgb, chroma } = layoutOf(format);
    to.colorSpace = (isRgb ? AVCOL_SPC_RGB : tags.space) as never;
    to.colorRange = (isRgb ? AVCOL_RANGE_JPEG : tags.range) as never;
    for (const frame of [to, from]) {
      // The same on both sides, so that nothing is converted between them.
      frame.colorPrimaries = AVCOL_PRI_UNSPECIFIED;
      frame.colorTrc = AVCOL_TRC_UNSPECIFIED;
    }
    to.chromaLocation = (chroma === '420' ? tags.location : AVCHROMA_LOC_UNSPECIFIED) as never;
    // Rows of both fields are one picture: libswscale would refuse it beside one that is not in fields.
    const inFields = isInterlaced(from);
    if (inFields) from.clearFlags(AV_FRAME_FLAG_INTERLACED);
    let code = await this.#scaler.scaleFrame(to, from);
    if (code < 0) {
      // A damaged or exotic file states what nobody converts: it is taken as players take what says nothing.
      const guessed = from.height > HD_HEIGHT ? AVCOL_SPC_BT709 : AVCOL_SPC_BT470BG;
      from.colorSpace = (layoutOf(nameOf(from)).isRgb ? AVCOL_SPC_RGB : guessed) as never;
      from.chromaLocation = AVCHROMA_LOC_UNSPECIFIED;
      to.chromaLocation = AVCHROMA_LOC_UNSPECIFIED;
      for (const frame of [to, from]) {
        const isKnown = frame.colorRange === AVCOL_RANGE_MPEG || frame.colorRange === AVCOL_RANGE_JPEG;
        if (!isKnown) frame.colorRange = isRgb && frame === to ? AVCOL_RANGE_JPEG : AVCOL_RANGE_UNSPECIFIED;
      }
      if (!isRgb) to.colorSpace = guessed;
      code = await this.#scaler.scaleFrame(to, from);
    }
    if (inFields) from.setFlags(AV_FRAME_FLAG_INTERLACED);
    from.colorPrimaries = tags.primaries as never;
    from.colorTrc = tags.transfer as never;
    to.colorPrimaries = tags.primaries as never;
    to.colorTrc = tags.transfer as never;
    if (code >= 0) return to;
    to.free();
    throw new GessoError(
      'input/unreadable',
      `A frame of ${from.width}x${from.height} in ${nameOf(from)} can't be converted to ${format}.`,
      'Check that the clip plays elsewhere, or copy it again from where it came.',
    );
  }

  close(): void {
    this.#scaler.freeContext();
  }
}

/** Planar RGB float32 0..1, tightly packed, out of a frame in `gbrpf32le` or `gbrapf32le`. */
export function readPlanes(frame: Frame, into: Float32Array): void {
  const { width, height } = frame;
  const [green, blue, red] = frame.data as Buffer[];
  const stride = (frame.linesize[0] ?? 0) / 4;
  for (const [plane, source] of [red, green, blue].entries()) {
    const floats = asFloats(source!);
    const target = into.subarray(plane * width * height, (plane + 1) * width * height);
    if (stride === width) target.set(floats.subarray(0, width * height));
    else
      for (let row = 0; row < height; row += 1)
        target.set(floats.subarray(row * stride, row * stride + width), row * width);
  }
}

/** The alpha of a frame in `gbrapf32le`, tightly packed. */
export function readAlpha(frame: Frame): Float32Array {
  const { width, height } = frame;
  const stride = (frame.linesize[3] ?? 0) / 4;
  const floats = asFloats(frame.data![3]!);
  const alpha = new Float32Array(width * height);
  for (let row = 0; row < height; row += 1)
    alpha.set(floats.subarray(row * stride, row * stride + width), row * width);
  return alpha;
}

/** A frame of floats out of planar RGB float32 and perhaps an alpha, tightly packed; values are kept within 0..1. */
export function writePlanes(
  planes: Float32Array,
  width: number,
  height: number,
  alpha?: Float32Array,
): Frame {
  const frame = newFrame(width, height, alpha ? 'gbrapf32le' : 'gbrpf32le');
  const [green, blue, red, opacity] = frame.data as Buffer[];
  frame.colorSpace = AVCOL_SPC_RGB;
  frame.colorRange = AVCOL_RANGE_JPEG;
  const area = width * height;
  const parts = [red, green, blue].map((target, plane) => ({
    target,
    source: planes.subarray(plane * area, (plane + 1) * area),
  }));
  if (alpha) parts.push({ target: opacity, source: alpha });
  for (const [plane, { target, source }] of parts.entries()) {
    const floats = asFloats(target!);
    const stride = (frame.linesize[plane] ?? 0) / 4;
    for (let row = 0; row < height; row += 1) {
      const [from, to] = [row * width, row * stride];
      for (let x = 0; x < width; x += 1) floats[to + x] = Math.min(1, Math.max(0, source[from + x]!));
    }
  }
  return frame;
}

/** Whether a picture holds two moments, one in its even and one in its odd rows. */
export function isInterlaced(frame: Frame): boolean {
  return frame.hasFlags(AV_FRAME_FLAG_INTERLACED);
}

function nameOf(frame: Frame): string {
  return avGetPixFmtName(frame.format as never) ?? '';
}

function asFloats(bytes: Buffer): Float32Array {
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
}

/** A frame reduced to 8-bit greys, tightly packed. */
export async function greysOf(
  converter: PixelConverter,
  frame: Frame,
  size: { width: number; height: number },
): Promise<Uint8Array> {
  const reduced = await converter.convert(frame, 'gray', colourTags(frame), size);
  const stride = reduced.linesize[0] ?? size.width;
  const bytes = reduced.data![0]!;
  const greys = new Uint8Array(size.width * size.height);
  for (let row = 0; row < size.height; row += 1)
    greys.set(bytes.subarray(row * stride, row * stride + size.width), row * size.width);
  reduced.free();
  return greys;
}
