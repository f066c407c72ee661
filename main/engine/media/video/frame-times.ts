import { AVDISCARD_ALL, AVSEEK_FLAG_BACKWARD } from 'node-av/constants';
import { Packet } from 'node-av/lib';
import { type Rational, ratio, sub, toTicks } from '../../../../contract/time.ts';
import { openClip, videoStream } from './clip-facts.ts';

const NO_TIME = -(2n ** 63n);

/** When the frames of a clip are shown, as its container says, without decoding one. */
export interface FrameTimes {
  /** A tick, seconds. */
  base: Rational;
  /** Rising. */
  ticks: Float64Array;
}

/**
 * Reads the timestamps of a clip's frames off its packets.
 * @param from the part that is looked at, seconds of the source's clock
 * @throws GessoError input/unreadable, input/unsupported
 */
export async function frameTimes(file: string, from?: Rational, to?: Rational): Promise<FrameTimes> {
  const context = await openClip(file);
  try {
    const stream = videoStream(context, file);
    for (const other of context.streams) if (other.index !== stream.index) other.discard = AVDISCARD_ALL;
    const base = ratio(stream.timeBase.num, stream.timeBase.den);
    const [begin, end] = [from, to].map((time) => (time ? Number(toTicks(time, base)) : undefined));
    if (begin !== undefined) await context.seekFrame(stream.index, BigInt(begin), AVSEEK_FLAG_BACKWARD);
    const ticks: number[] = [];
    // Packets come in the order of decoding: the last ones of a part may be a little behind its end.
    const enough = end === undefined ? undefined : end + Number(toTicks(REORDERED, base));
    using packet = new Packet();
    packet.alloc();
    while ((await context.readFrame(packet)) >= 0) {
      const { streamIndex, pts, dts } = packet;
      packet.unref();
      const shown = Number(pts === NO_TIME ? dts : pts);
      if (streamIndex !== stream.index || (pts === NO_TIME && dts === NO_TIME)) continue;
      if (enough !== undefined && shown > enough) break;
      if ((begin === undefined || shown >= begin) && (end === undefined || shown < end)) ticks.push(shown);
    }
    const sorted = Float64Array.from(ticks).sort();
    return { base, ticks: sorted.filter((tick, i) => i === 0 || tick > sorted[i - 1]!) };
  } finally {
    await context.closeInput();
  }
}

/** How far frames may be shown from where they are decoded. */
const REORDERED = ratio(2);

/** Seconds from the first to the last frame. */
export function spanOf({ base, ticks }: FrameTimes): Rational {
  return sub(scaled(ticks.at(-1) ?? 0, base), scaled(ticks[0] ?? 0, base));
}

function scaled(tick: number, base: Rational): Rational {
  return ratio(BigInt(tick) * BigInt(base.num), BigInt(base.den));
}
