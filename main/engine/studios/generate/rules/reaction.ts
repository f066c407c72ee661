import { Random } from '../../../random.ts';
import type { Palette } from './palette.ts';
import { TABLE_SIZE } from './palette.ts';
import { PeriodicGrid } from './periodic-grid.ts';
import { cellsAlong, type Growth, type RulePlan, ratioOf, type Scene } from './scene.ts';

type Style = RulePlan<'reaction'>['settings']['style'];

/** How fast the first substance is fed, and how fast the second one dies: places in Pearson's map of patterns. */
const RATES: Readonly<Record<Style, readonly [feed: number, kill: number]>> = {
  coral: [0.0545, 0.062],
  maze: [0.029, 0.057],
  spots: [0.03, 0.062],
  holes: [0.039, 0.058],
  worms: [0.046, 0.063],
  fingerprint: [0.037, 0.06],
};

/** How fast each spreads, of a cell a step. */
const [SPREAD_U, SPREAD_V] = [0.21, 0.105];
/** Less of v is none: numbers near the least that there are slow a processor down many times. */
const LEAST = 1e-9;
/** Of the grid. */
const MOST_CELLS = 400_000;
/** Steps between two looks at the clock. */
const STEPS_AT_ONCE = 20;
/** One beginning for so many cells. */
const CELLS_A_SEED = 420;

/**
 * Reaction and diffusion of two substances on a torus (Gray and Scott 1983; Pearson, "Complex patterns in a simple
 * system", 1993): u is fed and spreads, v spreads half as fast, and two of v make a third out of a u. It grows on a grid of
 * its own, which is read smoothly at any size.
 */
export function* reaction(plan: RulePlan<'reaction'>): Generator<Growth, Scene> {
  const { settings, seed, palette } = plan;
  const [columns, rows] = cellsAlong(Math.min(settings.cells, Math.sqrt(MOST_CELLS / ratioOf(plan))), plan);
  const soup = new Soup(columns, rows, RATES[settings.style]);
  soup.sow(new Random(seed, 11));
  const scene = () => gridScene(new PeriodicGrid(soup.picture(), columns, rows), palette, settings.relief);
  for (let step = 0; step < settings.steps; ) {
    for (let n = 0; n < STEPS_AT_ONCE && step < settings.steps; n++, step++) soup.step();
    yield { fraction: step / settings.steps, scene };
  }
  return scene();
}

/** Two grids of substances, with a rim of one cell on each side that repeats what is at the other. */
class Soup {
  readonly #stride: number;
  #u: Float64Array;
  #v: Float64Array;
  #nextU: Float64Array;
  #nextV: Float64Array;

