import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../../../contract/errors.ts';
import { div, type Rational, ratio } from '../../../../contract/time.ts';
import { ClipReader } from './clip-reader.ts';
import { type FrameSource, noLosses, type SourceFrame } from './frame-source.ts';

const PICTURES = /\.(png|jpe?g|tiff?|webp|bmp|exr|dpx|tga)$/i;

/** The pictures of a folder in the order of their numbers: `shot_9.png` comes before `shot_10.png`. */
export async function numberedPictures(folder: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (cause) {
    throw new GessoError(
      'input/unreadable',
      `Couldn't look into ${path.basename(folder)}.`,
      'Check the path, and that you may read it.',
      cause,
    );
  }
  const pictures = names.filter((name) => PICTURES.test(name) && !name.startsWith('.'));
  if (pictures.length === 0)
    throw new GessoError(
      'input/unsupported',
      `There are no pictures in ${path.basename(folder)}.`,
      'Choose a folder of numbered PNG, JPEG, TIFF, WebP, BMP, EXR, DPX or TGA files.',
    );
  const order = new Intl.Collator('en', { numeric: true });
  return pictures.sort(order.compare).map((name) => path.join(folder, name));
}

/** Whether an input is a folder. */
export async function isFolder(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isDirectory() ?? false;
}

/** Pictures one after the other, as a film of a constant rate: tick n is picture n. */
export class PictureSequence implements FrameSource {
  readonly losses = noLosses();
  readonly base: Rational;
  readonly start = 0n;

  constructor(
    /** The folder, or the first picture. */
    readonly file: string,
    private readonly pictures: readonly string[],
    rate: Rational,
  ) {
    this.base = div(ratio(1), rate);
  }

  async *frames(from = 0n): AsyncGenerator<SourceFrame> {
    const first = Number(from < 0n ? 0n : from);
    let size: { width: number; height: number } | undefined;
    for (let at = Math.min(first, this.pictures.length - 1); at < this.pictures.length; at += 1) {
      const picture = this.pictures[at]!;
      const reader = await ClipReader.open(picture);
      try {
        const frames = reader.frames();
        const { value } = await frames.next();
        await frames.return(undefined);
        if (!value)
          throw new GessoError(
            'input/unreadable',
            `${path.basename(picture)} can't be decoded.`,
            'Replace it, or take it out of the folder.',
          );
        const { frame } = value as SourceFrame;
        size ??= { width: frame.width, height: frame.height };
        if (frame.width !== size.width || frame.height !== size.height) {
          const { width, height } = frame;
          frame.free();
          throw new GessoError(
            'input/unsupported',
            `${path.basename(picture)} is ${width}x${height}, but those before it are ${size.width}x${size.height}.`,
            'All pictures of a sequence need one size.',
          );
        }
        yield { frame, ticks: BigInt(at), duration: 1n };
      } finally {
        await reader.close();
      }
    }
  }

  sideData(): [] {
    return [];
  }

  async close(): Promise<void> {}
}
