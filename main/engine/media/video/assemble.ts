import {
  AV_CODEC_ID_ASS,
  AV_CODEC_ID_MOV_TEXT,
  AV_CODEC_ID_SUBRIP,
  AV_CODEC_ID_WEBVTT,
  AV_PKT_FLAG_KEY,
  AVDISCARD_ALL,
  AVMEDIA_TYPE_ATTACHMENT,
  AVMEDIA_TYPE_SUBTITLE,
  AVSEEK_FLAG_BACKWARD,
} from 'node-av/constants';
import { Dictionary, FormatContext, Packet, type Stream } from 'node-av/lib';
import type { ClipContainer } from '../../../../contract/clip-coding.ts';
import {
  add,
  div,
  fromTicks,
  mul,
  type Rational,
  ratio,
  sub,
  toNumber,
  toTicks,
  ZERO,
} from '../../../../contract/time.ts';
import { fsyncFile } from '../../../../models/library/storage.ts';
import { addChapters } from './chapter-writer.ts';
import type { Chapter } from './chapters.ts';
import { openClip } from './clip-facts.ts';
import type { Coding } from './coding.ts';
import { checkInput, checkOutput, END } from './ffmpeg.ts';
import { layoutOf } from './pixel-format.ts';
import type { PictureShape } from './segment-writer.ts';
import type { SideData } from './side-data.ts';
import { SoundConverter } from './sound-converter.ts';
import { rewriteText, textHeader } from './subtitle-text.ts';
import type { SoundPlan, SubtitlePlan, TrackPlan } from './tracks.ts';

const NO_TIME = -(2n ** 63n);
/** Reads that fail one after the other before a file counts as broken off. */
const MOST_FAILURES = 16;
/** The finest ticks that containers keep, a second. */
const MOST_TICKS = 2 ** 31 - 1;

export interface Assembly {
  /** Gets the whole file; nothing is there before. */
  file: string;
  container: ClipContainer;
  coding: Coding;
  shape: PictureShape;
  sideData: readonly SideData[];
  /** Finished segments in order, and how many frames each has. */
  segments: readonly { file: string; frames: number }[];
  /** Seconds of the result at which its first frame is shown. */
  offset: Rational;
  /** Where frames are not one after the other at the shape's rate. */
  times?: FrameTimes | undefined;
  /** Where all else comes from; left out: a folder of pictures, which has nothing else. */
  source?: {
    file: string;
    /** The first timestamp of the file: its zero. */
    zero: Rational;
    /** The part that is taken, seconds after `zero`; `to` left out: to the end. */
    from: Rational;
    to?: Rational | undefined;
    slow: number;
    tracks: TrackPlan;
    chapters: readonly Chapter[];
    /** The picture's stream: its language, title and disposition go along. */
    videoIndex: number;
  };
  /** What the file says of itself, where it has no source that says something. */
  tags?: Readonly<Record<string, string>>;
  /** Told now and then. @param fraction 0..1 */
  onProgress?: (fraction: number) => void;
  checkpoint: () => void;
}

/** When the frames of a result are shown, each by itself. */
export interface FrameTimes {
  /** Seconds of the result at which frame `k` is shown; of the one behind the last: when that one ends. */
  of(k: number): Rational;
  /** Seconds that all of them are a multiple of, but for `offset`. */
  tick: Rational;
  isConstant: boolean;
}

/** A packet that is ready to be written, and about when it is needed, seconds. */
interface Ready {
  packet: Packet;
  at: number;
}

/**
 * Joins the segments, without encoding anything again, with all that the source holds beside its picture. Timestamps are
 * those of the result: exact where the container can hold them, else rounded one by one.
 */
export async function assemble(assembly: Assembly): Promise<void> {
  const { file, container, source } = assembly;
  const out = new FormatContext();
  const input = source && (await openClip(source.file));
  let sound: { close(): void } | undefined;
  try {
    const format = container === 'mkv' ? 'matroska' : container;
    checkOutput(out.allocOutputContext2(null, format, file), file, 'beginning');
    const video = await addPicture(out, assembly, input);
    const others = input && source ? new OtherTracks(out, input, source, file) : undefined;
    sound = others;
    if (input) copyMetadata(input, out);
    else if (assembly.tags) out.metadata = Dictionary.fromObject(assembly.tags);
    checkOutput(await out.openOutput(), file, 'beginning');
    const options = Dictionary.fromObject(muxerOptions(container, input, source?.chapters.length ?? 0));
    checkOutput(await out.writeHeader(options), file, 'beginning');
    options.free();
    await interleave(out, assembly, new PicturePackets(assembly, video), others);
    checkOutput(await out.writeTrailer(), file, 'finishing');
  } finally {
    sound?.close();
    await out.closeOutput();
    out.freeContext();
    await input?.closeInput();
  }
  if (source && source.chapters.length > 0) await addChapters(file, container, source.chapters);
  await fsyncFile(file);
}

