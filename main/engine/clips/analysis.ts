import { GessoError } from '../../../contract/errors.ts';
import type { Rational } from '../../../contract/time.ts';
import { toTicks } from '../../../contract/time.ts';
import { greysOf, PixelConverter, type VideoFrame } from '../media/video/frame-planes.ts';
import type { FrameSource, Losses } from '../media/video/frame-source.ts';
import { reducedSize } from './likeness.ts';
import { SceneWatch } from './scenes.ts';

/** What one look at all frames of a source tells. A few bytes a frame, however large the frames are. */
export interface Analysis {
  /** Seconds of a tick. */
  base: Rational;
  /** When each frame is shown. */
  ticks: Float64Array;
  /** How long the last one is shown, ticks; 0 where the source does not say. */
  lastDuration: number;
  /** How much of each frame is new, 0..1; [0] is 0, and so are flashes. */
  changes: Float32Array;
  /** 1 where a frame shows what the one before shows. */
  repeats: Uint8Array;
  losses: Losses;
}

export interface AnalysisOptions {
  /** The part to look at, seconds on the source's clock; a few frames beyond are looked at too. */
  from?: Rational | undefined;
  to?: Rational | undefined;
  /** @param ticks reached */
  progress?: (ticks: bigint) => void;
  /** Throws when the work is not wanted any more. */
  checkpoint: () => void;
}

/** Frames that are looked at behind the part: what tells a cut from a flash. */
const BEYOND = 6;

/** Looks at all frames of a part: when they are shown, where scenes change, what repeats. */
export async function analyse(
  source: FrameSource,
  { from, to, progress, checkpoint }: AnalysisOptions,
): Promise<Analysis> {
  const converter = new PixelConverter('area');
  const watch = new SceneWatch();
  const ticks: number[] = [];
  const end = to && toTicks(to, source.base);
  let [lastDuration, beyond] = [0, 0];
  let size: { width: number; height: number } | undefined;
  try {
    for await (const { frame, ticks: at, duration } of source.frames(from && toTicks(from, source.base))) {
      try {
        checkpoint();
        size ??= reducedSize(frame.width, frame.height);
        const grey = await greysOrNothing(converter, frame, size);
        if (!grey) {
          // Left out, as one that could not be decoded.
          source.losses.damaged += 1;
          continue;
        }
        watch.push({ ...size, grey });
      } finally {
        frame.free();
      }
      ticks.push(Number(at));
      lastDuration = Number(duration);
      progress?.(at);
      if (end !== undefined && at >= end) beyond += 1;
      if (beyond > BEYOND) break;
    }
  } finally {
    converter.close();
  }
  const { changes, repeats } = watch.finish();
  const losses = { ...source.losses };
  return { base: source.base, ticks: Float64Array.from(ticks), lastDuration, changes, repeats, losses };
}

/** Undefined where the frame is so damaged that it cannot be converted. */
async function greysOrNothing(
  converter: PixelConverter,
  frame: VideoFrame,
  size: { width: number; height: number },
): Promise<Uint8Array | undefined> {
  try {
    return await greysOf(converter, frame, size);
  } catch (thrown) {
    if (thrown instanceof GessoError && thrown.code === 'input/unreadable') return undefined;
    throw thrown;
  }
}
