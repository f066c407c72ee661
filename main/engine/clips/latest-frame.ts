import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { FramePictures, type Looks } from '../media/video/frame-picture.ts';
import type { VideoFrame } from '../media/video/frame-planes.ts';
import type { Event } from '../protocol/methods.ts';

/** Somebody looks at a clip while it is made. */
export interface ClipWatch {
  /** Gets a picture now and then. */
  folder: string;
  longestSide: number;
}

type Latest = NonNullable<Event<'interpolate.clip'>['latest']>;

/** At most two a second: more would only be work. Milliseconds from the end of one to the next. */
const PAUSE = 500;
/** Pictures that stay: the newest, and those that may be on their way to the screen. */
const KEPT = 3;

export interface LatestFrameOptions {
  looks: Looks;
  isTransparent: boolean;
  /** Asked at each frame: one may begin to look at any time, and look away again. */
  watched: () => ClipWatch | undefined;
  showed: (latest: Latest) => void;
  /** Milliseconds, for tests. */
  pause?: number;
}

/** Shows the newest frame of a clip that is being made, beside the work and never in its way. */
export class LatestFrame {
  readonly #files: string[] = [];
  #pictures: { longestSide: number; writer: FramePictures } | undefined;
  #last = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> | undefined;

  constructor(private readonly options: LatestFrameOptions) {}

  /** Takes a look at a frame, which stays the caller's. @param about what it is; asked only where it is shown */
  show(frame: VideoFrame, about: () => Omit<Latest, 'file'>): void {
    const { watched, pause = PAUSE } = this.options;
    const watch = watched();
    if (!watch || this.#writing || performance.now() - this.#last < pause) return;
    const own = frame.clone();
    if (!own) return;
    const told = about();
    // A picture that cannot be written is missed by nobody; the work goes on.
    this.#writing = this.#write(own, watch, told)
      .catch(() => {})
      .finally(() => {
        own.free();
        this.#writing = undefined;
        this.#last = performance.now();
      });
  }

  /** Ends when no picture is on its way any more. */
  async close(): Promise<void> {
    await this.#writing;
    this.#pictures?.writer.close();
    this.#pictures = undefined;
  }

  async #write(frame: VideoFrame, { folder, longestSide }: ClipWatch, told: Omit<Latest, 'file'>) {
    const { looks, isTransparent, showed } = this.options;
    if (this.#pictures?.longestSide !== longestSide) {
      this.#pictures?.writer.close();
      this.#pictures = { longestSide, writer: new FramePictures(looks, longestSide, 'playing') };
    }
    const file = path.join(folder, `${randomUUID()}.${isTransparent ? 'webp' : 'jpg'}`);
    await this.#pictures.writer.write(frame, file);
    showed({ file, ...told });
    this.#files.push(file);
    while (this.#files.length > KEPT) await rm(this.#files.shift()!, { force: true });
  }
}