async function addPicture(
  out: FormatContext,
  { file, segments, shape, coding, sideData, offset, times, source }: Assembly,
  input: FormatContext | undefined,
): Promise<Stream> {
  const first = await openClip(segments[0]!.file);
  const video = out.newStream();
  checkOutput(first.streams[0]!.codecpar.copy(video.codecpar), file, 'beginning');
  await first.closeInput();
  const { codecpar } = video;
  codecpar.codecTag = coding.tag && out.oformat?.name !== 'matroska' ? coding.tag : 0;
  codecpar.sampleAspectRatio = { num: shape.pixelAspect.num, den: shape.pixelAspect.den } as never;
  // Of a rate that varies nothing is stated: a reader would go by it.
  if (times?.isConstant !== false) codecpar.frameRate = { num: shape.rate.num, den: shape.rate.den } as never;
  for (const { type, data } of sideData) codecpar.addCodedSideData(type as never, data);
  video.sampleAspectRatio = codecpar.sampleAspectRatio;
  video.avgFrameRate = codecpar.frameRate;
  video.rFrameRate = codecpar.frameRate;
  // One tick holds both a frame's time and where the first one stands, where that is possible.
  const tick = times?.tick ?? ratio(shape.rate.den, shape.rate.num);
  const common = leastCommon(tick.den, offset.den);
  const den = common !== undefined && common <= MOST_TICKS ? common : tick.den;
  video.timeBase = { num: den === tick.den ? tick.num : 1, den } as never;
  const own = source && input?.streams[source.videoIndex];
  if (own) {
    video.disposition = own.disposition;
  }
  // Without it, players take VP9's second picture for nothing.
  const isTransparent = coding.codec === 'vp9' && layoutOf(coding.pixelFormat).hasAlpha;
  const metadata = {
    ...keptMetadata(own?.metadata?.getAll() ?? {}),
    ...(isTransparent && { alpha_mode: '1' }),
  };
  if (Object.keys(metadata).length > 0) video.metadata = Dictionary.fromObject(metadata);
  return video;
}

function leastCommon(a: number, b: number): number | undefined {
  // a / b in lowest terms has the numerator a / gcd.
  const made = ratio(a, b).num * b;
  return Number.isSafeInteger(made) ? made : undefined;
}

/** Packets of all tracks, the earliest first. */
async function interleave(
  out: FormatContext,
  { file, segments, shape, onProgress, checkpoint }: Assembly,
  pictures: PicturePackets,
  others: OtherTracks | undefined,
): Promise<void> {
  const total = segments.reduce((sum, { frames }) => sum + frames, 0);
  const length = total / toNumber(shape.rate);
  const [video, rest] = [pictures.packets(), others?.packets()];
  let [picture, other] = [await video.next(), await rest?.next()];
  for (let count = 0; !picture.done || (other && !other.done); count += 1) {
    if (count % 64 === 0) {
      checkpoint();
      const at = picture.done ? length : picture.value.at;
      onProgress?.(Math.min(1, Math.max(0, at / Math.max(length, 1e-9))));
    }
    const isPicture = !picture.done && (!other || other.done || picture.value.at <= other.value.at);
    const { packet } = (isPicture ? picture.value : other!.value) as Ready;
    checkOutput(await out.interleavedWriteFrame(packet), file, 'writing');
    packet.free();
    if (isPicture) picture = await video.next();
    else other = await rest!.next();
  }
  checkOutput(await out.interleavedWriteFrame(null), file, 'writing');
}

/** The segments' packets with the times of the result. */
class PicturePackets {
  constructor(
    private readonly assembly: Assembly,
    private readonly stream: Stream,
  ) {}

  async *packets(): AsyncGenerator<Ready> {
    const { segments } = this.assembly;
    const delay = await this.#delay();
    let first = 0;
    for (const { file, frames } of segments) {
      let order = 0;
      for await (const packet of packetsOf(file)) {
        const shown = Number(packet.pts);
        // In the order of decoding, a frame each: what encoders write, without what each segment begins with.
        yield this.#placed(packet, first + shown, first + order - delay);
        order += 1;
      }
      first += frames;
    }
  }

