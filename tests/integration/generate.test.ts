import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { startsOf } from '../../main/engine/studios/generate/diffusion/tiled-predict.ts';
import { TINY_SHAPE, writeDiffusionModel, writeRandom } from '../../models/testing/diffusion-model.ts';
import { exportOnnxFolder } from '../support/onnx-folder.ts';
import { gesso, sample, scratch, start } from './support/gesso.ts';

/** Pictures from words through the command line, with a model of real shape and random weights. */
let home: string;
let model: string;
let out: string;
const CAT = sample('chelsea.png');
let count = 0;

beforeAll(async () => {
  home = scratch('gesso-home');
  out = scratch('generated');
  model = path.join(scratch('models'), 'tiny-fox');
  writeDiffusionModel(model, TINY_SHAPE);
  const { code, events } = await gesso(['models', 'import', model, '--license', 'CC0-1.0', '--json'], {
    home,
  });
  expect([code, events[0]!.id, events[0]!.family]).toEqual([0, 'tiny-fox', 'sd1']);
});

/** Runs `gesso generate` with few steps. */
async function made(...args: string[]): Promise<{ file: string; event: Record<string, unknown> }> {
  count += 1;
  const usual = ['--model', 'tiny-fox', '--prompt', 'a (red:1.3) fox', '--steps', '4', '--seed', '7'];
  const named = ['--name', `picture-${count}`, '--out', out, '--json'];
  const { code, events, stderr } = await gesso(['generate', ...usual, ...named, ...args], { home });
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return { file: String(events[0]!.output), event: events[0]! };
}

async function bytes(file: string): Promise<Buffer> {
  return sharp(file).removeAlpha().raw().toBuffer();
}

function apart(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0);
}

async function refused(...args: string[]): Promise<{ code: unknown; message: string; hint: string }> {
  const { events, stderr } = await gesso(
    ['generate', '--steps', '2', '--seed', '1', '--out', out, '--json', ...args],
    {
      home,
    },
  );
  const error = events[0]?.error as { code: string; message: string; hint: string } | undefined;
  return error ?? { code: undefined, message: stderr, hint: '' };
}

describe('a seed', () => {
  it('means the same picture again, and the next ones count on from it', async () => {
    const [one, two, next] = [await made(), await made(), await made('--seed', '8')];
    expect(one.event).toMatchObject({
      input: null,
      model: 'tiny-fox',
      seed: 7,
      width: 128,
      height: 128,
      steps: 4,
    });
    expect(await bytes(one.file)).toEqual(await bytes(two.file));
    expect(apart(await bytes(one.file), await bytes(next.file))).toBeGreaterThan(20);
    const several = await gesso(
      [...'generate --model tiny-fox --prompt x --steps 2 --seed 40 --count 3 --json --out'.split(' '), out],
      { home },
    );
    expect(several.events.slice(0, 3).map(({ seed }) => seed)).toEqual([40, 41, 42]);
    expect(several.events.at(-1)).toEqual({ event: 'summary', done: 3, failed: 0, skipped: 0 });
  });

  it('is in the file with everything else, and the file makes the picture again', async () => {
    const { file } = await made('--negative', 'blurry', '--sampler', 'euler_a', '--guidance', '5');
    const shown = await gesso(['inspect', file, '--json'], { home });
    const [{ recipe, parameters }] = shown.events as [{ recipe: { steps: object[] }; parameters: string }];
    expect(recipe.steps[0]).toMatchObject({
      kind: 'diffusion',
      seed: 7,
      negative: 'blurry',
      sampler: 'euler_a',
    });
    expect(parameters).toContain(
      'Negative prompt: blurry\nSteps: 4, Sampler: Euler a, CFG scale: 5, Seed: 7',
    );
    const saved = path.join(out, 'again.gesso.json');
    writeFileSync(saved, JSON.stringify({ ...recipe, output: undefined }));
    const again = await gesso(['generate', '--recipe', saved, '--name', 'again', '--out', out, '--json'], {
      home,
    });
    expect(await bytes(String(again.events[0]!.output))).toEqual(await bytes(file));
    expect((await sharp(file).metadata()).xmp?.toString()).toContain(
      'digitalsourcetype/trainedAlgorithmicMedia',
    );
  });
});

