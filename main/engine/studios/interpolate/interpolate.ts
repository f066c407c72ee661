import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { InterpolateStep } from '../../../../contract/clip-recipe.ts';
import { GessoError } from '../../../../contract/errors.ts';
import {
  add,
  compare,
  mul,
  parseRational,
  type Rational,
  ratio,
  sub,
  toNumber,
  toText,
  ZERO,
} from '../../../../contract/time.ts';
import { hashFile, hashFolder } from '../../../../models/library/storage.ts';
import { type Analysis, analyse } from '../../clips/analysis.ts';
import { readAnalysis, writeAnalysis } from '../../clips/analysis-file.ts';
import { FrameWindow } from '../../clips/frame-window.ts';
import { type ClipWatch, LatestFrame, type LatestFrameOptions } from '../../clips/latest-frame.ts';
import { lossNotes } from '../../clips/losses.ts';
import { findGrid, nominalRate } from '../../clips/rates.ts';
import { type BegunFrame, makeSegments, type Segment } from '../../clips/segments.ts';
import { type OpenSource, onePicture, openSource, unreadable } from '../../clips/source.ts';
import { type Timeline, timelineOf } from '../../clips/source-times.ts';
import type { SessionThread } from '../../inference/sessions.ts';
import { assemble } from '../../media/video/assemble.ts';
import type { Chapter } from '../../media/video/chapters.ts';
import { isInterlaced, resultTags } from '../../media/video/frame-planes.ts';
import { frameTimes, spanOf } from '../../media/video/frame-times.ts';
import { joinPictures } from '../../media/video/picture-writer.ts';
import { layoutOf } from '../../media/video/pixel-format.ts';
import type { PictureShape } from '../../media/video/segment-writer.ts';
import { hdrDataOf, type SideData } from '../../media/video/side-data.ts';
import type { Params, Result } from '../../protocol/methods.ts';
import { FLOW_SCALES, type FlowScale } from './flow-scale.ts';
import { FrameMaker, type MadeFrame } from './frame-maker.ts';
import { FrameNetwork } from './network.ts';
import { Placement } from './placement.ts';
import { type ClipPlan, planClip, rateInName, resultRate } from './plan.ts';

export interface InterpolateContext {
  sessions: SessionThread;
  /** Throws job/cancelled when the work is not wanted any more. */
  checkpoint: () => void;
  progress: (event: { fraction: number; frames?: { done: number; total: number; made: number } }) => void;
  segmentDone: (segment: Segment) => void;
  /** Work begins with motion found at so much of the resolution. */
  flowScaleChosen: (flowScale: FlowScale) => void;
  /** Who looks at the newest frame now. */
  watched: () => ClipWatch | undefined;
  showed: LatestFrameOptions['showed'];
}

/** Of the bar: looking at all frames, and putting the file together. */
const LOOKING = 0.04;
const JOINING = 0.02;

/**
 * What will become of an input, without decoding it.
 * @throws GessoError input/unreadable, input/unsupported, recipe/invalid
 */
export async function planInterpolation({
  input,
  second,
  step,
  output,
}: Params<'interpolate.plan'>): Promise<Result<'interpolate.plan'>> {
  const rate = parseRational(step.rate)!;
  const source = await openSource(input, second, rate);
  await source.frames.close();
  const { container, notes } = planClip(source, input, step, output);
  const made = resultRate(step, await rateOfSource(source, input, step));
  return { container, rate: toText(made), fps: rateInName(made), notes };
}

/** What "2x" is counted from; looked up only where it is. */
async function rateOfSource(
  { kind, zero, stated }: OpenSource,
  input: string,
  { fps, rate, from, to }: InterpolateStep,
): Promise<Rational> {
  if (kind === 'pictures') return parseRational(rate)!;
  if (fps !== undefined && !fps.endsWith('x')) return parseRational(fps)!;
  const [begin, end] = [from, to].map((text) =>
    text === undefined ? undefined : add(zero, parseRational(text)!),
  );
  const times = await frameTimes(input, begin, end);
  return findGrid(times.ticks, times.base, stated)?.rate ?? nominalRate(times.ticks.length, spanOf(times));
}

