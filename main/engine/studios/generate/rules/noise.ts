import { Fractal, type FractalRows } from './fractal.ts';
import { TABLE_SIZE } from './palette.ts';
import { cellsAlong, type Painter, type Part, type RulePlan, type Scene } from './scene.ts';

/** Values past so many spreads are drawn as the last colour. */
const REACH = 3.5;
/** The steepness of the logistic curve with which all colours get about the same room. */
const EVEN = 1.3;
/** How far the veins of marble bend, in turns a spread. */
const BEND = 0.4;

/** Sums of gradient noise, coloured by height. */
export function noise(plan: RulePlan<'noise'>): Scene {
  const { settings, seed, palette } = plan;
  const { style, octaves, gain, bands } = settings;
  const [across, down] = cellsAlong(settings.scale, plan);
  const fold = style === 'ridges' || style === 'billows' ? style : 'plain';
  // Lines follow a smoother field: along a rough one they would be crumbs.
  const isLined = style === 'marble' || style === 'contours';
  const field = new Fractal({ seed, across, down, octaves, gain: isLined ? gain ** 2 : gain, fold });
  const even = (t: number) => 1 / (1 + Math.exp(-EVEN * REACH * (2 * t - 1)));
  const table = palette.table(isLined ? undefined : even);
  const colour = (into: Uint8Array, at: number, t: number) => {
    const entry = 3 * (t <= 0 ? 0 : t >= 1 ? TABLE_SIZE - 1 : (t * (TABLE_SIZE - 1) + 0.5) | 0);
    into[at] = table[entry]!;
    into[at + 1] = table[entry + 1]!;
    into[at + 2] = table[entry + 2]!;
  };
  const veins = cellsAlong(Math.max(1, Math.round(bands / 4)), plan);
  return {
    painter: (width, height): Painter => ({
      draw(part, into) {
        const rows = field.rows({ width, height }, part.left, part.width + 1);
        if (style === 'contours') drawContours(part, into, { rows, bands, even, colour });
        else if (style === 'marble') drawMarble(part, into, { rows, veins, width, height, colour });
        else {
          const row = new Float64Array(part.width + 1);
          for (let y = 0, at = 0; y < part.height; y++) {
            rows.row(part.top + y, row);
            for (let x = 0; x < part.width; x++, at += 3) colour(into, at, row[x]! * (0.5 / REACH) + 0.5);
          }
        }
      },
    }),
  };
}

type Colour = (into: Uint8Array, at: number, t: number) => void;

interface Marble {
  rows: FractalRows;
  /** Veins along both sides of the whole. */
  veins: readonly [number, number];
  width: number;
  height: number;
  colour: Colour;
}

/** Waves across the tile that the noise bends (Perlin, "An image synthesizer", 1985). */
function drawMarble(part: Part, into: Uint8Array, { rows, veins, width, height, colour }: Marble): void {
  const row = new Float64Array(part.width + 1);
  for (let y = 0, at = 0; y < part.height; y++) {
    rows.row(part.top + y, row);
    const down = ((part.top + y + 0.5) * veins[1]) / height;
    for (let x = 0; x < part.width; x++, at += 3) {
      const phase = ((part.left + x + 0.5) * veins[0]) / width + down + BEND * row[x]!;
      const wave = Math.abs(2 * (phase - Math.floor(phase)) - 1);
      // Thin veins in broad fields.
      colour(into, at, 1 - (1 - wave) ** 2.2);
    }
  }
}

interface Contours {
  rows: FractalRows;
  /** Steps from the lowest to the highest. */
  bands: number;
  even(t: number): number;
  colour: Colour;
}

/** Steps of height; between two, a pixel gets both by how much of it each covers. */
function drawContours(part: Part, into: Uint8Array, { rows, bands, even, colour }: Contours): void {
  const { width } = part;
  let here = new Float64Array(width + 1);
  let below = new Float64Array(width + 1);
  const toBands = (row: Float64Array) => {
    for (let x = 0; x <= width; x++) row[x] = bands * even(row[x]! * (0.5 / REACH) + 0.5);
  };
  rows.row(part.top, here);
  toBands(here);
  const mixed = new Uint8Array(3);
  for (let y = 0, at = 0; y < part.height; y++) {
    rows.row(part.top + y + 1, below);
    toBands(below);
    for (let x = 0; x < width; x++, at += 3) {
      const height = here[x]!;
      // How much it changes within the pixel.
      const slope = Math.max(1e-6, Math.sqrt((here[x + 1]! - height) ** 2 + (below[x]! - height) ** 2));
      const step = Math.round(height);
      const upper = Math.min(1, Math.max(0, (height - step) / slope + 0.5));
      colour(into, at, (step - 1) / (bands - 1));
      if (upper === 0) continue;
      colour(mixed, 0, step / (bands - 1));
      for (let c = 0; c < 3; c++)
        into[at + c] = Math.round(into[at + c]! + upper * (mixed[c]! - into[at + c]!));
    }
    [here, below] = [below, here];
  }
}
