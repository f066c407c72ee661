import { unreadable } from '../../clips/source.ts';
import type { FrameSource, SourceFrame } from '../../media/video/frame-source.ts';

/** Finds the frames that are shown at moments that come in order, by reading on or by seeking, whichever is less. */
export class FramePlaces {
  #run: AsyncGenerator<SourceFrame> | undefined;
  #shown: SourceFrame | undefined;
  #next: SourceFrame | undefined;

  constructor(
    private readonly source: FrameSource,
    /** Up to so many ticks are read on; left out: the source is never sought. */
    private readonly readOn: bigint | undefined,
    private readonly checkpoint: () => void,
  ) {}

  /**
   * The frame that is shown at `ticks`; before the first one that is the first, behind the last one the last. It is the
   * caller's until the next one is asked for.
   * @throws GessoError input/unreadable
   */
  async at(ticks: bigint): Promise<{ shown: SourceFrame; isNew: boolean }> {
    const { source, readOn, checkpoint } = this;
    const reached = this.#next?.ticks ?? this.#shown?.ticks;
    if (reached !== undefined && readOn !== undefined && ticks - reached > readOn) await this.close();
    let isNew = !this.#shown;
    this.#run ??= source.frames(readOn === undefined ? undefined : ticks);
    for (;;) {
      this.#next ??= await this.#read();
      if (!this.#next || (this.#shown && this.#next.ticks > ticks)) break;
      this.#shown?.frame.free();
      this.#shown = this.#next;
      this.#next = undefined;
      isNew = true;
      checkpoint();
    }
    if (this.#shown) return { shown: this.#shown, isNew };
    throw unreadable(source.file);
  }

  /** Lets all frames go. */
  async close(): Promise<void> {
    await this.#run?.return(undefined);
    this.#run = undefined;
    this.#shown?.frame.free();
    this.#next?.frame.free();
    this.#shown = undefined;
    this.#next = undefined;
  }

  async #read(): Promise<SourceFrame | undefined> {
    const { value, done } = await this.#run!.next();
    return done ? undefined : (value as SourceFrame);
  }
}
