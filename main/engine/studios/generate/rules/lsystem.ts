import { Random } from '../../../random.ts';
import { L_SYSTEMS, rewrite } from './l-systems.ts';
import type { Palette, Rgb } from './palette.ts';
import { type Growth, type RulePlan, ratioOf, type Scene } from './scene.ts';
import { type Stroke, strokeScene } from './strokes.ts';
import { type Trail, walk } from './turtle.ts';

/** Of a figure's line: how many pieces it has, each of a colour of its own. */
const PIECES = 64;
/** Lines are so wide in shorter sides, at a width of 1, in a copy that is as large as the tile. */
const WIDTH = 0.018;
/** Figures are rounder than plants: they are made smaller, so that few lie over each other. */
const FIGURE = 0.7;
/** Copies on a lattice. */
const MOST_SQUARES = 400;
/** Places that are tried for each copy; the one that is furthest from the others is taken. */
const TRIES = 300;

/**
 * Figures of an L-system, many times on a torus: plants stand scattered and sway, curves lie turned as they will, and
 * squares fill a lattice. Places are Mitchell's best candidates ("Spectrally optimal sampling", 1991).
 */
export function* lsystem(plan: RulePlan<'lsystem'>): Generator<Growth, Scene> {
  const { settings, seed, palette, width, height } = plan;
  const system = L_SYSTEMS[settings.style];
  const random = new Random(seed, 8);
  const shorter = Math.min(width, height);
  const torus = [width / shorter, height / shorter] as const;
  const places =
    system.kind === 'square'
      ? lattice(Math.max(settings.size, Math.sqrt(ratioOf(plan) / MOST_SQUARES)), torus)
      : scattered(settings.copies, torus, random);
  const ground = palette.extreme(settings.light ? 'light' : 'dark');
  const inks = inksOf(palette, ground);
  const strokes: Stroke[] = [];
  const scene = () => strokeScene({ strokes: [...strokes], ground: palette.colours[ground]! });
  // Those further down stand in front.
  places.sort((a, b) => a.y - b.y);
  for (const [index, place] of places.entries()) {
    const text = rewrite(system, Math.max(1, system.times + settings.growth), random);
    const trails = walk(text, system, random);
    const size =
      system.kind === 'square'
        ? place.size
        : settings.size *
          (system.kind === 'plant' ? random.unit(0.75, 1.25) : random.unit(FIGURE, 1.15 * FIGURE));
    const lean =
      system.kind === 'plant'
        ? random.unit(-0.3, 0.3)
        : system.kind === 'square'
          ? (random.below(4) * Math.PI) / 2
          : random.unit(0, 2 * Math.PI);
    const put = placed(trails, { ...place, size, lean, isRooted: system.kind === 'plant' });
    const own = random.unit();
    if (system.kind === 'plant')
      strokes.push(
        ...plantStrokes(put, { thick: WIDTH * size * settings.width, own, inks }, system.hasTips === true),
      );
    else {
      const thick = Math.min(0.95, system.line! * settings.width) * stepOf(put);
      strokes.push(...figureStrokes(put, { thick, own, inks }, system.isPlain === true));
    }
    yield { fraction: (index + 1) / places.length, scene };
  }
  return scene();
}

interface Place {
  x: number;
  y: number;
  size: number;
}

function lattice(size: number, [width, height]: readonly [number, number]): Place[] {
  const [across, down] = [Math.max(1, Math.round(width / size)), Math.max(1, Math.round(height / size))];
  return Array.from({ length: across * down }, (_, index) => ({
    x: (((index % across) + 0.5) * width) / across,
    y: ((Math.floor(index / across) + 0.5) * height) / down,
    size: Math.min(width / across, height / down),
  }));
}

function scattered(count: number, [width, height]: readonly [number, number], random: Random): Place[] {
  const places: Place[] = [];
  while (places.length < count) {
    let best = { x: 0, y: 0, size: 1 };
    let furthest = -1;
    for (let n = 0; n < TRIES; n++) {
      const [x, y] = [random.unit(0, width), random.unit(0, height)];
      let nearest = Number.POSITIVE_INFINITY;
      for (const other of places) {
        const [dx, dy] = [x - other.x, y - other.y];
        const far = (dx - width * Math.round(dx / width)) ** 2 + (dy - height * Math.round(dy / height)) ** 2;
        nearest = Math.min(nearest, far);
      }
      if (nearest > furthest) [best, furthest] = [{ x, y, size: 1 }, nearest];
    }
    places.push(best);
  }
  return places;
}

