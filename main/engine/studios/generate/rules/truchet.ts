import { hashAt } from '../../../random.ts';
import { wrap } from './gradient-noise.ts';
import type { Rgb } from './palette.ts';
import { evenCellsAlong, type RulePlan, type Scene } from './scene.ts';
import { finely, hexOf } from './svg.ts';
import { covered, lay, put, tilePainter } from './tiles.ts';

/** Lines of a ring tile that cross each edge. */
const RINGS = 3;
/** Of ribbons: how much of the width its bright middle has. */
const CORE = 0.36;

/**
 * Square tiles that are turned at random, so that what crosses their edges goes on in the next: triangles (Truchet,
 * "Memoire sur les combinaisons", 1704), arcs about two corners (Smith and Boucher, "The tiling patterns of Sebastien
 * Truchet", 1987), lines along the diagonals.
 */
export function truchet(plan: RulePlan<'truchet'>): Scene {
  const counts = evenCellsAlong(plan.settings.tiles, plan);
  const tiles = new Tiles(plan, counts);
  return {
    painter: (width, height) => {
      const pixels = Math.min(width / counts[0], height / counts[1]);
      return tilePainter(counts, [width, height], (column, row) => {
        const tile = tiles.at(column, row);
        return (u, v, into, at) => tiles.ink(tile, u, v, pixels, into, at);
      });
    },
    *vector(width, height) {
      yield `<rect width="${width}" height="${height}" fill="${hexOf(tiles.ground)}"/>`;
      // Lines are as thick along both sides: a tile is a square of one unit.
      yield `<g transform="scale(${width / counts[0]} ${height / counts[1]})" fill="none" stroke-linecap="round">`;
      // Round ends of the tiles past an edge reach over it.
      for (const which of plan.settings.style === 'diagonals' ? [0, 1] : [undefined])
        for (let row = -1; row <= counts[1]; row++)
          for (let column = -1; column <= counts[0]; column++) {
            const tile = tiles.at(wrap(column, counts[0]), wrap(row, counts[1]));
            if (which !== undefined && (tile.corner & 1) !== which) continue;
            yield `<g transform="translate(${column} ${row})">${tiles.shapes(tile)}</g>`;
          }
      yield '</g>';
    },
  };
}

interface Tile {
  /** The corner that lies over the other one: 0, at the left above, to 3, clockwise. */
  readonly corner: number;
  /** Whether that corner is even on the board of corners. */
  readonly isEven: boolean;
  readonly colours: readonly [Rgb, Rgb];
  /** Diagonals of it and of the tiles around, whose round ends reach into it. */
  readonly lines: readonly Diagonal[];
}

interface Diagonal {
  /** Tiles between its own and this one. */
  readonly dx: number;
  readonly dy: number;
  /** 0: from left above to right below, 1: the other one; these are drawn over those. */
  readonly which: number;
}

class Tiles {
  readonly #style: RulePlan<'truchet'>['settings']['style'];
  readonly #width: number;
  readonly #across: number;
  readonly #down: number;
  readonly #seed: number;
  /** Without the ground, light and dark apart. */
  readonly #colours: readonly Rgb[];
  readonly ground: Rgb;
  readonly #accent: Rgb;
  readonly #light: Rgb;

  constructor({ settings, palette, seed }: RulePlan<'truchet'>, [across, down]: readonly [number, number]) {
    this.#across = across;
    this.#down = down;
    this.#style = settings.style;
    this.#width = settings.width;
    this.#seed = hashAt(3, 1, seed);
    const { colours } = palette;
    const isDark = settings.style === 'ribbons' || settings.style === 'diagonals';
    const ground = palette.extreme(isDark ? 'dark' : 'light');
    this.ground = colours[ground]!;
    this.#colours = colours.filter((_, index) => index !== ground);
    this.#accent = this.#colours.at(-1)!;
    this.#light = colours[palette.extreme('light')]!;
  }

