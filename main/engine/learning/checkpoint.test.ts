import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-checkpoint-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const checkpoint = {
  subject: 'rings',
  step: 7,
  seconds: 1.5,
  vectors: new Map([
    ['network/parameters', Float32Array.of(1, -2.5, Math.fround(1e-7))],
    ['losses', Float32Array.of(0.5, 0.25)],
  ]),
};

it('gives back what was written, to the bit', async () => {
  const file = path.join(folder, 'state.bin');
  await writeCheckpoint(file, checkpoint);
  expect(await readCheckpoint(file)).toEqual(checkpoint);
  const looks = { shares: 3, step: 6, lowest: 1 / 3, without: 2 };
  await writeCheckpoint(file, { ...checkpoint, looks });
  expect(await readCheckpoint(file)).toEqual({ ...checkpoint, looks });
});

it('is nothing where there is none', async () => {
  expect(await readCheckpoint(path.join(folder, 'state.bin'))).toBeUndefined();
});

it('refuses one that was cut or changed, wherever', async () => {
  const file = path.join(folder, 'state.bin');
  await writeCheckpoint(file, checkpoint);
  const whole = readFileSync(file);
  for (let at = 0; at < whole.length; at += 3) {
    writeFileSync(file, whole.subarray(0, at));
    await expect(readCheckpoint(file)).rejects.toMatchObject({ code: 'model/broken' });
  }
  // In the floats, which come last.
  for (let at = whole.length - 20; at < whole.length; at++) {
    const changed = Buffer.from(whole);
    changed[at]! ^= 1;
    writeFileSync(file, changed);
    await expect(readCheckpoint(file)).rejects.toMatchObject({ code: 'model/broken' });
  }
});
