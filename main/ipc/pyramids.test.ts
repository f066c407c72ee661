import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Pyramids } from './pyramids.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'gesso-pyramids-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const shape = { width: 5000, height: 3000, display: 'srgb' } as const;

function pyramids() {
  const cuts: string[] = [];
  const made = new Pyramids(root, {
    decode: async (_file, folder) => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, '0.v'), 'pixels');
    },
    cut: async ({ target }) => {
      cuts.push(path.basename(target));
      writeFileSync(target, 'tile');
    },
  });
  return { made, cuts };
}

it('cuts a tile once, however often it is asked for', async () => {
  const { made, cuts } = pyramids();
  const id = made.open('/a.png', '1', shape);
  const both = await Promise.all([made.tile(id, 0, 2, 1), made.tile(id, 0, 2, 1)]);
  expect(both[0]).toBe(both[1]);
  expect(existsSync(both[0]!)).toBe(true);
  expect(cuts).toEqual(['tile-0-2-1.png']);
});

it('has no tile beyond the picture, of another level, or of an id that it never gave', async () => {
  const { made, cuts } = pyramids();
  const id = made.open('/a.png', '1', shape);
  for (const [level, column, row] of [
    [0, 10, 0],
    [0, 0, 6],
    [1, 5, 0],
    [2, 0, 0],
  ] as const)
    expect(await made.tile(id, level, column, row)).toBeUndefined();
  expect(await made.tile('none', 0, 0, 0)).toBeUndefined();
  expect(cuts).toEqual([]);
});

it('keeps the last few pictures and takes the files of others off the disk', async () => {
  const { made } = pyramids();
  const first = made.open('/0.png', '1', shape);
  for (let i = 1; i <= 4; i++) await made.decoded(`/${i}.png`, '1', shape);
  await expect.poll(() => readdirSync(root)).toHaveLength(4);
  expect(await made.tile(first, 0, 0, 0)).toBeUndefined();
  // Looked at again it is made again.
  expect(existsSync(await made.decoded('/0.png', '1', shape))).toBe(true);
});

it('makes a picture anew that was written anew', async () => {
  const { made } = pyramids();
  expect(made.open('/a.png', '1', shape)).not.toBe(made.open('/a.png', '2', shape));
});
