import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../../../contract/errors.ts';
import {
  compare,
  div,
  parseRational,
  type Rational,
  ratio,
  sub,
  toNumber,
} from '../../../../contract/time.ts';
import { onePicture, openSource } from '../../clips/source.ts';
import type { SourceTimes, Timeline } from '../../clips/source-times.ts';
import type { SessionThread } from '../../inference/sessions.ts';
import { FramePictures, seenSize } from '../../media/video/frame-picture.ts';
import { colourTags, PixelConverter, readPlanes, writePlanes } from '../../media/video/frame-planes.ts';
import type { FrameSource } from '../../media/video/frame-source.ts';
import type { Params, Result } from '../../protocol/methods.ts';
import { seeBetween } from './between-network.ts';
import { flowColours, longestMotion } from './flow-colours.ts';
import { lookAround } from './preview.ts';

const HALF = ratio(1, 2);

/**
 * What the network sees between the two frames around a moment, as pictures: where everything came from and went to, how
 * the two are mixed, and what comes of it.
 * @throws GessoError input/unreadable, input/unsupported, model/broken, device/*, job/cancelled
 */
export async function lookBetween(
  params: Params<'clip.between'>,
  { sessions, checkpoint }: { sessions: SessionThread; checkpoint: () => void },
): Promise<Result<'clip.between'>> {
  const { input, second, step, folder, model, device, longestSide } = params;
  await mkdir(folder, { recursive: true });
  const source = await openSource(input, second, parseRational(step.rate)!);
  const { video } = source.facts;
  const pictures = new FramePictures(video, longestSide);
  try {
    const moment = parseRational(params.time)!;
    const timeline = await lookAround(source, step, moment, moment, checkpoint);
    if (timeline.count < 2) throw onePicture(input);
    const { index, fraction } = pairAround(timeline, moment);
    // As large as it is seen, but lying as it is stored.
    const size = seenSize(video, { rotation: 0, pixelAspect: ratio(1) }, longestSide);
    const pair = await planesOf(source.frames, timeline, index, size);
    checkpoint();
    const seen = await seeBetween({ ...model, ...size, sessions, device }, pair, toNumber(fraction));
    checkpoint();
    const motion = {
      ...{ ...size, flow: seen.flow },
      scale: [video.width / size.width, video.height / size.height] as const,
    };
    const longest = longestMotion(motion);
    const write = async (name: string, planes: Float32Array) => {
      const file = path.join(folder, `${name}.jpg`);
      const frame = writePlanes(planes, size.width, size.height);
      try {
        await pictures.write(frame, file);
      } finally {
        frame.free();
      }
      return file;
    };
    return {
      times: [toNumber(timeline.timeOf(index)), toNumber(timeline.timeOf(index + 1))],
      fraction: toNumber(fraction),
      flows: [
        await write('flow-0', flowColours(motion, 0, longest, video)),
        await write('flow-1', flowColours(motion, 1, longest, video)),
      ],
      mask: await write('mask', greys(seen.mask)),
      made: await write('made', seen.made),
      longest,
    };
  } finally {
    pictures.close();
    await source.frames.close();
  }
}

/**
 * The frame before a moment, of two, and how far on the way to the next one it lies: half way where it is a frame's own,
 * which has nothing made in it, or behind the last.
 */
export function pairAround(
  { count, timeOf }: Pick<SourceTimes, 'count' | 'timeOf'>,
  moment: Rational,
): { index: number; fraction: Rational } {
  let index = 0;
  while (index + 2 < count && compare(timeOf(index + 1), moment) <= 0) index += 1;
  const [before, after] = [timeOf(index), timeOf(index + 1)];
  const isWithin = compare(before, moment) < 0 && compare(moment, after) < 0;
  return { index, fraction: isWithin ? div(sub(moment, before), sub(after, before)) : HALF };
}

/** Used frames `index` and the next, as the network takes them. */
async function planesOf(
  source: FrameSource,
  timeline: Timeline,
  index: number,
  size: { width: number; height: number },
): Promise<[Float32Array, Float32Array]> {
  const converter = new PixelConverter();
  const wanted = [timeline.ticksOf(index), timeline.ticksOf(index + 1)];
  const found: Float32Array[] = [];
  try {
    for await (const { frame, ticks } of source.frames(wanted[0]!)) {
      try {
        if (ticks < wanted[found.length]!) continue;
        const converted = await converter.convert(frame, 'gbrpf32le', colourTags(frame), size);
        const planes = new Float32Array(new SharedArrayBuffer(3 * size.width * size.height * 4));
        readPlanes(converted, planes);
        converted.free();
        found.push(planes);
      } finally {
        frame.free();
      }
      if (found.length === 2) return found as [Float32Array, Float32Array];
    }
  } finally {
    converter.close();
  }
  throw new GessoError(
    'input/unreadable',
    `${path.basename(source.file)} is not what it was a moment ago.`,
    'Check that nothing else writes it, then look again.',
  );
}

function greys(plane: Float32Array): Float32Array {
  const planes = new Float32Array(3 * plane.length);
  for (let at = 0; at < 3; at += 1) planes.set(plane, at * plane.length);
  return planes;
}