  #placed(packet: Packet, shown: number, decoded: number): Ready {
    const { timeBase } = this.stream;
    packet.streamIndex = this.stream.index;
    packet.pts = this.#ticks(shown);
    packet.dts = this.#ticks(decoded);
    packet.duration = this.#ticks(shown + 1) - packet.pts;
    packet.timeBase = timeBase;
    return { packet, at: (Number(packet.dts) * timeBase.num) / timeBase.den };
  }

  #ticks(frame: number): bigint {
    const { offset, shape, times } = this.assembly;
    const at = (seconds: Rational) => toTicks(seconds, this.stream.timeBase);
    if (!times) return at(add(offset, div(ratio(frame), shape.rate)));
    // Those that are decoded before the first is shown: as long before it as frames last on average.
    return at(frame < 0 ? add(times.of(0), div(ratio(frame), shape.rate)) : times.of(frame));
  }

  /** How many frames the encoder holds back so that some can be decoded before those shown earlier. */
  async #delay(): Promise<number> {
    let most = 0;
    for (const { file } of this.assembly.segments) {
      let order = 0;
      for await (const packet of packetsOf(file)) {
        most = Math.max(most, order - Number(packet.pts));
        packet.free();
        order += 1;
      }
    }
    return most;
  }
}

/** All packets of a segment, pts in frames. Whoever takes them frees them. */
async function* packetsOf(file: string): AsyncGenerator<Packet> {
  const context = await openClip(file);
  try {
    for (;;) {
      const packet = new Packet();
      packet.alloc();
      const code = await context.readFrame(packet);
      if (code < 0) {
        packet.free();
        if (code !== END) checkInput(code, file);
        return;
      }
      yield packet;
    }
  } finally {
    await context.closeInput();
  }
}

/** Sound, subtitles and attachments of the source, copied or converted. */
class OtherTracks {
  readonly #routes = new Map<number, Route>();

  constructor(
    out: FormatContext,
    private readonly input: FormatContext,
    private readonly source: NonNullable<Assembly['source']>,
    file: string,
  ) {
    for (const stream of input.streams) {
      const sound = source.tracks.sounds.find(({ index }) => index === stream.index);
      const text = source.tracks.subtitles.find(({ index }) => index === stream.index);
      const isAttached =
        stream.codecpar.codecType === AVMEDIA_TYPE_ATTACHMENT && out.oformat?.name === 'matroska';
      if (sound || text) this.#routes.set(stream.index, route(out, stream, sound, text, source));
      else stream.discard = AVDISCARD_ALL;
      if (isAttached) {
        // Fonts of subtitles: they have no packets.
        const copy = out.newStream();
        checkOutput(stream.codecpar.copy(copy.codecpar), file, 'beginning');
        if (stream.metadata) copy.metadata = Dictionary.fromObject(stream.metadata.getAll());
      }
    }
  }

  async *packets(): AsyncGenerator<Ready> {
    const { input, source } = this;
    if (this.#routes.size === 0) return;
    if (source.from.num > 0) {
      const at = add(source.zero, source.from);
      await input.seekFrame(-1, toTicks(at, { num: 1, den: 1_000_000 }), AVSEEK_FLAG_BACKWARD);
    }
    let left = this.#routes.size;
    let failures = 0;
    while (left > 0) {
      using packet = new Packet();
      packet.alloc();
      const code = await input.readFrame(packet);
      if (code < 0) {
        // Past a scratch it may go on; what cannot be read any more has no sound either.
        failures += 1;
        if (code === END || failures > MOST_FAILURES) break;
        continue;
      }
      failures = 0;
      const way = this.#routes.get(packet.streamIndex);
      if (!way || way.isOver) continue;
      if (this.#isPast(way, packet)) {
        way.isOver = true;
        left -= 1;
        yield* this.#ended(way);
      } else yield* this.#converted(way, packet);
    }
    for (const way of this.#routes.values()) if (!way.isOver) yield* this.#ended(way);
  }

  close(): void {
    for (const { converter } of this.#routes.values()) converter?.close();
  }

  /** Whether a packet lies behind the part that is taken. */
  #isPast({ stream }: Route, packet: Packet): boolean {
    const { to } = this.source;
    const stamp = packet.pts === NO_TIME ? packet.dts : packet.pts;
    return to !== undefined && stamp !== NO_TIME && this.#inSource(stamp, stream) >= toNumber(to);
  }

  #inSource(stamp: bigint, { timeBase }: Stream): number {
    return toNumber(sub(fromTicks(stamp, timeBase), this.source.zero));
  }

  async *#converted(way: Route, packet: Packet): AsyncGenerator<Ready> {
    const { stream, out, converter, rewrite } = way;
    const stamp = packet.pts === NO_TIME ? packet.dts : packet.pts;
    if (stamp === NO_TIME) return;
    if (converter) {
      for await (const made of converter.convert(packet)) yield* this.#encoded(way, made);
      return;
    }
    const isText = stream.codecpar.codecType === AVMEDIA_TYPE_SUBTITLE;
    const { from, slow, zero } = this.source;
    const inPart = (ticks: bigint) => sub(sub(fromTicks(ticks, stream.timeBase), zero), from);
    const length = fromTicks(packet.duration > 0n ? packet.duration : 0n, stream.timeBase);
    const [start, end] = [inPart(stamp), add(inPart(stamp), length)];
    // Sound begins with its first whole packet, and with what its codec needs before where all of it is taken; of a
    // subtitle that is on, what is left is shown.
    if (start.num < 0 && from.num > 0 && (!isText || end.num <= 0)) return;
    const copy = packet.clone()!;
    if (rewrite) {
      const text = packet.data && rewriteText(Buffer.from(packet.data), rewrite.from, rewrite.to);
      if (!text) return;
      copy.data = text;
    }
    const placed = (time: Rational) => toTicks(mul(time, ratio(slow)), out.timeBase);
    const shown = isText && start.num < 0 ? ZERO : start;
    copy.pts = placed(shown);
    copy.dts = packet.dts === NO_TIME || isText ? copy.pts : placed(inPart(packet.dts));
    copy.duration = placed(end) - copy.pts;
    yield ready(copy, out);
  }

