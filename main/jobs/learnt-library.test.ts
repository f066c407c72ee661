import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { learnRecipe } from '../../contract/learn-step.ts';
import { ModelStore } from '../../models/library/store.ts';
import type { Result } from '../engine/protocol/methods.ts';
import { LearntLibrary } from './learnt-library.ts';

let models = '';
beforeEach(() => {
  models = mkdtempSync(path.join(tmpdir(), 'gesso-learnt-'));
});
afterEach(() => rmSync(models, { recursive: true, force: true }));

/** Cats, learnt: with a network that draws them. */
async function withCats(): Promise<LearntLibrary> {
  const library = new LearntLibrary(models, () => false);
  const made = path.join(await library.beginWork(), 'learnt');
  mkdirSync(made, { recursive: true });
  writeFileSync(path.join(made, 'state.bin'), 'weights');
  writeFileSync(path.join(made, 'draws.onnx'), 'network');
  const learnt = {
    ...{ shape: {}, networks: {}, parameters: 1 },
    learnt: { from: ['cats'], examples: 40, steps: 1, seconds: 1, seed: 0, figures: {}, notes: [] },
  };
  const latent: NonNullable<Result<'learn.train'>['latent']> = {
    file: 'draws.onnx',
    descriptor: {
      ...{ gesso: 1, task: 'generate', architecture: 'learnt-vae', character: 'plain', scale: 1 },
      ...{ inputChannels: 3, outputChannels: 3, input: 'numbers', output: 'picture' },
      ...{ sizeMultipleOf: 1, sizeMinimum: 1, tiling: 'global', alignment: 1, overlap: 0 },
      ...{ precision: 'fp32', parameters: 1, activationBytesPerPixel: 1 },
    },
  };
  const recipe = learnRecipe.parse({ gesso: 1, steps: [{ studio: 'learn', kind: 'vae' }] });
  await library.adopt(made, { learnt, latent, device: 'cpu' }, recipe);
  return library;
}

it('what is renamed keeps its id, its files and its age; what draws for it is called the same', async () => {
  const library = await withCats();
  const [before] = library.list();
  await library.rename(before!.id, 'Our cats');
  expect(library.list()).toEqual([{ ...before, name: 'Our cats' }]);
  expect(new ModelStore(models).read(before!.latent!)?.descriptor).toMatchObject({
    ...{ id: before!.latent, name: 'Our cats' },
  });
  expect(await library.problemOf(before!.id)).toBeUndefined();
  // The record is as it was written at first, and no draft is left beside it.
  const record = JSON.parse(readFileSync(path.join(before!.folder, 'learnt.json'), 'utf8'));
  expect(record).not.toHaveProperty('folder');
  expect(readdirSync(before!.folder).sort()).toEqual(['learnt.json', 'state.bin']);
  expect(readdirSync(path.join(models, 'installed'))).toEqual([`${before!.latent}.json`]);
});

it('what was not learnt cannot be renamed', async () => {
  const library = new LearntLibrary(models, () => false);
  await expect(library.rename('dogs', 'Dogs')).rejects.toMatchObject({ code: 'model/missing' });
  await expect(library.rename('../dogs', 'Dogs')).rejects.toMatchObject({ code: 'model/missing' });
});
