/**
 * How alike two frames are, whatever moved between them. Both are reduced to a few thousand grey pixels; every block of
 * the one is looked for in the other (block matching with zero-mean normalised cross-correlation, so that a change of
 * light or a fade does not count), and what is found nowhere is a change.
 */

/** The size that frames are reduced to: fits a picture of any shape. */
const REDUCED_AREA = 80 * 45;
const BLOCK = 12;
const STRIDE = 6;
/** Reduced pixels that something may move from one frame to the next: a sixth of the width of 16:9. */
const REACH_ACROSS = 13;
const REACH_DOWN = 8;
/** A block with less contrast than this (standard deviation, of 255) is flat: only its brightness tells. */
const CONTRAST = 5;
/** A flat block that changes by so much (of 255) is another one. */
const STEP = 40;
/** Frames that differ by less (mean, of 255) are the same for this purpose: no need to search. */
const SAME = 1;
/** What is flat and stays as it is (black bars) says little. */
const LEAST_WEIGHT = 0.15;

/** A frame reduced to greys. */
export interface Reduced {
  readonly width: number;
  readonly height: number;
  readonly grey: Uint8Array;
}

/** Width and height, each at least a block, of about REDUCED_AREA pixels. */
export function reducedSize(width: number, height: number): { width: number; height: number } {
  const factor = Math.sqrt(REDUCED_AREA / (width * height));
  const side = (length: number) => Math.max(BLOCK, Math.min(128, Math.round(length * factor)));
  return { width: side(width), height: side(height) };
}

/** 0: the same scene, moved; 1: nothing of the one is in the other. Both of one size. */
export function changeBetween(a: Reduced, b: Reduced): number {
  if (meanDifference(a.grey, b.grey) < SAME) return 0;
  const columns = Math.floor((a.width - BLOCK) / STRIDE) + 1;
  const rows = Math.floor((a.height - BLOCK) / STRIDE) + 1;
  const found = new Int32Array(columns * rows);
  for (let at = 0; at < found.length; at += 1)
    found[at] = bestMove(a, b, (at % columns) * STRIDE, Math.floor(at / columns) * STRIDE);
  let [sum, weights] = [0, 0];
  for (let at = 0; at < found.length; at += 1) {
    const [column, row] = [at % columns, Math.floor(at / columns)];
    const moves = new Set<number>();
    for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y += 1)
      for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x += 1)
        if (x !== column || y !== row) moves.add(found[y * columns + x]!);
    const { weight, change } = blockChange(a, b, column * STRIDE, row * STRIDE, moves);
    sum += weight * change;
    weights += weight;
  }
  return weights > 0 ? sum / weights : 0;
}

/** Mean of the absolute differences, of 255. */
export function meanDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}

/** The largest absolute difference, of 255. */
export function largestDifference(a: Uint8Array, b: Uint8Array): number {
  let most = 0;
  for (let i = 0; i < a.length; i += 1) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}

/** A block that is this like is found: no need to look further. */
const FOUND = 0.95;
/** Where a block is looked for, the nearest first: mostly little has moved. */
const SEARCH: readonly (readonly [number, number])[] = Array.from(
  { length: (2 * REACH_ACROSS + 1) * (2 * REACH_DOWN + 1) },
  (_, at) =>
    [
      (at % (2 * REACH_ACROSS + 1)) - REACH_ACROSS,
      Math.floor(at / (2 * REACH_ACROSS + 1)) - REACH_DOWN,
    ] as const,
).sort(([a, b], [c, d]) => a * a + b * b - c * c - d * d);

const AREA = BLOCK * BLOCK;
const template = new Float32Array(AREA);

/** Where in SEARCH a block is found best. */
function bestMove(a: Reduced, b: Reduced, x: number, y: number): number {
  const { deviation } = readBlock(a, x, y);
  let [best, move] = [0, 0];
  if (deviation === 0) return 0;
  for (let at = 0; at < SEARCH.length && best <= FOUND; at += 1) {
    const likeness = likenessAt(b, x, y, at, deviation * AREA);
    if (likeness > best) [best, move] = [likeness, at];
  }
  return move;
}

/**
 * How much of a block is new. It is looked for where its neighbours went: what belongs together moves together, while in
 * another scene each block finds something like it somewhere else.
 */
function blockChange(
  a: Reduced,
  b: Reduced,
  x: number,
  y: number,
  moves: ReadonlySet<number>,
): { weight: number; change: number } {
  const own = readBlock(a, x, y);
  const there = statsOf(b, x, y);
  const brightness = Math.min(1, Math.abs(own.mean - there.mean) / STEP);
  const texture = Math.min(1, Math.sqrt(own.deviation * there.deviation) / CONTRAST);
  const weight =
    LEAST_WEIGHT + (1 - LEAST_WEIGHT) * Math.max(Math.min(1, own.deviation / CONTRAST), brightness);
  let best = 0;
  if (texture > 0)
    for (const move of moves) best = Math.max(best, likenessAt(b, x, y, move, own.deviation * AREA));
  return { weight, change: texture * (1 - best) + (1 - texture) * brightness };
}

/** Correlation of `template`, of the block at `x`, `y`, with where SEARCH[move] leads; 0 beyond the edge. */
function likenessAt(b: Reduced, x: number, y: number, move: number, norm: number): number {
  const [across, down] = SEARCH[move]!;
  const [u, v] = [x + across, y + down];
  if (u < 0 || v < 0 || u + BLOCK > b.width || v + BLOCK > b.height) return 0;
  return correlation(b, u, v, norm);
}

/** Reads a block into `template`, its mean taken off. */
function readBlock({ grey, width }: Reduced, x: number, y: number): { mean: number; deviation: number } {
  let [sum, squares] = [0, 0];
  for (let row = 0, at = 0; row < BLOCK; row += 1)
    for (let column = 0; column < BLOCK; column += 1, at += 1) {
      const value = grey[(y + row) * width + x + column]!;
      template[at] = value;
      sum += value;
      squares += value * value;
    }
  const mean = sum / AREA;
  for (let at = 0; at < AREA; at += 1) template[at]! -= mean;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / AREA - mean * mean)) };
}

function statsOf({ grey, width }: Reduced, x: number, y: number): { mean: number; deviation: number } {
  let [sum, squares] = [0, 0];
  for (let row = 0; row < BLOCK; row += 1)
    for (let column = 0; column < BLOCK; column += 1) {
      const value = grey[(y + row) * width + x + column]!;
      sum += value;
      squares += value * value;
    }
  const mean = sum / AREA;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / AREA - mean * mean)) };
}

/** Zero-mean normalised cross-correlation of `template` with a block of `b`. */
function correlation({ grey, width }: Reduced, x: number, y: number, norm: number): number {
  let [product, sum, squares] = [0, 0, 0];
  for (let row = 0, at = 0; row < BLOCK; row += 1) {
    const line = (y + row) * width + x;
    for (let column = 0; column < BLOCK; column += 1, at += 1) {
      const value = grey[line + column]!;
      product += template[at]! * value;
      sum += value;
      squares += value * value;
    }
  }
  const deviation = Math.sqrt(Math.max(0, squares / AREA - (sum / AREA) ** 2));
  return deviation < 0.5 ? 0 : product / (norm * deviation);
}
