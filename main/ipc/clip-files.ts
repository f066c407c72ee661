import { toText } from '../../contract/time.ts';
import type { SourceView } from '../../contract/views.ts';
import type { Result } from '../engine/protocol/methods.ts';
import type { Workshop } from '../jobs/workshop.ts';
import type { ClipPieces } from './clip-pieces.ts';
import type { Opened } from './opened.ts';

/** Longest side of a picture for the film strip, pixels. */
const STRIP_SIDE = 256;

type ClipRead = Pick<SourceView, 'width' | 'height' | 'thumb' | 'clip'>;

/** What films say of themselves: the engine's part of opening one. */
export class ClipFiles {
  constructor(
    private readonly workshop: Workshop,
    private readonly pieces: ClipPieces,
  ) {}

  /** @throws GessoError input/unreadable, input/unsupported */
  async read({ path: file, second }: Opened): Promise<ClipRead> {
    const { pictures } = this.workshop;
    const { facts, ...known } = await pictures.call('clip.facts', { file, ...(second && { second }) });
    const { video, audio, subtitles, duration } = facts;
    const { folder, urlOf } = this.pieces.open('strip');
    let thumb: string | undefined;
    await pictures.call(
      'clip.frames',
      {
        input: file,
        ...(second && { second }),
        rate: '25',
        // The middle says more than the black at the beginning.
        pick: { count: 1 },
        folder,
        longestSide: STRIP_SIDE,
      },
      {
        onEvent: ({ file: picture }) => {
          thumb = urlOf(picture);
        },
      },
    );
    const seconds = video.duration ?? duration;
    const rate = [video.statedRate, video.averageRate].find(({ num }) => num > 0);
    const isClip = known.kind === 'clip';
    return {
      ...sizeSeen(video),
      ...(thumb !== undefined && { thumb }),
      clip: {
        ...known,
        ...(isClip && seconds && { seconds: toText(seconds) }),
        ...(isClip && rate && { rate: toText(rate) }),
        codec: video.codec,
        bits: video.layout.bits,
        hasAlpha: video.layout.hasAlpha,
        sounds: audio.length,
        subtitles: subtitles.length,
      },
    };
  }
}

/** As it is seen: upright, with square pixels. */
function sizeSeen({ width, height, rotation, pixelAspect }: Result<'clip.facts'>['facts']['video']) {
  const wide = Math.max(1, Math.round((width * pixelAspect.num) / pixelAspect.den));
  return rotation % 180 === 0 ? { width: wide, height } : { width: height, height: wide };
}
