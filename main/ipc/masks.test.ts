import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { drawnPicture } from './drawn-picture.ts';
import { Masks } from './masks.ts';

let folder: string;
let masks: Masks;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gesso-masks-'));
  masks = new Masks(path.join(folder, 'masks'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const png = (width: number) => new Uint8Array(drawnPicture(width, 8));

test('a mask is kept under its hash, once, and read as it was', () => {
  const id = masks.save(png(8));
  expect(masks.save(png(8))).toBe(id);
  expect(id).toMatch(/^[0-9a-f]{64}$/);
  expect(readdirSync(path.join(folder, 'masks'))).toEqual([`${id}.png`]);
  expect(new Uint8Array(masks.read(id))).toEqual(png(8));
  expect(masks.path(id)).toBe(path.join(folder, 'masks', `${id}.png`));
});

test('what is no PNG, or a huge one, is refused', () => {
  const huge = png(8);
  huge.set([0, 1, 0, 0], 16);
  for (const bytes of [
    new Uint8Array(),
    png(8).subarray(0, 20),
    new TextEncoder().encode('x'.repeat(99)),
    huge,
  ])
    expect(() => masks.save(bytes)).toThrow(/expected a PNG of at most 4096 pixels a side/i);
  expect(() => masks.path('0'.repeat(64))).toThrow('not there any more');
});

test('what nobody names is deleted, and what a crash left half', () => {
  const [kept, gone] = [masks.save(png(8)), masks.save(png(9))];
  writeFileSync(path.join(folder, 'masks', `${'0'.repeat(64)}.png.part`), 'half');
  masks.prune((id) => id === kept);
  expect(readdirSync(path.join(folder, 'masks'))).toEqual([`${kept}.png`]);
  expect(masks.has(gone)).toBe(false);
});
