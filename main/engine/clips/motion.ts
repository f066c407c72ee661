/** How a frame moved from the one before it. Planes of width x height. */
export interface Motion {
  readonly width: number;
  readonly height: number;
  /** Where each pixel was in the frame before, right and down, pixels. */
  readonly flow: Float32Array;
  /** How far that can be believed, 0..1: low where something is uncovered. */
  readonly trust: Float32Array;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Steps that turn the grid round: each halves what is left and more, where motion changes by less than half a pixel a pixel. */
const TURNS = 3;
/** Pixels by which turning round may miss. */
const MISSED = 1;

/**
 * Motion on the later frame's grid out of motion on the grid of the moment in the middle, where a network sees it: the
 * place in the middle that moves to a pixel is looked for, and followed back.
 * @param middle four planes: from there to the first frame, right and down, and to the second
 * @returns flow, and how far it misses its pixel where the grid can't be turned round: something is uncovered there
 */
export function motionBack(middle: Float32Array, { width, height }: Size) {
  const area = width * height;
  const flow = new Float32Array(2 * area);
  const missed = new Float32Array(area);
  const sampled = new Float64Array(4);
  for (let y = 0, at = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1, at += 1) {
      let [from, down] = [x, y];
      for (let turn = 0; turn < TURNS; turn += 1) {
        sampleFlow(middle, width, height, from, down, sampled);
        from = x - sampled[2]!;
        down = y - sampled[3]!;
      }
      sampleFlow(middle, width, height, from, down, sampled);
      flow[at] = from + sampled[0]! - x;
      flow[area + at] = down + sampled[1]! - y;
      missed[at] = Math.hypot(from + sampled[2]! - x, down + sampled[3]! - y);
    }
  return { flow, missed };
}

/** All four planes at a place between pixels; beyond the border as at it. */
function sampleFlow(
  planes: Float32Array,
  width: number,
  height: number,
  x: number,
  y: number,
  into: Float64Array,
): void {
  const [left, top] = [Math.min(width - 1, Math.max(0, x)), Math.min(height - 1, Math.max(0, y))];
  const [x0, y0] = [Math.floor(left), Math.floor(top)];
  const [x1, y1] = [Math.min(width - 1, x0 + 1), Math.min(height - 1, y0 + 1)];
  const [right, low] = [left - x0, top - y0];
  const area = width * height;
  for (let plane = 0; plane < 4; plane += 1) {
    const base = plane * area;
    const above = planes[base + y0 * width + x0]! * (1 - right) + planes[base + y0 * width + x1]! * right;
    const below = planes[base + y1 * width + x0]! * (1 - right) + planes[base + y1 * width + x1]! * right;
    into[plane] = above * (1 - low) + below * low;
  }
}

/** Half the side of the square in which two frames are compared, pixels. */
const AROUND = 2;
/** Mean difference up to which two frames show the same there (noise, compression), and from which they don't; of 1. */
const SAME = 8 / 255;
const OTHER = 28 / 255;

/**
 * How far motion can be believed: where the frame before, moved, is this frame, and the grid could be turned round.
 * @param before @param now planar RGB 0..1
 */
export function trustIn(
  before: Float32Array,
  now: Float32Array,
  { flow, missed }: { flow: Float32Array; missed: Float32Array },
  size: Size,
): Float32Array {
  const mean = meanAround(apartness(before, now, flow, size), size);
  for (let at = 0; at < mean.length; at += 1) {
    const same = 1 - (mean[at]! - SAME) / (OTHER - SAME);
    const turned = 1 - (missed[at]! - MISSED / 2) / (MISSED / 2);
    mean[at] = Math.max(0, Math.min(1, same)) * Math.max(0, Math.min(1, turned));
  }
  return mean;
}

/** Motion of fewer pixels may be none. */
const HARDLY = 0.5;
/** By how much a frame that stands still may be further from the next than a moved one, which is softer: times, and of 1. */
const SOFTER = 1.15;
const ROUNDED = 0.5 / 255;

/**
 * Takes motion for none where the frame before is this one just as well as it stands: what is moved by a tenth of a pixel
 * again and again gets soft. In place.
 */
export function standStill(before: Float32Array, now: Float32Array, flow: Float32Array, size: Size): void {
  const area = size.width * size.height;
  const moved = meanAround(apartness(before, now, flow, size), size);
  const still = meanAround(apartness(before, now, new Float32Array(2 * area), size), size);
  for (let at = 0; at < area; at += 1) {
    if (Math.hypot(flow[at]!, flow[area + at]!) > HARDLY || still[at]! > SOFTER * moved[at]! + ROUNDED)
      continue;
    flow[at] = 0;
    flow[area + at] = 0;
  }
}

/** Of a frame's diagonal, from one frame to the next: what moves as fast is followed half as far. */
const FAST = 0.02;

/**
 * Takes trust from what moves fast: its pixels are never found quite where they were, so what is laid over them again and
 * again becomes a smear, and no eye follows it closely. In place.
 */
export function letGoOfFast(trust: Float32Array, flow: Float32Array, { width, height }: Size): void {
  const fast = FAST * Math.hypot(width, height);
  for (let at = 0; at < trust.length; at += 1) {
    const speed = Math.hypot(flow[at]!, flow[trust.length + at]!) / fast;
    trust[at]! /= 1 + speed * speed;
  }
}

/** How far each pixel is from the moved frame before, mean of its colours; 1 where it was outside. */
function apartness(
  before: Float32Array,
  now: Float32Array,
  flow: Float32Array,
  { width, height }: Size,
): Float32Array {
  const area = width * height;
  const apart = new Float32Array(area);
  for (let y = 0, at = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1, at += 1) {
      const [left, top] = [x + flow[at]!, y + flow[area + at]!];
      const [x0, y0] = [Math.floor(left), Math.floor(top)];
      // What comes in from outside was not there before.
      if (left < -0.5 || top < -0.5 || left > width - 0.5 || top > height - 0.5) {
        apart[at] = 1;
        continue;
      }
      const [ax, ay] = [clamp(x0, width), clamp(y0, height)];
      const [bx, by] = [clamp(x0 + 1, width), clamp(y0 + 1, height)];
      const [right, low] = [left - x0, top - y0];
      let sum = 0;
      for (let base = 0; base < 3 * area; base += area) {
        const above = before[base + ay * width + ax]! * (1 - right) + before[base + ay * width + bx]! * right;
        const below = before[base + by * width + ax]! * (1 - right) + before[base + by * width + bx]! * right;
        sum += Math.abs(above * (1 - low) + below * low - now[base + at]!);
      }
      apart[at] = sum / 3;
    }
  return apart;
}

function clamp(at: number, size: number): number {
  return at < 0 ? 0 : at >= size ? size - 1 : at;
}

/** The mean of the square around each pixel, as far as it lies in the picture. */
function meanAround(plane: Float32Array, { width, height }: Size): Float32Array {
  const across = new Float32Array(plane.length);
  const out = new Float32Array(plane.length);
  for (let y = 0; y < height; y += 1) averageLine(plane, across, y * width, 1, width);
  for (let x = 0; x < width; x += 1) averageLine(across, out, x, width, height);
  return out;
}

function averageLine(
  from: Float32Array,
  to: Float32Array,
  start: number,
  step: number,
  length: number,
): void {
  let [sum, count] = [0, 0];
  for (let i = 0; i < Math.min(AROUND, length); i += 1, count += 1) sum += from[start + i * step]!;
  for (let i = 0; i < length; i += 1) {
    if (i + AROUND < length) {
      sum += from[start + (i + AROUND) * step]!;
      count += 1;
    }
    if (i - AROUND - 1 >= 0) {
      sum -= from[start + (i - AROUND - 1) * step]!;
      count -= 1;
    }
    to[start + i * step] = sum / count;
  }
}
