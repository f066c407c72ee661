import { avGetPixFmtName, Codec } from 'node-av/lib';
import { type ClipCodec, type ClipContainer, DEFAULT_QUALITY } from '../../../../contract/clip-coding.ts';
import { GessoError } from '../../../../contract/errors.ts';
import type { VideoFacts } from './clip-facts.ts';
import type { PixelLayout } from './pixel-format.ts';

/** How the pictures of a result are stored. */
export interface Coding {
  codec: ClipCodec;
  /** FFmpeg's name of the encoder. */
  encoder: string;
  pixelFormat: string;
  /** The encoder's own options. */
  options: Record<string, string>;
  /** The fourcc that players of that container expect; left out: the muxer's own. */
  tag?: string;
}

const ENCODERS: Readonly<Record<ClipCodec, string>> = {
  h264: 'libx264',
  h265: 'libx265',
  av1: 'libsvtav1',
  vp9: 'libvpx-vp9',
  prores: 'prores_ks',
  ffv1: 'ffv1',
  png: 'png',
};
const NAMES: Readonly<Record<ClipCodec, string>> = {
  h264: 'H.264',
  h265: 'H.265',
  av1: 'AV1',
  vp9: 'VP9',
  prores: 'ProRes',
  ffv1: 'FFV1',
  png: 'PNG',
};

/** What each container holds of these codecs. */
const CARRIES: Readonly<Record<ClipContainer, readonly ClipCodec[]>> = {
  mp4: ['h264', 'h265', 'av1', 'vp9'],
  mov: ['h264', 'h265', 'prores'],
  webm: ['vp9', 'av1'],
  mkv: ['h264', 'h265', 'av1', 'vp9', 'prores', 'ffv1'],
};

/** Encoders that can only halve colour in both directions when width and height are even. */
const EVEN_ONLY: readonly ClipCodec[] = ['h264', 'h265'];

/**
 * The container of a result: the one that is wished, else the source's where it can carry the codec, else mkv.
 * @param container FFmpeg's name of the source's @param extension of the source, with its dot
 * @throws GessoError recipe/invalid where the wished one cannot carry the codec
 */
export function chooseContainer(
  codec: ClipCodec,
  wished: ClipContainer | undefined,
  container: string,
  extension: string,
): ClipContainer {
  if (wished) {
    if (CARRIES[wished].includes(codec)) return wished;
    const able = (Object.keys(CARRIES) as ClipContainer[]).filter((each) => CARRIES[each].includes(codec));
    throw new GessoError(
      'recipe/invalid',
      `${wished.toUpperCase()} can't carry ${NAMES[codec]}.`,
      able.length > 0 ? `Choose ${able.join(', ')}, or another codec.` : 'Choose another codec.',
    );
  }
  const own = containerOf(container, extension);
  return own && CARRIES[own].includes(codec) ? own : 'mkv';
}

/** Which of ours the source's container is; FFmpeg reads several with one demuxer, the name's end tells them apart. */
function containerOf(container: string, extension: string): ClipContainer | undefined {
  const end = extension.toLowerCase();
  if (container.includes('mp4')) return end === '.mov' || end === '.qt' ? 'mov' : 'mp4';
  if (container.includes('matroska')) return end === '.webm' ? 'webm' : 'mkv';
  return undefined;
}

/**
 * How the pictures are stored: as the source stores them, as far as the codec can.
 * @param notes gets what will be lost, for people
 * @throws GessoError recipe/invalid
 */
export function chooseCoding(
  codec: ClipCodec,
  quality: number | undefined,
  video: Pick<VideoFacts, 'layout' | 'width' | 'height'>,
  notes: string[],
  hdr: HdrData = {},
): Coding {
  const encoder = ENCODERS[codec];
  const found = Codec.findEncoderByName(encoder as never);
  if (!found)
    throw new GessoError('recipe/invalid', `${NAMES[codec]} can't be written here.`, 'Choose another codec.');
  const able = (found.pixelFormats ?? []).map((format) => avGetPixFmtName(format) ?? '');
  const pixelFormat = choosePixelFormat(codec, able, video, notes);
  return {
    codec,
    encoder,
    pixelFormat,
    options: optionsOf(codec, quality ?? DEFAULT_QUALITY[codec], video, hdr),
    ...(codec === 'h265' && { tag: 'hvc1' }),
  };
}

