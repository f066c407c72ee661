import { hashAt, Random, unitAt } from '../../../random.ts';
import { Fractal } from './fractal.ts';
import type { Rgb } from './palette.ts';
import { cellsAlong, type Growth, type RulePlan, ratioOf, type Scene } from './scene.ts';
import { type Stroke, strokeScene } from './strokes.ts';

/** Of the spacing: how near a line may come to others before it ends, and how far it goes at a time. */
const NEAREST = 0.6;
const STRIDE = 0.4;
/** Lines that are shorter, in spacings, would be crumbs. */
const SHORTEST = 5;
/** Steps of one line to each side. */
const MOST_STEPS = 4000;
/** Squares of the spacing on the torus. */
const MOST_CELLS = 200_000;
/** Growth is shown after so many lines. */
const SHOWN_EVERY = 40;

/**
 * Evenly spaced lines along a field of directions on a torus (Jobard and Lefer, "Creating evenly-spaced streamlines of
 * arbitrary density", 1997): each line offers places beside it as the beginnings of others, and ends where it comes too
 * near to one that is there. Directions go round the hills of periodic noise, or turn with its height.
 */
export function* flow(plan: RulePlan<'flow'>): Generator<Growth, Scene> {
  const { settings, seed, palette } = plan;
  const field = new Field(plan);
  const spacing = Math.max(settings.spacing / 1000, Math.sqrt(ratioOf(plan) / MOST_CELLS));
  const lines = new Lines(field, spacing);
  const ground = palette.extreme(settings.light ? 'light' : 'dark');
  const inks = palette.colours.filter((_, index) => index !== ground);
  const colourOf = (line: Float64Array, index: number): Rgb => {
    const middle = 2 * (line.length >> 2);
    const [x, y] = [line[middle]!, line[middle + 1]!];
    const places = {
      random: () => unitAt(index, 7, seed),
      // A line has no beginning: there and back is one direction.
      direction: () => 0.5 + 0.5 * Math.cos(2 * field.angle(x, y)),
      height: () => 1 / (1 + Math.exp(-1.4 * field.height(x, y))),
    };
    const place = places[settings.colouring]();
    return inks[Math.min(inks.length - 1, Math.floor(place * inks.length))]!;
  };
  const strokes: Stroke[] = [];
  const scene = () => strokeScene({ strokes: [...strokes], ground: palette.colours[ground]! });
  for (const points of lines.fill(new Random(seed, 4))) {
    strokes.push({ points, width: spacing * settings.width, colour: colourOf(points, strokes.length) });
    if (strokes.length % SHOWN_EVERY === 1) yield { fraction: lines.share, scene };
  }
  return scene();
}

/** Directions on a torus, in shorter sides. */
class Field {
  readonly #noise: Fractal;
  /** Of the torus, in shorter sides. */
  readonly size: readonly [width: number, height: number];
  readonly #turn: number;

  constructor({ settings, seed, width, height }: RulePlan<'flow'>) {
    const [across, down] = cellsAlong(settings.scale, { width, height });
    this.#noise = new Fractal({
      seed: hashAt(6, 6, seed),
      across,
      down,
      octaves: 2,
      gain: 0.3,
      fold: 'plain',
    });
    const shorter = Math.min(width, height);
    this.size = [width / shorter, height / shorter];
    this.#turn = settings.turn;
  }

  height(x: number, y: number): number {
    return this.#noise.at(x / this.size[0], y / this.size[1]);
  }

  angle(x: number, y: number): number {
    const here = this.height(x, y);
    // Four spreads lie between the lowest and the highest.
    if (this.#turn > 0) return (here * this.#turn * Math.PI) / 2;
    const [dx, dy] = [this.height(x + NEAR, y) - here, this.height(x, y + NEAR) - here];
    // Along the contour: across the slope.
    return Math.atan2(-dx, dy);
  }
}

/** Between two places whose difference is the slope there. */
const NEAR = 1e-4;

/** Lines that keep their distance; a grid of cells of the spacing finds those that are near. */
class Lines {
  readonly #across: number;
  readonly #down: number;
  readonly #cells: number[][];
  readonly #taken: Uint8Array;
  #count = 0;

  constructor(
    private readonly field: Field,
    private readonly spacing: number,
  ) {
    this.#across = Math.max(1, Math.floor(field.size[0] / spacing));
    this.#down = Math.max(1, Math.floor(field.size[1] / spacing));
    this.#cells = Array.from({ length: this.#across * this.#down }, () => []);
    this.#taken = new Uint8Array(this.#cells.length);
  }

  /** How much of the torus has lines, 0..1. */
  get share(): number {
    return this.#count / this.#cells.length;
  }

