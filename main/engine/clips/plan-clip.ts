import path from 'node:path';
import type { ClipCoding, ClipContainer } from '../../../contract/clip-coding.ts';
import { type Coding, chooseCoding, chooseContainer, type HdrData } from '../media/video/coding.ts';
import { planTracks, type TrackPlan } from '../media/video/tracks.ts';
import type { OpenSource } from './source.ts';

/** What a result will be, known before the first frame is decoded. */
export interface ClipPlan {
  /** Undefined: a folder of pictures. */
  container: ClipContainer | undefined;
  coding: Coding;
  tracks: TrackPlan;
  /** What is converted or left out, for people. */
  notes: string[];
}

/**
 * Decides how a result is stored and what becomes of everything beside the picture.
 * @throws GessoError recipe/invalid
 */
export function planClip(
  source: Pick<OpenSource, 'kind' | 'facts'>,
  input: string,
  { slow }: { slow: number },
  output: ClipCoding,
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
  const tracks = planTracks(facts, container, output.audio ?? (slow > 1 ? 'stretch' : 'copy'), slow);
  return { container, coding, tracks, notes: [...notes, ...tracks.notes] };
}

function containerForPictures(codec: ClipCoding['codec']): ClipContainer {
  if (codec === 'ffv1') return 'mkv';
  return codec === 'prores' ? 'mov' : codec === 'vp9' ? 'webm' : 'mp4';
}
