import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_CODEC_ID_SUBRIP,
  AV_LOG_FATAL,
  AV_PIX_FMT_YUV420P,
  AV_PKT_DATA_DISPLAYMATRIX,
  AV_PKT_FLAG_KEY,
  AV_SAMPLE_FMT_FLTP,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_SUBTITLE,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import {
  avChannelLayoutDefault,
  avGetCodecName,
  avGetPixFmtFromName,
  avGetPixFmtName,
  Codec,
  CodecContext,
  Dictionary,
  FormatContext,
  Frame,
  Log,
  Packet,
  type Stream,
} from 'node-av/lib';

Log.setLevel(AV_LOG_FATAL);

/** A picture of 8-bit luma; colour is grey where nothing is said. */
export type Paint = (frame: number, x: number, y: number) => number;

export interface ClipOptions {
  width: number;
  height: number;
  /** Ticks at which frames are shown. */
  ticks: readonly number[];
  /** A tick, seconds. */
  base: { num: number; den: number };
  paint: Paint;
  codec?: 'libx264' | 'libx265' | 'ffv1' | 'libvpx-vp9' | 'prores_ks';
  pixelFormat?: string;
  options?: Record<string, string>;
  /** Sound tracks: what each sample is at a moment, -1..1. */
  sounds?: SoundOptions[];
  subtitles?: { start: number; end: number; text: string }[];
  metadata?: Record<string, string>;
  /** Degrees clockwise. */
  rotation?: number;
  pixelAspect?: { num: number; den: number };
  colour?: { space: number; range: number; primaries: number; transfer: number };
  /** The last frame's length, ticks. */
  lastDuration?: number;
}

interface SoundOptions {
  codec?: string;
  /** What a sample is at a moment, -1..1. */
  sample: (seconds: number) => number;
  seconds: number;
  language?: string;
  /** Seconds after the picture. */
  delay?: number;
  /** Samples a second. */
  rate?: number;
}

const SAMPLE_RATE = 48_000;

function ok(code: number, what: string): void {
  if (code < 0) throw new Error(`${what}: FFmpeg ${code}`);
}