describe('a picture to begin with', () => {
  it('stays as it is at strength 0, and outside the mask', async () => {
    const small = path.join(out, 'cat.png');
    await sharp(CAT).resize(192, 128, { fit: 'fill' }).toFile(small);
    const kept = await made('--init', small, '--strength', '0');
    expect(await bytes(kept.file)).toEqual(await bytes(small));
    const mask = path.join(out, 'left.png');
    await sharp({ create: { width: 192, height: 128, channels: 3, background: '#000' } })
      .composite([
        { input: { create: { width: 96, height: 128, channels: 3, background: '#fff' } }, left: 0, top: 0 },
      ])
      .png()
      .toFile(mask);
    const filled = await made('--init', small, '--mask', mask, '--strength', '1');
    const right = { left: 100, top: 0, width: 92, height: 128 };
    const part = (file: string) => sharp(file).extract(right).raw().toBuffer();
    expect(await part(filled.file)).toEqual(await part(small));
    expect(apart(await bytes(filled.file), await bytes(small))).toBeGreaterThan(20);
    expect(filled.event).toMatchObject({ input: small, width: 192, height: 128 });
    expect((await sharp(filled.file).metadata()).xmp?.toString()).toContain('compositeWithTrained');
  });

  it('grows by what is made up around it', async () => {
    const small = path.join(out, 'square.png');
    await sharp(CAT).resize(128, 128, { fit: 'fill' }).toFile(small);
    const { file, event } = await made('--init', small, '--outpaint', '64,0,32,0', '--strength', '0.9');
    expect(event).toMatchObject({ width: 224, height: 128 });
    const middle = await sharp(file).extract({ left: 100, top: 0, width: 40, height: 128 }).raw().toBuffer();
    const same = await sharp(small).extract({ left: 36, top: 0, width: 40, height: 128 }).raw().toBuffer();
    expect(middle).toEqual(same);
  });
});

describe('large pictures', () => {
  it('go through the autoencoder in strips as they do whole', async () => {
    const size = ['--size', '384x256', '--steps', '1', '--sampler', 'euler'];
    const [whole, strips] = [await made(...size), await made(...size, '--tile', '128')];
    expect(apart(await bytes(whole.file), await bytes(strips.file))).toBeLessThanOrEqual(3);
    // To latents and back.
    const again = ['--init', whole.file, ...size, '--strength', '1'];
    const [a, b] = [await made(...again), await made(...again, '--tile', '128')];
    expect(apart(await bytes(a.file), await bytes(b.file))).toBeLessThanOrEqual(3);
  });

  it('show no borders of the tiles that the network answered', async () => {
    const trace = path.join(out, 'trace');
    await made('--size', '640x512', '--steps', '6', '--trace', trace, '--sampler', 'ddim');
    const data = readFileSync(path.join(trace, '5.f32'));
    const latents = new Float32Array(new Uint8Array(data).buffer);
    const [wide, high, tile] = [80, 64, 16];
    const borders = new Set(startsOf(wide, tile).flatMap((at) => [at, at + tile]));
    const steps = { across: [] as number[], inside: [] as number[] };
    for (let c = 0; c < 4; c += 1)
      for (let y = 0; y < high; y += 1)
        for (let x = 1; x < wide; x += 1) {
          const at = (c * high + y) * wide + x;
          steps[borders.has(x) ? 'across' : 'inside'].push(Math.abs(latents[at]! - latents[at - 1]!));
        }
    const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / list.length;
    expect(mean(steps.across) / mean(steps.inside)).toBeLessThan(1.2);
  });
});