function choosePixelFormat(
  codec: ClipCodec,
  able: readonly string[],
  { layout, width, height }: Pick<VideoFacts, 'layout' | 'width' | 'height'>,
  notes: string[],
): string {
  const name = NAMES[codec];
  const isLossless = codec === 'ffv1' || codec === 'png';
  // Pictures for players are stored as luma and colour at half the size, as films are.
  const isPicture = layout.isRgb || layout.chroma === 'gray';
  let chroma = isPicture ? (isLossless || codec === 'prores' ? '444' : '420') : layout.chroma;
  if (chroma === '420' && EVEN_ONLY.includes(codec) && (width % 2 || height % 2)) {
    chroma = '444';
    notes.push(
      `${width}x${height} is odd, which ${name} holds in full colour (4:4:4) only: some players can't show that. VP9 and AV1 can.`,
    );
  }
  for (const bits of depths(layout.bits))
    for (const sampling of samplings(chroma))
      for (const alpha of layout.hasAlpha ? [true, false] : [false]) {
        const format = spelled(
          codec,
          { ...layout, bits, chroma: sampling as PixelLayout['chroma'] },
          alpha,
        ).find((each) => able.includes(each));
        if (!format) continue;
        if (layout.hasAlpha && !alpha) {
          // A depth less with its transparency is worth more than the depth.
          if (hasAnyAlpha(able)) continue;
          notes.push(`${name} has no transparency: it is left out. VP9, ProRes, FFV1 and PNG keep it.`);
        }
        if (bits < layout.bits) notes.push(`${name} holds ${bits} bits a channel, not ${layout.bits}.`);
        if (!isPicture && sampling < chroma)
          notes.push(`${name} holds colour as 4:${sampling.slice(1, 2)}:${sampling.slice(2)} here.`);
        return format;
      }
  return able[0] ?? 'yuv420p';
}

/** The colour that is wished, the next finer ones, then the next coarser ones. */
function samplings(chroma: string): string[] {
  const all = ['420', '422', '444'];
  return [...all.filter((each) => each >= chroma), ...all.filter((each) => each < chroma).reverse()];
}

function hasAnyAlpha(able: readonly string[]): boolean {
  // H.265's and its decoders' are not settled yet.
  return able.some((each) => /^(yuva444p|gbrap|rgba|bgra)/.test(each));
}

/** The depth that is wished, the next larger ones, then the next smaller ones. */
function depths(bits: number): number[] {
  const all = [8, 10, 12, 16];
  return [...all.filter((each) => each >= bits), ...all.filter((each) => each < bits).reverse()];
}

/** The names that a layout may go by. */
function spelled(codec: ClipCodec, { bits, chroma, isRgb }: PixelLayout, alpha: boolean): string[] {
  const end = bits > 8 ? `${bits}le` : '';
  if (codec === 'png') return bits > 8 ? [alpha ? 'rgba64be' : 'rgb48be'] : [alpha ? 'rgba' : 'rgb24'];
  const planar = [`yuv${alpha ? 'a' : ''}${chroma}p${end}`];
  // Players know transparent VP9 in this one form.
  if (codec === 'vp9' && alpha) return bits === 8 && chroma === '420' ? ['yuva420p'] : [];
  if (codec !== 'ffv1' || !isRgb) return planar;
  const rgb = bits > 8 ? [`gbr${alpha ? 'a' : ''}p${end}`] : [alpha ? 'bgra' : 'bgr0'];
  return [...rgb, ...planar];
}

/** Mastering display (SMPTE ST 2086) and light level (CTA-861.3) of HDR10, as encoders take them. */
export interface HdrData {
  /** x265's form: `G(x,y)B(x,y)R(x,y)WP(x,y)L(max,min)`, in 0.00002 and 0.0001 cd/m2. */
  mastering?: string;
  /** `max-cll,max-fall`, cd/m2. */
  light?: string;
}

function optionsOf(
  codec: ClipCodec,
  quality: number,
  { layout }: Pick<VideoFacts, 'layout'>,
  { mastering, light }: HdrData,
): Record<string, string> {
  const list = (parts: (string | false | undefined)[]) => parts.filter(Boolean).join(':');
  switch (codec) {
    case 'h264':
      return {
        crf: String(quality),
        preset: 'medium',
        'x264-params': list([mastering && `mastering-display=${mastering}`, light && `cll=${light}`]),
      };
    case 'h265':
      return {
        crf: String(quality),
        preset: 'medium',
        'x265-params': list([
          'log-level=none',
          mastering && `hdr10=1:master-display=${mastering}`,
          light && `max-cll=${light}`,
        ]),
      };
    case 'av1':
      return { crf: String(quality), preset: '8' };
    case 'vp9':
      return { crf: String(quality), b: '0', 'row-mt': '1', deadline: 'good', 'cpu-used': '4' };
    case 'prores': {
      // 4 and 5 are the profiles with full colour; transparency is only in them.
      const profile =
        layout.hasAlpha || layout.isRgb || layout.chroma === '444'
          ? Math.max(4, quality)
          : Math.min(3, quality);
      return { profile: String(profile), vendor: 'apl0' };
    }
    case 'ffv1':
      return { level: '3', slicecrc: '1', slices: '4' };
    case 'png':
      return { pred: 'mixed' };
  }
}
