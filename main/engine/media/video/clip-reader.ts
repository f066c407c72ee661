import path from 'node:path';
import {
  AV_FRAME_FLAG_CORRUPT,
  AV_PKT_FLAG_CORRUPT,
  AVDISCARD_ALL,
  AVERROR_INVALIDDATA,
  AVSEEK_FLAG_BACKWARD,
  FF_THREAD_FRAME,
  FF_THREAD_SLICE,
} from 'node-av/constants';
import { Codec, CodecContext, type FormatContext, Frame, Packet, type Stream } from 'node-av/lib';
import { GessoError } from '../../../../contract/errors.ts';
import { type Rational, ratio, toTicks } from '../../../../contract/time.ts';
import { openClip, videoStream } from './clip-facts.ts';
import { checkInput, EAGAIN, END } from './ffmpeg.ts';
import { type FrameSource, noLosses, type SourceFrame } from './frame-source.ts';
import { type SideData, sideDataOf } from './side-data.ts';

const NO_TIME = -(2n ** 63n);
/** A file of which the decoder takes nothing is no clip that goes on after a scratch. */
const MOST_REFUSED_AT_FIRST = 200;
/** Reads that fail one after the other before a file counts as broken off. */
const MOST_FAILURES = 16;
/** Where a seek lands too late, the next one aims so many seconds earlier; then at the start. */
const STEP_BACK = ratio(10);

/** The frames of a clip's picture, decoded in order. */
export class ClipReader implements FrameSource {
  readonly losses = noLosses();
  readonly base: Rational;
  readonly start: bigint;
  #last: bigint | undefined;
  #isClosed = false;

  private constructor(
    readonly file: string,
    readonly context: FormatContext,
    readonly stream: Stream,
    private readonly decoder: CodecContext,
  ) {
    this.base = ratio(stream.timeBase.num, stream.timeBase.den);
    this.start = stream.startTime === NO_TIME ? 0n : stream.startTime;
  }

  /** @throws GessoError input/unreadable, input/unsupported */
  static async open(file: string): Promise<ClipReader> {
    const context = await openClip(file);
    try {
      const stream = videoStream(context, file);
      for (const other of context.streams) if (other.index !== stream.index) other.discard = AVDISCARD_ALL;
      return new ClipReader(file, context, stream, await openDecoder(stream, file));
    } catch (thrown) {
      await context.closeInput();
      throw thrown;
    }
  }

  async *frames(from?: bigint): AsyncGenerator<SourceFrame> {
    this.#last = undefined;
    if (from !== undefined) await this.#seek(from);
    // The one that is shown at `from` may have begun before. Whoever ends early gets no more than was yielded.
    const held: SourceFrame[] = [];
    try {
      for await (const next of this.#decoded()) {
        const isLater = from === undefined || next.ticks > from;
        if (!isLater) held.pop()?.frame.free();
        held.push(next);
        while (isLater && held.length > 0) yield held.shift()!;
      }
      while (held.length > 0) yield held.shift()!;
    } finally {
      for (const { frame } of held) frame.free();
    }
  }

  sideData(first: Frame): SideData[] {
    return sideDataOf(this.stream.codecpar, first);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.decoder.freeContext();
    await this.context.closeInput();
  }

  async #seek(to: bigint): Promise<void> {
    const { context, stream, decoder, start } = this;
    const step = toTicks(STEP_BACK, stream.timeBase);
    for (const target of [to, to - step, start]) {
      const isBefore = target < start;
      const at = isBefore ? start : target;
      const code = await context.seekFrame(stream.index, at, AVSEEK_FLAG_BACKWARD);
      decoder.flushBuffers();
      if (code >= 0 && (await this.#landsBefore(to, at))) return;
    }
    // No index, or a wrong one: from the first byte.
    await context.seekFrame(-1, 0n, AVSEEK_FLAG_BACKWARD);
    decoder.flushBuffers();
  }

  /** Whether the first packet after a seek is early enough; goes back to where the seek landed. */
  async #landsBefore(to: bigint, at: bigint): Promise<boolean> {
    const { context, stream } = this;
    using packet = new Packet();
    packet.alloc();
    for (;;) {
      const code = await context.readFrame(packet);
      if (code < 0) return false;
      const { streamIndex, pts, dts } = packet;
      packet.unref();
      if (streamIndex !== stream.index) continue;
      const first = pts === NO_TIME ? dts : pts;
      const isEarly = first !== NO_TIME && first <= to;
      return isEarly && (await context.seekFrame(stream.index, at, AVSEEK_FLAG_BACKWARD)) >= 0;
    }
  }

