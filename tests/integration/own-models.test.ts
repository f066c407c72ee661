import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { safetensorsOf } from '../../models/testing/pytorch.ts';
import { gesso, homeWithModels, sample, scratch } from './support/gesso.ts';
import { largestDifference, pixels } from './support/pictures.ts';

let home: string;
let folder: string;
beforeAll(async () => {
  home = await homeWithModels();
  folder = scratch('own-models');
});

/** A file of named tensors, each filled by its name. */
function checkpoint(name: string, shapes: Record<string, number[]>, fill: (name: string) => number): string {
  let offset = 0;
  const header: Record<string, unknown> = {};
  const parts: Uint8Array[] = [];
  for (const [tensor, shape] of Object.entries(shapes)) {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(fill(tensor));
    header[tensor] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
    parts.push(new Uint8Array(data.buffer));
  }
  const file = path.join(folder, name);
  writeFileSync(file, safetensorsOf(header, Buffer.concat(parts)));
  return file;
}

/** A compact network whose convolutions are nothing: what is left of it is the nearest-neighbour enlargement. */
const compact = (name: string, channels = 12) =>
  checkpoint(
    name,
    {
      'body.0.weight': [8, 3, 3, 3],
      'body.0.bias': [8],
      'body.1.weight': [8],
      'body.2.weight': [8, 8, 3, 3],
      'body.2.bias': [8],
      'body.3.weight': [8],
      'body.4.weight': [channels, 8, 3, 3],
      'body.4.bias': [channels],
    },
    () => 0,
  );

