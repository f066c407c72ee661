import path from 'node:path';
import {
  AV_CODEC_ID_NONE,
  AV_DISPOSITION_ATTACHED_PIC,
  AV_PKT_DATA_DISPLAYMATRIX,
  AV_PKT_DATA_ENCRYPTION_INFO,
  AV_PKT_DATA_ENCRYPTION_INIT_INFO,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_SUBTITLE,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { avGetCodecName, avGetPixFmtName, Codec, FormatContext, type Stream } from 'node-av/lib';
import { GessoError } from '../../../../contract/errors.ts';
import { fromTicks, parseMoment, type Rational, ratio, sub, ZERO } from '../../../../contract/time.ts';
import { type Chapter, parseChapters } from './chapters.ts';
import { checkInput, dumpOf } from './ffmpeg.ts';
import { layoutOf, type PixelLayout } from './pixel-format.ts';

export interface SoundFacts {
  /** The stream's number in the file. */
  index: number;
  codec: string;
  channels: number;
  sampleRate: number;
  language: string | undefined;
  title: string | undefined;
}

export interface SubtitleFacts {
  index: number;
  codec: string;
  language: string | undefined;
  title: string | undefined;
}

export interface VideoFacts {
  index: number;
  codec: string;
  width: number;
  height: number;
  pixelFormat: string;
  layout: PixelLayout;
  /** Width by height of a pixel; 1/1 where the file does not say. */
  pixelAspect: Rational;
  /** Degrees clockwise that the picture is to be turned to be seen upright: 0, 90, 180 or 270. */
  rotation: number;
  /** One tick of its timestamps, seconds. */
  timeBase: Rational;
  /** What the file states; 0 where it states none. */
  statedRate: Rational;
  averageRate: Rational;
  /** Frames that the file states; 0 where it states none. */
  frames: number;
  /** Seconds that the stream states. */
  duration: Rational | undefined;
}

/** What a clip holds, in short. */
export interface ClipFacts {
  /** FFmpeg's name of the container: `mov,mp4,m4a,3gp,3g2,mj2`. */
  container: string;
  /** Seconds, of the longest stream. */
  duration: Rational | undefined;
  /** The first timestamp of any stream, seconds. */
  start: Rational;
  video: VideoFacts;
  audio: SoundFacts[];
  subtitles: SubtitleFacts[];
  chapters: Chapter[];
  metadata: Record<string, string>;
}

const MICROSECONDS = { num: 1, den: 1_000_000 };
const NO_TIME = -(2n ** 63n);

/**
 * Opens a file and finds its streams.
 * @throws GessoError input/unreadable
 */
export async function openClip(file: string): Promise<FormatContext> {
  const context = new FormatContext();
  context.allocContext();
  try {
    checkInput(await context.openInput(file), file);
    checkInput(await context.findStreamInfo(), file);
    return context;
  } catch (thrown) {
    await context.closeInput();
    throw thrown;
  }
}

/**
 * What a clip holds.
 * @throws GessoError input/unreadable, input/unsupported (no picture in it, protected, no decoder)
 */
export async function clipFacts(file: string): Promise<ClipFacts> {
  const context = await openClip(file);
  try {
    return await factsOf(context, file);
  } finally {
    await context.closeInput();
  }
}

/** As `clipFacts`, of a file that is open already. */
async function factsOf(context: FormatContext, file: string): Promise<ClipFacts> {
  const video = videoStream(context, file);
  const base = ratio(video.timeBase.num, video.timeBase.den);
  const { codecpar } = video;
  // The second picture of transparent VP8 and VP9 is not in the format that the container states.
  const isTransparent = video.metadata?.get('alpha_mode') === '1';
  const pixelFormat = isTransparent ? 'yuva420p' : (avGetPixFmtName(codecpar.format as never) ?? 'unknown');
  const aspect = video.sampleAspectRatio.num > 0 ? video.sampleAspectRatio : codecpar.sampleAspectRatio;
  const sounds = context.streams.filter(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_AUDIO);
  const texts = context.streams.filter(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_SUBTITLE);
  const start = context.startTime === NO_TIME ? ZERO : fromTicks(context.startTime, MICROSECONDS);
  const common = ({ index, codecpar, metadata }: Stream) => ({
    index,
    codec: avGetCodecName(codecpar.codecId) ?? 'unknown',
    language: metadata?.get('language') ?? undefined,
    title: metadata?.get('title') ?? undefined,
  });
  return {
    container: context.iformat?.name ?? 'unknown',
    duration: context.duration > 0n ? fromTicks(context.duration, MICROSECONDS) : undefined,
    start,
    video: {
      index: video.index,
      codec: avGetCodecName(codecpar.codecId) ?? 'unknown',
      width: codecpar.width,
      height: codecpar.height,
      pixelFormat,
      layout: layoutOf(pixelFormat),
      pixelAspect: aspect.num > 0 && aspect.den > 0 ? ratio(aspect.num, aspect.den) : ratio(1),
      rotation: rotationOf(codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX)),
      timeBase: base,
      statedRate: rateOf(video.rFrameRate),
      averageRate: rateOf(video.avgFrameRate),
      frames: Number(video.nbFrames),
      duration: video.duration > 0n ? fromTicks(video.duration, base) : taggedDuration(video),
    },
    audio: sounds.map((stream) => ({
      ...common(stream),
      channels: stream.codecpar.channels,
      sampleRate: stream.codecpar.sampleRate,
    })),
    subtitles: texts.map(common),
    chapters: parseChapters(await dumpOf(context)).map(({ start: from, end, title }) => ({
      start: sub(from, start),
      end: sub(end, start),
      title,
    })),
    metadata: context.metadata?.getAll() ?? {},
  };
}

