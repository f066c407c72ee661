import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from './index.ts';

describe('the catalogue', () => {
  it('lists every file of its folder once, under the name of the file', () => {
    const files = readdirSync(path.join(import.meta.dirname)).filter((name) => name.endsWith('.json'));
    expect(CATALOGUE.map(({ id }) => `${id}.json`).toSorted()).toEqual(files.toSorted());
  });

  it('has a source for each model, and a licence with its text or the word that nobody knows it', () => {
    for (const entry of CATALOGUE) {
      expect(entry.sources.length, entry.id).toBeGreaterThan(0);
      expect(entry.licence === 'unknown', entry.id).toBe(entry.licenceUrl === undefined);
      expect(/\bNC\b/.test(entry.licence), entry.id).toBe(entry.nonCommercial === true);
    }
  });

  it('has one model a scale in each family', () => {
    const places = CATALOGUE.map(({ family, scale }) => `${family} x${scale}`);
    expect(new Set(places).size).toBe(places.length);
  });
});