/**
 * Makes a clip of another rate or speed. Work goes in closed segments that stay when it ends before its time; the
 * finished file is joined of them and left, flushed, at `temp`.
 * @throws GessoError input/unreadable, input/unsupported, recipe/invalid, device/*, model/broken, output/no-space,
 * output/denied, job/cancelled
 */
export async function interpolateClip(
  params: Params<'interpolate.clip'>,
  context: InterpolateContext,
): Promise<Result<'interpolate.clip'>> {
  const { input, second, step, parts } = params;
  await mkdir(parts, { recursive: true });
  const source = await openSource(input, second, parseRational(step.rate)!);
  try {
    const begun = performance.now();
    const look = await lookAt(source, params, context);
    const { timeline, analysis } = look;
    const rate = resultRate(step, timeline.rate);
    const placement = new Placement(timeline, {
      rate,
      slow: step.slow,
      from: step.from === undefined ? undefined : parseRational(step.from),
      to: step.to === undefined ? undefined : parseRational(step.to),
      // A pair is no film: its second picture is shown for one frame.
      ...(second !== undefined && { last: ratio(rate.den, rate.num * step.slow) }),
    });
    if (placement.count === 0) throw emptyPart(input, timeline);
    const { plan, shape, sideData } = await firstLook(source, timeline, params, rate);
    const looked = performance.now() - begun;
    const { segments, made, network } = await make(source, timeline, placement, plan, shape, params, context);
    const joining = performance.now();
    const written = await join(source, timeline, placement, plan, shape, sideData, segments, params, context);
    const notes = [
      ...plan.notes,
      ...(network.flowScale < 1
        ? [
            `For want of memory, motion was estimated at ${network.flowScale === 0.5 ? 'half' : 'a quarter'} of the size.`,
          ]
        : []),
      ...lossNotes(
        analysis.losses,
        // Of a part, its length says nothing of the file's.
        (step.from ?? step.to) ? undefined : source.facts.video.duration,
        sub(timeline.end, timeline.timeOf(0)),
        timeline.gaps,
      ),
    ];
    return {
      ...written,
      width: shape.width,
      height: shape.height,
      device: network.device,
      framesIn: timeline.count,
      framesOut: placement.count,
      made,
      dropped: timeline.dropped,
      cuts: timeline.cuts.length,
      rate: toText(rate),
      notes,
      timings: { looking: looked, session: network.sessionMs, joining: performance.now() - joining },
    };
  } finally {
    await source.frames.close();
  }
}

/** Looks at all frames once; what was seen is kept for a job that goes on. */
async function lookAt(
  source: OpenSource,
  { input, step, parts }: Params<'interpolate.clip'>,
  { checkpoint, progress }: InterpolateContext,
): Promise<{ analysis: Analysis; timeline: Timeline }> {
  const file = path.join(parts, 'analysis.json');
  const key = await keyOf(source, input, step);
  let analysis = await readAnalysis(file, key);
  if (!analysis) {
    const onClock = (text: string | undefined) => text && add(source.zero, parseRational(text)!);
    const [from, to] = [onClock(step.from), onClock(step.to)];
    const length = source.facts.video.duration ?? source.facts.duration;
    analysis = await analyse(source.frames, {
      from: from || undefined,
      to: to || undefined,
      checkpoint,
      progress: (ticks) => {
        const seconds = (Number(ticks) * source.frames.base.num) / source.frames.base.den;
        const [begin, end] = [
          toNumber(from || source.zero),
          toNumber(to || add(source.zero, length ?? ZERO)),
        ];
        if (end > begin)
          progress({ fraction: LOOKING * Math.min(1, Math.max(0, (seconds - begin) / (end - begin))) });
      },
    });
    // Segments of another source or recipe are of no use.
    await rm(parts, { recursive: true, force: true });
    await mkdir(parts, { recursive: true });
    await writeAnalysis(file, key, analysis);
  }
  if (analysis.ticks.length === 0) throw unreadable(input);
  if (analysis.ticks.length === 1 && step.from === undefined && step.to === undefined)
    throw onePicture(input);
  const { duration } = source.facts.video;
  const end = step.to === undefined ? duration : undefined;
  return { analysis, timeline: timelineOf(analysis, step, source.zero, source.stated, end) };
}

