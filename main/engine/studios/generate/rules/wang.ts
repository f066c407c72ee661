import { hashAt } from '../../../random.ts';
import { wrap } from './gradient-noise.ts';
import type { Rgb } from './palette.ts';
import { cellsAlong, type RulePlan, type Scene } from './scene.ts';
import { finely, hexOf } from './svg.ts';
import { covered, lay, put, tilePainter } from './tiles.ts';

/** Middles of a tile's edges, and which way the next tile lies: above, right, below, left. */
const EDGES = [
  [0.5, 0, 0, -1],
  [1, 0.5, 1, 0],
  [0.5, 1, 0, 1],
  [0, 0.5, -1, 0],
] as const;
/** Circles about the middles of tiles that meet at the corners of each. */
const PETAL = Math.SQRT1_2;

/**
 * Square tiles whose edges have colours, and what is drawn on them goes by these alone, so that it meets what is drawn
 * on the next (Cohen et al., "Wang tiles for image and texture generation", 2003). The colour of each edge is drawn by
 * its place, as the corners of Lagae and Dutre ("An alternative for Wang tiles", 2006) are: any tile can be made alone.
 */
export function wang(plan: RulePlan<'wang'>): Scene {
  const counts = cellsAlong(plan.settings.tiles, plan);
  const tiles = new Tiles(plan, counts);
  return {
    painter: (width, height) => {
      const pixels = Math.min(width / counts[0], height / counts[1]);
      return tilePainter(counts, [width, height], (column, row) => {
        const edges = tiles.edges(column, row);
        return (u, v, into, at) => tiles.ink(edges, u, v, pixels, into, at);
      });
    },
    *vector(width, height) {
      yield `<rect width="${width}" height="${height}" fill="${hexOf(tiles.ground)}"/>`;
      yield `<g transform="scale(${width / counts[0]} ${height / counts[1]})" fill="none">`;
      for (let row = 0; row < counts[1]; row++)
        for (let column = 0; column < counts[0]; column++)
          yield `<g transform="translate(${column} ${row})">${tiles.shapes(tiles.edges(column, row))}</g>`;
      yield '</g>';
    },
  };
}

/** Colours of the edges above, right, below, left: 0..colours-1. */
type Edges = readonly [number, number, number, number];

class Tiles {
  readonly #style: RulePlan<'wang'>['settings']['style'];
  readonly #width: number;
  readonly #count: number;
  readonly #seed: number;
  readonly #colours: readonly Rgb[];
  readonly #paper: Rgb;
  readonly ground: Rgb;