describe('files beside a model', () => {
  it('a LoRA changes the picture by its weight, and not at 0', async () => {
    const lora = path.join(out, 'hat.safetensors');
    const place = 'lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q';
    writeRandom(
      lora,
      new Map([
        [`${place}.lora_down.weight`, [4, 16]],
        [`${place}.lora_up.weight`, [16, 4]],
      ]),
      false,
      5,
    );
    const plain = await bytes((await made()).file);
    expect(apart(await bytes((await made('--lora', `${lora}:0`)).file), plain)).toBe(0);
    const [half, full] = [await made('--lora', `${lora}:0.5`), await made('--lora', lora)];
    expect(apart(await bytes(half.file), plain)).toBeGreaterThan(0);
    expect(apart(await bytes(full.file), await bytes(half.file))).toBeGreaterThan(0);
  });

  it('a word that a textual inversion teaches stands for its vectors', async () => {
    const word = path.join(out, 'hatcat.safetensors');
    writeRandom(word, new Map([['emb_params', [2, 16]]]), false, 9);
    const args = ['--prompt', 'a hatcat on a mat'];
    const [plain, taught] = [await made(...args), await made(...args, '--embedding', word)];
    expect(apart(await bytes(plain.file), await bytes(taught.file))).toBeGreaterThan(0);
  });

  it('what was made for another model is named for what it is', async () => {
    const wide = path.join(out, 'xl.safetensors');
    const place = 'lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k';
    writeRandom(
      wide,
      new Map([
        [`${place}.lora_down.weight`, [4, 2048]],
        [`${place}.lora_up.weight`, [16, 4]],
      ]),
      false,
      5,
    );
    const usual = ['--model', 'tiny-fox', '--prompt', 'x'];
    expect(await refused(...usual, '--lora', wide)).toMatchObject({
      code: 'model/unknown-architecture',
      message: expect.stringContaining('a LoRA for Stable Diffusion XL'),
    });
    const folder = path.join(out, 'vae-xl');
    cpSync(path.join(model, 'vae'), folder, { recursive: true });
    const config = JSON.parse(readFileSync(path.join(folder, 'config.json'), 'utf8'));
    writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ ...config, scaling_factor: 0.13025 }));
    expect(await refused(...usual, '--vae', folder)).toMatchObject({
      code: 'model/unknown-architecture',
      message: expect.stringContaining('as Stable Diffusion XL does'),
    });
    const embedding = path.join(out, 'large.safetensors');
    writeRandom(embedding, new Map([['emb_params', [1, 768]]]), false, 9);
    expect((await refused(...usual, '--embedding', embedding)).message).toContain(
      'no textual inversion for tiny-fox',
    );
    expect(
      (await refused(...usual, '--lora', path.join(model, 'vae/diffusion_pytorch_model.safetensors')))
        .message,
    ).toContain('is no LoRA');
  });

  it('a model that lacks a part, or reads something else, is refused before it is taken in', async () => {
    const cases: [string, (folder: string) => void, string][] = [
      [
        'deaf',
        (folder) => rmSync(path.join(folder, 'text_encoder'), { recursive: true }),
        'lacks a text encoder',
      ],
      [
        'bare',
        (folder) => rmSync(path.join(folder, 'vae/diffusion_pytorch_model.safetensors')),
        'no weights of the vae',
      ],
      [
        'cut',
        (folder) => {
          const file = path.join(folder, 'unet/diffusion_pytorch_model.safetensors');
          writeFileSync(file, readFileSync(file).subarray(0, 200_000));
        },
        'reaches past its end',
      ],
    ];
    for (const [name, change, said] of cases) {
      const folder = path.join(scratch('broken'), name);
      cpSync(model, folder, { recursive: true });
      change(folder);
      const { code, stderr } = await gesso(['models', 'import', folder], { home });
      expect([code, stderr.includes(said) ? said : stderr]).toEqual([1, said]);
    }
    const deep = path.join(scratch('other'), 'deep');
    writeDiffusionModel(deep, { ...TINY_SHAPE, inputChannels: 5 });
    const { code, stderr } = await gesso(['models', 'import', deep], { home });
    expect([code, stderr]).toEqual([1, expect.stringContaining('reads depth')]);
  });

  it('a network that was trained to fill in reads the mask and what is left', async () => {
    const filler = path.join(scratch('models'), 'tiny-filler');
    writeDiffusionModel(filler, { ...TINY_SHAPE, inputChannels: 9 });
    const small = path.join(out, 'square-2.png');
    await sharp(CAT).resize(128, 128, { fit: 'fill' }).toFile(small);
    const mask = path.join(out, 'spot.png');
    await sharp({ create: { width: 128, height: 128, channels: 3, background: '#000' } })
      .composite([
        { input: { create: { width: 40, height: 40, channels: 3, background: '#fff' } }, left: 20, top: 20 },
      ])
      .png()
      .toFile(mask);
    const { file } = await made('--model', filler, '--init', small, '--mask', mask, '--strength', '1');
    const corner = { left: 80, top: 80, width: 48, height: 48 };
    const part = (each: string) => sharp(each).extract(corner).raw().toBuffer();
    expect(await part(file)).toEqual(await part(small));
  });
});

