import { readdirSync, readFileSync } from 'node:fs';
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

describe('the samples', () => {
  const folder = path.join(import.meta.dirname, 'samples');
  const names = readdirSync(folder);
  const sizes = names.map((name) => readFileSync(path.join(folder, name)).length);

  it('are one for each entry, and none is left of an entry that is gone', () => {
    expect(names.toSorted()).toEqual(CATALOGUE.map(({ id }) => `${id}.webp`).toSorted());
  });

  it('are before and after beside each other, 264 x 168 pixels each', () => {
    for (const name of names) {
      const bytes = readFileSync(path.join(folder, name));
      expect(bytes.toString('latin1', 8, 16), name).toBe('WEBPVP8 ');
      const [width, height] = [26, 28].map((at) => bytes.readUInt16LE(at) & 0x3fff);
      expect([width, height], name).toEqual([528, 168]);
    }
  });

  it('are small: they come with the program', () => {
    expect(Math.max(...sizes)).toBeLessThan(32_000);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_500_000);
  });
});
