import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type CodecContext, Packet } from 'node-av/lib';
import { fsyncFolder, hashFolder } from '../../../../models/library/storage.ts';
import type { Coding } from './coding.ts';
import { checkOutput } from './ffmpeg.ts';
import { colourTags, PixelConverter, type VideoFrame } from './frame-planes.ts';
import { isStoredAs, openEncoder, type PictureShape } from './segment-writer.ts';

/** Enough for ten hours at 24 frames a second, and they sort as they are shown. */
const DIGITS = 6;

/** Writes frames as numbered pictures into a folder that has its name only when it is whole. */
export class PictureFolderWriter {
  readonly #converter = new PixelConverter();
  readonly #packet = new Packet();
  #frames = 0;

  private constructor(
    private readonly folder: string,
    private readonly coding: Coding,
    private readonly shape: PictureShape,
    /** The number of the first picture, from 0. */
    private readonly first: number,
    private readonly encoder: CodecContext,
  ) {
    this.#packet.alloc();
  }

  static async open(
    folder: string,
    coding: Coding,
    shape: PictureShape,
    first: number,
  ): Promise<PictureFolderWriter> {
    await rm(`${folder}.part`, { recursive: true, force: true });
    await mkdir(`${folder}.part`, { recursive: true });
    return new PictureFolderWriter(folder, coding, shape, first, await openEncoder(folder, coding, shape));
  }

  /** Takes the next frame; it stays the caller's. */
  async write(frame: VideoFrame): Promise<void> {
    const { coding, shape, encoder, folder } = this;
    const { width, height } = shape;
    const ready = isStoredAs(frame, coding.pixelFormat, shape)
      ? frame.clone()!
      : await this.#converter.convert(frame, coding.pixelFormat, colourTags(frame), { width, height });
    ready.pts = BigInt(this.#frames);
    const number = this.first + this.#frames + 1;
    this.#frames += 1;
    checkOutput(await encoder.sendFrame(ready), folder, 'encoding');
    ready.free();
    // Each picture is whole by itself: the encoder holds none back.
    checkOutput(await encoder.receivePacket(this.#packet), folder, 'encoding');
    const file = path.join(`${folder}.part`, `${String(number).padStart(DIGITS, '0')}.png`);
    const handle = await open(file, 'w');
    try {
      await handle.writeFile(this.#packet.data!);
      await handle.sync();
    } finally {
      await handle.close();
      this.#packet.unref();
    }
  }

  /** Puts the folder into place. @returns a hash over all its pictures */
  async finish(): Promise<string> {
    this.#close();
    await fsyncFolder(`${this.folder}.part`);
    await rename(`${this.folder}.part`, this.folder);
    return hashFolder(this.folder);
  }

  async abandon(): Promise<void> {
    this.#close();
    await rm(`${this.folder}.part`, { recursive: true, force: true });
  }

  #close(): void {
    this.#converter.close();
    this.#packet.free();
    this.encoder.freeContext();
  }
}

/** Moves the pictures of finished segments together into one folder, which is there only when it is whole. */
export async function joinPictures(
  segments: readonly string[],
  folder: string,
): Promise<{ sha256: string; bytes: number }> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  let bytes = 0;
  for (const segment of segments)
    for (const name of (await readdir(segment)).sort()) {
      const target = path.join(folder, name);
      bytes += await copyDurably(path.join(segment, name), target);
    }
  await fsyncFolder(folder);
  return { sha256: await hashFolder(folder), bytes };
}

/** The segments lie in the data folder, perhaps on another disk. */
async function copyDurably(from: string, to: string): Promise<number> {
  const [source, target] = [await open(from, 'r'), await open(to, 'wx')];
  try {
    const bytes = await source.readFile();
    await target.writeFile(bytes);
    await target.sync();
    return bytes.length;
  } finally {
    await source.close();
    await target.close();
  }
}
