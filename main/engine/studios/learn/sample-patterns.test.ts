import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { probe } from '../../media/probe.ts';
import { readRawPicture } from '../../media/raw-picture.ts';
import { drawPatterns, patternsIn } from './sample-patterns.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-patterns-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A pattern as the package writes it: half of the tile is ink. */
function written(name: string, width: number, height: number): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`;
  const before = encodeURIComponent(`${head}<path d="M0 0h${width / 2}v${height}H0z" fill="#`);
  const [between, after] = ['" fill-opacity="', '"/></svg>'].map(encodeURIComponent);
  const colour = `".concat(l(c),"`;
  const opacity = `").concat(h,"`;
  const address = `data:image/svg+xml,${before}${colour}${between}${opacity}${after}`;
  return `exports.${name}=(c="#000000",h=1)=>"url('${address}')")`;
}
const text = `"use strict";const l=l=>l;${written('bars', 8, 8)},${written('wide', 40, 10)};`;

it('patterns are read out of functions, with a colour for their ink', () => {
  const patterns = patternsIn(text);
  expect(patterns).toMatchObject([
    { name: 'bars', width: 8, height: 8 },
    { name: 'wide', width: 40, height: 10 },
  ]);
  expect(patterns[0]!.svg('#336699')).toContain('fill="#336699" fill-opacity="1"/></svg>');
  expect(patternsIn('exports.x=1')).toEqual([]);
});

it('each is drawn as squares of two colours that repeat, the same ones each time', async () => {
  const file = path.join(folder, 'patterns.js');
  writeFileSync(file, text);
  const drawn = path.join(folder, 'drawn');
  expect(await drawPatterns({ file, folder: drawn }, () => {})).toEqual({ count: 8 });
  expect(readdirSync(drawn)).toHaveLength(8);
  const read = async (name: string) => readRawPicture(await probe(path.join(drawn, name)), 1000);
  const { data, width, height } = await read('bars-3.png');
  expect([width, height]).toEqual([128, 128]);
  const at = (x: number, y: number) => [...data.subarray(3 * (128 * y + x), 3 * (128 * y + x) + 3)];
  const [ink, ground] = [at(10, 10), at(50, 10)];
  const far = ink.reduce((sum, channel, index) => sum + Math.abs(channel - ground[index]!), 0);
  expect(far).toBeGreaterThan(60);
  expect(at(74, 100)).toEqual(ink);
  expect(at(114, 100)).toEqual(ground);
  await drawPatterns({ file, folder: drawn }, () => {});
  expect((await read('bars-3.png')).data).toEqual(data);
});

it('a file without patterns is refused', async () => {
  const file = path.join(folder, 'none.js');
  writeFileSync(file, 'exports.x=1');
  await expect(drawPatterns({ file, folder }, () => {})).rejects.toMatchObject({ code: 'model/broken' });
});
