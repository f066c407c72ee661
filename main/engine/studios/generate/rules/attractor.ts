import { Random } from '../../../random.ts';
import type { Palette } from './palette.ts';
import { PeriodicGrid } from './periodic-grid.ts';
import { type Growth, type RulePlan, ratioOf, type Scene } from './scene.ts';

type Style = RulePlan<'attractor'>['settings']['style'];
/** Where a point goes next; into `to`. */
type Step = (x: number, y: number, to: Float64Array) => void;

/** The grid that points are counted on has at most so many places along the shorter side. */
const FINEST = 1024;
/** Of that grid. */
const MOST_PLACES = 2 ** 22;
/** A tile that is longer than that gets no more points. */
const LONG = 3;
/** Pixels that `density` is counted in: those of a picture of half a megapixel. */
const PIXELS = 2 ** 19;
/** Points at a time; the first ones are few, so that there is soon something to be seen. */
const BATCH = 150_000;
const FIRST_BATCH = 30_000;
/** Places by which it is judged what is dim and what is bright. */
const JUDGED = 2 ** 14;
/** Points that a set of numbers is tried with, and places a side of the grid on which they have to spread. */
const TRIAL = 6000;
const TRIAL_SIDE = 32;
/** Steps after which a point has come to where it stays; some wander long before they settle. */
const SETTLED = 20_000;
/** Sets of numbers that are tried; the one that spreads furthest is taken where none is good enough. */
const TRIES = 60;
/** Of the places: how many a good one visits. */
const GOOD: Readonly<Record<Style, number>> = { quilt: 0.55, clifford: 0.3, dejong: 0.3, svensson: 0.3 };

/**
 * Where a point goes that is mapped on for ever, by how often it comes by: maps of Clifford Pickover ("Chaos in
 * Wonderland", 1994), Peter de Jong (Scientific American, 1987) and Johnny Svensson, laid around a torus; and the quilts
 * of Field and Golubitsky ("Symmetry in chaos", 1992), which live on one. The numbers of a map come from the seed: the
 * first that neither settle nor cling to a line.
 */
export function* attractor(plan: RulePlan<'attractor'>): Generator<Growth, Scene> {
  const { settings, seed, palette, width, height } = plan;
  const random = new Random(seed, 13);
  const found = findMap(settings.style, random);
  const shorter = Math.min(width, height);
  const side = Math.min(FINEST, Math.max(64, shorter), Math.sqrt(MOST_PLACES / ratioOf(plan)));
  const columns = Math.round((side * width) / shorter);
  const rows = Math.round((side * height) / shorter);
  const counts = new Counts(found, settings.style === 'quilt' ? undefined : settings.size, columns, rows);
  const total = Math.round(settings.density * PIXELS * Math.min(LONG, ratioOf(plan)));
  const scene = () => countsScene(counts, palette, settings.glow);
  for (let done = 0; done < total; ) {
    const batch = Math.min(done === 0 ? FIRST_BATCH : BATCH, total - done);
    counts.add(batch);
    done += batch;
    yield { fraction: done / total, scene };
  }
  return scene();
}

