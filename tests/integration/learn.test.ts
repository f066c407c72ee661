import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { gesso, ROOT, scratch, start } from './support/gesso.ts';
import { drawn, pixels, psnr } from './support/pictures.ts';

const REFERENCE = process.env.GESSO_REFERENCE ?? path.join(ROOT, '../shared');
const TRAINING = path.join(REFERENCE, 'expected/training/manifest.json');
const CASES = ['mlp', 'conv-vae', 'lstm', 'transformer', 'unet', 'gan-step', 'nerf'];

/** Rings and bars of many colours and places: pictures of one kind. */
async function drawKind(folder: string, count: number, side = 40): Promise<string> {
  mkdirSync(folder, { recursive: true });
  for (let at = 0; at < count; at++) {
    const [cx, cy, r] = [
      0.3 + 0.4 * ((at * 7) % 10) * 0.1,
      0.3 + 0.4 * ((at * 3) % 10) * 0.1,
      0.12 + 0.02 * (at % 7),
    ];
    await drawn(side, side, 3, (x, y, c) => {
      const far = Math.hypot(x / side - cx, y / side - cy);
      const inside = far < r;
      return inside ? (60 + 90 * ((at + c) % 3)) % 256 : 230 - 20 * c;
    })
      .png()
      .toFile(path.join(folder, `ring-${String(at).padStart(3, '0')}.png`));
  }
  return folder;
}

type Line = Record<string, unknown>;

/** The losses that a command told, by step. */
function lossesOf(events: readonly Line[]): Map<number, number> {
  return new Map(
    events.filter(({ event }) => event === 'step').map(({ step, loss }) => [Number(step), Number(loss)]),
  );
}

const itemOf = (events: readonly Line[]) => events.find(({ event }) => event === 'item') as Line;

let home: string;
let rings: string;
beforeAll(async () => {
  home = scratch('gesso-learn');
  rings = await drawKind(path.join(scratch(), 'rings'), 48);
});

describe.skipIf(!existsSync(TRAINING))('the first steps of recorded trainings', () => {
  it.each(CASES)('%s: losses, gradients and parameters are those of PyTorch', async (name) => {
    const out = scratch();
    const { events, code, stderr } = await gesso(['learn', 'check', TRAINING, name, '--out', out, '--json'], {
      home,
    });
    expect(code, stderr).toBe(0);
    const { losses, errors } = events[0] as unknown as { losses: number[]; errors: Record<string, number> };
    for (const error of Object.values(errors)) expect(error).toBeLessThan(1e-4);
    const written = readFileSync(path.join(out, 'losses.f32'));
    expect(losses).toEqual([0, 1, 2].map((at) => written.readFloatLE(4 * at)));
  });
});

