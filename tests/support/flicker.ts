import * as ort from 'onnxruntime-node';
import { motionBack, trustIn } from '../../main/engine/clips/motion.ts';
import { ClipReader } from '../../main/engine/media/video/clip-reader.ts';
import { colourTags, PixelConverter, readPlanes } from '../../main/engine/media/video/frame-planes.ts';

/** What is seen of a painted clip beside its source; of 255 where nothing else is said. */
export interface Flicker {
  /** Mean difference between a frame and the one before it, moved as the source moves, where nothing is uncovered. */
  painted: number;
  /** The same of the source itself: noise, light that changes, and what motion leaves over. */
  source: number;
  /** Mean square of the slope of lightness: how sharp the painting is. */
  energy: number;
  /** Share of the pixels that are compared. */
  seen: number;
  pairs: number;
}

interface Planes {
  width: number;
  height: number;
  data: Float32Array;
}

/**
 * Measures how a painting flickers: by the motion of the source's frames at their full size, whatever it was made with.
 * Cuts (nothing of a frame can be followed) are left out.
 * @param model a network that tells what moves where between two frames: an ONNX file
 * @param skip source frames before the painting's first
 */
export async function flickerOf(painted: string, source: string, model: string, skip = 0): Promise<Flicker> {
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 2, logSeverityLevel: 3 });
  const [results, sources] = [framesOf(painted), framesOf(source, skip)];
  const total = { painted: 0, source: 0, energy: 0, seen: 0, pairs: 0, frames: 0, pixels: 0 };
  let before: { result: Planes; source: Planes } | undefined;
  try {
    for await (const result of results) {
      const { value } = await sources.next();
      if (!value) break;
      const now = { result, source: value as Planes };
      total.energy += energyOf(result);
      total.frames += 1;
      const pair = before && (await compare(session, before, now));
      if (pair && pair.seen > 0.2) {
        total.painted += pair.painted;
        total.source += pair.source;
        total.seen += pair.seen;
        total.pairs += 1;
      }
      before = now;
    }
  } finally {
    await results.return(undefined);
    await sources.return(undefined);
    await session.release();
  }
  const { pairs, frames } = total;
  return {
    painted: total.painted / pairs,
    source: total.source / pairs,
    energy: total.energy / frames,
    seen: total.seen / pairs,
    pairs,
  };
}

async function* framesOf(file: string, skip = 0): AsyncGenerator<Planes> {
  const reader = await ClipReader.open(file);
  const converter = new PixelConverter();
  let count = 0;
  try {
    for await (const { frame } of reader.frames()) {
      const { width, height } = frame;
      if (count++ >= skip) {
        const converted = await converter.convert(frame, 'gbrpf32le', colourTags(frame), { width, height });
        const data = new Float32Array(3 * width * height);
        readPlanes(converted, data);
        converted.free();
        frame.free();
        yield { width, height, data };
      } else frame.free();
    }
  } finally {
    converter.close();
    await reader.close();
  }
}

async function compare(
  session: ort.InferenceSession,
  before: { result: Planes; source: Planes },
  now: { result: Planes; source: Planes },
) {
  const { width, height } = now.source;
  const dims = [1, 3, height, width];
  const made = await session.run(
    {
      frame0: new ort.Tensor('float32', before.source.data, dims),
      frame1: new ort.Tensor('float32', now.source.data, dims),
      timestep: new ort.Tensor('float32', Float32Array.of(0.5), [1, 1, 1, 1]),
    },
    ['flow'],
  );
  const back = motionBack(made.flow!.data as Float32Array, { width, height });
  made.flow!.dispose();
  const trust = trustIn(before.source.data, now.source.data, back, { width, height });
  const isSeen = trust.map((value) => Number(value > 0));
  const seen = isSeen.reduce((sum, value) => sum + value, 0);
  return {
    painted: apart(before.result, now.result, back.flow, isSeen) / seen,
    source: apart(before.source, now.source, back.flow, isSeen) / seen,
    seen: seen / isSeen.length,
  };
}

/** Sum over the pixels that are seen, of 255. */
function apart(before: Planes, now: Planes, flow: Float32Array, isSeen: Float32Array): number {
  const { width, height } = now;
  const area = width * height;
  const within = (at: number, size: number) => Math.min(size - 1, Math.max(0, at));
  let sum = 0;
  for (let y = 0, at = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1, at += 1) {
      if (!isSeen[at]) continue;
      const [left, top] = [within(x + flow[at]!, width), within(y + flow[area + at]!, height)];
      const [x0, y0] = [Math.floor(left), Math.floor(top)];
      const [x1, y1] = [within(x0 + 1, width), within(y0 + 1, height)];
      const [right, low] = [left - x0, top - y0];
      for (let base = 0; base < 3 * area; base += area) {
        const pixel = (column: number, row: number) => before.data[base + row * width + column]!;
        const above = pixel(x0, y0) * (1 - right) + pixel(x1, y0) * right;
        const below = pixel(x0, y1) * (1 - right) + pixel(x1, y1) * right;
        sum += (255 / 3) * Math.abs(above * (1 - low) + below * low - now.data[base + at]!);
      }
    }
  return sum;
}

function energyOf({ width, height, data }: Planes): number {
  const area = width * height;
  const grey = (at: number) =>
    255 * (0.299 * data[at]! + 0.587 * data[area + at]! + 0.114 * data[2 * area + at]!);
  let sum = 0;
  for (let y = 0; y + 1 < height; y += 1)
    for (let x = 0; x + 1 < width; x += 1) {
      const at = y * width + x;
      sum += (grey(at + 1) - grey(at)) ** 2 + (grey(at + width) - grey(at)) ** 2;
    }
  return sum / ((width - 1) * (height - 1));
}