/** What a source and a part of it are known by: another file under the same name is another source. */
async function keyOf(
  source: OpenSource,
  input: string,
  step: Params<'interpolate.clip'>['step'],
): Promise<string> {
  const { size, mtimeMs } = await stat(input);
  return JSON.stringify([path.resolve(input), size, mtimeMs, step.from, step.to, source.kind, step.rate]);
}

/** How the pictures are stored, by what the first used frame says of itself. */
async function firstLook(
  source: OpenSource,
  timeline: Timeline,
  { input, step, output }: Params<'interpolate.clip'>,
  rate: Rational,
): Promise<{ plan: ClipPlan; shape: PictureShape; sideData: SideData[] }> {
  const frames = source.frames.frames(timeline.ticksOf(0));
  const { value } = await frames.next();
  await frames.return(undefined);
  if (!value) throw unreadable(input);
  const { frame } = value;
  try {
    const sideData = source.frames.sideData(frame);
    const plan = planClip(source, input, step, output, hdrDataOf(sideData));
    if (isInterlaced(frame))
      plan.notes.push(
        'It is interlaced: both fields of a picture were taken as one. Deinterlaced before, it gets better.',
      );
    const { width, height } = frame;
    const tags = resultTags(frame, plan.coding.pixelFormat);
    return {
      plan,
      sideData,
      shape: { width, height, pixelAspect: source.facts.video.pixelAspect, tags, rate },
    };
  } finally {
    frame.free();
  }
}

/** Makes the segments that are not there yet; where memory ends, goes on with motion estimated on smaller frames. */
async function make(
  source: OpenSource,
  timeline: Timeline,
  placement: Placement,
  plan: ClipPlan,
  shape: PictureShape,
  params: Params<'interpolate.clip'>,
  context: InterpolateContext,
): Promise<Made> {
  const finished = await stillThere(params.finished);
  const work: SegmentWork = { source, timeline, placement, plan, shape, params, finished };
  const heard: InterpolateContext = {
    ...context,
    segmentDone: (segment) => {
      finished.set(segment.number, segment);
      context.segmentDone(segment);
    },
  };
  const scales = FLOW_SCALES.filter((scale) => scale <= (params.flowScale ?? 1));
  for (;;) {
    const flowScale = scales.shift()!;
    try {
      return await makeAt(flowScale, work, heard);
    } catch (thrown) {
      const isFull = thrown instanceof GessoError && thrown.code === 'device/out-of-memory';
      if (!isFull || scales.length === 0) throw thrown;
    }
  }
}

interface SegmentWork {
  source: OpenSource;
  timeline: Timeline;
  placement: Placement;
  plan: ClipPlan;
  shape: PictureShape;
  params: Params<'interpolate.clip'>;
  finished: ReadonlyMap<number, Segment>;
}

interface Made {
  segments: Segment[];
  /** Frames that the network made. */
  made: number;
  network: { device: string; flowScale: number; sessionMs: number };
}

/** @param flowScale at most @throws GessoError device/out-of-memory, ... */
async function makeAt(
  flowScale: FlowScale,
  { source, timeline, placement, plan, shape, params, finished }: SegmentWork,
  { sessions, checkpoint, progress, segmentDone, flowScaleChosen, watched, showed }: InterpolateContext,
): Promise<Made> {
  const { model, device, parts } = params;
  const { width, height } = shape;
  const { video } = source.facts;
  const isTransparent = video.layout.hasAlpha && keepsAlpha(plan.coding.pixelFormat);
  // Before, because opening it may be what ends the engine; and after, because memory may allow less.
  flowScaleChosen(flowScale);
  const network = await FrameNetwork.open({ ...{ sessions, device, width, height, flowScale }, ...model });
  flowScaleChosen(network.flowScale);
  const maker = new FrameMaker(network, isTransparent);
  const window = new FrameWindow(source.frames, timeline, maker);
  const latest = new LatestFrame({ looks: video, isTransparent, watched, showed });
  const total = placement.count;
  try {
    const result = await makeSegments({
      ...{ shape, finished, checkpoint, segmentDone },
      count: total,
      begin: (k) => begin(k, { placement, window, maker, shape }),
      folder: parts,
      coding: plan.coding,
      progress: (done, made) =>
        progress({
          fraction: LOOKING + ((1 - LOOKING - JOINING) * done) / total,
          frames: { done, total, made },
        }),
      showing: (frame, k) =>
        latest.show(frame, () => ({
          time: toNumber(placement.momentOf(k)),
          made: placement.placeOf(k).kind === 'between',
        })),
    });
    const { sessionMs, device: used, flowScale: scale } = network;
    return { ...result, network: { device: used, flowScale: scale, sessionMs } };
  } finally {
    await latest.close();
    await window.close();
    maker.close();
    await network.close();
  }
}