/** Writes a clip with FFmpeg, container by the file's name. */
export async function makeClip(file: string, options: ClipOptions): Promise<string> {
  const { width, height, base, ticks, metadata = {} } = options;
  const out = new FormatContext();
  ok(out.allocOutputContext2(null, null, file), 'container');
  out.metadata = Dictionary.fromObject(metadata);
  const encoder = await videoEncoder(options);
  const video = out.newStream();
  ok(video.codecpar.fromContext(encoder), 'stream');
  video.timeBase = base as never;
  if (options.pixelAspect) video.sampleAspectRatio = options.pixelAspect as never;
  if (options.rotation) video.codecpar.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, turned(options.rotation));
  const sounds = await Promise.all((options.sounds ?? []).map((sound) => soundTrack(out, sound)));
  const texts = options.subtitles ? textTrack(out) : undefined;
  ok(await out.openOutput(), file);
  ok(await out.writeHeader(), 'header');
  const packets: { packet: Packet; at: number }[] = [];
  const add = (packet: Packet, stream: Stream, from: { num: number; den: number }) => {
    const copy = packet.clone()!;
    copy.streamIndex = stream.index;
    copy.rescaleTs(from, stream.timeBase);
    packets.push({ packet: copy, at: (Number(copy.dts) * stream.timeBase.num) / stream.timeBase.den });
  };
  const packet = new Packet();
  packet.alloc();
  const lengths = new Map(ticks.map((tick, i) => [BigInt(tick), lengthOf(options, i)]));
  const drain = async (context: CodecContext, stream: Stream, from: { num: number; den: number }) => {
    while ((await context.receivePacket(packet)) >= 0) {
      if (context === encoder) packet.duration = lengths.get(packet.pts) ?? 1n;
      add(packet, stream, from);
      packet.unref();
    }
  };
  for (const [i, tick] of ticks.entries()) {
    const frame = painted(width, height, options.pixelFormat ?? 'yuv420p', (x, y) => options.paint(i, x, y));
    frame.pts = BigInt(tick);
    frame.duration = lengthOf(options, i);
    ok(await encoder.sendFrame(frame), 'encode');
    frame.free();
    await drain(encoder, video, base);
  }
  await encoder.sendFrame(null);
  await drain(encoder, video, base);
  for (const [n, { encoder: sound, stream }] of sounds.entries()) {
    const { sample, seconds, delay = 0, rate = SAMPLE_RATE } = options.sounds![n]!;
    const size = sound.frameSize || 1024;
    for (let at = 0; at < seconds * rate; at += size) {
      const count = Math.min(size, Math.ceil(seconds * rate) - at);
      const frame = new Frame();
      frame.alloc();
      frame.nbSamples = count;
      frame.format = sound.sampleFormat;
      frame.sampleRate = rate;
      frame.channelLayout = sound.channelLayout;
      ok(frame.getBuffer(0), 'sound');
      const plane = frame.data![0]!;
      for (let i = 0; i < count; i += 1) {
        const value = sample((at + i) / rate);
        if (sound.sampleFormat === AV_SAMPLE_FMT_FLTP) plane.writeFloatLE(value, i * 4);
        else plane.writeInt16LE(Math.round(value * 32767), i * 2);
      }
      frame.pts = BigInt(at + Math.round(delay * rate));
      ok(await sound.sendFrame(frame), 'encode sound');
      frame.free();
      await drain(sound, stream, sound.timeBase);
    }
    await sound.sendFrame(null);
    await drain(sound, stream, sound.timeBase);
  }
  for (const { start, end, text } of options.subtitles ?? []) {
    const line = new Packet();
    line.alloc();
    line.data = Buffer.from(text);
    line.pts = BigInt(Math.round(start * 1000));
    line.dts = line.pts;
    line.duration = BigInt(Math.round((end - start) * 1000));
    line.flags = AV_PKT_FLAG_KEY;
    add(line, texts!, { num: 1, den: 1000 });
    line.free();
  }
  packets.sort((a, b) => a.at - b.at);
  for (const { packet } of packets) {
    ok(await out.interleavedWriteFrame(packet), 'write');
    packet.free();
  }
  ok(await out.writeTrailer(), 'trailer');
  await out.closeOutput();
  out.freeContext();
  encoder.freeContext();
  for (const { encoder: sound } of sounds) sound.freeContext();
  return file;
}

/** Ticks for which frame `i` is shown. */
function lengthOf({ ticks, lastDuration }: ClipOptions, i: number): bigint {
  const [before, at, next] = [ticks[i - 1] ?? ticks[i]! - 1, ticks[i]!, ticks[i + 1]];
  return BigInt(next === undefined ? (lastDuration ?? at - before) : next - at);
}

async function videoEncoder(options: ClipOptions): Promise<CodecContext> {
  const { width, height, base, codec = 'libx264', pixelFormat = 'yuv420p' } = options;
  const found = Codec.findEncoderByName(codec as never);
  const encoder = new CodecContext();
  encoder.allocContext3(found);
  encoder.width = width;
  encoder.height = height;
  encoder.pixelFormat = avGetPixFmtFromName(pixelFormat) ?? AV_PIX_FMT_YUV420P;
  encoder.timeBase = base as never;
  if (options.pixelAspect) encoder.sampleAspectRatio = options.pixelAspect as never;
  if (options.colour) {
    encoder.colorSpace = options.colour.space as never;
    encoder.colorRange = options.colour.range as never;
    encoder.colorPrimaries = options.colour.primaries as never;
    encoder.colorTrc = options.colour.transfer as never;
  }
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  const defaults = codec === 'libx264' ? { crf: '10', preset: 'veryfast' } : {};
  const dictionary = Dictionary.fromObject({ ...defaults, ...options.options });
  ok(await encoder.open2(found, dictionary), `encoder ${codec}`);
  dictionary.free();
  return encoder;
}

async function soundTrack(out: FormatContext, { codec = 'aac', language, rate = SAMPLE_RATE }: SoundOptions) {
  const found = Codec.findEncoderByName(codec as never);
  const encoder = new CodecContext();
  encoder.allocContext3(found);
  encoder.sampleRate = rate;
  encoder.sampleFormat = found!.sampleFormats![0]!;
  encoder.channelLayout = avChannelLayoutDefault(1);
  encoder.timeBase = { num: 1, den: rate } as never;
  encoder.bitRate = 96_000n;
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  ok(await encoder.open2(found, null), `encoder ${codec}`);
  const stream = out.newStream();
  ok(stream.codecpar.fromContext(encoder), 'sound');
  stream.timeBase = encoder.timeBase;
  if (language) stream.metadata = Dictionary.fromObject({ language });
  return { encoder, stream };
}

