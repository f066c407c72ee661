import { hashAt, unitAt } from '../../../random.ts';
import { wrap } from './gradient-noise.ts';
import { Nearest } from './nearest.ts';
import { type Palette, TABLE_SIZE } from './palette.ts';
import { cellPolygon, type Scatter } from './scattered.ts';
import { cellsAlong, type Part, type RulePlan, type Scene } from './scene.ts';
import { hexOf, pathOf } from './svg.ts';
import { mix, runs } from './tiles.ts';

/** Cells past the edges of a tile whose parts of the plane can reach into it. */
const RINGS = 2;

/**
 * The parts of the plane that are nearest to scattered points (Worley, "A cellular texture basis function", 1996); how
 * far it is to the next part by the line halfway between two points (Quilez, "Voronoi edges", 2012).
 */
export function voronoi(plan: RulePlan<'voronoi'>): Scene {
  const { settings, palette, seed } = plan;
  const [across, down] = cellsAlong(settings.cells, plan);
  const scatter: Scatter = { seed: hashAt(1, 0, seed), across, down, jitter: settings.jitter };
  const look = new Look(plan);
  return {
    painter: (width, height) => ({
      draw(part, into) {
        const near = new Nearest(scatter, width / across, height / down);
        // A cell at a time: what is around it is gathered once.
        const columns = runs(part.left, part.width, width / across);
        for (const [top, bottom] of runs(part.top, part.height, height / down))
          for (const [left, right] of columns)
            for (let y = top; y < bottom; y++)
              for (let x = left; x < right; x++) {
                near.find(x, y);
                look.colour(near, into, 3 * ((y - part.top) * part.width + x - part.left));
              }
      },
    }),
    *vector(width, height) {
      yield `<rect width="${width}" height="${height}" fill="${hexOf(palette.colours[look.ground]!)}"/>`;
      const [wide, high] = [width / across, height / down];
      // Cells at the edges are there on both sides.
      for (let row = -RINGS; row < down + RINGS; row++)
        for (let column = -RINGS; column < across + RINGS; column++) {
          const polygon = cellPolygon(scatter, column, row, settings.border / 2);
          const points = polygon.map((value, at) => value * (at % 2 === 0 ? wide : high));
          if (points.length < 6 || isOutside(points, { left: 0, top: 0, width, height })) continue;
          yield `<path d="${pathOf(points)}Z" fill="${hexOf(look.flat(wrap(column, across), wrap(row, down)))}"/>`;
        }
    },
  };
}

function isOutside(points: readonly number[], { width, height }: Part): boolean {
  const xs = points.filter((_, at) => at % 2 === 0);
  const ys = points.filter((_, at) => at % 2 === 1);
  return Math.max(...xs) < 0 || Math.min(...xs) > width || Math.max(...ys) < 0 || Math.min(...ys) > height;
}

/** How each style colours what is near. */
class Look {
  readonly #table: Uint8Array;
  readonly #style: RulePlan<'voronoi'>['settings']['style'];
  readonly #border: number;
  readonly #seed: number;
  readonly #palette: Palette;
  /** Of the palette: what lies between cells. */
  readonly ground: number;

  constructor({ settings, palette, seed }: RulePlan<'voronoi'>) {
    this.#style = settings.style;
    this.#border = settings.border / 2;
    this.#seed = hashAt(9, 9, seed);
    this.#palette = palette;
    this.ground = palette.extreme('dark');
    this.#table = palette.table();
  }

  /** The colour of a cell: any of the palette but what lies between. */
  flat(column: number, row: number) {
    const { colours } = this.#palette;
    const index = hashAt(column, row, this.#seed) % (colours.length - 1);
    return colours[index < this.ground ? index : index + 1]!;
  }

  colour(near: Nearest, into: Uint8Array, at: number): void {
    const { edge } = near;
    const inside = Math.min(1, Math.max(0, (edge - this.#border) * near.pixels + 0.5));
    const ground = this.#palette.colours[this.ground]!;
    switch (this.#style) {
      case 'cells':
        mix(into, at, this.flat(near.column, near.row), ground, inside);
        break;
      case 'facets': {
        // A cell is a low pyramid: each side of it is as light as it looks up and to the left.
        const own = unitAt(near.column, near.row, this.#seed);
        const base = 0.2 + 0.55 * own + 0.12 * (0.5 - edge);
        const next = this.#entry(base - 0.14 * (near.nextX + 1.4 * near.nextY));
        const side = this.#entry(base - 0.14 * (near.towardsX + 1.4 * near.towardsY));
        mix(into, at, side, next, near.share);
        mix(into, at, [into[at]!, into[at + 1]!, into[at + 2]!], ground, inside);
        break;
      }
      case 'pebbles': {
        const round = Math.min(1, Math.max(0, (edge - this.#border) / 0.32));
        const dome = Math.sqrt(1 - (1 - round) ** 2);
        const light = dome * 0.75 + 0.25 * dome * (0.5 + 0.9 * (near.dx + near.dy));
        const flat = this.flat(near.column, near.row);
        mix(into, at, flat, ground, inside * Math.min(1, 0.3 + 0.75 * light));
        break;
      }
      case 'cracks': {
        const depth = Math.min(1, Math.max(0, edge - this.#border) / 0.42);
        const own = unitAt(near.column, near.row, this.#seed);
        mix(into, at, this.#entry(0.08 + 0.75 * depth ** 0.6 + 0.17 * own), ground, inside);
      }
    }
  }

  #entry(place: number): readonly [number, number, number] {
    const entry = 3 * Math.round(Math.min(1, Math.max(0, place)) * (TABLE_SIZE - 1));
    return [this.#table[entry]!, this.#table[entry + 1]!, this.#table[entry + 2]!];
  }
}