  async *#ended({ converter, ...way }: Route): AsyncGenerator<Ready> {
    if (!converter) return;
    for await (const made of converter.convert(null)) yield* this.#encoded({ converter, ...way }, made);
  }

  *#encoded({ out, converter }: Route, made: Packet): Generator<Ready> {
    const base = converter!.encoder.timeBase;
    const at = sub(fromTicks(made.pts, base), add(this.source.zero, this.source.from));
    const length = fromTicks(made.duration > 0n ? made.duration : 0n, base);
    const copy = made.clone()!;
    copy.pts = toTicks(at, out.timeBase);
    copy.dts = copy.pts;
    copy.duration = toTicks(length, out.timeBase);
    copy.flags = (copy.flags | AV_PKT_FLAG_KEY) as never;
    yield ready(copy, out);
  }
}

const TEXT_CODECS = {
  subrip: AV_CODEC_ID_SUBRIP,
  ass: AV_CODEC_ID_ASS,
  webvtt: AV_CODEC_ID_WEBVTT,
  mov_text: AV_CODEC_ID_MOV_TEXT,
} as const;

interface Route {
  stream: Stream;
  out: Stream;
  converter?: SoundConverter;
  rewrite?: SubtitlePlan['rewrite'];
  isOver: boolean;
}

function ready(packet: Packet, out: Stream): Ready {
  packet.streamIndex = out.index;
  packet.timeBase = out.timeBase;
  return { packet, at: (Number(packet.dts) * out.timeBase.num) / out.timeBase.den };
}

function route(
  context: FormatContext,
  stream: Stream,
  sound: SoundPlan | undefined,
  text: SubtitlePlan | undefined,
  { file, zero, from }: NonNullable<Assembly['source']>,
): Route {
  const out = context.newStream();
  const { codecpar } = stream;
  const made: Route = { stream, out, isOver: false };
  if (sound?.encoder) {
    made.converter = new SoundConverter(file, stream, sound.encoder, sound.stretch, add(zero, from));
    checkOutput(out.codecpar.fromContext(made.converter.encoder), file, 'beginning');
    out.timeBase = made.converter.encoder.timeBase;
  } else {
    checkOutput(codecpar.copy(out.codecpar), file, 'beginning');
    out.codecpar.codecTag = 0;
    out.timeBase = stream.timeBase;
  }
  if (text?.rewrite) {
    made.rewrite = text.rewrite;
    out.codecpar.codecId = TEXT_CODECS[text.rewrite.to];
    out.codecpar.extradata = textHeader(text.rewrite.to) ?? null;
    out.timeBase = { num: 1, den: 1000 } as never;
  }
  if (stream.metadata) out.metadata = Dictionary.fromObject(keptMetadata(stream.metadata.getAll()));
  out.disposition = stream.disposition;
  return made;
}

/** What a muxer writes by itself, or what was true of the source's file only. */
const OF_THE_FILE =
  /^(encoder|major_brand|minor_version|compatible_brands|duration|number_of_(frames|bytes)|_statistics.*|bps|vendor_id|alpha_mode)(-eng)?$/i;

function keptMetadata(metadata: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => !OF_THE_FILE.test(key)));
}

function copyMetadata(input: FormatContext, out: FormatContext): void {
  const all = keptMetadata(input.metadata?.getAll() ?? {});
  if (Object.keys(all).length > 0) out.metadata = Dictionary.fromObject(all);
}

function muxerOptions(
  container: ClipContainer,
  input: FormatContext | undefined,
  chapters: number,
): Record<string, string> {
  if (container !== 'mp4' && container !== 'mov') return {};
  const keys = Object.keys(input?.metadata?.getAll() ?? {});
  // Chapters are added behind everything else, so that is where the index has to be; else it goes first.
  const flags = [
    chapters > 0 ? '' : '+faststart',
    keys.some((key) => key.startsWith('com.')) ? '+use_metadata_tags' : '',
  ];
  return { movflags: flags.join('') || '+write_colr' };
}