  /** Lines until there is no room for more. */
  *fill(random: Random): Generator<Float64Array> {
    const waiting: Float64Array[] = [];
    const begin = (x: number, y: number) => {
      if (this.#isNear(x, y, this.spacing)) return undefined;
      const line = this.#trace(x, y);
      if (line.length / 2 < SHORTEST / STRIDE) return undefined;
      this.#keep(line);
      waiting.push(line);
      return line;
    };
    // Fields of closed rings do not reach everywhere from one line: the whole is tried, in a random order.
    for (const cell of shuffled(this.#cells.length, random)) {
      const x = ((cell % this.#across) + random.unit()) * (this.field.size[0] / this.#across);
      const y = (Math.floor(cell / this.#across) + random.unit()) * (this.field.size[1] / this.#down);
      const line = begin(x, y);
      if (line) yield line;
      for (let from = waiting.shift(); from; from = waiting.shift())
        for (let at = 0; at + 3 < from.length; at += 2) {
          const [dx, dy] = [from[at + 2]! - from[at]!, from[at + 3]! - from[at + 1]!];
          const far = Math.sqrt(dx * dx + dy * dy) / this.spacing;
          for (const side of [-1.001, 1.001]) {
            const next = begin(from[at]! - (side * dy) / far, from[at + 1]! + (side * dx) / far);
            if (next) yield next;
          }
        }
    }
  }

  #trace(x: number, y: number): Float64Array {
    const own = new Map<number, number[]>();
    const forth = this.#walk(x, y, 1, own);
    const back = this.#walk(x, y, -1, own);
    const points: number[] = [];
    for (let at = back.length - 2; at >= 0; at -= 2) points.push(back[at]!, back[at + 1]!);
    points.push(x, y, ...forth);
    return Float64Array.from(points);
  }

  /** From a place on, by the midpoint of each step, until others or its own way are near. */
  #walk(fromX: number, fromY: number, sign: number, own: Map<number, number[]>): number[] {
    const points: number[] = [];
    const step = this.spacing * STRIDE;
    let [x, y] = [fromX, fromY];
    for (let n = 0; n < MOST_STEPS; n++) {
      const first = this.field.angle(x, y);
      const middle = this.field.angle(
        x + (sign * step * Math.cos(first)) / 2,
        y + (sign * step * Math.sin(first)) / 2,
      );
      x += sign * step * Math.cos(middle);
      y += sign * step * Math.sin(middle);
      if (this.#isNear(x, y, this.spacing * NEAREST)) break;
      // Its own way, all but the last few steps.
      const order = sign * (n + 1);
      if (this.#meetsItself(own, x, y, order)) break;
      points.push(x, y);
      const cell = this.#cellOf(x, y);
      const list = own.get(cell);
      if (list) list.push(x, y, order);
      else own.set(cell, [x, y, order]);
    }
    return points;
  }

  #meetsItself(own: ReadonlyMap<number, readonly number[]>, x: number, y: number, order: number): boolean {
    const apart = (this.spacing * NEAREST) ** 2;
    for (const cell of this.#around(x, y)) {
      const list = own.get(cell);
      if (!list) continue;
      for (let at = 0; at < list.length; at += 3) {
        if (Math.abs(list[at + 2]! - order) < 3 / STRIDE) continue;
        if (this.#squared(x - list[at]!, y - list[at + 1]!) < apart) return true;
      }
    }
    return false;
  }

  #isNear(x: number, y: number, distance: number): boolean {
    const squared = distance * distance;
    for (const cell of this.#around(x, y)) {
      const list = this.#cells[cell]!;
      for (let at = 0; at < list.length; at += 2)
        if (this.#squared(x - list[at]!, y - list[at + 1]!) < squared) return true;
    }
    return false;
  }

  /** Of the shortest way on the torus. */
  #squared(dx: number, dy: number): number {
    const [width, height] = this.field.size;
    const x = dx - width * Math.round(dx / width);
    const y = dy - height * Math.round(dy / height);
    return x * x + y * y;
  }

  #keep(line: Float64Array): void {
    for (let at = 0; at < line.length; at += 2) {
      const cell = this.#cellOf(line[at]!, line[at + 1]!);
      this.#cells[cell]!.push(line[at]!, line[at + 1]!);
      if (this.#taken[cell] === 0) this.#count++;
      this.#taken[cell] = 1;
    }
  }

  #cellOf(x: number, y: number): number {
    const column = Math.floor((x / this.field.size[0]) * this.#across);
    const row = Math.floor((y / this.field.size[1]) * this.#down);
    return modulo(row, this.#down) * this.#across + modulo(column, this.#across);
  }

  *#around(x: number, y: number): Generator<number> {
    const column = Math.floor((x / this.field.size[0]) * this.#across);
    const row = Math.floor((y / this.field.size[1]) * this.#down);
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++)
        yield modulo(row + dy, this.#down) * this.#across + modulo(column + dx, this.#across);
  }
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

/** 0..count-1 in a random order (Fisher and Yates). */
function shuffled(count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let at = count - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order;
}
