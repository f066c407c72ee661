import { rm } from 'node:fs/promises';
import { compare, mul, type Rational, ratio, sub, ZERO } from '../../../contract/time.ts';
import { hashFile } from '../../../models/library/storage.ts';
import { assemble, type FrameTimes } from '../media/video/assemble.ts';
import type { Chapter } from '../media/video/chapters.ts';
import { joinPictures } from '../media/video/picture-writer.ts';
import type { PictureShape } from '../media/video/segment-writer.ts';
import type { SideData } from '../media/video/side-data.ts';
import type { ClipPlan } from './plan-clip.ts';
import type { Segment } from './segments.ts';
import type { OpenSource } from './source.ts';

export interface JoinJob {
  input: string;
  source: OpenSource;
  plan: ClipPlan;
  shape: PictureShape;
  sideData: readonly SideData[];
  segments: readonly Segment[];
  /** Gets the result. */
  temp: string;
  /** The part that is taken, seconds after the file's zero; left out: all of it. */
  from?: Rational | undefined;
  to?: Rational | undefined;
  /** When the source ends, seconds after its zero. */
  end: Rational;
  /** So many times longer. */
  slow: number;
  /** Seconds of the result at which its first frame is shown. */
  offset: Rational;
  /** Left out: one after the other at the shape's rate. */
  times?: FrameTimes | undefined;
  checkpoint: () => void;
  /** @param fraction 0..1 */
  progress: (fraction: number) => void;
}

/** Puts the result together at `temp`. */
export async function joinSegments({
  source,
  end,
  plan: { container, coding, tracks },
  input,
  temp,
  slow,
  progress,
  ...job
}: JoinJob): Promise<{ sha256: string; bytes: number }> {
  if (!container)
    return joinPictures(
      job.segments.map((segment) => segment.path),
      temp,
    );
  const { from = ZERO, to } = job;
  try {
    await assemble({
      file: temp,
      container,
      coding,
      shape: job.shape,
      sideData: job.sideData,
      segments: job.segments.map(({ path: file, frames }) => ({ file, frames })),
      offset: job.offset,
      times: job.times,
      ...(source.kind === 'clip' && {
        source: {
          file: input,
          zero: source.zero,
          from,
          to,
          slow,
          tracks,
          chapters: chaptersOf(source.facts.chapters, from, to ?? end, slow),
          videoIndex: source.facts.video.index,
        },
      }),
      checkpoint: job.checkpoint,
      onProgress: progress,
    });
    return await hashFile(temp);
  } catch (thrown) {
    await rm(temp, { force: true });
    throw thrown;
  }
}

/** Chapters of the part that is taken, at the times of the result. */
function chaptersOf(chapters: readonly Chapter[], from: Rational, to: Rational, slow: number): Chapter[] {
  const inPart = (time: Rational) => {
    const within = compare(time, from) < 0 ? from : compare(time, to) > 0 ? to : time;
    return mul(sub(within, from), ratio(slow));
  };
  return chapters
    .filter(({ start, end }) => compare(end, from) > 0 && compare(start, to) < 0)
    .map(({ start, end, title }) => ({ start: inPart(start), end: inPart(end), title }));
}