  constructor(
    private readonly columns: number,
    private readonly rows: number,
    private readonly rates: readonly [feed: number, kill: number],
  ) {
    this.#stride = columns + 2;
    const grid = () => new Float64Array(this.#stride * (rows + 2));
    this.#u = grid().fill(1);
    this.#v = grid();
    this.#nextU = grid();
    this.#nextV = grid();
  }

  /** Puts v in spots and takes u out of them; the rest of the torus is left to grow into. */
  sow(random: Random): void {
    const { columns, rows } = this;
    const count = Math.max(3, Math.round((columns * rows) / CELLS_A_SEED));
    for (let n = 0; n < count; n++) {
      const [x, y, radius] = [random.below(columns), random.below(rows), random.unit(2, 4.5)];
      for (let dy = -5; dy <= 5; dy++)
        for (let dx = -5; dx <= 5; dx++) {
          if (dx * dx + dy * dy > radius * radius) continue;
          const at = (((y + dy + rows) % rows) + 1) * this.#stride + ((x + dx + columns) % columns) + 1;
          this.#u[at] = 0.5 + random.unit(-0.05, 0.05);
          this.#v[at] = 0.25 + random.unit(-0.05, 0.05);
        }
    }
  }

  step(): void {
    const { columns, rows } = this;
    const [feed, kill] = this.rates;
    const stride = this.#stride;
    const [u, v, nextU, nextV] = [this.#u, this.#v, this.#nextU, this.#nextV];
    this.#rim(u);
    this.#rim(v);
    for (let y = 1; y <= rows; y++) {
      const from = y * stride + 1;
      // Of nine places the sides count four times as much as the corners, so that spots come out round. What is read
      // of one column serves the next two cells as well.
      let leftU = u[from - 1]!;
      let leftV = v[from - 1]!;
      let a = u[from]!;
      let b = v[from]!;
      let cornersU = u[from - stride - 1]! + u[from + stride - 1]!;
      let cornersV = v[from - stride - 1]! + v[from + stride - 1]!;
      let sidesU = u[from - stride]! + u[from + stride]!;
      let sidesV = v[from - stride]! + v[from + stride]!;
      for (let at = from; at < from + columns; at++) {
        const rightU = u[at + 1]!;
        const rightV = v[at + 1]!;
        const nextSidesU = u[at - stride + 1]! + u[at + stride + 1]!;
        const nextSidesV = v[at - stride + 1]! + v[at + stride + 1]!;
        const spreadU = 0.2 * (4 * (leftU + rightU + sidesU) + cornersU + nextSidesU) - 4 * a;
        const spreadV = 0.2 * (4 * (leftV + rightV + sidesV) + cornersV + nextSidesV) - 4 * b;
        const made = a * b * b;
        nextU[at] = a + SPREAD_U * spreadU - made + feed * (1 - a);
        const left = b + SPREAD_V * spreadV + made - (feed + kill) * b;
        nextV[at] = left > LEAST ? left : 0;
        leftU = a;
        leftV = b;
        a = rightU;
        b = rightV;
        cornersU = sidesU;
        cornersV = sidesV;
        sidesU = nextSidesU;
        sidesV = nextSidesV;
      }
    }
    [this.#u, this.#v, this.#nextU, this.#nextV] = [nextU, nextV, u, v];
  }

  #rim(grid: Float64Array): void {
    const { columns, rows } = this;
    const stride = this.#stride;
    for (let y = 1; y <= rows; y++) {
      grid[y * stride] = grid[y * stride + columns]!;
      grid[y * stride + columns + 1] = grid[y * stride + 1]!;
    }
    grid.copyWithin(0, rows * stride, (rows + 1) * stride);
    grid.copyWithin((rows + 1) * stride, stride, 2 * stride);
  }

  /** How much of v there is beside u, brought to 0..1 between the least and the most. */
  picture(): Float32Array {
    const { columns, rows } = this;
    const picture = new Float32Array(columns * rows);
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let y = 0, to = 0; y < rows; y++)
      for (let x = 0; x < columns; x++, to++) {
        const at = (y + 1) * this.#stride + x + 1;
        const value = this.#v[at]! - 0.5 * this.#u[at]!;
        picture[to] = value;
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    const scale = most - least > 1e-6 ? 1 / (most - least) : 0;
    for (let at = 0; at < picture.length; at++) picture[at] = (picture[at]! - least) * scale;
    return picture;
  }
}

/** A grid of heights in the colours of a palette, lit from above on the left. */
function gridScene(grid: PeriodicGrid, palette: Palette, relief: number): Scene {
  const table = palette.table();
  return {
    painter: (width, height) => ({
      draw(part, into) {
        const wide = part.width + 1;
        const rows = grid.reader({ width, height }, part.left, wide);
        let here = new Float64Array(wide);
        let below = new Float64Array(wide);
        // A slope across one cell is the same at any size.
        const steep = (relief * 5 * width) / grid.columns;
        rows.row(part.top, here);
        for (let y = 0, at = 0; y < part.height; y++) {
          rows.row(part.top + y + 1, below);
          for (let x = 0; x < part.width; x++, at += 3) {
            const value = here[x]!;
            const lean = steep * (2 * value - here[x + 1]! - below[x]!);
            const light = -lean / (1 + Math.abs(lean));
            const entry = 3 * ((Math.min(1, Math.max(0, value)) * (TABLE_SIZE - 1) + 0.5) | 0);
            for (let c = 0; c < 3; c++) {
              const colour = table[entry + c]!;
              const lit = light > 0 ? colour + 0.55 * light * (255 - colour) : colour * (1 + 0.65 * light);
              into[at + c] = (lit + 0.5) | 0;
            }
          }
          [here, below] = [below, here];
        }
      },
    }),
  };
}
