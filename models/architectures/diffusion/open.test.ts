import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TINY_SHAPE, writeDiffusionModel } from '../../testing/diffusion-model.ts';
import { safetensorsOf } from '../../testing/pytorch.ts';
import { openDiffusion } from './open.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-open-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const isRefiner = {
  code: 'model/unknown-architecture',
  message: expect.stringContaining('is the refiner of Stable Diffusion XL'),
  hint: expect.stringContaining('Import the base model'),
};

it('a single file of the refiner, whose only text encoder is the larger one, is told for what it is', async () => {
  const file = path.join(folder, 'refiner.safetensors');
  const one = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };
  const header = { 'conditioner.embedders.0.model.text_projection': one };
  writeFileSync(file, safetensorsOf(header, new Uint8Array(4)));
  await expect(openDiffusion(file)).rejects.toMatchObject(isRefiner);
});

it('so is its folder, which has a second text encoder and no first one', async () => {
  const model = path.join(folder, 'refiner');
  writeDiffusionModel(model, TINY_SHAPE);
  renameSync(path.join(model, 'text_encoder'), path.join(model, 'text_encoder_2'));
  await expect(openDiffusion(model)).rejects.toMatchObject(isRefiner);
});

it('a folder that is no model says what is missing', async () => {
  mkdirSync(path.join(folder, 'empty'));
  await expect(openDiffusion(path.join(folder, 'empty'))).rejects.toMatchObject({
    code: 'model/unknown-architecture',
    message: expect.stringContaining('without a model_index.json'),
  });
});