interface Found {
  readonly step: Step;
  /** Of where its points are. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function findMap(style: Style, random: Random): Found {
  let best: Found | undefined;
  let furthest = -1;
  for (let n = 0; n < TRIES; n++) {
    const { found, spread } = tried(style, mapOf(style, random));
    if (spread > furthest) [best, furthest] = [found, spread];
    if (spread >= GOOD[style]) break;
  }
  return best!;
}

function mapOf(style: Style, random: Random): Step {
  const large = () => random.unit(1.2, 2.4) * (random.next() & 1 ? 1 : -1);
  const [a, b, c, d] = [large(), large(), large(), large()];
  switch (style) {
    case 'clifford':
      return (x, y, to) => {
        to[0] = Math.sin(a * y) + 0.55 * c * Math.cos(a * x);
        to[1] = Math.sin(b * x) + 0.55 * d * Math.cos(b * y);
      };
    case 'dejong':
      return (x, y, to) => {
        to[0] = Math.sin(a * y) - Math.cos(b * x);
        to[1] = Math.sin(c * x) - Math.cos(d * y);
      };
    case 'svensson':
      return (x, y, to) => {
        to[0] = 0.6 * d * Math.sin(a * x) - Math.sin(b * y);
        to[1] = 0.6 * c * Math.cos(a * x) + Math.cos(b * y);
      };
    case 'quilt': {
      const lambda = random.unit(-0.75, 0.75);
      const alpha = random.unit(-0.4, 0.4);
      const beta = random.unit(-0.35, 0.35);
      const gamma = random.unit(-0.35, 0.35);
      const times = random.below(3);
      const shift = random.next() & 1 ? 0.5 : 0;
      // Of twice and three times an angle by those of the angle: sines are what takes the time.
      const one = (p: number, sin: number, cos: number, otherCos: number) =>
        times * p +
        shift +
        sin * (lambda + alpha * otherCos) +
        2 * beta * sin * cos +
        gamma * sin * (3 - 4 * sin * sin) * (2 * otherCos * otherCos - 1);
      return (x, y, to) => {
        const [a, b] = [2 * Math.PI * x, 2 * Math.PI * y];
        const [sinX, cosX, sinY, cosY] = [Math.sin(a), Math.cos(a), Math.sin(b), Math.cos(b)];
        const u = one(x, sinX, cosX, cosY);
        const v = one(y, sinY, cosY, cosX);
        to[0] = u - Math.floor(u);
        to[1] = v - Math.floor(v);
      };
    }
  }
}

/** How many of the places a map's points visit, and where they lie. */
function tried(style: Style, step: Step): { found: Found; spread: number } {
  const points = new Float64Array(2 * TRIAL);
  const to = Float64Array.of(0.1234, 0.3217);
  for (let n = 0; n < SETTLED; n++) step(to[0]!, to[1]!, to);
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let n = 0; n < TRIAL; n++) {
    step(to[0]!, to[1]!, to);
    points.set(to, 2 * n);
    left = Math.min(left, to[0]!);
    right = Math.max(right, to[0]!);
    top = Math.min(top, to[1]!);
    bottom = Math.max(bottom, to[1]!);
  }
  if (style === 'quilt') [left, top, right, bottom] = [0, 0, 1, 1];
  const found = { step, left, top, width: right - left, height: bottom - top };
  if (!(found.width > 1e-3 && found.height > 1e-3)) return { found, spread: 0 };
  const visited = new Set<number>();
  for (let n = 0; n < TRIAL; n++) {
    const column = Math.min(TRIAL_SIDE - 1, Math.floor(((points[2 * n]! - left) / found.width) * TRIAL_SIDE));
    const row = Math.min(
      TRIAL_SIDE - 1,
      Math.floor(((points[2 * n + 1]! - top) / found.height) * TRIAL_SIDE),
    );
    visited.add(row * TRIAL_SIDE + column);
  }
  return { found, spread: visited.size / TRIAL_SIDE ** 2 };
}

/** How often a point came by each place, and how far it had come when it did. */
class Counts {
  readonly often: Float32Array;
  readonly far: Float32Array;
  readonly #to = Float64Array.of(0.1234, 0.3217);