/** Trails turned, brought to a size and moved to a place, in shorter sides. */
function placed(
  trails: readonly Trail[],
  { x, y, size, lean, isRooted }: Place & { lean: number; isRooted: boolean },
): Trail[] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { points } of trails)
    for (let at = 0; at < points.length; at += 2) {
      left = Math.min(left, points[at]!);
      right = Math.max(right, points[at]!);
      top = Math.min(top, points[at + 1]!);
      bottom = Math.max(bottom, points[at + 1]!);
    }
  // A square of n x n points has n places, of which the last one's half is a margin.
  const longest = Math.max(right - left, bottom - top) + (isRooted ? 0 : 1);
  const scale = size / Math.max(1, longest);
  const [cos, sin] = [Math.cos(lean) * scale, Math.sin(lean) * scale];
  // A plant stands with its root half of its size below its place, so that scattered ones fill the tile evenly.
  const [middleX, middleY] = [isRooted ? 0 : (left + right) / 2, (top + bottom) / 2];
  return trails.map(({ points, ...trail }) => ({
    ...trail,
    points: points.map((_, at) => {
      const even = at & ~1;
      const [dx, dy] = [points[even]! - middleX, points[even + 1]! - middleY];
      return at === even ? x + cos * dx - sin * dy : y + sin * dx + cos * dy;
    }),
  }));
}

interface Pen {
  /** In shorter sides. */
  readonly thick: number;
  /** 0..1, of the copy. */
  readonly own: number;
  readonly inks: readonly Rgb[];
}

/** Stems that get thinner and lighter with every branch, and a dot at each tip. */
function plantStrokes(trails: readonly Trail[], { thick, own, inks }: Pen, hasTips: boolean): Stroke[] {
  const deepest = trails.reduce((most, { depth }) => Math.max(most, depth), 1);
  const first = Math.floor(own * 3);
  const tip = inks[inks.length - 1 - (first % Math.min(2, inks.length))]!;
  const stems = trails.map(({ points, depth }) => ({
    points: Float64Array.from(points),
    width: thick * (1 - (0.72 * depth) / deepest),
    colour: inks[Math.min(inks.length - 1, Math.floor(((depth + 0.5) / (deepest + 1)) * (inks.length - 1)))]!,
  }));
  const tips = trails
    .filter(({ isTip }) => isTip && hasTips)
    .map(({ points }) => {
      const [x, y] = points.slice(-2) as [number, number];
      return { points: Float64Array.of(x, y, x, y), width: thick * 1.3, colour: tip };
    });
  return [...stems, ...tips];
}

/** One line whose colour changes along it, or is one. */
function figureStrokes(trails: readonly Trail[], { thick, own, inks }: Pen, isPlain: boolean): Stroke[] {
  const total = trails.reduce((sum, { points }) => sum + points.length / 2 - 1, 0);
  const piece = Math.max(1, Math.ceil(total / PIECES));
  const strokes: Stroke[] = [];
  const shift = Math.floor(own * inks.length);
  let walked = 0;
  for (const { points } of trails)
    for (let from = 0; from + 3 < points.length; from += 2 * piece) {
      const part = points.slice(from, from + 2 * piece + 2);
      const place = (walked / total) * 2;
      walked += part.length / 2 - 1;
      const index = isPlain ? 0 : Math.floor((place > 1 ? 2 - place : place) * (inks.length - 0.01));
      strokes.push({
        points: Float64Array.from(part),
        width: thick,
        colour: inks[(index + shift) % inks.length]!,
      });
    }
  return strokes;
}

/** How long a step of the turtle is. */
function stepOf(trails: readonly Trail[]): number {
  const [x, y, toX, toY] = trails[0]!.points as [number, number, number, number];
  return Math.sqrt((toX - x) ** 2 + (toY - y) ** 2);
}

/** The palette without its ground. */
function inksOf(palette: Palette, ground: number): readonly Rgb[] {
  return palette.colours.filter((_, index) => index !== ground);
}