describe('learning', () => {
  it('goes on after a kill with losses equal to the bit, and leaves a model that draws', async () => {
    const args = ['learn', 'vae', rings, '--steps', '28', '--seed', '3', '--json'];
    const whole = await gesso(args, { home: scratch() });
    expect(whole.code, whole.stderr).toBe(0);
    const unbroken = lossesOf(whole.events as Line[]);
    expect(unbroken.size).toBe(28);

    const running = start(args, { home });
    await new Promise<void>((resolve) => {
      let text = '';
      running.child.stdout!.on('data', (chunk) => {
        text += chunk;
        if (/"step":(1[5-9]|2\d)/.test(text)) resolve();
      });
    });
    running.child.kill('SIGKILL');
    await running.done;
    const resumed = await gesso([...args, '--resume'], { home });
    expect(resumed.code, resumed.stderr).toBe(0);
    const after = lossesOf(resumed.events as Line[]);
    // It went on where it had been saved, not at the beginning.
    expect(Math.min(...after.keys())).toBeGreaterThan(1);
    expect(Math.max(...after.keys())).toBe(28);
    for (const [step, loss] of after) expect([step, loss]).toEqual([step, unbroken.get(step)]);
    expect(unbroken.get(28)).toBeLessThan(unbroken.get(1)!);

    const { model } = itemOf(resumed.events as Line[]) as { model: string };
    const { events: listed } = await gesso(['models', 'list', '--json'], { home });
    expect(listed).toContainEqual(expect.objectContaining({ id: model, task: 'learn', kind: 'vae' }));
    const out = scratch();
    const drew = await gesso(
      ['generate', 'latent', '--model', `${model}.draws`, '--seed', '1', '--out', out, '--json'],
      { home },
    );
    expect(drew.events[0]).toMatchObject({ width: 32, height: 32 });
  });

  it('what was learnt is learnt further, used, looked at and removed', async () => {
    const kept = scratch();
    const first = await gesso(['learn', 'vae', rings, '--steps', '12', '--json'], { home: kept });
    const { model } = itemOf(first.events as Line[]) as { model: string };
    const further = await gesso(['learn', 'vae', rings, '--steps', '6', '--resume', '--json'], {
      home: kept,
    });
    expect(further.code, further.stderr).toBe(0);
    expect([...lossesOf(further.events as Line[]).keys()]).toEqual([13, 14, 15, 16, 17, 18]);
    const { events } = await gesso(['models', 'info', model, '--json'], { home: kept });
    expect(events[0]).toMatchObject({
      kind: 'vae',
      learnt: { from: ['rings'], examples: 48, steps: 18, seed: 0 },
    });

    const out = scratch();
    const use = async (...args: string[]) => {
      const used = await gesso(['learn', 'use', model, ...args, '--out', out, '--json'], { home: kept });
      expect(used.code, used.stderr).toBe(0);
      return used.events[0] as unknown as { outputs: string[]; found: { what: string; score: number }[] };
    };
    const [a, b] = [path.join(rings, 'ring-003.png'), path.join(rings, 'ring-007.png')];
    const between = await use('between', a, b, '--count', '5');
    expect(await sharp(between.outputs[0]).metadata()).toMatchObject({ width: 160, height: 32 });
    const average = await use('average', rings);
    expect(await sharp(average.outputs[0]).metadata()).toMatchObject({ width: 32, height: 32 });
    // Nearest to a picture is the picture itself.
    expect((await use('similar', a)).found[0]).toMatchObject({ what: a, score: 0 });
    const strangers = await drawKind(path.join(scratch(), 'mixed'), 12);
    const noise = await drawn(
      40,
      40,
      3,
      (x, y, c) => (x * 7919 + y * 104729 + c * 31 + ((x * y) % 97) * 51) % 256,
    );
    await noise.png().toFile(path.join(strangers, 'stranger.png'));
    expect(path.basename((await use('odd', strangers)).found[0]!.what)).toBe('stranger.png');

    expect((await gesso(['models', 'verify', model], { home: kept })).code).toBe(0);
    await gesso(['models', 'remove', model], { home: kept });
    const { events: left } = await gesso(['models', 'list', '--json'], { home: kept });
    expect(left.filter((line) => String((line as Line).id).startsWith(model))).toEqual([]);
  });

  it('says in words what it cannot learn from', async () => {
    const one = await drawKind(path.join(scratch(), 'one'), 1);
    const bad = path.join(scratch(), 'bad');
    mkdirSync(bad);
    for (let at = 0; at < 20; at++) writeFileSync(path.join(bad, `${at}.png`), 'no picture');
    const empty = scratch();
    for (const [args, code, words] of [
      [['learn', 'vae', one], 'input/unsupported', 'There is one picture'],
      [['learn', 'gan', bad], 'input/unsupported', 'There are 0 pictures'],
      [['learn', 'diffusion', empty], 'input/unsupported', 'nothing to learn from'],
      [['learn', 'vae', path.join(empty, 'gone')], 'input/unreadable', 'not there'],
    ] as const) {
      const { events, code: exit } = await gesso([...args, '--steps', '2', '--json'], { home });
      expect(exit).toBe(1);
      expect(itemOf(events as Line[])).toMatchObject({
        error: { code, message: expect.stringContaining(words) },
      });
    }
    for (const args of [
      ['learn', 'vae', rings, '--steps', '2', '--minutes', '1'],
      ['learn', 'vae', rings, '--size', '33'],
      ['learn', 'gan', rings, '--resume'],
    ]) {
      const { code, stderr } = await gesso(args, { home });
      expect([code, stderr.split('\n')[0]]).toEqual([
        2,
        expect.stringMatching(/--steps|size|nothing learnt/i),
      ]);
    }
  });
});

