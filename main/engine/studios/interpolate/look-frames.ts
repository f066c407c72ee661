import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import {
  add,
  compare,
  fromTicks,
  mul,
  parseRational,
  type Rational,
  ratio,
  sub,
  toNumber,
  toTicks,
} from '../../../../contract/time.ts';
import { onGrid } from '../../clips/rates.ts';
import { type OpenSource, openSource } from '../../clips/source.ts';
import { FramePictures } from '../../media/video/frame-picture.ts';
import type { VideoFrame } from '../../media/video/frame-planes.ts';
import type { Event, Params, Result } from '../../protocol/methods.ts';
import { FramePlaces } from './frame-places.ts';

/** Pictures that are coded at once, while the next frame is decoded. */
const IN_FLIGHT = 3;
/** Where the next frame that is wanted lies so near, reading on costs less than a seek to the key frame before it. */
const READ_ON = ratio(3);

/** A frame that was picked; whoever takes it frees it. */
interface Picked {
  /** Left out: the one before is shown at this moment too. */
  frame?: VideoFrame;
  /** Seconds after the file's zero. */
  moment: Rational;
  /** 0..1 of all that are picked. */
  fraction: number;
}

/**
 * Writes frames of a source as they are, as pictures for the screen.
 * @throws GessoError input/unreadable, input/unsupported, job/cancelled
 */
export async function lookAtFrames(
  { input, second, rate, pick, folder, longestSide }: Params<'clip.frames'>,
  { checkpoint, emit }: { checkpoint: () => void; emit: (event: Event<'clip.frames'>) => void },
): Promise<Result<'clip.frames'>> {
  await mkdir(folder, { recursive: true });
  const source = await openSource(input, second, parseRational(rate)!);
  const { video } = source.facts;
  const pictures = new FramePictures(video, longestSide, 'playing');
  const kind = video.layout.hasAlpha ? 'webp' : 'jpg';
  const begun: { event: Event<'clip.frames'>; written: Promise<unknown> }[] = [];
  let frames = 0;
  let [file, written]: [string, Promise<unknown>] = ['', Promise.resolve()];
  const tell = async () => {
    await begun[0]!.written;
    emit(begun.shift()!.event);
  };
  try {
    const picked =
      'count' in pick
        ? spread(source, pick.count, checkpoint)
        : inPart(source, parseRational(pick.from)!, parseRational(pick.to)!);
    for await (const { frame, moment, fraction } of picked) {
      if (frame) {
        file = path.join(folder, `${String(frames).padStart(6, '0')}.${kind}`);
        written = pictures.write(frame, file).finally(() => frame.free());
        // Told when its turn comes.
        written.catch(() => {});
      }
      begun.push({ event: { index: frames, time: toNumber(moment), file, fraction }, written });
      frames += 1;
      if (begun.length >= IN_FLIGHT) await tell();
      checkpoint();
    }
    while (begun.length > 0) await tell();
    return { frames };
  } finally {
    await Promise.allSettled(begun.map((each) => each.written));
    pictures.close();
    await source.frames.close();
  }
}

/** All frames that are shown between two moments, seconds after the file's zero. */
async function* inPart(source: OpenSource, from: Rational, to: Rational): AsyncGenerator<Picked> {
  const { frames, zero } = source;
  const whole = Math.max(1e-9, toNumber(sub(to, from)));
  // Rounded to ticks, the frame that comes next may seem to be there already.
  const begin = toTicks(add(zero, from), frames.base) - 1n;
  let held: { frame: VideoFrame; moment: Rational } | undefined;
  const shown = (fraction: number): Picked => {
    const picked = { ...held!, fraction };
    held = undefined;
    return picked;
  };
  try {
    for await (const { frame, ticks } of frames.frames(begin)) {
      const moment = momentOf(source, ticks);
      if (compare(moment, to) >= 0) {
        frame.free();
        break;
      }
      if (held && compare(moment, from) <= 0) held.frame.free();
      else if (held) yield shown(Math.min(1, Math.max(0, toNumber(sub(moment, from)) / whole)));
      held = { frame, moment };
    }
    if (held) yield shown(1);
  } finally {
    held?.frame.free();
  }
}

/** So many frames, each the one that is shown in the middle of its share of the whole. */
async function* spread(source: OpenSource, count: number, checkpoint: () => void): AsyncGenerator<Picked> {
  const { frames, zero } = source;
  const first = momentOf(source, frames.start);
  const isStated = source.end !== undefined && compare(source.end, first) > 0;
  const span = sub(isStated ? source.end! : await endOf(source, checkpoint), first);
  // Where no length is stated, there are mostly no places to seek to either.
  const places = new FramePlaces(frames, isStated ? toTicks(READ_ON, frames.base) : undefined, checkpoint);
  try {
    for (let index = 0; index < count; index += 1) {
      const moment = add(first, mul(span, ratio(2 * index + 1, 2 * count)));
      const { shown, isNew } = await places.at(toTicks(add(zero, moment), frames.base));
      yield {
        ...(isNew && { frame: shown.frame.clone()! }),
        moment: momentOf(source, shown.ticks),
        fraction: (index + 1) / count,
      };
    }
  } finally {
    await places.close();
  }
}

/** When a frame is shown, seconds after the file's zero, without its container's rounding. */
function momentOf({ frames, zero, stated }: OpenSource, ticks: bigint): Rational {
  const since = onGrid(Number(ticks - frames.start), frames.base, stated);
  return sub(add(fromTicks(frames.start, frames.base), since), zero);
}

/** Where a source ends that does not say so: all of it is decoded. */
async function endOf(source: OpenSource, checkpoint: () => void): Promise<Rational> {
  let end = source.frames.start;
  for await (const { frame, ticks, duration } of source.frames.frames()) {
    frame.free();
    checkpoint();
    end = ticks + duration;
  }
  return momentOf(source, end);
}