/** The picture of a file: the first stream that moves; covers of songs do not count. */
export function videoStream(context: FormatContext, file: string): Stream {
  const name = path.basename(file);
  const videos = context.streams.filter(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO);
  const moving = videos.filter((stream) => !stream.hasDisposition(AV_DISPOSITION_ATTACHED_PIC));
  const stream = moving.find(({ codecpar }) => codecpar.width > 0) ?? moving[0];
  if (!stream)
    throw new GessoError(
      'input/unsupported',
      `${name} has no moving picture${videos.length > 0 ? ', only a cover' : ''}.`,
      'Choose a clip with a video track.',
    );
  const { codecpar } = stream;
  const isProtected =
    /^(encv|drmi)$/.test(codecpar.codecTagString ?? '') ||
    codecpar.getCodedSideData(AV_PKT_DATA_ENCRYPTION_INFO) !== null ||
    codecpar.getCodedSideData(AV_PKT_DATA_ENCRYPTION_INIT_INFO) !== null;
  if (isProtected)
    throw new GessoError(
      'input/unsupported',
      `${name} is protected against copying (DRM).`,
      'Use a copy without protection.',
    );
  if (codecpar.codecId === AV_CODEC_ID_NONE || !Codec.findDecoder(codecpar.codecId))
    throw new GessoError(
      'input/unsupported',
      `${name}: there is no decoder for its picture (${codecpar.codecTagString ?? avGetCodecName(codecpar.codecId) ?? 'unknown'}).`,
      'Convert it to H.264, H.265, AV1, VP9, ProRes or FFV1 first.',
    );
  if (codecpar.width <= 0 || codecpar.height <= 0)
    throw new GessoError(
      'input/unreadable',
      `${name}: its picture has no size.`,
      'Check that it plays elsewhere, or copy it again from where it came.',
    );
  return stream;
}

/** Matroska tells a track's length in a tag: "00:00:01.251000000". */
function taggedDuration({ metadata }: Stream): Rational | undefined {
  const text = metadata?.get('DURATION') ?? metadata?.get('DURATION-eng');
  const moment = text ? parseMoment(text.slice(0, 15)) : undefined;
  return moment && moment.num > 0 ? moment : undefined;
}

function rateOf({ num, den }: { num: number; den: number }): Rational {
  return num > 0 && den > 0 ? ratio(num, den) : ZERO;
}

/**
 * Degrees clockwise of a display matrix (ISO/IEC 14496-12, 6.2.2): nine 32-bit numbers, the first two of each row in
 * 16.16 fixed point. Only right angles are told; what else it does is kept as it is.
 */
function rotationOf(matrix: Buffer | null): number {
  if (!matrix || matrix.length < 36) return 0;
  const [a, b] = [matrix.readInt32LE(0), matrix.readInt32LE(4)];
  const degrees = Math.round((Math.atan2(b, a) * 180) / Math.PI / 90) * 90;
  return (degrees + 360) % 360;
}