describe('one noisy picture', () => {
  it('gets clearer by what is learnt from it alone, and keeps its profile, its depth and what else it says', async () => {
    const folder = scratch();
    const side = 128;
    const clean = drawn(
      side,
      side,
      3,
      (x, y, c) => 128 + 90 * Math.sin((x + 2 * y) / 19 + c) * Math.cos(y / 23),
    );
    const exact = await clean.clone().raw().toBuffer();
    let state = 7;
    const unit = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const noisy = Buffer.from(
      exact.map((value) => {
        const normal = Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
        return Math.min(255, Math.max(0, Math.round(value + 25 * normal)));
      }),
    );
    const file = path.join(folder, 'grain.png');
    await sharp(noisy, { raw: { width: side, height: side, channels: 3 } })
      .withExif({ IFD0: { Copyright: 'mine' } })
      .png()
      .toFile(file);
    const { events, code, stderr } = await gesso(['learn', 'denoise', file, '--steps', '60', '--json'], {
      home,
    });
    expect(code, stderr).toBe(0);
    const { output } = itemOf(events as Line[]) as { output: string };
    expect(output).toBe(path.join(folder, 'grain_denoised.png'));
    const before = psnr(new Uint8Array(noisy), new Uint8Array(exact));
    const after = psnr((await pixels(output)).data as Uint8Array, new Uint8Array(exact));
    expect(after - before).toBeGreaterThan(4);
    expect((await sharp(output).metadata()).exif?.toString('latin1')).toContain('mine');
  });
});

describe('small networks that make pictures', () => {
  it('diffusion foretells better at every level of noise, and draws, varies and fills in', async () => {
    const levels = async (steps: number, into: string) => {
      const { events, code, stderr } = await gesso(
        ['learn', 'diffusion', rings, '--steps', String(steps), '--json'],
        { home: into },
      );
      expect(code, stderr).toBe(0);
      return itemOf(events as Line[]) as { model: string; figures: Record<string, number> };
    };
    const kept = scratch();
    const [begun, learnt] = [await levels(1, scratch()), await levels(15, kept)];
    for (const [level, loss] of Object.entries(learnt.figures))
      expect(loss).toBeLessThan(begun.figures[level]!);
    const out = scratch();
    const drew = await gesso(
      ['learn', 'use', learnt.model, 'samples', '--count', '4', '--out', out, '--json'],
      { home: kept },
    );
    const { outputs } = drew.events[0] as unknown as { outputs: string[] };
    expect(await sharp(outputs[0]).metadata()).toMatchObject({ width: 128, height: 32 });
  });

  it('patterns come with a word on how much they differ', async () => {
    const kept = scratch();
    const { events, code, stderr } = await gesso(['learn', 'gan', rings, '--steps', '6', '--json'], {
      home: kept,
    });
    expect(code, stderr).toBe(0);
    const item = itemOf(events as Line[]) as {
      model: string;
      notes: string[];
      figures: Record<string, number>;
    };
    expect(item.figures.spread).toBeLessThan(0.3);
    expect(item.notes.join(' ')).toContain('collapsed');
    const out = scratch();
    const drew = await gesso(
      ['generate', 'latent', '--model', `${item.model}.draws`, '--sheet', '3x2', '--out', out, '--json'],
      { home: kept },
    );
    expect(drew.events[0]).toMatchObject({ width: 96, height: 64 });
  });
});