  async *#decoded(): AsyncGenerator<SourceFrame> {
    const { context, stream, decoder, losses } = this;
    using packet = new Packet();
    packet.alloc();
    let taken = 0;
    let failures = 0;
    let isDrained = false;
    while (!isDrained) {
      const code = await context.readFrame(packet);
      if (code === EAGAIN) continue;
      if (code < 0 && code !== END) {
        // A scratch: the container's reader looks for where it goes on. What it does not find again is lost.
        losses.packets += 1;
        failures += 1;
        if (failures < MOST_FAILURES) continue;
        losses.broken = true;
      } else failures = 0;
      if (code >= 0 && packet.streamIndex !== stream.index) {
        packet.unref();
        continue;
      }
      isDrained = code < 0;
      if (!isDrained && packet.hasFlags(AV_PKT_FLAG_CORRUPT)) losses.damaged += 1;
      let sent = await decoder.sendPacket(isDrained ? null : packet);
      while (sent === EAGAIN) {
        yield* this.#received();
        sent = await decoder.sendPacket(isDrained ? null : packet);
      }
      packet.unref();
      if (sent < 0 && sent !== END) {
        losses.packets += 1;
        if (taken === 0 && losses.packets > MOST_REFUSED_AT_FIRST) checkInput(sent, this.file);
      }
      for await (const frame of this.#received()) {
        taken += 1;
        yield frame;
      }
    }
    // So that it can decode again after a seek.
    decoder.flushBuffers();
  }

  /** What the decoder has ready now. */
  async *#received(): AsyncGenerator<SourceFrame> {
    const { decoder, losses } = this;
    for (;;) {
      const frame = new Frame();
      frame.alloc();
      const code = await decoder.receiveFrame(frame);
      if (code < 0) {
        frame.free();
        if (code === EAGAIN || code === END) return;
        losses.packets += 1;
        if (code === AVERROR_INVALIDDATA) continue;
        return;
      }
      if (frame.decodeErrorFlags !== 0 || frame.hasFlags(AV_FRAME_FLAG_CORRUPT)) losses.damaged += 1;
      const placed = this.#placed(frame);
      if (placed) yield placed;
      else {
        losses.misplaced += 1;
        frame.free();
      }
    }
  }

  #placed(frame: Frame): SourceFrame | undefined {
    const stated = frame.bestEffortTimestamp === NO_TIME ? frame.pts : frame.bestEffortTimestamp;
    const duration = frame.duration > 0n ? frame.duration : 0n;
    const last = this.#last;
    let ticks = stated;
    if (ticks === NO_TIME) {
      // Raw streams have no times: one after the other, as fast as the file says.
      const rate = this.stream.avgFrameRate.num > 0 ? this.stream.avgFrameRate : this.stream.rFrameRate;
      const period = rate.num > 0 ? toTicks(ratio(rate.den, rate.num), this.stream.timeBase) : 1n;
      ticks = last === undefined ? 0n : last + (duration > 0n ? duration : period);
    }
    if (last !== undefined && ticks <= last) return undefined;
    this.#last = ticks;
    return { frame, ticks, duration };
  }
}

/** Decoders that can do what FFmpeg's own of the same codec cannot: show what is transparent. */
const WITH_ALPHA: Readonly<Record<string, 'libvpx' | 'libvpx-vp9'>> = { vp8: 'libvpx', vp9: 'libvpx-vp9' };

async function openDecoder(stream: Stream, file: string): Promise<CodecContext> {
  const { codecpar } = stream;
  const own = Codec.findDecoder(codecpar.codecId);
  const hasAlpha = stream.metadata?.get('alpha_mode') === '1';
  const codec = (hasAlpha && Codec.findDecoderByName(WITH_ALPHA[own?.name ?? ''] as never)) || own;
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  try {
    checkInput(decoder.parametersToContext(codecpar), file);
    decoder.pktTimebase = stream.timeBase;
    decoder.threadCount = 0;
    decoder.threadType = (FF_THREAD_FRAME | FF_THREAD_SLICE) as never;
    const code = await decoder.open2(codec, null);
    if (code < 0)
      throw new GessoError(
        'input/unsupported',
        `${path.basename(file)}: its picture can't be decoded (${codec?.name ?? 'unknown codec'}).`,
        'Convert it to H.264, H.265, AV1, VP9, ProRes or FFV1 first.',
      );
    return decoder;
  } catch (thrown) {
    decoder.freeContext();
    throw thrown;
  }
}
