import { describe, expect, it } from 'vitest';
import { randomFloats } from '../../../../../models/testing/random.ts';
import { Random } from '../../../random.ts';
import { overlayDust } from './overlay-dust.ts';
import { REGION, regionsOf } from './regions.ts';
import { type Piece, surroundings } from './surroundings.ts';

const SIDE = 96;

/** Grain about a grey. */
function pieceOf(grey: number, grain: number): Piece {
  const noise = randomFloats(3 * SIDE * SIDE, 5, -grain, grain);
  return { width: SIDE, height: SIDE, planes: noise.map((value) => grey + value) };
}

function withSpeck(piece: Piece): Piece {
  for (let y = 40; y < 48; y++)
    for (let x = 60; x < 68; x++) for (let c = 0; c < 3; c++) piece.planes[(c * SIDE + y) * SIDE + x] = 0.9;
  return piece;
}

const regions = (piece: Piece) => regionsOf(piece, surroundings(piece));

describe('regions that stand out', () => {
  it('there are none on a flat picture, with or without grain', () => {
    expect(regions(pieceOf(0.4, 0))).toEqual([]);
    expect(regions(pieceOf(0.4, 0.02))).toEqual([]);
  });

  it('a speck is one, at its place and no larger than it is by a pixel', () => {
    const found = regions(withSpeck(pieceOf(0.4, 0.02)));
    expect(found.length).toBeGreaterThan(0);
    for (const { middle, places, numbers } of found) {
      expect(Math.abs((middle % SIDE) - 63.5)).toBeLessThan(2);
      expect(Math.abs(Math.floor(middle / SIDE) - 43.5)).toBeLessThan(2);
      expect(places.length).toBeGreaterThanOrEqual(36);
      expect(places.length).toBeLessThanOrEqual(100);
      expect(numbers.length).toBe(REGION);
      expect(numbers.every(Number.isFinite)).toBe(true);
    }
  });

  it('a picture that is lighter all over is seen the same', () => {
    const piece = withSpeck(pieceOf(0.3, 0.02));
    const lighter = { ...piece, planes: piece.planes.map((value) => value + 16 / 255) };
    const [a, b] = [regions(piece), regions(lighter)];
    expect(b.length).toBe(a.length);
    for (const [at, { numbers, middle }] of a.entries()) {
      expect(b[at]!.middle).toBe(middle);
      for (const [index, value] of numbers.entries())
        expect(Math.abs(b[at]!.numbers[index]! - value)).toBeLessThan(0.05);
    }
  });
});

describe('dust to learn from', () => {
  it('is the same for the same seed, and changes what it says it covers and little else', () => {
    const [clean, dusty, again] = [pieceOf(0.5, 0.02), pieceOf(0.5, 0.02), pieceOf(0.5, 0.02)];
    const drawn = overlayDust(dusty, new Random(3));
    expect(overlayDust(again, new Random(3))).toEqual(drawn);
    expect(again.planes).toEqual(dusty.planes);
    let [covered, missed] = [0, 0];
    for (const [at, is] of drawn.entries()) {
      const change = Math.abs(dusty.planes[at]! - clean.planes[at]!);
      if (is) covered += 1;
      if (is && change < 0.02) missed += 1;
    }
    expect(covered).toBeGreaterThan(50);
    expect(missed).toBeLessThan(covered * 0.02);
  });
});
