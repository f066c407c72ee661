import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../../../contract/errors.ts';
import { parseRational, type Rational, ratio, sub, toNumber, toText } from '../../../../contract/time.ts';
import { storageError } from '../../../../models/library/storage.ts';
import { stillThere } from '../../clips/finished.ts';
import { firstLook } from '../../clips/first-look.ts';
import { FrameWindow } from '../../clips/frame-window.ts';
import { joinSegments } from '../../clips/join.ts';
import { LatestFrame } from '../../clips/latest-frame.ts';
import { lookAtSource } from '../../clips/look.ts';
import { lossNotes } from '../../clips/losses.ts';
import { planClip } from '../../clips/plan-clip.ts';
import { makeSegments, type Segment } from '../../clips/segments.ts';
import { type OpenSource, openSource } from '../../clips/source.ts';
import type { Timeline } from '../../clips/source-times.ts';
import { layoutOf } from '../../media/video/pixel-format.ts';
import type { PictureShape } from '../../media/video/segment-writer.ts';
import { prepareWork } from '../../media/work-folder.ts';
import type { Params, Result } from '../../protocol/methods.ts';
import type { StyleClipContext, StyleClipJob } from './clip-job.ts';
import { type ClipFrame, ClipPainter } from './clip-painter.ts';
import { ClipStrands } from './clip-strands.ts';
import { TakenFrames } from './taken-frames.ts';

/** Of the bar: looking at all frames, and putting the file together. */
const LOOKING = 0.03;
const JOINING = 0.02;
/** A folder of pictures is no clip here: this is asked for, and not used. */
const NO_RATE = ratio(25);

/**
 * What will become of a clip, without decoding it.
 * @throws GessoError input/unreadable, input/unsupported, recipe/invalid
 */
export async function planStyleClip({
  input,
  clip,
}: Params<'style.planClip'>): Promise<Result<'style.planClip'>> {
  const source = await openSource(input, undefined, NO_RATE);
  await source.frames.close();
  const { container, notes } = planClip(source, input, { slow: 1 }, clip.output);
  return { container, notes };
}

/**
 * Paints a clip: the same frames at the same times, each steadied by the one before it. Work goes in closed segments that
 * stay when it ends before its time; the finished file is joined of them and left, flushed, at `temp`.
 * @throws GessoError as `stylePicture` and `interpolateClip`
 */
export async function styleClip(job: StyleClipJob, context: StyleClipContext): Promise<Result<'style.clip'>> {
  const { input, parts, clip } = job;
  await mkdir(parts, { recursive: true });
  const source = await openSource(input, undefined, NO_RATE);
  try {
    const begun = performance.now();
    const { timeline, analysis } = await lookAtSource(source, {
      ...{ input, parts, checkpoint: context.checkpoint },
      step: {
        ...{ from: clip.from, to: clip.to, rate: toText(NO_RATE) },
        ...{ scene: 'auto', cuts: { added: [], removed: [] }, duplicates: 'keep' },
      },
      progress: (fraction) => context.progress({ fraction: LOOKING * fraction }),
    });
    const [from, to] = [clip.from, clip.to].map((text) =>
      text === undefined ? undefined : parseRational(text),
    );
    const taken = new TakenFrames(timeline, { from, to, tick: source.frames.base });
    if (taken.count === 0) throw emptyPart(input, timeline);
    const { plan, shape, sideData } = await firstLook(
      source,
      timeline.ticksOf(taken.first),
      { input, slow: 1, output: clip.output },
      timeline.rate,
    );
    const { width, height } = shape;
    await prepareWork(job.work, 64 * width * height, path.basename(input));
    const looked = performance.now() - begun;
    const hasAlpha = source.facts.video.layout.hasAlpha && layoutOf(plan.coding.pixelFormat).hasAlpha;
    const { segments, sessionMs, done } = await make(job, context, {
      ...{ source, timeline, taken, shape, hasAlpha },
      coding: plan.coding,
    });
    const joining = performance.now();
    const written = await joinSegments({
      ...{ input, source, plan, shape, sideData, segments, from, to, slow: 1 },
      ...{ temp: job.temp, end: timeline.end, offset: taken.of(0), times: taken },
      checkpoint: context.checkpoint,
      progress: (fraction) => context.progress({ fraction: 1 - JOINING + JOINING * fraction }),
    });
    const losses = lossNotes(
      analysis.losses,
      // Of a part, its length says nothing of the file's.
      (clip.from ?? clip.to) ? undefined : source.facts.video.duration,
      sub(timeline.end, timeline.timeOf(0)),
      timeline.gaps,
    );
    return {
      ...{ ...written, width, height, ...done },
      framesIn: taken.count,
      framesOut: taken.count,
      cuts: taken.cuts,
      rate: toText(timeline.rate),
      notes: [...plan.notes, ...losses],
      timings: { looking: looked, session: sessionMs, joining: performance.now() - joining },
    };
  } catch (cause) {
    throw cause instanceof GessoError ? cause : (storageError(cause, job.temp) ?? cause);
  } finally {
    await source.frames.close();
    await rm(job.work, { recursive: true, force: true });
  }
}

