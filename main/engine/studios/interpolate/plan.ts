import path from 'node:path';
import type { ClipContainer, ClipOutput, InterpolateStep } from '../../../../contract/clip-recipe.ts';
import { GessoError } from '../../../../contract/errors.ts';
import { compare, parseRational, type Rational, ratio, toNumber, toText } from '../../../../contract/time.ts';
import { targetRate } from '../../clips/rates.ts';
import type { OpenSource } from '../../clips/source.ts';
import { type Coding, chooseCoding, chooseContainer, type HdrData } from '../../media/video/coding.ts';
import { planTracks, type TrackPlan } from '../../media/video/tracks.ts';

/** What a result will be, known before the first frame is decoded. */
export interface ClipPlan {
  /** Undefined: a folder of pictures. */
  container: ClipContainer | undefined;
  coding: Coding;
  tracks: TrackPlan;
  /** What is converted or left out, for people. */
  notes: string[];
}

/** Players and encoders know no more. */
const MOST_RATE = 1000;

/**
 * Decides how a result is stored and what becomes of everything beside the picture.
 * @throws GessoError recipe/invalid
 */
export function planClip(
  source: Pick<OpenSource, 'kind' | 'facts'>,
  input: string,
  step: InterpolateStep,
  output: ClipOutput,
  hdr: HdrData = {},
): ClipPlan {
  const { facts } = source;
  const notes: string[] = [];
  const coding = chooseCoding(output.codec, output.quality, facts.video, notes, hdr);
  if (output.codec === 'png') {
    if (facts.audio.length + facts.subtitles.length > 0)
      notes.push('Pictures carry neither sound nor subtitles: they are left out.');
    return { container: undefined, coding, tracks: { sounds: [], subtitles: [], notes: [] }, notes };
  }
  // Pictures have no container of their own: the one that plays everywhere.
  const wished =
    output.container ?? (source.kind === 'pictures' ? containerForPictures(output.codec) : undefined);
  const container = chooseContainer(output.codec, wished, facts.container, path.extname(input));
  if (container === 'webm' && facts.video.rotation !== 0)
    notes.push(
      'WEBM has no place for how the picture is turned: it will lie on its side. MP4 and MKV keep it.',
    );
  const tracks = planTracks(
    facts,
    container,
    output.audio ?? (step.slow > 1 ? 'stretch' : 'copy'),
    step.slow,
  );
  return { container, coding, tracks, notes: [...notes, ...tracks.notes] };
}

function containerForPictures(codec: ClipOutput['codec']): ClipContainer {
  if (codec === 'ffv1') return 'mkv';
  return codec === 'prores' ? 'mov' : codec === 'vp9' ? 'webm' : 'mp4';
}

/**
 * Frames a second of a result whose source has `rate`.
 * @throws GessoError recipe/invalid for a rate that nothing plays
 */
export function resultRate({ fps, slow }: Pick<InterpolateStep, 'fps' | 'slow'>, rate: Rational): Rational {
  const made = targetRate(fps ?? (slow > 1 ? '1x' : '2x'), rate, parseRational);
  if (made.num <= 0 || compare(made, ratio(MOST_RATE)) > 0)
    throw new GessoError(
      'recipe/invalid',
      `${toText(made)} frames a second can't be played.`,
      `Choose more than 0 and at most ${MOST_RATE}.`,
    );
  return made;
}

/** A rate in a file's name: "60", "59.94". */
export function rateInName(rate: Rational): string {
  return String(Math.round(toNumber(rate) * 1000) / 1000);
}
