import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { damage, tryCase } from './fuzz.ts';
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