interface Making {
  source: OpenSource;
  timeline: Timeline;
  taken: TakenFrames;
  shape: PictureShape;
  hasAlpha: boolean;
  coding: Parameters<typeof makeSegments>[0]['coding'];
}

/** Makes the segments that are not there yet. */
async function make(
  job: StyleClipJob,
  context: StyleClipContext,
  { source, timeline, taken, shape, hasAlpha, coding }: Making,
): Promise<{ segments: Segment[]; sessionMs: number; done: ClipPainter['done'] }> {
  const { checkpoint, segmentDone, watched, showed } = context;
  const { parts } = job;
  const finished = await stillThere(job.finished);
  const { video } = source.facts;
  const painter = await ClipPainter.open({
    ...{ job, context, hasAlpha, rotation: video.rotation },
    size: { width: shape.width, height: shape.height },
  });
  const window = new FrameWindow(source.frames, timeline, painter);
  const latest = new LatestFrame({ looks: video, isTransparent: hasAlpha, watched, showed });
  const strand = new ClipStrands(painter, parts);
  const total = taken.count;
  try {
    const { segments } = await makeSegments({
      ...{ count: total, folder: parts, coding, shape, finished, checkpoint, segmentDone },
      begin: (k) => begin(k, { painter, window, timeline, taken, shape, strand }),
      ending: (k) => strand.keep(k),
      progress: (count, made) =>
        context.progress({
          fraction: LOOKING + ((1 - LOOKING - JOINING) * count) / total,
          frames: { done: count, total, made },
        }),
      showing: (frame, k) => latest.show(frame, () => ({ time: toNumber(taken.of(k)), made: true })),
    });
    return { segments, sessionMs: painter.sessionMs, done: painter.done };
  } finally {
    await latest.close();
    await window.close();
    await painter.close();
  }
}

/** Starts frame `k` of the result; returns once its source frames are in hand. */
async function begin(
  k: number,
  {
    painter,
    window,
    timeline,
    taken,
    shape,
    strand,
  }: {
    painter: ClipPainter;
    window: FrameWindow<ClipFrame>;
    timeline: Timeline;
    taken: TakenFrames;
    shape: PictureShape;
    strand: ClipStrands;
  },
) {
  const index = taken.first + k;
  const isGoingOn = await strand.leadTo(k, timeline.isCut(index));
  const before = isGoingOn ? await window.at(index - 1) : undefined;
  const own = before ? await window.beside(index) : await window.at(index);
  window.readAhead(index);
  if (painter.isNothing) {
    // A reference of its own: the window lets go of the frame when it likes.
    const frame = own.frame.clone()!;
    return { work: Promise.resolve({ frame, free: () => frame.free() }), isMade: false };
  }
  const seconds = before ? toNumber(sub(timeline.timeOf(index), timeline.timeOf(index - 1))) : 0;
  const work = painter.next(own, before, seconds, shape.tags).then((frame) => ({
    frame,
    free: () => frame.free(),
  }));
  return { work, isMade: true };
}

function emptyPart(input: string, { end }: { end: Rational }): GessoError {
  return new GessoError(
    'recipe/invalid',
    `There is nothing of ${path.basename(input)} between --from and --to.`,
    `It ends at ${toNumber(end).toFixed(3)} s: choose a part of it.`,
  );
}