  constructor(
    { settings, palette, seed }: RulePlan<'wang'>,
    private readonly counts: readonly [number, number],
  ) {
    this.#style = settings.style;
    this.#width = settings.width;
    this.#count = settings.colours;
    this.#seed = hashAt(5, 2, seed);
    const dark = palette.extreme('dark');
    const light = palette.extreme('light');
    this.ground = palette.colours[dark]!;
    this.#paper = palette.colours[light]!;
    const rest = palette.colours.filter((_, index) => index !== dark && index !== light);
    const most = settings.colours - 1;
    // Where there are not enough, what lies between is taken.
    this.#colours = Array.from({ length: settings.colours }, (_, index) =>
      rest.length > most ? rest[index]! : palette.at((index + 1) / (most + 2)),
    );
  }

  edges(column: number, row: number): Edges {
    return [
      this.#edge(column, row, 0),
      this.#edge(column + 1, row, 1),
      this.#edge(column, row + 1, 0),
      this.#edge(column, row, 1),
    ];
  }

  /** The edge above a tile, or the one to its left. */
  #edge(column: number, row: number, isUpright: 0 | 1): number {
    const [across, down] = this.counts;
    return hashAt(wrap(column, across), wrap(row, down), this.#seed + isUpright) % this.#count;
  }

  ink(edges: Edges, u: number, v: number, pixels: number, into: Uint8Array, at: number): void {
    const half = this.#width / 2;
    switch (this.#style) {
      case 'kites': {
        // Which of the four triangles: by the two diagonals.
        const [p, q] = [(u - v) / Math.SQRT2, (u + v - 1) / Math.SQRT2];
        const side = q < 0 ? (p > 0 ? 0 : 3) : p > 0 ? 1 : 2;
        const line = Math.min(Math.abs(p), Math.abs(q));
        const rim = [v, 1 - u, 1 - v, u][side]!;
        put(into, at, this.ground);
        const inside = covered((line - half) * pixels);
        lay(into, at, this.#colours[edges[side]!]!, inside);
        // A lighter heart that the two halves of a kite share.
        lay(
          into,
          at,
          this.#paper,
          inside * covered((0.16 - half / 2 - rim - Math.abs([u, v][side % 2]! - 0.5)) * pixels),
        );
        break;
      }
      case 'circuits': {
        put(into, at, this.ground);
        const middle = Math.sqrt((u - 0.5) ** 2 + (v - 0.5) ** 2);
        for (let side = 0; side < 4; side++) {
          const colour = edges[side]!;
          if (colour === 0) continue;
          lay(into, at, this.#colours[colour]!, covered((half - toArm(side, u, v)) * pixels));
        }
        if (!edges.some((colour) => colour > 0)) break;
        lay(into, at, this.#paper, covered((this.#width * 0.95 - middle) * pixels));
        lay(into, at, this.ground, covered((this.#width * 0.45 - middle) * pixels));
        break;
      }
      case 'petals': {
        put(into, at, this.#paper);
        let edge = Number.POSITIVE_INFINITY;
        for (let side = 0; side < 4; side++) {
          const [, , dx, dy] = EDGES[side]!;
          const far = Math.sqrt((u - 0.5 - dx) ** 2 + (v - 0.5 - dy) ** 2);
          lay(into, at, this.#colours[edges[side]!]!, covered((PETAL - far) * pixels));
          edge = Math.min(edge, Math.abs(PETAL - far));
        }
        lay(into, at, this.ground, covered((half / 2 - edge) * pixels));
        break;
      }
    }
  }

  /** The same as elements of an SVG, in a square of one unit. */
  shapes(edges: Edges): string {
    const width = finely(this.#width);
    const ground = hexOf(this.ground);
    const paper = hexOf(this.#paper);
    const colour = (side: number) => hexOf(this.#colours[edges[side]!]!);
    const sides = [0, 1, 2, 3];
    switch (this.#style) {
      case 'kites': {
        const corners = ['0 0L1 0', '1 0L1 1', '1 1L0 1', '0 1L0 0'];
        const heart = 0.16 - this.#width / 4;
        const hearts = sides.map((side) => {
          const [x, y, dx, dy] = EDGES[side]!;
          const point = (along: number, in_: number) =>
            `${finely(x + along * Math.abs(dy) - in_ * dx)} ${finely(y + along * Math.abs(dx) - in_ * dy)}`;
          return `<path d="M${point(-heart, 0)}L${point(0, heart)}L${point(heart, 0)}Z" fill="${paper}"/>`;
        });
        return (
          sides.map((side) => `<path d="M.5 .5L${corners[side]}Z" fill="${colour(side)}"/>`).join('') +
          `<path d="M0 0L1 1M0 1L1 0" stroke="${ground}" stroke-width="${width}"/>` +
          (heart > 0 ? hearts.join('') : '')
        );
      }
      case 'circuits': {
        const arms = sides
          .filter((side) => edges[side]! > 0)
          .map((side) => {
            const [x, y] = EDGES[side]!;
            return `<path d="M${x} ${y}L.5 .5" stroke="${colour(side)}" stroke-width="${width}" stroke-linecap="butt"/>`;
          });
        if (arms.length === 0) return '';
        const dot = (radius: number, fill: string) =>
          `<circle cx=".5" cy=".5" r="${finely(radius)}" fill="${fill}"/>`;
        return arms.join('') + dot(this.#width * 0.95, paper) + dot(this.#width * 0.45, ground);
      }
      case 'petals': {
        const corners = ['M0 0A#0 0 0 1 0', 'M1 0A#0 0 0 1 1', 'M1 1A#0 0 0 0 1', 'M0 1A#0 0 0 0 0'];
        const r = finely(PETAL);
        const petals = sides.map((side) => {
          const d = corners[side]!.replace('#', `${r} ${r} `);
          return `<path d="${d}Z" fill="${colour(side)}" stroke="none"/><path d="${d}" stroke="${ground}" stroke-width="${finely(this.#width / 2)}"/>`;
        });
        return `<path d="M0 0H1V1H0Z" fill="${paper}"/>${petals.join('')}`;
      }
    }
  }
}

/** How far a place is from the line between an edge's middle and the tile's. */
function toArm(side: number, u: number, v: number): number {
  const [, , dx, dy] = EDGES[side]!;
  const [x, y] = [u - 0.5, v - 0.5];
  const along = Math.min(0.5, Math.max(0, x * dx + y * dy));
  return Math.sqrt((x - along * dx) ** 2 + (y - along * dy) ** 2);
}