describe('a folder of ONNX files', () => {
  it('makes the picture that the same model makes of its tensors', async () => {
    const folder = path.join(scratch('onnx'), 'fox-onnx');
    exportOnnxFolder(path.join(home, 'models/bundles/tiny-fox'), model, folder);
    const taken = await gesso(['models', 'import', folder, '--json'], { home });
    expect([taken.code, taken.stderr]).toEqual([0, expect.any(String)]);
    const small = path.join(out, 'onnx-start.png');
    await sharp(CAT).resize(128, 128, { fit: 'fill' }).toFile(small);
    for (const how of [[], ['--init', small, '--strength', '0.6']]) {
      const [one, other] = [await made(...how), await made('--model', 'fox-onnx', ...how)];
      expect(apart(await bytes(one.file), await bytes(other.file))).toBeLessThanOrEqual(1);
    }
    const lora = await refused(
      '--model',
      'fox-onnx',
      '--prompt',
      'x',
      '--lora',
      path.join(out, 'hat.safetensors'),
    );
    expect(lora).toMatchObject({
      code: 'recipe/invalid',
      message: expect.stringContaining('made of ONNX files'),
    });
  });
});

describe('a kill', () => {
  it('while a model is taken in leaves none of it, and the next import is whole', async () => {
    const other = path.join(scratch('models'), 'tiny-killed');
    writeDiffusionModel(other, { ...TINY_SHAPE, textLayers: 40 });
    const running = start(['models', 'import', other], { home });
    await running.saw('tiny-killed');
    await new Promise((resolve) => setTimeout(resolve, 700));
    running.child.kill('SIGKILL');
    await running.done;
    const listed = await gesso(['models', 'list', '--json'], { home });
    const isThere = listed.events.some(({ id }) => id === 'tiny-killed');
    if (!isThere) expect(existsSync(path.join(home, 'models/bundles/tiny-killed'))).toBe(false);
    const { code } = await gesso(['models', 'import', other], { home });
    expect(code).toBe(0);
    expect((await gesso(['models', 'verify', 'tiny-killed'], { home })).code).toBe(0);
    expect(readdirSync(path.join(home, 'models/temp'))).toEqual([]);
  });

  it('while pictures are made loses only the one in hand', async () => {
    const folder = path.join(out, 'killed');
    const args = [
      ...'generate --model tiny-fox --prompt x --steps 40 --seed 60 --count 4 --json --out'.split(' '),
      folder,
    ];
    const running = start(args, { home });
    await running.saw('"seed":60');
    running.child.kill('SIGKILL');
    await running.done;
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { code } = await gesso(['jobs', 'resume', '--json'], { home });
    expect(code).toBe(0);
    expect(readdirSync(folder).filter((name) => name.endsWith('.png'))).toHaveLength(4);
    expect(readdirSync(folder)).toHaveLength(4);
  });
});

it('is said plainly where there is no model, and what is wrong with a setting', async () => {
  const empty = scratch('gesso-home');
  const none = await gesso(['generate', '--prompt', 'x'], { home: empty });
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('Gesso brings no diffusion model')]);
  for (const [flags, said] of [
    [['--sampler', 'ddim:karras'], 'sampler'],
    [['--size', '100x100'], 'multiple of 8'],
    [['--strength', '0.5'], 'goes with --init'],
    [['--steps', '0'], 'steps'],
    [['--outpaint', '1,2'], 'goes with --init'],
    [['--hires', 'large'], 'SCALE:STRENGTH'],
  ] as const) {
    const { code, stderr } = await gesso(['generate', '--model', 'tiny-fox', '--prompt', 'x', ...flags], {
      home,
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
  }
});

it('a model is removed whole', async () => {
  const other = path.join(scratch('models'), 'tiny-gone');
  mkdirSync(path.dirname(other), { recursive: true });
  cpSync(model, other, { recursive: true });
  expect((await gesso(['models', 'import', other], { home })).code).toBe(0);
  const bin = path.join(home, 'models/bundles/tiny-gone/unet.bin');
  renameSync(bin, `${bin}.away`);
  expect(
    (await gesso(['models', 'list', '--json'], { home })).events.some(({ id }) => id === 'tiny-gone'),
  ).toBe(false);
  renameSync(`${bin}.away`, bin);
  expect((await gesso(['models', 'remove', 'tiny-gone'], { home })).code).toBe(0);
  expect(existsSync(path.dirname(bin))).toBe(false);
});
