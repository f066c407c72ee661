import { type Piece, SEEN, type Surroundings } from './surroundings.ts';

/** Steps of 255 that a region stands out by from the middle of its surroundings. */
const LEVELS = [9, 15, 24, 38, 60, 95];
/** Cut lower than this part of its height, a region has more about it than belongs to it. */
const BASE = 0.27;
/** Pixels across from which on something is long, and its breadth from which on it is thick. */
const LONG = 40;
const THICK = 4;
/** Pixels of a region. */
const LEAST = 7;
const MOST = 1200;
/** Pixels around a region that it is held against. */
const RING = 3;
/** Numbers that a region has of its own, and in all. */
const OWN = 23;
export const REGION = OWN + SEEN;

/** Pixels that hang together and stand out to the same side. */
export interface Region {
  readonly places: Int32Array;
  /** Numbers about one, `REGION` of them. */
  readonly numbers: Float32Array;
  /** The pixel of it that is nearest to its middle, and what lies around it: light, red, blue. */
  readonly middle: number;
  readonly around: readonly [number, number, number];
}

/** All regions of a tile that may be dust; at each level of standing out those of the others are there as well. */
export function regionsOf(piece: Piece, seen: Surroundings): Region[] {
  const { width, height } = piece;
  const found: Region[] = [];
  const area = width * height;
  const marks = new Int32Array(area);
  const stack = new Int32Array(area);
  let mark = 0;
  for (const sign of [1, -1])
    for (const level of LEVELS) {
      const from = mark;
      for (let start = 0; start < area; start++) {
        if (sign * seen.far[start]! < level || marks[start]! > from) continue;
        mark += 1;
        let [count, next] = [1, 0];
        stack[0] = start;
        marks[start] = mark;
        while (next < count) {
          const place = stack[next++]!;
          const [x, y] = [place % width, (place / width) | 0];
          for (let dy = -1; dy <= 1; dy++)
            for (let dx = -1; dx <= 1; dx++) {
              const [nx, ny] = [x + dx, y + dy];
              if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
              const near = ny * width + nx;
              if (marks[near]! > from || sign * seen.far[near]! < level) continue;
              marks[near] = mark;
              stack[count++] = near;
            }
        }
        if (count < LEAST || count > MOST) continue;
        const places = stack.slice(0, count);
        let strongest = 0;
        for (const place of places) strongest = Math.max(strongest, sign * seen.far[place]!);
        if (level < BASE * strongest) continue;
        if (isBand(places, marks, mark, width)) continue;
        found.push({ places, ...measured(piece, seen, places, marks, mark, sign, level) });
      }
    }
  return found;
}

/** Long and thick at once: dust is compact, or thin. The rim of a cup is neither. */
function isBand(places: Int32Array, marks: Int32Array, mark: number, width: number): boolean {
  let [border, left, right, top, bottom] = [0, width, 0, Number.POSITIVE_INFINITY, 0];
  for (const place of places) {
    const x = place % width;
    left = Math.min(left, x);
    right = Math.max(right, x);
    const y = Math.floor(place / width);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    const isInner =
      marks[place - 1] === mark &&
      marks[place + 1] === mark &&
      marks[place - width] === mark &&
      marks[place + width] === mark;
    if (!isInner) border += 1;
  }
  const long = Math.hypot(right - left, bottom - top);
  return long > LONG && (2 * places.length) / border > THICK;
}

