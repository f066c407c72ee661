import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ClipPieces } from './clip-pieces.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'gesso-pieces-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const idOf = (url: string) => url.slice(url.lastIndexOf('/') + 1);

it('names files by ids that say nothing of their path', () => {
  const pieces = new ClipPieces(path.join(root, 'clips'));
  const { folder, urlOf } = pieces.open('frames');
  const file = path.join(folder, '000001.jpg');
  const url = urlOf(file);
  expect(url).toMatch(/^gesso:\/\/picture\/piece\/[0-9a-f-]{36}$/);
  expect(url).not.toContain(path.basename(folder));
  expect(pieces.fileOf(idOf(url))).toBe(file);
  expect(pieces.fileOf('no such id')).toBeUndefined();
});

it('keeps the pictures of the last calls of a kind, and those of the strip for good', async () => {
  const pieces = new ClipPieces(path.join(root, 'clips'));
  const strip = pieces.open('strip');
  const kept = idOf(strip.urlOf(path.join(strip.folder, 'a.jpg')));
  const sheets: ReturnType<typeof pieces.open>[] = [];
  const ids: string[] = [];
  for (let call = 0; call < 5; call++) {
    const sheet = pieces.open('preview');
    sheets.push(sheet);
    ids.push(idOf(sheet.urlOf(path.join(sheet.folder, 'b.jpg'))));
  }
  const late = pieces.open('preview');
  // A call that was forgotten still tells of a picture.
  ids.unshift(idOf(sheets[0]!.urlOf(path.join(sheets[0]!.folder, 'c.jpg'))));
  expect(ids.map((id) => pieces.fileOf(id) !== undefined)).toEqual([
    ...[false, false, false, false, true, true],
  ]);
  await vi.waitFor(() => expect(existsSync(sheets[0]!.folder)).toBe(false));
  for (const { folder } of [...sheets.slice(3), late, strip]) expect(existsSync(folder)).toBe(true);
  expect(pieces.fileOf(kept)).toBeDefined();
});

it('begins empty: what an earlier run left has ids that nobody holds', () => {
  const before = new ClipPieces(path.join(root, 'clips')).open('strip');
  new ClipPieces(path.join(root, 'clips'));
  expect(existsSync(before.folder)).toBe(false);
});