  at(column: number, row: number): Tile {
    const hash = hashAt(column, row, this.#seed);
    const corner = hash & 3;
    const [right, below] = [corner === 1 || corner === 2, corner >= 2];
    const isEven = (column + Number(right) + row + Number(below)) % 2 === 0;
    const first = this.#colours[(hash >>> 8) % this.#colours.length]!;
    const lines = this.#style === 'diagonals' ? this.#lines(column, row) : [];
    return { corner, isEven, colours: [first, this.ground], lines };
  }

  #lines(column: number, row: number): Diagonal[] {
    const around = [-1, 0, 1];
    return around.flatMap((dy) =>
      around.map((dx) => {
        const [x, y] = [wrap(column + dx, this.#across), wrap(row + dy, this.#down)];
        return { dx, dy, which: hashAt(x, y, this.#seed) & 1 };
      }),
    );
  }

  /** The two colours of blobs, by the board of corners. */
  #sides({ isEven }: Tile): readonly [Rgb, Rgb] {
    const pair = [this.#colours[Math.min(1, this.#colours.length - 1)]!, this.ground] as const;
    return isEven ? pair : [pair[1], pair[0]];
  }

  ink(tile: Tile, u: number, v: number, pixels: number, into: Uint8Array, at: number): void {
    // Turned so that the tile's corner is at 0, 0.
    const { corner } = tile;
    const x = corner === 1 || corner === 2 ? 1 - u : u;
    const y = corner >= 2 ? 1 - v : v;
    const near = Math.sqrt(x * x + y * y);
    const far = Math.sqrt((1 - x) * (1 - x) + (1 - y) * (1 - y));
    const half = this.#width / 2;
    switch (this.#style) {
      case 'ribbons': {
        const arc = Math.min(Math.abs(near - 0.5), Math.abs(far - 0.5));
        put(into, at, this.ground);
        lay(into, at, this.#accent, covered((half - arc) * pixels));
        lay(into, at, this.#light, covered((half * CORE - arc) * pixels));
        break;
      }
      case 'blobs': {
        const [inside, outside] = this.#sides(tile);
        const arc = Math.min(near, far) - 0.5;
        put(into, at, outside);
        lay(into, at, inside, covered(-arc * pixels));
        lay(into, at, this.#accent, covered((half / 3 - Math.abs(arc)) * pixels));
        break;
      }
      case 'triangles': {
        put(into, at, tile.colours[1]);
        lay(into, at, tile.colours[0], covered(((1 - x - y) / Math.SQRT2) * pixels));
        break;
      }
      case 'rings': {
        put(into, at, this.ground);
        this.#rings(far, pixels, into, at);
        // The nearer corner's disc lies over the other's.
        const disc = covered((1 - near) * pixels);
        if (disc === 0) break;
        lay(into, at, this.ground, disc);
        this.#rings(near, pixels, into, at);
        break;
      }
      case 'diagonals': {
        put(into, at, this.ground);
        for (const which of [0, 1]) {
          let line = Number.POSITIVE_INFINITY;
          for (const each of tile.lines)
            if (each.which === which) line = Math.min(line, toDiagonal(each, u, v));
          lay(into, at, this.#diagonal(which), covered((half - line) * pixels));
        }
        break;
      }
    }
  }

  #rings(distance: number, pixels: number, into: Uint8Array, at: number): void {
    const ring = Math.min(RINGS - 1, Math.floor(distance * RINGS));
    const from = Math.abs(distance - (ring + 0.5) / RINGS);
    lay(into, at, this.#ring(ring), covered((this.#ringWidth / 2 - from) * pixels));
  }

  get #ringWidth(): number {
    return Math.min(0.9, this.#width * 1.6) / RINGS;
  }

  #ring(ring: number): Rgb {
    // The same from both sides of an edge.
    const index = ring === (RINGS - 1) / 2 ? this.#colours.length - 1 : 1;
    return this.#colours[Math.min(index, this.#colours.length - 1)]!;
  }

  #diagonal(which: number): Rgb {
    return this.#colours[which === 0 ? this.#colours.length - 1 : 1] ?? this.#accent;
  }

  /** The same as elements of an SVG, in a square of one unit. */
  shapes(tile: Tile): string {
    const { corner } = tile;
    const at = (x: number, y: number) =>
      `${finely(corner === 1 || corner === 2 ? 1 - x : x)} ${finely(corner >= 2 ? 1 - y : y)}`;
    // Mirrored once, an arc goes round the other way.
    const sweep = tile.corner % 2 === 0 ? 1 : 0;
    const arc = (radius: number, isNear: boolean) => {
      const r = finely(radius);
      const [from, to] = isNear ? [at(radius, 0), at(0, radius)] : [at(1 - radius, 1), at(1, 1 - radius)];
      return `M${from}A${r} ${r} 0 0 ${sweep} ${to}`;
    };
    const stroke = (d: string, colour: Rgb, width: number) =>
      `<path d="${d}" stroke="${hexOf(colour)}" stroke-width="${finely(width)}" stroke-linecap="butt"/>`;
    const fill = (d: string, colour: Rgb) => `<path d="${d}" fill="${hexOf(colour)}"/>`;
    const both = arc(0.5, true) + arc(0.5, false);
    switch (this.#style) {
      case 'ribbons':
        return stroke(both, this.#accent, this.#width) + stroke(both, this.#light, this.#width * CORE);
      case 'blobs': {
        const [inside, outside] = this.#sides(tile);
        const wedges = `${arc(0.5, true)}L${at(0, 0)}Z${arc(0.5, false)}L${at(1, 1)}Z`;
        return (
          fill('M0 0H1V1H0Z', outside) + fill(wedges, inside) + stroke(both, this.#accent, this.#width / 3)
        );
      }
      case 'triangles':
        return fill(`M${at(0, 0)}L${at(1, 0)}L${at(0, 1)}Z`, tile.colours[0]);
      case 'rings': {
        const rings = (isNear: boolean) =>
          Array.from({ length: RINGS }, (_, ring) =>
            stroke(arc((ring + 0.5) / RINGS, isNear), this.#ring(ring), this.#ringWidth),
          ).join('');
        return `${rings(false)}${fill(`${arc(1, true)}L${at(0, 0)}Z`, this.ground)}${rings(true)}`;
      }
      case 'diagonals':
        return `<path d="M${at(0, 0)}L${at(1, 1)}" stroke="${hexOf(this.#diagonal(tile.corner & 1))}" stroke-width="${finely(this.#width)}"/>`;
    }
  }
}

/** How far a place of a tile is from a diagonal of that one or of one beside it. */
function toDiagonal({ dx, dy, which }: Diagonal, u: number, v: number): number {
  const [x, y] = [u - dx, which === 0 ? v - dy : 1 - v + dy];
  const along = Math.min(1, Math.max(0, (x + y) / 2));
  return Math.sqrt((x - along) ** 2 + (y - along) ** 2);
}
