import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { damage, tryCase, tryFile } from './fuzz.ts';
import { tinySeeds } from './fuzz-seeds.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'gesso-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A short share of `npm run fuzz`, always the same one. */
const CASES = 250;

describe('a damaged model', () => {
  test.each(tinySeeds().map((seed) => [seed.name, seed] as const))(
    'of %s opens or is refused by a code, in bounds, and writes nothing',
    async (_, seed) => {
      expect((await tryCase(seed.files, folder)).code).toBe('opened');
      const codes = new Set<string>();
      for (let number = 0; number < CASES; number += 1) {
        const outcome = await tryCase(damage(seed, number), folder);
        expect(outcome, `case ${number}`).not.toHaveProperty('why');
        codes.add(outcome.code);
      }
      expect(codes).toContain('model/broken');
      for (const name of Object.keys(seed.files)) rmSync(path.join(folder, name));
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

describe('weights that are two gigabytes of nothing', () => {
  // Sparse: they take no room on the disk, and must take none in memory.
  test.each(
    tinySeeds()
      .filter(({ files }) => Object.keys(files).length > 1)
      .map((seed) => [seed.name, seed] as const),
  )('of %s are refused without being read', async (_, seed) => {
    const [main = '', weights = ''] = Object.keys(seed.files);
    for (const [name, bytes] of Object.entries(seed.files)) writeFileSync(path.join(folder, name), bytes);
    truncateSync(path.join(folder, weights), 2 ** 31);
    const outcome = await tryFile(path.join(folder, main), 32 * 2 ** 20);
    expect(outcome).toMatchObject({ code: 'model/broken' });
    expect(outcome).not.toHaveProperty('why');
    for (const name of Object.keys(seed.files)) rmSync(path.join(folder, name));
  });
});
