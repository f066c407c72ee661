import { expect, test } from 'vitest';
import { strokeTo } from './brush.ts';
import { gradient } from './gradient.ts';
import { fillOutline } from './lasso.ts';

const size = { width: 40, height: 30 };
const at = (coverage: Uint8Array, x: number, y: number) => coverage[y * size.width + x];
const pen = (x: number, y: number, pressure = 1) => ({ x, y, pressure });
const stroke = (hardness: number, ...points: [number, number, number?][]) => {
  const coverage = new Uint8Array(1200);
  const pens = points.map(([x, y, pressure]) => pen(x, y, pressure));
  for (const [index, to] of pens.entries())
    strokeTo(coverage, size, pens[Math.max(0, index - 1)]!, to, { radius: 5, hardness });
  return coverage;
};

test('a hard brush covers a disc of its area, with an edge a pixel wide', () => {
  const disc = stroke(1, [20, 15]);
  const area = disc.reduce((sum, value) => sum + value / 255, 0);
  expect(Math.abs(area - Math.PI * 25)).toBeLessThan(1.5);
  expect([at(disc, 20, 15), at(disc, 28, 15)]).toEqual([255, 0]);
});

test('a soft brush fades from its middle to its rim', () => {
  const soft = stroke(0, [20.5, 15.5]);
  const out = [0, 1, 2, 3, 4, 5].map((x) => at(soft, 20 + x, 15)!);
  expect(out[0]).toBe(255);
  expect(out[5]).toBe(0);
  expect(out).toEqual(out.toSorted((a, b) => b - a));
  expect(new Set(out).size).toBe(6);
});

test('a fast stroke is one band without gaps, and the same as a slow one', () => {
  const fast = stroke(1, [6, 15], [34, 15]);
  for (let x = 6; x < 34; x++) expect(at(fast, x, 15)).toBe(255);
  const slow = stroke(1, ...Array.from({ length: 29 }, (_, step): [number, number] => [6 + step, 15]));
  expect(Math.max(...fast.map((value, index) => Math.abs(value - slow[index]!)))).toBeLessThanOrEqual(1);
});

test('a stroke over itself covers no more than once', () => {
  expect(stroke(0.3, [10, 15], [30, 15], [10, 15], [30, 15])).toEqual(stroke(0.3, [10, 15], [30, 15]));
});

test('a light press makes a thin line, and a stroke that leaves the mask ends there', () => {
  const thin = stroke(1, [10, 15, 0.2], [30, 15, 0.2]);
  const thick = stroke(1, [10, 15], [30, 15]);
  const sum = (all: Uint8Array) => all.reduce((a, b) => a + b, 0);
  expect(sum(thin)).toBeLessThan(sum(thick) / 3);
  expect(sum(thin)).toBeGreaterThan(0);
  expect(strokeTo(new Uint8Array(1200), size, pen(-90, 5), pen(-50, 5), { radius: 5, hardness: 1 })).toBe(
    undefined,
  );
  expect(at(stroke(1, [-3, 15], [60, 15]), 39, 15)).toBe(255);
});

test('an outline is filled with its area, edges in between included', () => {
  const box = fillOutline(size, [
    { x: 5.5, y: 4 },
    { x: 15.25, y: 4 },
    { x: 15.25, y: 12 },
    { x: 5.5, y: 12 },
  ]);
  expect([at(box, 5, 6), at(box, 6, 6), at(box, 15, 6), at(box, 16, 6)]).toEqual([128, 255, 64, 0]);
  expect([at(box, 8, 3), at(box, 8, 4), at(box, 8, 11), at(box, 8, 12)]).toEqual([0, 255, 255, 0]);
});

test('an outline that crosses itself is filled where it winds twice, and one beyond the mask ends at its border', () => {
  const corner = (share: number) => {
    const angle = (share * 4 * Math.PI) / 5 - Math.PI / 2;
    return { x: 20 + 12 * Math.cos(angle), y: 15 + 12 * Math.sin(angle) };
  };
  const star = fillOutline(size, [0, 1, 2, 3, 4].map(corner));
  expect(at(star, 20, 15)).toBe(255);
  const all = fillOutline(size, [pen(-9, -9), pen(99, -9), pen(99, 99), pen(-9, 99)]);
  expect(all.every((value) => value === 255)).toBe(true);
  expect(fillOutline(size, [pen(1, 1), pen(9, 9)]).some((value) => value > 0)).toBe(false);
});

test('a gradient falls evenly from one point to the other, and is plain beyond them', () => {
  const ramp = gradient(size, { x: 10, y: 9 }, { x: 30, y: 9 });
  expect([at(ramp, 0, 3), at(ramp, 9, 20), at(ramp, 30, 3), at(ramp, 39, 3)]).toEqual([255, 255, 0, 0]);
  expect(Math.abs(at(ramp, 19, 9)! + at(ramp, 20, 9)! - 255)).toBeLessThanOrEqual(1);
  expect(gradient(size, { x: 3, y: 3 }, { x: 3, y: 3 }).every((value) => value === 255)).toBe(true);
});