function textTrack(out: FormatContext): Stream {
  const stream = out.newStream();
  stream.codecpar.codecType = AVMEDIA_TYPE_SUBTITLE;
  stream.codecpar.codecId = AV_CODEC_ID_SUBRIP;
  stream.timeBase = { num: 1, den: 1000 } as never;
  stream.metadata = Dictionary.fromObject({ language: 'ger' });
  return stream;
}

/** A display matrix that turns by right angles: 16.16 fixed point, the last column 2.30. */
function turned(degrees: number): Buffer {
  const bytes = Buffer.alloc(36);
  const [cos, sin] = [
    Math.round(Math.cos((degrees * Math.PI) / 180)),
    Math.round(Math.sin((degrees * Math.PI) / 180)),
  ];
  for (const [at, value] of [cos, sin, 0, -sin, cos, 0, 0, 0].entries())
    bytes.writeInt32LE(value * 65536, at * 4);
  bytes.writeInt32LE(1 << 30, 32);
  return bytes;
}

function painted(
  width: number,
  height: number,
  format: string,
  paint: (x: number, y: number) => number,
): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = avGetPixFmtFromName(format);
  ok(frame.getBuffer(0), 'frame');
  const wide = /1[026]le$/.test(format);
  const scale = wide ? 2 ** (Number(/1[026]/.exec(format)![0]) - 8) : 1;
  const [luma, ...rest] = frame.data as Buffer[];
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const value = Math.max(0, Math.min(255, Math.round(paint(x, y))));
      if (wide) luma!.writeUInt16LE(value * scale, y * frame.linesize[0]! + x * 2);
      else luma![y * frame.linesize[0]! + x] = value;
    }
  for (const [n, plane] of rest.entries()) {
    // Colour grey, and whatever is transparent by the same paint.
    const isAlpha = n === 2;
    if (!wide) plane.fill(128);
    else for (let i = 0; i + 1 < plane.length; i += 2) plane.writeUInt16LE(128 * scale, i);
    if (isAlpha)
      for (let y = 0; y < height; y += 1)
        for (let x = 0; x < width; x += 1)
          paintAlpha(plane, frame.linesize[3]!, x, y, x < width / 2, scale, wide);
  }
  return frame;
}

/** What a clip holds, as another reader of FFmpeg sees it: every packet, and the mean luma of every frame. */
export interface ClipSeen {
  container: string;
  metadata: Record<string, string>;
  duration: number;
  video: {
    codec: string;
    pixelFormat: string;
    width: number;
    height: number;
    base: { num: number; den: number };
    pts: number[];
    durations: number[];
    pixelAspect: { num: number; den: number };
    rotation: number;
    colour: { space: number; range: number; primaries: number; transfer: number };
    /** `alpha`: mean of what is left and what is right, where there is any. */
    frames: { pts: number; luma: Uint8Array; mean: number; alpha?: [number, number] }[];
    sideData: number[];
  };
  sounds: {
    codec: string;
    language: string | undefined;
    pts: number[];
    samples: Float32Array;
    start: number;
  }[];
  texts: { codec: string; lines: { start: number; end: number; bytes: Buffer }[] }[];
}

