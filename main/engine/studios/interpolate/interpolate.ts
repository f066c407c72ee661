import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { InterpolateStep } from '../../../../contract/clip-recipe.ts';
import { GessoError } from '../../../../contract/errors.ts';
import {
  add,
  parseRational,
  type Rational,
  ratio,
  sub,
  toNumber,
  toText,
} from '../../../../contract/time.ts';
import { stillThere } from '../../clips/finished.ts';
import { firstLook } from '../../clips/first-look.ts';
import { FrameWindow } from '../../clips/frame-window.ts';
import { joinSegments } from '../../clips/join.ts';
import { type ClipWatch, LatestFrame, type LatestFrameOptions } from '../../clips/latest-frame.ts';
import { lookAtSource } from '../../clips/look.ts';
import { lossNotes } from '../../clips/losses.ts';
import { type ClipPlan, planClip } from '../../clips/plan-clip.ts';
import { findGrid, nominalRate } from '../../clips/rates.ts';
import { type BegunFrame, makeSegments, type Segment } from '../../clips/segments.ts';
import { type OpenSource, onePicture, openSource } from '../../clips/source.ts';
import type { Timeline } from '../../clips/source-times.ts';
import type { SessionThread } from '../../inference/sessions.ts';
import { frameTimes, spanOf } from '../../media/video/frame-times.ts';
import { layoutOf } from '../../media/video/pixel-format.ts';
import type { PictureShape } from '../../media/video/segment-writer.ts';
import type { Params, Result } from '../../protocol/methods.ts';
import { FLOW_SCALES, type FlowScale } from './flow-scale.ts';
import { FrameMaker, type MadeFrame } from './frame-maker.ts';
import { FrameNetwork } from './network.ts';
import { Placement } from './placement.ts';
import { rateInName, resultRate } from './plan.ts';

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
    const { timeline, analysis } = await lookAtSource(source, {
      ...{ input, step, parts },
      checkpoint: context.checkpoint,
      progress: (fraction) => context.progress({ fraction: LOOKING * fraction }),
    });
    if (analysis.ticks.length === 1 && step.from === undefined && step.to === undefined)
      throw onePicture(input);
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
    const { plan, shape, sideData } = await firstLook(
      source,
      timeline.ticksOf(0),
      { input, slow: step.slow, output: params.output },
      rate,
    );
    const looked = performance.now() - begun;
    const { segments, made, network } = await make(source, timeline, placement, plan, shape, params, context);
    const joining = performance.now();
    const [from, to] = [step.from, step.to].map((text) =>
      text === undefined ? undefined : parseRational(text),
    );
    const written = await joinSegments({
      ...{ input, source, plan, shape, sideData, segments, from, to },
      temp: params.temp,
      slow: step.slow,
      end: timeline.end,
      offset: placement.offset,
      checkpoint: context.checkpoint,
      progress: (fraction) => context.progress({ fraction: 1 - JOINING + JOINING * fraction }),
    });
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

function emptyPart(input: string, { end }: Timeline): GessoError {
  return new GessoError(
    'recipe/invalid',
    `There is nothing of ${path.basename(input)} between --from and --to.`,
    `It ends at ${toNumber(end).toFixed(3)} s: choose a part of it.`,
  );
}