describe('gesso models info', () => {
  it('says in one line what a file is', async () => {
    const { code, events, stdout } = await gesso(['models', 'info', compact('a.safetensors'), '--json'], {
      home,
    });
    expect([code, stdout.trim().split('\n').length]).toEqual([0, 1]);
    expect(events[0]).toMatchObject({
      format: 'safetensors',
      architecture: 'Compact',
      task: 'upscale',
      scale: 2,
      inputChannels: 3,
      outputChannels: 3,
      sizeMultipleOf: 1,
      sizeMinimum: 0,
      parameters: 8 * 27 + 8 + 8 + 8 * 72 + 8 + 8 + 12 * 72 + 12,
      precision: 'fp32',
      tags: ['8nf', '1nc'],
    });
  });

  it('tells no model, an unknown model and a broken one apart', async () => {
    const text = path.join(folder, 'letter.pth');
    writeFileSync(text, 'Dear Sir or Madam, this is a letter and no model. '.repeat(9));
    const unknown = checkpoint('own.safetensors', { 'stem.weight': [4, 3], 'head.gain': [4] }, () => 1);
    const broken = checkpoint(
      'esrgan.safetensors',
      { 'conv_first.weight': [4, 3, 3, 3], 'conv_first.bias': [4], 'body.0.rdb1.conv1.weight': [4, 4, 3, 3] },
      () => 0,
    );
    const said = async (file: string) => (await gesso(['models', 'info', file], { home })).stderr;
    expect(await said(text)).toMatch(/is not a model: it looks like text/);
    expect(await said(unknown)).toMatch(
      /does not know: 2 tensors with 16 values, such as stem\.weight \(4 x 3/,
    );
    expect(await said(broken)).toMatch(/looks like an ESRGAN, but the tensor "conv_last\.weight" is missing/);
  });
});

describe('gesso models import', () => {
  it('installs a file, which restores pictures like any other model, and lets it go', async () => {
    const file = compact('My Net.safetensors');
    const first = await gesso(['models', 'import', file, '--license', 'CC0-1.0', '--json'], { home });
    expect(first.code, first.stderr).toBe(0);
    expect(first.events[0]).toMatchObject({ event: 'imported', id: 'my-net', isNew: true });
    const again = await gesso(['models', 'import', file, '--json'], { home });
    expect(again.events[0]).toMatchObject({ id: 'my-net', isNew: false });
    const list = await gesso(['models', 'list', '--json'], { home });
    expect(list.events.at(-1)).toMatchObject({ id: 'my-net', installed: true, licence: 'CC0-1.0' });
    const out = path.join(folder, 'out');
    const made = await gesso(
      ['restore', sample('coffee.png'), '--model', 'my-net', '--out', out, '--format', 'png', '--json'],
      { home },
    );
    expect(made.code, made.stderr).toBe(0);
    const [output = ''] = readdirSync(out);
    const { width = 0 } = await sharp(sample('coffee.png')).metadata();
    const nearest = path.join(folder, 'nearest.png');
    await sharp(sample('coffee.png'))
      .resize(2 * width, undefined, { kernel: 'nearest' })
      .toFile(nearest);
    const [a, b] = await Promise.all([pixels(path.join(out, output)), pixels(nearest)]);
    expect(largestDifference(a.data, b.data)).toBe(0);
    expect((await gesso(['models', 'remove', 'my-net', '--json'], { home })).code).toBe(0);
    const gone = await gesso(['restore', sample('coffee.png'), '--model', 'my-net', '--json'], { home });
    expect(gone.code).toBe(1);
  });

  it('refuses what is unsafe, and leaves nothing behind', async () => {
    const file = path.join(folder, 'evil.pth');
    writeFileSync(file, Buffer.concat([Buffer.of(0x80, 2), Buffer.from('cos\nsystem\n(X\x02\0\0\0lstR.')]));
    const before = readdirSync(path.join(home, 'models/installed'));
    const { code, stderr } = await gesso(['models', 'import', file], { home });
    expect(code).toBe(1);
    expect(stderr).toMatch(/os\.system/);
    expect(readdirSync(path.join(home, 'models/installed'))).toEqual(before);
  });

  it('takes a catalogue of the user, too', async () => {
    const entry = {
      gesso: 1,
      id: 'mine-x2',
      name: 'Mine x2',
      task: 'upscale',
      scale: 2,
      family: 'mine',
      format: 'safetensors',
      character: 'plain',
      goodFor: 'Trying.',
      authors: 'me',
      licence: 'unknown',
      sources: [
        {
          kind: 'https',
          url: 'http://127.0.0.1:9/x',
          sha256: 'a'.repeat(64),
          bytes: 10,
          files: ['x.safetensors'],
        },
      ],
    };
    const file = path.join(folder, 'mine.json');
    writeFileSync(file, JSON.stringify(entry));
    expect((await gesso(['models', 'catalogue', file, '--json'], { home })).events[0]).toEqual({
      event: 'catalogue',
      models: ['mine-x2'],
    });
    const { stdout } = await gesso(['models', 'info', 'mine-x2'], { home });
    expect(stdout).toContain('Good for: Trying.');
    expect((await gesso(['models', 'install', 'mine-x2'], { home })).code).not.toBe(0);
  });
});

describe('several steps', () => {
  it('run one after the other, each on what the one before made, and the result is named after all', async () => {
    const file = compact('near.safetensors');
    const same = compact('same.safetensors', 3);
    for (const each of [file, same]) await gesso(['models', 'import', each, '--json'], { home });
    const out = path.join(folder, 'steps');
    mkdirSync(out);
    const made = await gesso(
      [
        'restore',
        sample('coffee.png'),
        '--steps',
        'enhance:same:strength=0.5,upscale:near:scale=2,upscale:near',
        '--out',
        out,
        '--format',
        'png',
        '--name',
        '{name}_{model}_{scale}',
        '--json',
      ],
      { home },
    );
    expect(made.code, made.stderr).toBe(0);
    const output = path.join(out, 'coffee_same+near+near_4.png');
    expect(existsSync(output), readdirSync(out).join()).toBe(true);
    const { width = 0, height = 0 } = await sharp(sample('coffee.png')).metadata();
    const nearest = path.join(folder, 'nearest4.png');
    await sharp(sample('coffee.png'))
      .resize(4 * width, 4 * height, { kernel: 'nearest' })
      .toFile(nearest);
    const [a, b] = await Promise.all([pixels(output), pixels(nearest)]);
    // Two networks that add nothing, and a half of one that changes nothing.
    expect(largestDifference(a.data, b.data)).toBeLessThanOrEqual(1);
  });

  it('are refused together with what is for one step', async () => {
    const both = await gesso(['restore', 'x.png', '--steps', 'upscale', '--model', 'span-x2'], { home });
    expect([both.code, both.stderr]).toEqual([2, expect.stringMatching(/--model goes with one step/)]);
    const none = await gesso(['restore', 'x.png', '--task', 'polish'], { home });
    expect(none.code).toBe(2);
  });
});
