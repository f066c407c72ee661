import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clipOutput, interpolateStep } from '../../contract/clip-recipe.ts';
import { outputRules, recipe, restoreStep } from '../../contract/recipe.ts';
import type { GeneratePreset, PresetView } from '../../contract/views.ts';
import { ChosenFiles } from './chosen-files.ts';
import { Presets } from './presets.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'gesso-presets-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A shelf whose ids are made of the order in which pictures came. */
class FakeShelf {
  readonly files: (string | undefined)[] = [];

  idOf(file: string): string | undefined {
    const at = this.files.indexOf(file);
    return at < 0 ? undefined : `00000000-0000-4000-8000-00000000000${at}`;
  }

  path(id: string): string {
    const file = this.files[Number(id.at(-1))];
    if (file === undefined) throw new Error('not on the shelf');
    return file;
  }

  add(files: readonly string[]): void {
    this.files.push(...files);
  }
}

function open(shelf = new FakeShelf()) {
  const told: PresetView[][] = [];
  const presets = new Presets({
    file: path.join(root, 'presets.json'),
    isKnown: (model) => model === 'span-x2',
    shelf,
    files: new ChosenFiles({ file: path.join(root, 'chosen-files.json'), onProblem: () => {} }),
    changed: (all) => told.push(all),
  });
  const problems = presets.load();
  return { presets, problems, told, shelf };
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

const painted = (...styles: unknown[]) => ({ gesso: 1, name: 'Sea', steps: [{ studio: 'style', styles }] });

it('takes in a recipe of Style: its pictures go on the shelf, masks of layers are left out', async () => {
  const { presets, shelf, told } = open();
  const wave = write('wave.png', 'wave');
  const mixed = painted({ from: { picture: wave }, weight: 3 }, { from: { builtIn: 4 } });
  const [step] = mixed.steps;
  const layered = { ...mixed, steps: [{ ...step, mask: 'sky.png', colour: 'original', opacity: 0.5 }] };
  const preset = await presets.import(write('sea.gesso.json', layered));
  expect(shelf.files).toEqual([wave]);
  const from = { picture: shelf.idOf(wave) };
  expect(preset).toMatchObject({
    studio: 'style',
    name: 'Sea',
    layers: [{ opacity: 0.5, blend: 'normal', look: { keptColour: 1, brush: 1 } }],
  });
  const { layers } = preset as Extract<PresetView, { studio: 'style' }>;
  expect(layers[0]!.look.styles).toEqual([
    { from, weight: 1 },
    { from: { builtIn: 4 }, weight: 1 / 3 },
  ]);
  expect(JSON.stringify(told.at(-1))).not.toContain(root);
  // As the page saves it, it is the same preset.
  presets.remove(preset);
  presets.save({ ...preset, name: 'Sea again' });
  expect(open(shelf).presets.list()).toEqual([{ ...preset, name: 'Sea again' }]);
});

it('says of a preset which of its pictures are not on the shelf, and brings it back whole after it was deleted', async () => {
  const { presets, shelf, told } = open();
  const wave = write('wave.png', 'wave');
  const preset = await presets.import(write('sea.gesso.json', painted({ from: { picture: wave } })));
  shelf.files[0] = undefined;
  presets.shelfChanged();
  const [without] = told.at(-1)!;
  expect(without).toMatchObject({ name: 'Sea', missing: ['wave.png'] });
  const count = told.length;
  presets.shelfChanged();
  expect(told).toHaveLength(count);
  presets.remove(without!);
  presets.save(without!);
  shelf.files[0] = wave;
  presets.shelfChanged();
  expect(told.at(-1)).toEqual([preset]);
});

it.each([
  ['whose picture is gone', [{ from: { picture: '/nowhere/wave.png' } }], /wave\.png.*is not there/],
  ['with masks for single styles', [{ from: { builtIn: 1 }, mask: 'm.png' }], /masks for single styles/],
  ['of five styles at once', [1, 2, 3, 4, 5].map((builtIn) => ({ from: { builtIn } })), /mixes 5 styles/],
])('refuses a recipe of Style %s', async (_what, styles, message) => {
  const { presets, shelf } = open();
  await expect(presets.import(write('sea.gesso.json', painted(...styles)))).rejects.toThrow(message);
  expect([presets.list(), shelf.files]).toEqual([[], []]);
});

it('keeps what Generate makes pictures by, with files by ids, also while its model is not there', async () => {
  const { presets, told } = open();
  const lora = path.join(root, 'ink.safetensors');
  const words = {
    studio: 'generate',
    kind: 'diffusion',
    model: 'my-own',
    prompt: 'a fox',
    width: 512,
    height: 512,
  };
  const recipe = { gesso: 1, name: 'Fox', steps: [{ ...words, loras: [{ file: lora }], seed: 4 }] };
  const preset = await presets.import(write('fox.gesso.json', recipe));
  expect(preset).toMatchObject({
    studio: 'generate',
    name: 'Fox',
    step: { model: 'my-own', seed: 4, loras: [{ file: { name: 'ink.safetensors' }, weight: 1 }] },
  });
  expect(JSON.stringify(told.at(-1))).not.toContain(root);
  expect(open().presets.list()).toEqual([preset]);
  const file = path.join(root, 'again.gesso.json');
  presets.export(preset, file);
  presets.remove(preset);
  expect(await presets.import(file)).toEqual(preset);
});

it('keeps the pins of a pad; a walk that is taken in has what it passes for pins', async () => {
  const { presets } = open();
  const eyes = { studio: 'generate', kind: 'latent', model: 'eyes', seeds: [{ seed: 3, weight: 1 }] };
  const pin = { seeds: [{ seed: 5, weight: 1 }], picture: 0, spread: 1, truncation: 0.5, condition: 'blue' };
  const pad = { gesso: 1, name: 'Pad', steps: [{ ...eyes, pins: [pin] }] };
  expect(await presets.import(write('pad.gesso.json', pad))).toMatchObject({ step: { pins: [pin] } });
  const walk = { gesso: 1, name: 'Walk', steps: [{ ...eyes, walk: { seconds: '4', stops: [9, pin] } }] };
  const { step } = (await presets.import(write('walk.gesso.json', walk))) as GeneratePreset;
  expect(step).toMatchObject({
    seeds: [{ seed: 3 }],
    pins: [eyes.seeds, [{ seed: 9, weight: 1 }]]
      .map((seeds) => ({ seeds, truncation: 1 }))
      .concat(pin as never),
  });
  expect(step).not.toHaveProperty('walk');
});
