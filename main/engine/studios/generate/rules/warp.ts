import { hashAt } from '../../../random.ts';
import { Fractal } from './fractal.ts';
import { cellsAlong, type RulePlan, type Scene } from './scene.ts';

/** How far one spread of the field that moves places moves them, in cells, at a strength of 1. */
const REACH = 0.32;
/** Of the palette: what the height and the two fields that moved it add to the place. */
const [BY_HEIGHT, BY_FIRST, BY_SECOND] = [0.16, 0.14, 0.1];
/** How much lighter a slope of one spread a pixel of a picture of 512 is at a relief of 1. */
const LIGHT = 1.1;

/**
 * Noise at places that noise has moved, which noise had moved before (Quilez, "Domain warping", 2002). The fields that
 * move are wanted at pixels, so they come in rows; the last one is wanted anywhere.
 */
export function warp(plan: RulePlan<'warp'>): Scene {
  const { settings, seed, palette } = plan;
  const { octaves, strength, relief } = settings;
  const [across, down] = cellsAlong(settings.scale, plan);
  const field = (stream: number, fine: number) =>
    new Fractal({
      ...{ seed: hashAt(stream, 1, seed), across, down, gain: 0.5, fold: 'plain' },
      octaves: Math.max(1, Math.min(octaves, fine)),
    });
  // Coarse fields move far; fine ones would only tear.
  const first = [field(1, 2), field(2, 2)] as const;
  const second = [field(3, 1), field(4, 1)] as const;
  const last = field(5, 8);
  const [reachU, reachV] = [(REACH * strength) / across, (REACH * strength) / down];
  const table = palette.table();
  const entries = table.length / 3;
  return {
    painter: (width, height) => ({
      draw(part, into) {
        // One more pixel to the right and below: light comes from the slope.
        const wide = part.width + 1;
        const size = { width, height };
        const moved = [...first, ...second].map((each) => ({
          rows: each.rows(size, part.left, wide),
          row: new Float64Array(wide),
        }));
        const [a, b, c, d] = moved.map(({ row }) => row) as [
          Float64Array,
          Float64Array,
          Float64Array,
          Float64Array,
        ];
        let height0 = new Float64Array(wide);
        let height1 = new Float64Array(wide);
        let tint0 = new Float64Array(wide);
        let tint1 = new Float64Array(wide);
        const fill = (y: number, heights: Float64Array, tints: Float64Array) => {
          for (const each of moved) each.rows.row(y, each.row);
          for (let x = 0; x < wide; x++) {
            const u = (part.left + x + 0.5) / width + reachU * (a[x]! + 0.6 * c[x]! * b[x]!);
            const v = (y + 0.5) / height + reachV * (b[x]! + 0.6 * d[x]! * a[x]!);
            const value = last.at(u, v);
            heights[x] = value;
            tints[x] =
              0.5 +
              BY_HEIGHT * value +
              BY_FIRST * (Math.sqrt(a[x]! * a[x]! + b[x]! * b[x]!) - 1.2) +
              BY_SECOND * c[x]!;
          }
        };
        const slope = (LIGHT * relief * Math.min(width, height)) / 512;
        fill(part.top, height0, tint0);
        for (let y = 0, at = 0; y < part.height; y++) {
          fill(part.top + y + 1, height1, tint1);
          for (let x = 0; x < part.width; x++, at += 3) {
            const lean = slope * (2 * height0[x]! - height0[x + 1]! - height1[x]!);
            const light = lean / (1 + Math.abs(lean));
            const place = tint0[x]!;
            const entry = 3 * (place <= 0 ? 0 : place >= 1 ? entries - 1 : (place * (entries - 1) + 0.5) | 0);
            for (let channel = 0; channel < 3; channel++) {
              const colour = table[entry + channel]!;
              // Towards white where it faces the light, towards black where it turns away.
              const lit = light > 0 ? colour + light * 0.7 * (255 - colour) : colour * (1 + 0.8 * light);
              into[at + channel] = (lit + 0.5) | 0;
            }
          }
          [height0, height1] = [height1, height0];
          [tint0, tint1] = [tint1, tint0];
        }
      },
    }),
  };
}