export async function seeClip(file: string, { decode = true } = {}): Promise<ClipSeen> {
  const context = new FormatContext();
  context.allocContext();
  ok(await context.openInput(file), file);
  ok(await context.findStreamInfo(), file);
  const streams = context.streams;
  const decoders = new Map(
    await Promise.all(
      streams
        .filter(({ codecpar }) => codecpar.codecType !== AVMEDIA_TYPE_SUBTITLE)
        .map(async (stream) => [stream.index, await decoderOf(stream)] as const),
    ),
  );
  const video = streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO)!;
  const { codecpar } = video;
  const matrix = codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX);
  const seen: ClipSeen = {
    container: context.iformat?.name ?? '',
    metadata: context.metadata?.getAll() ?? {},
    duration: Number(context.duration) / 1e6,
    video: {
      codec: avGetCodecName(codecpar.codecId) ?? '',
      pixelFormat: avGetPixFmtName(codecpar.format as never) ?? '',
      width: codecpar.width,
      height: codecpar.height,
      base: { num: video.timeBase.num, den: video.timeBase.den },
      pts: [],
      durations: [],
      pixelAspect: { num: video.sampleAspectRatio.num, den: video.sampleAspectRatio.den },
      rotation: matrix
        ? (Math.round((Math.atan2(matrix.readInt32LE(4), matrix.readInt32LE(0)) * 180) / Math.PI) + 360) % 360
        : 0,
      colour: {
        space: codecpar.colorSpace,
        range: codecpar.colorRange,
        primaries: codecpar.colorPrimaries,
        transfer: codecpar.colorTrc,
      },
      frames: [],
      sideData: codecpar.getAllCodedSideData().map(({ type }) => type),
    },
    sounds: [],
    texts: [],
  };
  const soundOf = new Map<
    number,
    { chunks: { at: number; samples: Float32Array }[]; pts: number[]; stream: Stream }
  >();
  const textOf = new Map<number, ClipSeen['texts'][number]>();
  for (const stream of streams) {
    if (stream.codecpar.codecType === AVMEDIA_TYPE_AUDIO)
      soundOf.set(stream.index, { chunks: [], pts: [], stream });
    if (stream.codecpar.codecType === AVMEDIA_TYPE_SUBTITLE)
      textOf.set(stream.index, { codec: avGetCodecName(stream.codecpar.codecId) ?? '', lines: [] });
  }
  const packet = new Packet();
  packet.alloc();
  const take = async (index: number, given: Packet | null) => {
    const decoder = decoders.get(index);
    if (!decoder) return;
    await decoder.sendPacket(given);
    const frame = new Frame();
    frame.alloc();
    while ((await decoder.receiveFrame(frame)) >= 0) {
      if (index === video.index) seen.video.frames.push(lumaOf(frame));
      else soundOf.get(index)?.chunks.push(samplesOf(frame, streams[index]!));
      frame.unref();
    }
    frame.free();
  };
  while ((await context.readFrame(packet)) >= 0) {
    const { streamIndex, pts, duration } = packet;
    const base = streams[streamIndex]!.timeBase;
    const text = textOf.get(streamIndex);
    if (streamIndex === video.index) {
      seen.video.pts.push(Number(pts));
      seen.video.durations.push(Number(duration));
    } else if (text) {
      const start = (Number(pts) * base.num) / base.den;
      text.lines.push({
        start,
        end: start + (Number(duration) * base.num) / base.den,
        bytes: Buffer.from(packet.data ?? ''),
      });
    } else soundOf.get(streamIndex)?.pts.push(Number(pts));
    if (decode || (soundOf.has(streamIndex) && streamIndex !== video.index)) await take(streamIndex, packet);
    packet.unref();
  }
  if (decode) for (const index of decoders.keys()) await take(index, null);
  seen.video.pts.sort((a, b) => a - b);
  for (const { chunks, pts, stream } of soundOf.values()) seen.sounds.push(joined(chunks, pts, stream));
  seen.texts.push(...textOf.values());
  await context.closeInput();
  for (const decoder of decoders.values()) decoder.freeContext();
  return seen;
}

async function decoderOf(stream: Stream): Promise<CodecContext> {
  const own = Codec.findDecoder(stream.codecpar.codecId);
  const codec =
    stream.metadata?.get('alpha_mode') === '1' && avGetCodecName(stream.codecpar.codecId) === 'vp9'
      ? Codec.findDecoderByName('libvpx-vp9' as never)
      : own;
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  ok(decoder.parametersToContext(stream.codecpar), 'decoder');
  decoder.pktTimebase = stream.timeBase;
  ok(await decoder.open2(codec, null), 'decoder');
  return decoder;
}

