import type { BlendMode } from '../../../../contract/blend.ts';

/** Three planes of one row, 0..1. */
export type Planes = readonly Float32Array[];

/** What a channel becomes where the layer covers all. */
type Separable = (below: number, layer: number) => number;

/**
 * Formulas of W3C Compositing and Blending Level 1, section 10, for channels that know nothing of each other. Kept
 * apart from the loop over the pixels, which costs a call a channel: next to painting that is nothing.
 */
const SEPARABLE: Readonly<Record<Exclude<BlendMode, 'colour' | 'luminosity'>, Separable>> = {
  normal: (_, layer) => layer,
  multiply: (below, layer) => below * layer,
  screen,
  overlay: (below, layer) => hardLight(layer, below),
  'soft-light': softLight,
  'hard-light': hardLight,
  darken: Math.min,
  lighten: Math.max,
  difference: (below, layer) => Math.abs(below - layer),
};

/**
 * Lays a layer over a row, in place: below + cover x (blended - below). What is below is opaque: a picture's
 * transparency is no matter of its layers.
 * @param cover how far the layer covers each pixel, 0..1; where it is 0 the row stays as it is to the bit
 */
export function blendRow(mode: BlendMode, below: Planes, layer: Planes, cover: Float32Array): void {
  if (mode === 'colour' || mode === 'luminosity') {
    blendTogether(mode, below, layer, cover);
    return;
  }
  const formula = SEPARABLE[mode];
  for (const [c, plane] of below.entries()) {
    const over = layer[c]!;
    for (let x = 0; x < plane.length; x++) {
      const share = cover[x]!;
      if (share > 0) plane[x]! += share * (formula(plane[x]!, over[x]!) - plane[x]!);
    }
  }
}

/** The modes that look at all three channels: hue and saturation of one, lightness of the other. */
function blendTogether(
  mode: 'colour' | 'luminosity',
  below: Planes,
  layer: Planes,
  cover: Float32Array,
): void {
  const [hues, light] = mode === 'colour' ? [layer, below] : [below, layer];
  const mixed = new Float64Array(3);
  for (let x = 0; x < cover.length; x++) {
    const share = cover[x]!;
    if (!(share > 0)) continue;
    withLuminosity(hues, luminosity(light[0]![x]!, light[1]![x]!, light[2]![x]!), x, mixed);
    for (const [c, plane] of below.entries()) plane[x]! += share * (mixed[c]! - plane[x]!);
  }
}

/** Lightness as these formulas weigh it. */
export function luminosity(red: number, green: number, blue: number): number {
  return 0.3 * red + 0.59 * green + 0.11 * blue;
}

/** A colour moved to another lightness, and towards grey as far as it would leave 0..1. */
function withLuminosity(from: Planes, wanted: number, x: number, out: Float64Array): void {
  const [red, green, blue] = [from[0]![x]!, from[1]![x]!, from[2]![x]!];
  const shift = wanted - luminosity(red, green, blue);
  out[0] = red + shift;
  out[1] = green + shift;
  out[2] = blue + shift;
  const least = Math.min(out[0]!, out[1]!, out[2]!);
  const most = Math.max(out[0]!, out[1]!, out[2]!);
  if (least < 0) pullIn(out, wanted, wanted / (wanted - least));
  if (most > 1) pullIn(out, wanted, (1 - wanted) / (most - wanted));
}

function pullIn(colour: Float64Array, grey: number, factor: number): void {
  for (let c = 0; c < 3; c++) colour[c] = grey + (colour[c]! - grey) * factor;
}

function screen(below: number, layer: number): number {
  return below + layer - below * layer;
}

function hardLight(below: number, layer: number): number {
  return layer <= 0.5 ? below * 2 * layer : screen(below, 2 * layer - 1);
}

function softLight(below: number, layer: number): number {
  if (layer <= 0.5) return below - (1 - 2 * layer) * below * (1 - below);
  const lifted = below <= 0.25 ? ((16 * below - 12) * below + 4) * below : Math.sqrt(below);
  return below + (2 * layer - 1) * (lifted - below);
}
