import type { ClipContainer } from '../../../../contract/clip-coding.ts';
import { GessoError } from '../../../../contract/errors.ts';
import type { ClipFacts, SoundFacts, SubtitleFacts } from './clip-facts.ts';
import type { TextKind } from './subtitle-text.ts';

/** What becomes of one audio track. */
export interface SoundPlan {
  /** The stream's number in the source. */
  index: number;
  /** FFmpeg's encoder; left out: copied as it is. */
  encoder?: string;
  /** So many times longer at the same pitch. */
  stretch: number;
}

/** What becomes of one subtitle track. */
export interface SubtitlePlan {
  index: number;
  /** Rewritten from one way of writing text to another; left out: copied as it is. */
  rewrite?: { from: TextKind; to: TextKind };
}

export interface TrackPlan {
  sounds: SoundPlan[];
  subtitles: SubtitlePlan[];
  /** What is converted or left out, for people: known before the first frame. */
  notes: string[];
}

const HOLDS_SOUND: Readonly<Record<ClipContainer, RegExp>> = {
  mp4: /^(aac|mp3|ac3|eac3|opus|flac|alac|dts)$/,
  mov: /^(aac|mp3|ac3|eac3|alac|pcm_(s16|s24|s32|f32)(le|be)|pcm_mulaw|pcm_alaw)$/,
  webm: /^(opus|vorbis)$/,
  mkv: /^(?!adpcm|pcm_(dvd|bluray|lxf|zork|vidc|sga)|wmavoice)/,
};
const HOLDS_TEXT: Readonly<Record<ClipContainer, RegExp>> = {
  mp4: /^(mov_text|dvd_subtitle)$/,
  mov: /^mov_text$/,
  webm: /^webvtt$/,
  mkv: /^(subrip|ass|webvtt|text|hdmv_pgs_subtitle|dvd_subtitle|dvb_subtitle)$/,
};
const TEXT_OF: Readonly<Record<ClipContainer, TextKind>> = {
  mp4: 'mov_text',
  mov: 'mov_text',
  webm: 'webvtt',
  mkv: 'subrip',
};
const TEXT_KINDS: readonly string[] = ['subrip', 'ass', 'webvtt', 'mov_text', 'text'];

/** Encoders for sound that has to be encoded anew, by the source's codec; for what is not here, the container's. */
const SAME_ENCODER: Readonly<Record<string, string>> = {
  aac: 'aac',
  mp3: 'libmp3lame',
  opus: 'libopus',
  vorbis: 'libvorbis',
  flac: 'flac',
  alac: 'alac',
  ac3: 'ac3',
};
const ENCODER_OF: Readonly<Record<ClipContainer, string>> = {
  mp4: 'aac',
  mov: 'aac',
  webm: 'libopus',
  mkv: 'aac',
};
const CODEC_OF: Readonly<Record<string, string>> = {
  libmp3lame: 'mp3',
  libopus: 'opus',
  libvorbis: 'vorbis',
};

/**
 * What becomes of every track beside the picture.
 * @param rule a recipe's; `copy` goes with the source's own speed only
 * @throws GessoError recipe/invalid
 */
export function planTracks(
  facts: Pick<ClipFacts, 'audio' | 'subtitles'>,
  container: ClipContainer,
  rule: 'copy' | 'stretch' | 'none',
  slow: number,
): TrackPlan {
  if (rule === 'copy' && slow !== 1)
    throw new GessoError(
      'recipe/invalid',
      'Sound can only be copied at its own speed, and the clip is slowed.',
      'Choose stretch, which keeps the pitch, or none.',
    );
  const plan: TrackPlan = { sounds: [], subtitles: [], notes: [] };
  if (rule === 'none' && facts.audio.length > 0) plan.notes.push('The sound is left out, as wished.');
  for (const sound of rule === 'none' ? [] : facts.audio) planSound(sound, container, slow, plan);
  for (const text of facts.subtitles) planSubtitle(text, container, plan);
  return plan;
}

function planSound(sound: SoundFacts, container: ClipContainer, slow: number, plan: TrackPlan): void {
  const { index, codec } = sound;
  const isHeld = HOLDS_SOUND[container].test(codec);
  if (isHeld && slow === 1) {
    plan.sounds.push({ index, stretch: 1 });
    return;
  }
  const same = codec.startsWith('pcm_') && isHeld ? 'pcm_s16le' : SAME_ENCODER[codec];
  const fits = same !== undefined && HOLDS_SOUND[container].test(CODEC_OF[same] ?? same);
  // What is lossless stays so where it may.
  const lossless =
    /^(pcm_|flac|alac|truehd|wavpack|tta)/.test(codec) && container === 'mkv' ? 'flac' : undefined;
  const encoder = fits ? same : (lossless ?? ENCODER_OF[container]);
  plan.sounds.push({ index, encoder, stretch: slow });
  if (!isHeld)
    plan.notes.push(
      `${nameOf('Sound', sound)} is ${codec}, which ${container.toUpperCase()} can't hold: converted to ${CODEC_OF[encoder] ?? encoder}.`,
    );
}

function planSubtitle(text: SubtitleFacts, container: ClipContainer, plan: TrackPlan): void {
  const { index, codec } = text;
  if (HOLDS_TEXT[container].test(codec)) {
    plan.subtitles.push({ index });
    return;
  }
  const to = TEXT_OF[container];
  if (TEXT_KINDS.includes(codec)) {
    const from = (codec === 'text' ? 'subrip' : codec) as TextKind;
    plan.subtitles.push({ index, ...(from !== to && { rewrite: { from, to } }) });
    plan.notes.push(
      `${nameOf('Subtitles', text)} are ${codec}: converted to ${to} for ${container.toUpperCase()}.`,
    );
    return;
  }
  plan.notes.push(
    `${nameOf('Subtitles', text)} are pictures (${codec}), which ${container.toUpperCase()} can't hold: left out. MKV keeps them.`,
  );
}

function nameOf(
  what: string,
  { index, language, title }: { index: number; language?: string | undefined; title?: string | undefined },
): string {
  return [what, title ?? language ?? `#${index}`].join(' ');
}
