import { expect, it } from 'vitest';
import { diffusionStep } from '../../contract/diffusion-step.ts';
import type { ChosenFile, PageStep } from '../../contract/generate-settings.ts';
import { ruleStep } from '../../contract/rules.ts';
import { recipeStep, toPageStep } from './page-step.ts';

/** Files by ids that are made of their paths. */
const files = {
  of: (file: string): ChosenFile => ({ id: file, name: file.slice(1) }),
  path: ({ id }: ChosenFile) => id,
};

const words = diffusionStep.parse({
  studio: 'generate',
  kind: 'diffusion',
  model: 'tiny',
  prompt: 'a fox',
  width: 512,
  height: 768,
  loras: [{ file: '/l.safetensors', weight: 0.5 }],
  vae: '/v.safetensors',
  embeddings: ['/e.pt'],
  seed: 7,
});
const pattern = ruleStep.parse({
  studio: 'generate',
  kind: 'rule',
  rule: 'quilt',
  settings: { patch: 30 },
  picture: '/moss.jpg',
  palette: { picture: '/sea.jpg' },
});

it('tells the page ids and names, never paths, and comes back to the same step', () => {
  const page = toPageStep(words, files);
  expect(page).toMatchObject({
    loras: [{ file: { name: 'l.safetensors' }, weight: 0.5 }],
    vae: { name: 'v.safetensors' },
  });
  expect(recipeStep(page, files)).toEqual(words);
  expect(recipeStep(toPageStep(pattern, files), files)).toEqual(pattern);
});

it('says the size that a picture came out with where its step leaves that to the model', () => {
  const { width: _, height: __, ...rest } = words;
  expect(toPageStep(rest, files, { width: 640, height: 420 })).toMatchObject({ width: 640, height: 424 });
  expect(toPageStep(rest, files)).toMatchObject({ width: 512, height: 512 });
});

it('leaves mask and room to grow to pictures that begin with one, and the size to that one', () => {
  const outpaint = { left: 64, top: 0, right: 0, bottom: 0 };
  const page: PageStep = toPageStep({ ...words, outpaint }, files);
  expect(recipeStep(page, files, { mask: '/m.png' })).toEqual(words);
  const begun = recipeStep(page, files, { mask: '/m.png', hasInput: true });
  expect(begun).toMatchObject({ mask: '/m.png', outpaint });
  expect(begun).not.toHaveProperty('width', 512);
});

it('refuses words without a model, and a pattern without its picture', () => {
  const { model: _, ...page } = toPageStep(words, files) as Extract<PageStep, { kind: 'diffusion' }>;
  expect(() => recipeStep(page, files)).toThrow(/No diffusion model/);
  const { picture: __, ...bare } = toPageStep(pattern, files) as Extract<PageStep, { kind: 'rule' }>;
  expect(() => recipeStep(bare, files)).toThrow(/starts from a picture/);
});
