import { rename } from 'node:fs/promises';
import sharp from 'sharp';
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

/** Writes frames as pictures for the screen: upright, square pixels, sRGB's numbers. */
export class FramePictures {
  readonly #converter = new PixelConverter('bicubic+accurate_rnd+full_chroma_int');

  constructor(
    private readonly looks: Looks,
    private readonly longestSide: number,
  ) {}

  /** A JPEG, or a WebP where the frame is transparent; there whole or not at all. */
  async write(frame: VideoFrame, file: string): Promise<{ width: number; height: number }> {
    const { looks } = this;
    const size = seenSize(frame, looks, this.longestSide);
    const lying = looks.rotation % 180 === 0 ? size : { width: size.height, height: size.width };
    const rgb = await this.#converter.convert(frame, 'rgba', colourTags(frame), lying);
    const stride = rgb.linesize[0] ?? lying.width * 4;
    const pixels = Buffer.alloc(lying.width * lying.height * 4);
    for (let row = 0; row < lying.height; row += 1)
      rgb.data![0]!.copy(pixels, row * lying.width * 4, row * stride, row * stride + lying.width * 4);
    rgb.free();
    const raw = sharp(pixels, { raw: { ...lying, channels: 4 } }).rotate(looks.rotation);
    const coded = file.endsWith('.webp')
      ? raw.webp({ quality: 90, effort: 0 })
      : raw.removeAlpha().jpeg({ quality: 90, chromaSubsampling: '4:4:4' });
    await coded.toFile(`${file}.${process.pid}.part`);
    await rename(`${file}.${process.pid}.part`, file);
    return size;
  }

  close(): void {
    this.#converter.close();
  }
}
