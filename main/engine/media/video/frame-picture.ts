import { rename, rm } from 'node:fs/promises';
import sharp, { type JpegOptions } from 'sharp';
import type { Rational } from '../../../../contract/time.ts';
import { colourTags, PixelConverter, type VideoFrame } from './frame-planes.ts';

/** How frames are to be seen: not all pixels are square, and some pictures lie on their side. */
export interface Looks {
  /** Degrees clockwise. */
  rotation: number;
  pixelAspect: Rational;
}

/** Width and height of a frame as it is seen, its longest side at most `longestSide`. */
export function seenSize(
  { width, height }: { width: number; height: number },
  { rotation, pixelAspect }: Looks,
  longestSide: number,
): { width: number; height: number } {
  const wide = (width * pixelAspect.num) / pixelAspect.den;
  const [across, down] = rotation % 180 === 0 ? [wide, height] : [height, wide];
  const factor = Math.min(1, longestSide / Math.max(across, down));
  return { width: Math.max(1, Math.round(across * factor)), height: Math.max(1, Math.round(down * factor)) };
}

/** `still`: to be looked at closely. `playing`: gone in a moment, and as many a second as can be. */
type Use = 'still' | 'playing';

const SCALING: Readonly<Record<Use, string>> = {
  still: 'bicubic+accurate_rnd+full_chroma_int',
  playing: 'bilinear+accurate_rnd+full_chroma_int',
};
const JPEG: Readonly<Record<Use, JpegOptions>> = {
  still: { quality: 90, chromaSubsampling: '4:4:4' },
  // Tables of its own for each picture would take as long again, for a twentieth of the size.
  playing: { quality: 82, chromaSubsampling: '4:2:0', optimiseCoding: false },
};

/** Writes frames as pictures for the screen: upright, square pixels, sRGB's numbers. */
export class FramePictures {
  readonly #converter: PixelConverter;

  constructor(
    private readonly looks: Looks,
    private readonly longestSide: number,
    private readonly use: Use = 'still',
  ) {
    this.#converter = new PixelConverter(SCALING[use]);
  }

  /** A JPEG, or a WebP where the frame is transparent; there whole or not at all. */
  async write(frame: VideoFrame, file: string): Promise<{ width: number; height: number }> {
    const { looks } = this;
    const size = seenSize(frame, looks, this.longestSide);
    const lying = looks.rotation % 180 === 0 ? size : { width: size.height, height: size.width };
    const isWebp = file.endsWith('.webp');
    const channels = isWebp ? 4 : 3;
    const rgb = await this.#converter.convert(frame, isWebp ? 'rgba' : 'rgb24', colourTags(frame), lying);
    const pixels = packed(rgb, lying.width * channels);
    rgb.free();
    const raw = sharp(pixels, { raw: { ...lying, channels } });
    const turned = looks.rotation === 0 ? raw : raw.rotate(looks.rotation);
    const coded = isWebp ? turned.webp({ quality: 90, effort: 0 }) : turned.jpeg(JPEG[this.use]);
    const part = `${file}.${process.pid}.part`;
    try {
      await coded.toFile(part);
      await rename(part, file);
    } catch (thrown) {
      await rm(part, { force: true });
      throw thrown;
    }
    return size;
  }

  close(): void {
    this.#converter.close();
  }
}

/** The rows of a frame of one plane without what lies between them. */
function packed(frame: VideoFrame, rowBytes: number): Buffer {
  const stride = frame.linesize[0] ?? rowBytes;
  const source = frame.data![0]!;
  const pixels = Buffer.allocUnsafe(rowBytes * frame.height);
  for (let row = 0; row < frame.height; row += 1)
    source.copy(pixels, row * rowBytes, row * stride, row * stride + rowBytes);
  return pixels;
}