function lumaOf(frame: Frame): ClipSeen['video']['frames'][number] {
  const { width, height } = frame;
  const format = avGetPixFmtName(frame.format as never) ?? '';
  const wide = /1[026]le$/.test(format);
  const shift = wide ? Number(/1[026]/.exec(format)![0]) - 8 : 0;
  const luma = new Uint8Array(width * height);
  const [plane] = frame.data as Buffer[];
  let sum = 0;
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const at = y * frame.linesize[0]!;
      const value = wide ? plane!.readUInt16LE(at + x * 2) >> shift : plane![at + x]!;
      luma[y * width + x] = value;
      sum += value;
    }
  const opacity = /^yuva/.test(format) ? frame.data![3] : undefined;
  return {
    pts: Number(frame.bestEffortTimestamp),
    luma,
    mean: sum / luma.length,
    ...(opacity && { alpha: halves(opacity, frame.linesize[3]!, width, height, wide, shift) }),
  };
}

function halves(
  plane: Buffer,
  stride: number,
  width: number,
  height: number,
  wide: boolean,
  shift: number,
): [number, number] {
  const sums: [number, number] = [0, 0];
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      sums[x < width / 2 ? 0 : 1] += wide
        ? plane.readUInt16LE(y * stride + x * 2) >> shift
        : plane[y * stride + x]!;
  return [(sums[0] * 2) / (width * height), (sums[1] * 2) / (width * height)];
}

function samplesOf(frame: Frame, stream: Stream): { at: number; samples: Float32Array } {
  const { num, den } = stream.timeBase;
  const bytes = frame.data![0]!;
  const samples = new Float32Array(frame.nbSamples);
  const isFloat = frame.format === AV_SAMPLE_FMT_FLTP || frame.format === 3;
  const step = isFloat ? 4 : 2;
  for (let i = 0; i < samples.length; i += 1)
    samples[i] = isFloat ? bytes.readFloatLE(i * step) : bytes.readInt16LE(i * step) / 32768;
  return { at: (Number(frame.pts) * num) / den, samples };
}

function joined(
  chunks: { at: number; samples: Float32Array }[],
  pts: number[],
  stream: Stream,
): ClipSeen['sounds'][number] {
  const start = chunks[0]?.at ?? 0;
  const rate = stream.codecpar.sampleRate;
  const last = chunks.at(-1);
  const length = last ? Math.round((last.at - start) * rate) + last.samples.length : 0;
  const samples = new Float32Array(Math.max(0, length));
  for (const { at, samples: some } of chunks)
    samples.set(
      some.subarray(0, Math.max(0, length - Math.round((at - start) * rate))),
      Math.max(0, Math.round((at - start) * rate)),
    );
  return {
    codec: avGetCodecName(stream.codecpar.codecId) ?? '',
    language: stream.metadata?.get('language') ?? undefined,
    pts,
    samples,
    start,
  };
}

function paintAlpha(
  plane: Buffer,
  stride: number,
  x: number,
  y: number,
  isOpaque: boolean,
  scale: number,
  wide: boolean,
): void {
  if (wide) plane.writeUInt16LE(isOpaque ? 256 * scale - 1 : 0, y * stride + x * 2);
  else plane[y * stride + x] = isOpaque ? 255 : 0;
}

/** Copies the sound of a clip into a Matroska file of its own. */
export async function soundOnly(source: string, target: string): Promise<void> {
  const [input, out] = [new FormatContext(), new FormatContext()];
  input.allocContext();
  ok(await input.openInput(source), source);
  ok(await input.findStreamInfo(), source);
  const sound = input.streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_AUDIO)!;
  ok(out.allocOutputContext2(null, 'matroska', target), target);
  const stream = out.newStream();
  ok(sound.codecpar.copy(stream.codecpar), target);
  stream.timeBase = sound.timeBase;
  ok(await out.openOutput(), target);
  ok(await out.writeHeader(), target);
  const packet = new Packet();
  packet.alloc();
  while ((await input.readFrame(packet)) >= 0) {
    if (packet.streamIndex === sound.index) {
      packet.streamIndex = 0;
      packet.rescaleTs(sound.timeBase, stream.timeBase);
      ok(await out.interleavedWriteFrame(packet), target);
    }
    packet.unref();
  }
  ok(await out.writeTrailer(), target);
  await out.closeOutput();
  out.freeContext();
  await input.closeInput();
}