/** Starts output frame `k`; returns once its source frames are in hand. */
async function begin(
  k: number,
  {
    placement,
    window,
    maker,
    shape,
  }: { placement: Placement; window: FrameWindow<MadeFrame>; maker: FrameMaker; shape: PictureShape },
): Promise<{ work: Promise<BegunFrame>; isMade: boolean }> {
  const place = placement.placeOf(k);
  const own = await window.at(place.index);
  if (place.kind === 'source') {
    window.readAhead(place.index);
    // A reference of its own: the window lets go of the frame when it likes.
    const frame = own.frame.clone()!;
    return { work: Promise.resolve({ frame, free: () => frame.free() }), isMade: false };
  }
  const next = await window.beside(place.index + 1);
  window.readAhead(place.index + 1);
  const work = (async () => {
    const [a, b] = await Promise.all([own.made(), next.made()]);
    const frame = await maker.between(a, b, toNumber(place.fraction), shape.tags);
    return { frame, free: () => frame.free() };
  })();
  own.usedBy(work);
  next.usedBy(work);
  return { work, isMade: true };
}

function keepsAlpha(pixelFormat: string): boolean {
  return layoutOf(pixelFormat).hasAlpha;
}

/** Segments of an earlier try that are whole. */
async function stillThere(finished: readonly Segment[]): Promise<Map<number, Segment>> {
  const found = new Map<number, Segment>();
  for (const segment of finished) {
    const sha256 = await hashOf(segment.path);
    if (sha256 === segment.sha256) found.set(segment.number, segment);
  }
  return found;
}

async function hashOf(file: string): Promise<string | undefined> {
  try {
    return (await stat(file)).isDirectory() ? await hashFolder(file) : (await hashFile(file)).sha256;
  } catch {
    return undefined;
  }
}

/** Puts the result together at `temp`. */
async function join(
  source: OpenSource,
  timeline: Timeline,
  placement: Placement,
  { container, coding, tracks }: ClipPlan,
  shape: PictureShape,
  sideData: readonly SideData[],
  segments: readonly Segment[],
  { input, temp, step }: Params<'interpolate.clip'>,
  { checkpoint, progress }: InterpolateContext,
): Promise<{ sha256: string; bytes: number }> {
  if (!container)
    return joinPictures(
      segments.map((segment) => segment.path),
      temp,
    );
  const from = step.from === undefined ? ZERO : parseRational(step.from)!;
  const to = step.to === undefined ? undefined : parseRational(step.to)!;
  try {
    await assemble({
      file: temp,
      container,
      coding,
      shape,
      sideData,
      segments: segments.map(({ path: file, frames }) => ({ file, frames })),
      offset: placement.offset,
      ...(source.kind === 'clip' && {
        source: {
          file: input,
          zero: source.zero,
          from,
          to,
          slow: step.slow,
          tracks,
          chapters: chaptersOf(source.facts.chapters, from, to ?? timeline.end, step.slow),
          videoIndex: source.facts.video.index,
        },
      }),
      checkpoint,
      onProgress: (fraction) => progress({ fraction: 1 - JOINING + JOINING * fraction }),
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

function emptyPart(input: string, { end }: Timeline): GessoError {
  return new GessoError(
    'recipe/invalid',
    `There is nothing of ${path.basename(input)} between --from and --to.`,
    `It ends at ${toNumber(end).toFixed(3)} s: choose a part of it.`,
  );
}
