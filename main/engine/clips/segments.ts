import { rm } from 'node:fs/promises';
import path from 'node:path';
import { hashFile } from '../../../models/library/storage.ts';
import type { Coding } from '../media/video/coding.ts';
import type { VideoFrame } from '../media/video/frame-planes.ts';
import { PictureFolderWriter } from '../media/video/picture-writer.ts';
import { type PictureShape, SegmentWriter } from '../media/video/segment-writer.ts';

/** A finished piece of the result. */
export interface Segment {
  number: number;
  /** A clip, or a folder of pictures. */
  path: string;
  sha256: string;
  frames: number;
}

/** Frames that may be on their way at once: one in the network, one behind it, one in the encoder. */
const IN_FLIGHT = 3;
/** Pixels that a segment makes at most: a kill costs no more than these, about half a minute's work on a processor. */
const SEGMENT_PIXELS = 25e6;
/** Fewer frames would cost the encoder more than a kill costs the user; more, and a kill of small clips would. */
const LEAST_FRAMES = 24;
const MOST_FRAMES = 250;

/** How many frames each segment has, but the last. */
function segmentFrames(width: number, height: number): number {
  return Math.min(MOST_FRAMES, Math.max(LEAST_FRAMES, Math.round(SEGMENT_PIXELS / (width * height))));
}

export interface SegmentsOptions {
  folder: string;
  /** Frames of the result. */
  count: number;
  /** Starts frame `k` of the result; returns once what it is made of is in hand. They are begun in order. */
  begin: (k: number) => Promise<{ work: Promise<BegunFrame>; isMade: boolean }>;
  /** All frames up to `k`, the last of a segment, are encoded: what the next one needs of them is kept here. */
  ending?: (k: number) => Promise<void>;
  coding: Coding;
  shape: PictureShape;
  /** Finished before, by number. */
  finished: ReadonlyMap<number, Segment>;
  checkpoint: () => void;
  /** After each frame. @param done frames of the whole result @param made by the network, so far */
  progress: (done: number, made: number) => void;
  /** A segment is on the disk, whole. */
  segmentDone: (segment: Segment) => void;
  /** Output frame `index` is encoded, for who watches; it is freed when this returns. */
  showing?: (frame: VideoFrame, index: number) => void;
}

/** Makes all segments that are not there yet, in order. @returns all segments of the result */
export async function makeSegments(options: SegmentsOptions): Promise<{ segments: Segment[]; made: number }> {
  const { count, shape, finished } = options;
  const size = segmentFrames(shape.width, shape.height);
  const segments: Segment[] = [];
  let made = 0;
  for (let first = 0, number = 0; first < count; first += size, number += 1) {
    const frames = Math.min(size, count - first);
    const known = finished.get(number);
    if (known?.frames === frames) {
      segments.push(known);
      options.progress(first + frames, made);
      continue;
    }
    const run = new SegmentRun(options, number, first, frames, made);
    const segment = await run.make();
    made = run.made;
    options.segmentDone(segment);
    segments.push(segment);
  }
  return { segments, made };
}

/** A frame of the result; whoever takes it frees it. */
export interface BegunFrame {
  frame: VideoFrame;
  free: () => void;
}

/** Decode, network and encoder work at once: each frame waits only for the one before it in the encoder. */
class SegmentRun {
  made: number;
  readonly #path: string;
  #writer: SegmentWriter | PictureFolderWriter | undefined;
  #written = 0;

  constructor(
    private readonly options: SegmentsOptions,
    private readonly number: number,
    private readonly first: number,
    private readonly frames: number,
    made: number,
  ) {
    this.made = made;
    const name = `segment-${String(number).padStart(6, '0')}`;
    this.#path = path.join(options.folder, options.coding.codec === 'png' ? name : `${name}.mkv`);
  }

  async make(): Promise<Segment> {
    const { coding, shape } = this.options;
    await rm(this.#path, { force: true, recursive: true });
    this.#writer =
      coding.codec === 'png'
        ? await PictureFolderWriter.open(this.#path, coding, shape, this.first)
        : await SegmentWriter.open(this.#path, coding, shape);
    const queue: Promise<BegunFrame>[] = [];
    try {
      for (let k = this.first; k < this.first + this.frames; k += 1) {
        this.options.checkpoint();
        const { work, isMade } = await this.options.begin(k);
        if (isMade) this.made += 1;
        // What goes wrong is told when its turn comes.
        work.catch(() => {});
        queue.push(work);
        if (queue.length >= IN_FLIGHT) await this.#write(await queue.shift()!);
      }
      for (let next = queue.shift(); next; next = queue.shift()) await this.#write(await next);
      await this.options.ending?.(this.first + this.frames - 1);
      const { sha256 } = await this.#finish();
      return { number: this.number, path: this.#path, sha256, frames: this.frames };
    } catch (thrown) {
      for (const frame of queue) frame.then(({ free }) => free()).catch(() => {});
      await this.#writer?.abandon().catch(() => {});
      throw thrown;
    }
  }

  async #write({ frame, free }: BegunFrame): Promise<void> {
    const { progress, showing } = this.options;
    try {
      await this.#writer!.write(frame);
      this.#written += 1;
      showing?.(frame, this.first + this.#written - 1);
    } finally {
      free();
    }
    progress(this.first + this.#written, this.made);
  }

  async #finish(): Promise<{ sha256: string }> {
    const writer = this.#writer!;
    if (writer instanceof PictureFolderWriter) return { sha256: await writer.finish() };
    await writer.finish();
    return hashFile(this.#path);
  }
}
