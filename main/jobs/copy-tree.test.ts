import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copyFiles, listTree } from './copy-tree.ts';

let folder: string;
let from: string;
let to: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gesso-copy-'));
  from = path.join(folder, 'from');
  to = path.join(folder, 'to');
  mkdirSync(path.join(from, 'models/blobs'), { recursive: true });
  mkdirSync(to);
  writeFileSync(path.join(from, 'models/blobs/a.onnx'), Buffer.alloc(3_000_000, 'weights'));
  writeFileSync(path.join(from, 'models/empty'), '');
  writeFileSync(path.join(from, 'left'), 'left');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const everything = () => true;

it('lists what it is to take, without what is gone again', async () => {
  symlinkSync(path.join(folder, 'nowhere'), path.join(from, 'gone'));
  symlinkSync(path.join(from, 'models/empty'), path.join(from, 'link'));
  expect(await listTree(from, (name) => name !== 'left')).toEqual([
    { name: 'link', bytes: 0 },
    { name: path.join('models', 'blobs', 'a.onnx'), bytes: 3_000_000 },
    { name: path.join('models', 'empty'), bytes: 0 },
  ]);
});

it('copies every byte, and counts each twice: copied, and read again', async () => {
  const files = await listTree(from, everything);
  let counted = 0;
  await copyFiles(from, to, files, {
    onBytes: (bytes) => {
      counted += bytes;
    },
  });
  for (const { name } of files)
    expect(readFileSync(path.join(to, name)).equals(readFileSync(path.join(from, name))), name).toBe(true);
  expect(counted).toBe(2 * 3_000_004);
});

it('finds a copy that is not what was written', async () => {
  const files = await listTree(from, (name) => name === 'models');
  const copied = copyFiles(from, to, files, {
    // The disk lies: once all was written, something else is there.
    onBytes: () => writeFileSync(path.join(to, 'models/blobs/a.onnx'), 'something else'),
  });
  await expect(copied).rejects.toMatchObject({ code: 'output/denied' });
});

it('stops between two pieces', async () => {
  const abort = new AbortController();
  const files = await listTree(from, everything);
  const copied = copyFiles(from, to, files, { signal: abort.signal, onBytes: () => abort.abort() });
  await expect(copied).rejects.toMatchObject({ code: 'job/cancelled' });
});
