import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import {
  add,
  mul,
  parseRational,
  type Rational,
  ratio,
  sub,
  toNumber,
  toText,
  ZERO,
} from '../../../../contract/time.ts';
import { analyse } from '../../clips/analysis.ts';
import { FrameWindow } from '../../clips/frame-window.ts';
import { type OpenSource, openSource, unreadable } from '../../clips/source.ts';
import { type Timeline, timelineOf } from '../../clips/source-times.ts';
import type { SessionThread } from '../../inference/sessions.ts';
import { FramePictures, seenSize } from '../../media/video/frame-picture.ts';
import { resultTags, type VideoFrame } from '../../media/video/frame-planes.ts';
import type { Event, Params, Result } from '../../protocol/methods.ts';
import { FrameMaker, type MadeFrame } from './frame-maker.ts';
import { FrameNetwork } from './network.ts';
import { Placement } from './placement.ts';
import { resultRate } from './plan.ts';

/** What is looked at on both sides of the part, so that its rate and its cuts are those of the whole. Seconds. */
const AROUND = ratio(1);

/** What is known of a clip's frames after one look: see `Analysis`. */
export async function lookAtClip(
  { input, second, step }: Params<'clip.analyse'>,
  { checkpoint, emit }: { checkpoint: () => void; emit: (event: Event<'clip.analyse'>) => void },
): Promise<Result<'clip.analyse'>> {
  const source = await openSource(input, second, parseRational(step.rate)!);
  try {
    const length = source.facts.video.duration ?? source.facts.duration;
    const analysis = await analyse(source.frames, {
      checkpoint,
      progress: (ticks) => {
        if (!length) return;
        const seconds = (Number(ticks) * source.frames.base.num) / source.frames.base.den;
        const fraction = (seconds - toNumber(source.zero)) / Math.max(1e-9, toNumber(length));
        emit({ fraction: Math.min(1, Math.max(0, fraction)) });
      },
    });
    const timeline = timelineOf(analysis, { ...step, duplicates: 'keep' }, source.zero, source.stated);
    return {
      frames: timeline.count,
      start: timeline.timeOf(0),
      end: timeline.end,
      rate: timeline.grid ?? null,
      nominalRate: timeline.rate,
      times: Float64Array.from({ length: timeline.count }, (_, i) => toNumber(timeline.timeOf(i))),
      cuts: [...Array(timeline.count).keys()].filter((i) => i > 0 && timeline.isCut(i)),
      scores: analysis.changes,
      repeats: [...analysis.repeats.keys()].filter((i) => analysis.repeats[i] === 1),
    };
  } finally {
    await source.frames.close();
  }
}

/**
 * Makes the frames of a short part, reduced to the screen's size, as pictures: what an export will look like.
 * @throws GessoError as `interpolateClip`
 */
export async function previewClip(
  params: Params<'clip.preview'>,
  {
    sessions,
    checkpoint,
    emit,
  }: { sessions: SessionThread; checkpoint: () => void; emit: (event: Event<'clip.preview'>) => void },
): Promise<Result<'clip.preview'>> {
  const { input, second, step, folder, model, device, longestSide } = params;
  await mkdir(folder, { recursive: true });
  const source = await openSource(input, second, parseRational(step.rate)!);
  const { video } = source.facts;
  const [from, to] = [parseRational(params.from)!, parseRational(params.to)!];
  const closing: (() => void | Promise<void>)[] = [() => source.frames.close()];
  try {
    const timeline = await lookAround(source, step, from, to, checkpoint);
    const placement = new Placement(timeline, {
      rate: resultRate(step, timeline.rate),
      slow: step.slow,
      from,
      to,
    });
    // As large as it is seen, but lying as it is stored.
    const seen = seenSize(video, { rotation: 0, pixelAspect: ratio(1) }, longestSide);
    const network = await FrameNetwork.open({ sessions, ...model, ...seen, device });
    closing.unshift(() => network.close());
    const maker = new FrameMaker(network, video.layout.hasAlpha);
    const window = new FrameWindow(source.frames, timeline, maker);
    const pictures = new FramePictures(video, longestSide);
    closing.unshift(
      () => window.close(),
      () => pictures.close(),
      () => maker.close(),
    );
    const kind = video.layout.hasAlpha ? 'webp' : 'jpg';
    for (let k = 0; k < placement.count; k += 1) {
      checkpoint();
      const frame = await frameAt(placement, window, maker, k);
      const file = path.join(folder, `${String(k).padStart(6, '0')}.${kind}`);
      try {
        await pictures.write(frame, file);
      } finally {
        frame.free();
      }
      const place = placement.placeOf(k);
      emit({
        index: k,
        time: toText(placement.momentOf(k)),
        made: place.kind === 'between',
        file,
        fraction: (k + 1) / placement.count,
      });
    }
    return {
      frames: placement.count,
      seconds: mul(ratio(placement.count), ratio(placement.rate.den, placement.rate.num)),
      sessionMs: network.sessionMs,
      device: network.device,
    };
  } finally {
    for (const close of closing) await close();
  }
}

/** Looks at a part, seconds after the file's zero, and at what lies around it. @throws GessoError input/unreadable */
export async function lookAround(
  { frames, zero, stated }: OpenSource,
  step: Params<'clip.analyse'>['step'],
  from: Rational,
  to: Rational,
  checkpoint: () => void,
): Promise<Timeline> {
  const begin = sub(from, AROUND).num < 0 ? ZERO : sub(from, AROUND);
  const analysis = await analyse(frames, {
    from: add(zero, begin),
    to: add(zero, add(to, AROUND)),
    checkpoint,
  });
  if (analysis.ticks.length === 0) throw unreadable(frames.file);
  return timelineOf(analysis, step, zero, stated);
}

/** Output frame `k`; the caller frees it. */
async function frameAt(
  placement: Placement,
  window: FrameWindow<MadeFrame>,
  maker: FrameMaker,
  k: number,
): Promise<VideoFrame> {
  const place = placement.placeOf(k);
  const own = await window.at(place.index);
  if (place.kind === 'source') return own.frame.clone()!;
  const next = await window.beside(place.index + 1);
  window.readAhead(place.index + 1);
  const work = (async () =>
    maker.between(
      await own.made(),
      await next.made(),
      toNumber(place.fraction),
      resultTags(own.frame, 'gbrpf32le'),
    ))();
  own.usedBy(work);
  next.usedBy(work);
  return work;
}