  /** @param size of the figure, of the shorter side; undefined: it fills the grid */
  constructor(
    private readonly found: Found,
    private readonly size: number | undefined,
    readonly columns: number,
    readonly rows: number,
  ) {
    this.often = new Float32Array(columns * rows);
    this.far = new Float32Array(columns * rows);
    for (let n = 0; n < SETTLED; n++) found.step(this.#to[0]!, this.#to[1]!, this.#to);
  }

  add(points: number): void {
    const { found, columns, rows, often, far, size } = this;
    const { step, left, top, width, height } = found;
    const to = this.#to;
    // The quilt's square is laid as often as the tile is longer than wide; a figure keeps its shape.
    const shorter = Math.min(columns, rows);
    const scale = size === undefined ? shorter : (size * shorter) / Math.max(width, height);
    const [tilesX, tilesY] =
      size === undefined
        ? [Math.max(1, Math.round(columns / shorter)), Math.max(1, Math.round(rows / shorter))]
        : [1, 1];
    const [scaleX, scaleY] = size === undefined ? [columns / tilesX, rows / tilesY] : [scale, scale];
    const [moveX, moveY] =
      size === undefined
        ? [0, 0]
        : [columns / 2 - (left + width / 2) * scale, rows / 2 - (top + height / 2) * scale];
    for (let n = 0; n < points; n++) {
      const x = to[0]!;
      const y = to[1]!;
      step(x, y, to);
      const [dx, dy] = [to[0]! - x, to[1]! - y];
      const tile = tilesX * tilesY === 1 ? 0 : n % (tilesX * tilesY);
      const column = Math.floor(moveX + to[0]! * scaleX + (tile % tilesX) * scaleX);
      const row = Math.floor(moveY + to[1]! * scaleY + Math.floor(tile / tilesX) * scaleY);
      const at = modulo(row, rows) * columns + modulo(column, columns);
      often[at]! += 1;
      far[at]! += Math.min(1, (dx * dx + dy * dy) / (width * width + height * height));
    }
  }
}

function modulo(value: number, by: number): number {
  const rest = value % by;
  return rest < 0 ? rest + by : rest;
}

/** Light by the logarithm of how often (Draves, "The fractal flame algorithm", 2003), colour by how far. */
function countsScene({ often, far, columns, rows }: Counts, palette: Palette, glow: number): Scene {
  const light = new Float32Array(often.length);
  const tint = new Float32Array(often.length);
  const [dim, bright] = dimAndBright(often);
  const power = 2 - 1.3 * glow;
  const scale = 1 / Math.max(1e-3, bright - dim);
  for (let at = 0; at < often.length; at++) {
    light[at] = Math.max(0, (Math.log1p(often[at]!) - dim) * scale) ** power;
    tint[at] = often[at] === 0 ? 0 : Math.sqrt(far[at]! / often[at]!);
  }
  const lights = new PeriodicGrid(light, columns, rows);
  const tints = new PeriodicGrid(tint, columns, rows);
  const table = palette.table();
  const last = table.length / 3 - 1;
  return {
    painter: (width, height) => ({
      draw(part, into) {
        const size = { width, height };
        const lightRows = lights.reader(size, part.left, part.width);
        const tintRows = tints.reader(size, part.left, part.width);
        const lightRow = new Float64Array(part.width);
        const tintRow = new Float64Array(part.width);
        for (let y = 0, at = 0; y < part.height; y++) {
          lightRows.row(part.top + y, lightRow);
          tintRows.row(part.top + y, tintRow);
          for (let x = 0; x < part.width; x++, at += 3) {
            const lit = lightRow[x]! * (0.72 + 0.5 * tintRow[x]!);
            const entry = 3 * Math.round(Math.min(1, Math.max(0, lit)) * last);
            for (let c = 0; c < 3; c++) into[at + c] = table[entry + c]!;
          }
        }
      },
    }),
  };
}

/** Logarithms of how often a point came by a dim place and a bright one; a few are far brighter than all others. */
function dimAndBright(often: Float32Array): [number, number] {
  const step = Math.max(1, Math.floor(often.length / JUDGED));
  const sorted = new Float32Array(Math.ceil(often.length / step));
  for (let n = 0; n < sorted.length; n++) sorted[n] = often[n * step]!;
  sorted.sort();
  const at = (share: number) => Math.log1p(sorted[Math.floor(share * (sorted.length - 1))]!);
  return [at(0.03), at(0.998)];
}
