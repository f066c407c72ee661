import type { Harmony } from '../../../../../contract/rule-list.ts';
import type { RulePalette } from '../../../../../contract/rules.ts';
import { toOklab } from '../../../media/oklab.ts';
import { probe } from '../../../media/probe.ts';
import { smallPicture } from '../../../media/small-picture.ts';
import { Random } from '../../../random.ts';
import { labOf, labOfHue, Palette, type Rgb } from './palette.ts';

/** The stream of a picture's numbers that its harmony comes from. */
const STREAM = 77;

/** Degrees between the hues of one seed and the next: they come to lie evenly on the circle. */
const GOLDEN_ANGLE = 137.508;

/** Lightness, chroma and where on the circle, in degrees from the first hue: from dark to light, accents last. */
type Stop = readonly [lightness: number, chroma: number, turn: number];

/**
 * Harmonies as a painter has them: a dark ground, a few full tones, a light paper between hues that are far from each
 * other (a straight way between those would be grey), and an accent.
 */
const HARMONY: Record<Harmony, readonly Stop[]> = {
  analogous: [
    [0.26, 0.085, -50],
    [0.43, 0.135, -28],
    [0.6, 0.165, -4],
    [0.74, 0.155, 22],
    [0.85, 0.125, 48],
    [0.94, 0.06, 70],
  ],
  monochrome: [
    [0.22, 0.065, -8],
    [0.37, 0.12, -4],
    [0.53, 0.16, 0],
    [0.69, 0.135, 4],
    [0.83, 0.085, 8],
    [0.94, 0.035, 12],
  ],
  complementary: [
    [0.24, 0.075, -16],
    [0.41, 0.13, -6],
    [0.6, 0.14, 10],
    [0.79, 0.09, 26],
    [0.94, 0.035, 150],
    [0.74, 0.165, 182],
  ],
  split: [
    [0.23, 0.07, -14],
    [0.42, 0.135, 0],
    [0.62, 0.135, 24],
    [0.93, 0.045, 60],
    [0.81, 0.14, 150],
    [0.63, 0.185, 206],
  ],
  triadic: [
    [0.26, 0.08, 0],
    [0.5, 0.15, 8],
    [0.93, 0.045, 64],
    [0.79, 0.145, 122],
    [0.88, 0.08, 175],
    [0.64, 0.175, 240],
  ],
  tetradic: [
    [0.27, 0.085, 0],
    [0.53, 0.145, 8],
    [0.93, 0.045, 50],
    [0.79, 0.145, 92],
    [0.63, 0.175, 182],
    [0.84, 0.11, 272],
  ],
};

/** Six colours that go together. @param seed turns the circle, and moves each a little */
export function harmonyPalette(harmony: Harmony, seed: number): Palette {
  const random = new Random(seed, STREAM);
  const hue = (seed % 360_000) * GOLDEN_ANGLE;
  return new Palette(
    HARMONY[harmony].map(([lightness, chroma, turn]) =>
      labOfHue(
        lightness + random.unit(-0.02, 0.02),
        chroma * random.unit(0.9, 1.1),
        hue + turn + random.unit(-6, 6),
      ),
    ),
  );
}

/**
 * The palette that is asked for.
 * @throws GessoError input/unreadable, input/unsupported where its picture is none
 */
export async function makePalette(
  asked: RulePalette | undefined,
  { harmony, seed }: { harmony: Harmony; seed: number },
): Promise<Palette> {
  if (asked === undefined) return harmonyPalette(harmony, seed);
  if ('harmony' in asked) return harmonyPalette(asked.harmony, seed);
  if ('colours' in asked) return new Palette(asked.colours.map((text) => labOf(rgbOf(text))));
  return paletteOfPlanes(await smallPicture(await probe(asked.picture), SAMPLE_SIDE));
}

function rgbOf(text: string): Rgb {
  const hex = text.length === 4 ? text.replace(/[0-9a-f]/gi, (digit) => digit + digit) : text;
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
}

const SAMPLE_SIDE = 96;
const CLUSTERS = 6;
const ROUNDS = 16;

/**
 * Six colours that stand for a picture, dark to light: k-means in Oklab (Lloyd 1982). Each centre begins at the colour
 * that is furthest from the ones before, so that small, strong accents are kept.
 * @param planes planar RGB 0..1
 */
export function paletteOfPlanes(planes: Float32Array): Palette {
  const pixels = planes.length / 3;
  const labs = new Float64Array(3 * pixels);
  const lab = new Float64Array(3);
  for (let at = 0; at < pixels; at++) {
    toOklab(planes[at]!, planes[pixels + at]!, planes[2 * pixels + at]!, lab);
    labs.set(lab, 3 * at);
  }
  const centres = firstCentres(labs);
  for (let round = 0; round < ROUNDS; round++) moveCentres(labs, centres);
  return new Palette(centres.map(([l, a, b]) => [l!, a!, b!] as const).sort((x, y) => x[0] - y[0]));
}

function firstCentres(labs: Float64Array): number[][] {
  const mean = [0, 1, 2].map((c) => {
    let sum = 0;
    for (let at = c; at < labs.length; at += 3) sum += labs[at]!;
    return sum / (labs.length / 3);
  });
  const centres = [mean];
  const nearest = new Float64Array(labs.length / 3).fill(Number.POSITIVE_INFINITY);
  while (centres.length < CLUSTERS) {
    const last = centres.at(-1)!;
    let furthest = 0;
    for (let at = 0; at < nearest.length; at++) {
      nearest[at] = Math.min(nearest[at]!, distance(labs, at, last));
      if (nearest[at]! > nearest[furthest]!) furthest = at;
    }
    centres.push([...labs.subarray(3 * furthest, 3 * furthest + 3)]);
  }
  return centres;
}

function moveCentres(labs: Float64Array, centres: number[][]): void {
  const sums = centres.map(() => [0, 0, 0, 0]);
  for (let at = 0; at < labs.length / 3; at++) {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const [index, centre] of centres.entries()) {
      const far = distance(labs, at, centre);
      if (far < least) [best, least] = [index, far];
    }
    const sum = sums[best]!;
    for (let c = 0; c < 3; c++) sum[c]! += labs[3 * at + c]!;
    sum[3]!++;
  }
  for (const [index, sum] of sums.entries())
    if (sum[3]! > 0) centres[index] = [0, 1, 2].map((c) => sum[c]! / sum[3]!);
}

function distance(labs: Float64Array, at: number, centre: readonly number[]): number {
  const [l, a, b] = [
    labs[3 * at]! - centre[0]!,
    labs[3 * at + 1]! - centre[1]!,
    labs[3 * at + 2]! - centre[2]!,
  ];
  return l * l + a * a + b * b;
}
