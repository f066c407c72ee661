import { type ClipCodec, DEFAULT_QUALITY } from '../../../contract/clip-coding.ts';
import { DEFAULT_INTERPOLATION } from '../../../contract/tasks.ts';
import {
  div,
  mul,
  parseRational,
  type Rational,
  ratio,
  sub,
  toNumber,
  ZERO,
} from '../../../contract/time.ts';
import type { ModelView, SourceView } from '../../../contract/views.ts';
import { type ClipSettings, partOf } from '../../app/store.ts';
import { resultRate } from './rates.ts';

/** What an export of a clip comes to, foreseen. */
export interface Foreseen {
  /** Output frames, and those of them that the network makes. */
  frames: number;
  made: number;
  /** Undefined where no clip was worked on here yet. */
  milliseconds: number | undefined;
  bytes: number;
}

type Parts = Parameters<typeof partOf>[0]['parts'];
type Clip = Pick<SourceView, 'id' | 'width' | 'height' | 'clip'>;

/** Frames a second of the source; of pictures the recipe says them. */
export function sourceRate(
  { clip }: Pick<SourceView, 'clip'>,
  step: ClipSettings['step'],
): Rational | undefined {
  const text = clip?.kind === 'clip' ? clip.rate : step.rate;
  const rate = text === undefined ? undefined : parseRational(text);
  return rate && rate.num > 0 ? rate : undefined;
}

/** Seconds of the source that are taken. */
function secondsOf(source: Clip, step: ClipSettings['step'], parts: Parts): Rational | undefined {
  const { clip } = source;
  if (!clip) return undefined;
  const rate = sourceRate(source, step);
  const whole = clip.seconds
    ? parseRational(clip.seconds)
    : clip.pictures && rate
      ? div(ratio(clip.pictures), rate)
      : undefined;
  const { from, to } = partOf({ parts }, source.id);
  const end = to === undefined ? whole : parseRational(to);
  const begin = from === undefined ? ZERO : parseRational(from);
  return end && begin ? sub(end, begin) : undefined;
}

/** Bits that a pixel takes at the default quality, as measured on clips of films; what more quality costs is the codec's own measure. */
const BITS: Readonly<Record<Exclude<ClipCodec, 'prores'>, { bits: number; halvedBy: number }>> = {
  h264: { bits: 0.11, halvedBy: 6 },
  h265: { bits: 0.06, halvedBy: 6 },
  av1: { bits: 0.05, halvedBy: 9 },
  vp9: { bits: 0.06, halvedBy: 9 },
  ffv1: { bits: 7, halvedBy: Number.POSITIVE_INFINITY },
  png: { bits: 12, halvedBy: Number.POSITIVE_INFINITY },
};
/** Bits a pixel of ProRes' profiles: Proxy, LT, 422, HQ, 4444, 4444 XQ (Apple's white paper, 1920x1080 at 29.97). */
const PRORES_BITS = [0.72, 1.64, 2.37, 3.54, 5.31, 7.96];
/** Made frames lie between their neighbours: predicted well, they take less. */
const MADE_SHARE = 0.4;
/** Bytes a second of a track of sound. */
const SOUND = 20_000;

function bitsPerPixel({ codec, quality = DEFAULT_QUALITY[codec] }: ClipSettings['output']): number {
  if (codec === 'prores') return PRORES_BITS[quality] ?? 3.54;
  const { bits, halvedBy } = BITS[codec];
  return bits * 2 ** ((DEFAULT_QUALITY[codec] - quality) / halvedBy);
}

/** Undefined for a clip whose length or rate nobody states. */
export function foreseenClip(
  source: Clip,
  { step, output }: ClipSettings,
  parts: Parts,
  models: readonly ModelView[],
): Foreseen | undefined {
  const { width, height, clip } = source;
  const [own, seconds] = [sourceRate(source, step), secondsOf(source, step, parts)];
  const rate = resultRate(step, own);
  if (!width || !height || !clip || !own || !seconds || !rate || seconds.num <= 0) return undefined;
  const length = toNumber(seconds) * step.slow;
  const frames = Math.max(1, Math.round(length * toNumber(rate)));
  const made = Math.round(frames * (1 - keptShare(own, rate, step.slow)));
  const speed = models.find(({ id }) => id === (step.model ?? DEFAULT_INTERPOLATION))?.speed;
  const pixels = width * height;
  // Frames that are predicted whole, or not at all.
  const isEach = ['prores', 'ffv1', 'png'].includes(output.codec);
  const coded = isEach ? frames : frames - made + made * MADE_SHARE;
  const sound = output.audio === 'none' || output.codec === 'png' ? 0 : clip.sounds * SOUND * length;
  return {
    frames,
    made,
    milliseconds: speed === undefined ? undefined : (made * pixels) / (speed * 1000),
    bytes: Math.round((coded * pixels * bitsPerPixel(output)) / 8 + sound),
  };
}

/** How many of the result's frames fall on one of the source: every n-th, by their rates. */
function keptShare(own: Rational, rate: Rational, slow: number): number {
  // Source frames from one output frame to the next.
  const step = div(own, mul(rate, ratio(slow)));
  return 1 / step.den;
}

/** All of them together; undefined where one is not foreseen. */
export function foreseenAll(
  sources: readonly Clip[],
  settings: ClipSettings,
  parts: Parts,
  models: readonly ModelView[],
): Foreseen | undefined {
  const each = sources.map((source) => foreseenClip(source, settings, parts, models));
  if (each.length === 0 || each.some((one) => one === undefined)) return undefined;
  const known = each as Foreseen[];
  const sum = (of: (one: Foreseen) => number) => known.reduce((total, one) => total + of(one), 0);
  return {
    frames: sum(({ frames }) => frames),
    made: sum(({ made }) => made),
    milliseconds: known.some(({ milliseconds }) => milliseconds === undefined)
      ? undefined
      : sum(({ milliseconds = 0 }) => milliseconds),
    bytes: sum(({ bytes }) => bytes),
  };
}
