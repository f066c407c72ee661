import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clipOutput, interpolateStep } from '../../contract/clip-recipe.ts';
import { outputRules, recipe, restoreStep } from '../../contract/recipe.ts';
import type { PresetView } from '../../contract/views.ts';
import { Presets } from './presets.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'gesso-presets-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function open() {
  const told: PresetView[][] = [];
  const presets = new Presets({
    file: path.join(root, 'presets.json'),
    isKnown: (model) => model === 'span-x2',
    changed: (all) => told.push(all),
  });
  const problems = presets.load();
  return { presets, problems, told };
}

function preset(name: string, strength = 1): PresetView {
  const step = restoreStep.parse({ studio: 'restore', model: 'span-x2', scale: 2, strength });
  return { studio: 'restore', name, steps: [step], output: outputRules.parse({ format: 'png' }) };
}

function write(name: string, value: unknown): string {
  const file = path.join(root, name);
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

it('keeps presets under their names, and one of the same name is the newer one', () => {
  const first = open();
  first.presets.save(preset('Letters'));
  first.presets.save(preset('Film', 0.5));
  first.presets.save(preset('Letters', 0.2));
  first.presets.rename('restore', 'Film', 'Old film');
  expect(() => first.presets.rename('restore', 'Old film', 'Letters')).toThrow(/already/);
  const { presets, problems } = open();
  expect(problems).toEqual([]);
  expect(presets.list()).toEqual([preset('Letters', 0.2), preset('Old film', 0.5)]);
  presets.remove({ studio: 'restore', name: 'Letters' });
  expect(open().presets.list()).toEqual([preset('Old film', 0.5)]);
  expect(readdirSync(root)).toEqual(['presets.json']);
});

it('comes back as it was from the file that it is shared as, which is a recipe', async () => {
  const { presets, told } = open();
  presets.save(preset('Letters', 0.3));
  const file = path.join(root, 'shared.gesso.json');
  presets.export({ studio: 'restore', name: 'Letters' }, file);
  expect(recipe.parse(JSON.parse(readFileSync(file, 'utf8')))).toMatchObject({ gesso: 1, name: 'Letters' });
  presets.remove({ studio: 'restore', name: 'Letters' });
  expect((await presets.import(file)).name).toBe('Letters');
  expect(told.at(-1)).toEqual([preset('Letters', 0.3)]);
});

it('is called after its file where it has no name', async () => {
  const { presets } = open();
  const file = write('Old letters.gesso.json', { gesso: 1, steps: [{ studio: 'restore' }] });
  expect((await presets.import(file)).name).toBe('Old letters');
});

it.each([
  ['of a later version', { gesso: 2, steps: [] }, /version 2.*version 1/, /Update Gesso/],
  [
    'with an unknown model',
    { gesso: 1, steps: [{ studio: 'restore', model: 'x' }] },
    /the model x/,
    /Update/,
  ],
  ['with a wrong value', { gesso: 1, steps: [{ studio: 'restore', strength: 7 }] }, /strength/, /Correct/],
  ['that is no JSON', 'hello', /a\.gesso\.json is not a recipe/, /export one/],
  ['that is a picture', 'x'.repeat(200_000), /too large/, /another file/],
])('refuses a recipe %s, and says what to do', async (_what, value, message, hint) => {
  const { presets } = open();
  const file = write('a.gesso.json', value);
  await expect(presets.import(file)).rejects.toMatchObject({
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });
  expect(presets.list()).toEqual([]);
});

it('leaves out what is broken and says so, each by itself', () => {
  const good = { gesso: 1, name: 'Good', steps: [{ studio: 'restore' }] };
  const strange = { gesso: 1, name: 'Strange', steps: [{ studio: 'restore', model: 'gone' }] };
  write('presets.json', { gesso: 1, presets: [7, good, { ...good, steps: [] }, strange] });
  const { presets, problems } = open();
  expect(presets.list().map(({ name }) => name)).toEqual(['Good']);
  expect(problems).toHaveLength(3);
  write('presets.json', '{');
  expect(open().problems).toHaveLength(1);
});

it('changes nothing where the disk takes nothing', () => {
  const { presets } = open();
  mkdirSync(path.join(root, 'presets.json.part'));
  expect(() => presets.save(preset('Letters'))).toThrow();
  expect(presets.list()).toEqual([]);
});

it('keeps presets of clips beside those of pictures, each studio with names of its own', async () => {
  const { presets } = open();
  const smooth: PresetView = {
    studio: 'interpolate',
    name: 'Letters',
    steps: [interpolateStep.parse({ studio: 'interpolate', fps: '60' })],
    output: clipOutput.parse({ codec: 'av1' }),
  };
  presets.save(preset('Letters'));
  presets.save(smooth);
  expect(open().presets.list()).toEqual([preset('Letters'), smooth]);
  const file = path.join(root, 'smooth.gesso.json');
  presets.export(smooth, file);
  presets.remove(smooth);
  expect(presets.list()).toEqual([preset('Letters')]);
  expect(await presets.import(file)).toEqual(smooth);
});
