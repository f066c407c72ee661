import { changeBetween, largestDifference, meanDifference, type Reduced } from './likeness.ts';

/** Frames that a flash of light, a muzzle or a camera's, lasts at most. */
const LONGEST_FLASH = 4;
/** Below this a change is motion, and nobody looks further. */
const WORTH_A_LOOK = 0.2;
/** The picture before a flash and the one after it show the same scene where they differ by less than this. */
const SAME_SCENE = 0.6;
/** A repeated frame differs by its compression only, of 255: on average and in any one pixel. */
const REPEATED_MEAN = 0.5;
const REPEATED_PIXEL = 5;

/** What was seen of every frame, as compared with the one before; [0] is 0. */
export interface SceneScores {
  /** 0..1: how much of the picture is new. Of a flash 0: the scene goes on. */
  changes: Float32Array;
  /** 1 where a frame shows what the one before shows. */
  repeats: Uint8Array;
}

/** Watches frames in order and tells how much each changes from the one before. Keeps the last few only. */
export class SceneWatch {
  readonly #recent: Reduced[] = [];
  #first = 0;
  #changes: number[] = [];
  #repeats: number[] = [];
  #settled = 1;

  push(frame: Reduced): void {
    const before = this.#recent.at(-1);
    this.#recent.push(frame);
    this.#changes.push(before ? changeBetween(before, frame) : 0);
    this.#repeats.push(before && isRepeat(before, frame) ? 1 : 0);
    while (this.#settled + LONGEST_FLASH < this.#changes.length) this.#settle();
    while (this.#recent.length > 2 * LONGEST_FLASH + 3) {
      this.#recent.shift();
      this.#first += 1;
    }
  }

  finish(): SceneScores {
    while (this.#settled < this.#changes.length) this.#settle();
    return { changes: Float32Array.from(this.#changes), repeats: Uint8Array.from(this.#repeats) };
  }

  /** A change that is undone within a few frames was a flash. */
  #settle(): void {
    const i = this.#settled++;
    const change = this.#changes[i]!;
    if (change < WORTH_A_LOOK) return;
    const frame = (at: number) => this.#recent[at - this.#first];
    for (let a = i - 1; a >= Math.max(0, i - LONGEST_FLASH - 1); a -= 1)
      for (let b = Math.max(i, a + 2); b <= a + LONGEST_FLASH + 1; b += 1) {
        const [before, after] = [frame(a), frame(b)];
        if (!before || !after || b >= this.#changes.length) continue;
        if (changeBetween(before, after) < SAME_SCENE * change) {
          this.#changes[i] = 0;
          return;
        }
      }
  }
}

function isRepeat(a: Reduced, b: Reduced): boolean {
  return (
    meanDifference(a.grey, b.grey) <= REPEATED_MEAN && largestDifference(a.grey, b.grey) <= REPEATED_PIXEL
  );
}