function measured(
  { width, height }: Piece,
  seen: Surroundings,
  places: Int32Array,
  marks: Int32Array,
  mark: number,
  sign: number,
  level: number,
): Omit<Region, 'places'> {
  const numbers = new Float32Array(REGION);
  const inside = new Spread();
  const [red, blue] = [new Spread(), new Spread()];
  const [ringLight, ringRed, ringBlue] = [new Spread(), new Spread(), new Spread()];
  const edge = new Spread();
  const core = new Spread();
  const coreColour = new Spread();
  const sharp: number[] = [];
  let [border, steepBorder, leaks, strongest] = [0, 0, 0, 0];
  let [sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0];
  const ring = new Set<number>();
  for (const place of places) {
    const [x, y] = [place % width, (place / width) | 0];
    inside.add(seen.light[place]!);
    red.add(seen.red[place]!);
    blue.add(seen.blue[place]!);
    strongest = Math.max(strongest, sign * seen.far[place]!);
    sx += x;
    sy += y;
    sxx += x * x;
    syy += y * y;
    sxy += x * y;
    for (let column = 0; column < SEEN; column++)
      numbers[OWN + column]! += seen.rows[place * SEEN + column]! / places.length;
    const isBorder =
      marks[place - 1] !== mark ||
      marks[place + 1] !== mark ||
      marks[place - width] !== mark ||
      marks[place + width] !== mark;
    if (!isBorder) {
      core.add(seen.light[place]!);
      coreColour.add(seen.red[place]!);
      continue;
    }
    border += 1;
    edge.add(seen.steep[place]!);
    sharp.push(seen.steepest[place]!);
    for (let dy = -RING; dy <= RING; dy++)
      for (let dx = -RING; dx <= RING; dx++) {
        if (Math.max(Math.abs(dx), Math.abs(dy)) < 2) continue;
        const [nx, ny] = [x + dx, y + dy];
        if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
        const near = ny * width + nx;
        if (marks[near] !== mark) ring.add(near);
      }
  }
  for (const place of ring) {
    ringLight.add(seen.light[place]!);
    ringRed.add(seen.red[place]!);
    ringBlue.add(seen.blue[place]!);
    if (sign * seen.far[place]! > 0.6 * level) leaks += 1;
  }
  const contrast = Math.abs(inside.mean - ringLight.mean);
  for (const place of places) if (seen.steep[place]! > 0.4 * contrast) steepBorder += 1;
  sharp.sort((a, b) => a - b);
  const sharpAt = (share: number) =>
    Math.log(((sharp[Math.floor(share * (sharp.length - 1))] ?? 0) + 2) / (contrast + 4));
  const count = places.length;
  const [vx, vy, cxy] = [
    sxx / count - (sx / count) ** 2,
    syy / count - (sy / count) ** 2,
    sxy / count - (sx * sy) / count ** 2,
  ];
  const spread = Math.sqrt(((vx - vy) / 2) ** 2 + cxy ** 2);
  const [long, short] = [(vx + vy) / 2 + spread, Math.max(0.05, (vx + vy) / 2 - spread)];
  const grey = Math.hypot(red.mean, blue.mean);
  numbers.set([
    Math.log(count) - 3,
    Math.log(count / border),
    Math.log(long) - 2,
    Math.log(short) - 1,
    Math.log(count / (12 * Math.sqrt(long * short))),
    Math.log(level) - 3,
    Math.log1p(strongest) - 3,
    Math.log1p(contrast) - 3,
    Math.log1p(inside.deviation) - 2,
    Math.log1p(ringLight.deviation) - 2,
    Math.log((contrast + 2) / (ringLight.deviation + 2)),
    Math.log((contrast + 2) / (inside.deviation + 2)),
    leaks / Math.max(1, ring.size),
    (2 * steepBorder) / count - 1,
    Math.log((edge.mean + 2) / (contrast + 2)),
    Math.log1p(grey) - 2,
    Math.log1p(Math.hypot(red.mean - ringRed.mean, blue.mean - ringBlue.mean)) -
      Math.log1p(Math.hypot(ringRed.mean, ringBlue.mean)),
    sharpAt(0.1),
    sharpAt(0.3),
    sharpAt(0.6),
    core.count ? Math.log((core.deviation + 3) / (contrast + 6)) : 0,
    core.count / count,
    Math.log((coreColour.deviation + 3) / 10),
  ]);
  let [middle, nearest] = [places[0]!, Number.POSITIVE_INFINITY];
  for (const place of places) {
    const off = ((place % width) - sx / count) ** 2 + (((place / width) | 0) - sy / count) ** 2;
    if (off < nearest) [middle, nearest] = [place, off];
  }
  return { numbers, middle, around: [ringLight.mean, ringRed.mean, ringBlue.mean] };
}

/** Mean and deviation of numbers that come one after the other. */
class Spread {
  #count = 0;
  #sum = 0;
  #squares = 0;

  add(value: number): void {
    this.#count += 1;
    this.#sum += value;
    this.#squares += value * value;
  }

  get count(): number {
    return this.#count;
  }

  get mean(): number {
    return this.#count ? this.#sum / this.#count : 0;
  }

  get deviation(): number {
    return this.#count ? Math.sqrt(Math.max(0, this.#squares / this.#count - this.mean ** 2)) : 0;
  }
}
