import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HARMONIES } from '../../../../../contract/rule-list.ts';
import { harmonyPalette, makePalette, paletteOfPlanes } from './make-palette.ts';
import { labOf, Palette } from './palette.ts';

const hueOf = (lab: readonly [number, number, number]) => (Math.atan2(lab[2], lab[1]) * 180) / Math.PI;
const apart = (a: number, b: number) => Math.abs(((((a - b) % 360) + 540) % 360) - 180);

describe('a palette by harmony', () => {
  it('goes from dark to light and has no muddy colour in its middle, whatever the seed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...HARMONIES), fc.nat(2 ** 32 - 1), (harmony, seed) => {
        const labs = harmonyPalette(harmony, seed).colours.map(labOf);
        expect(labs).toHaveLength(6);
        expect(labs[0]![0]).toBeLessThan(0.35);
        expect(Math.max(...labs.map(([l]) => l))).toBeGreaterThan(0.88);
        // What is neither dark nor light has a colour.
        for (const [l, a, b] of labs)
          if (l > 0.35 && l < 0.75) expect(Math.hypot(a, b)).toBeGreaterThan(0.05);
      }),
    );
  });

  it('has its hues where the harmony says', () => {
    const hues = (name: (typeof HARMONIES)[number]) => harmonyPalette(name, 5).stops.map(hueOf);
    expect(apart(hues('complementary')[1]!, hues('complementary')[5]!)).toBeGreaterThan(165);
    for (const hue of hues('monochrome')) expect(apart(hue, hues('monochrome')[2]!)).toBeLessThan(35);
    expect(apart(hues('triadic')[1]!, hues('triadic')[3]!)).toBeGreaterThan(95);
  });

  it('is another for the next seed', () => {
    expect(harmonyPalette('analogous', 1).colours).not.toEqual(harmonyPalette('analogous', 2).colours);
  });
});

describe('a palette of a picture', () => {
  it('has its colours, dark to light, and the small accents too', () => {
    const shown = [
      [0.1, 0.1, 0.3],
      [0.9, 0.2, 0.2],
      [0.5, 0.7, 0.5],
      [0.95, 0.9, 0.8],
    ];
    // The second one has one pixel in a hundred.
    const which = (at: number) => (at % 100 === 0 ? 1 : [0, 2, 3][at % 3]!);
    const planes = new Float32Array(3 * 3000);
    for (let at = 0; at < 3000; at++)
      for (let c = 0; c < 3; c++) planes[c * 3000 + at] = shown[which(at)]![c]!;
    const { colours, stops } = paletteOfPlanes(planes);
    for (const [red, green, blue] of shown)
      expect(
        colours.some(([r, g, b]) => Math.hypot(r - 255 * red!, g - 255 * green!, b - 255 * blue!) < 6),
        `${red} ${green} ${blue}`,
      ).toBe(true);
    expect(stops.map(([l]) => l)).toEqual(stops.map(([l]) => l).sort((a, b) => a - b));
  });

  it('is found where the picture has a single colour', () => {
    expect(new Set(paletteOfPlanes(new Float32Array(300).fill(0.5)).colours.map(String)).size).toBe(1);
  });
});

describe('a palette of a list', () => {
  it('has these colours in their order, and mixes neighbours', async () => {
    const asked = { colours: ['#f00', '#00ff00', '#0000ff'] };
    const palette = await makePalette(asked, { harmony: 'analogous', seed: 1 });
    expect(palette.colours).toEqual([
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
    ]);
    const [l, a, b] = labOf(palette.at(0.25));
    const [from, to] = [labOf([255, 0, 0]), labOf([0, 255, 0])];
    for (const [n, value] of [l, a, b].entries()) expect(value).toBeCloseTo((from[n]! + to[n]!) / 2, 1);
  });

  it('keeps to what a screen can show', () => {
    const palette = new Palette([
      [0.6, 0.4, -0.4],
      [0.9, -0.4, 0.1],
    ]);
    for (let t = -0.5; t <= 1.5; t += 0.01)
      for (const value of palette.at(t)) expect(value >= 0 && value <= 255).toBe(true);
  });
});
