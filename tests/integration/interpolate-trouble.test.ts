import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeClip, type Paint, seeClip, soundOnly } from './support/clips.ts';
import { gesso, homeWithModels, sample, scratch } from './support/gesso.ts';

/** Bad input gets a typed error that names the file and the remedy, nothing half there, and the batch goes on. */
let home = '';
let folder = '';
beforeAll(async () => {
  home = await homeWithModels(['rife-4.25']);
  folder = scratch();
});

const waves: Paint = (frame, x, y) =>
  128 + 60 * Math.sin((x + 3 * frame) / 7) + 50 * Math.cos((y + frame) / 5);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const clip = (name: string, frames = 50) =>
  makeClip(path.join(folder, name), {
    ...{ width: 64, height: 64, ticks: upTo(frames), base: { num: 1, den: 25 }, paint: waves },
    sounds: [{ sample: (t) => 0.3 * Math.sin(t * 3000), seconds: frames / 25 }],
  });

interface Line {
  event: string;
  input: string;
  output?: string;
  framesOut?: number;
  notes?: string[];
  error?: { code: string; message: string; hint: string };
}

async function interpolate(...args: string[]) {
  const out = scratch('gesso-out');
  const run = await gesso(['interpolate', ...args, '--out', out, '--json'], { home, cwd: folder });
  return { ...run, out, lines: run.events as unknown as Line[] };
}

describe('what cannot be done is said', () => {
  test('a batch of bad files, and a good one that is done all the same', async () => {
    await clip('good.mp4', 10);
    writeFileSync(path.join(folder, 'empty.mp4'), '');
    writeFileSync(path.join(folder, 'text.mkv'), 'This is no clip at all. '.repeat(200));
    const cut = await clip('cut.mp4');
    // Its index is at the end, which is gone.
    truncateSync(cut, 3000);
    await makeClip(path.join(folder, 'one.mp4'), {
      ...{ width: 64, height: 64, ticks: [0], base: { num: 1, den: 25 }, paint: waves },
    });
    await makeSound('sound.mka');
    const names = ['empty.mp4', 'text.mkv', 'cut.mp4', 'one.mp4', 'sound.mka', 'missing.mp4', 'good.mp4'];
    const { code, lines, out } = await interpolate(...names);
    expect(code).toBe(1);
    const errors = lines
      .filter(({ error }) => error)
      .map(({ input, error }) => [path.basename(input), error!.code]);
    expect(errors).toEqual([
      ['empty.mp4', 'input/unreadable'],
      ['text.mkv', 'input/unreadable'],
      ['cut.mp4', 'input/unreadable'],
      ['one.mp4', 'input/unsupported'],
      ['sound.mka', 'input/unsupported'],
      ['missing.mp4', 'input/unreadable'],
    ]);
    for (const { input, error } of lines.filter((line) => line.error)) {
      expect(error!.message).toContain(path.basename(input));
      expect(error!.hint.length).toBeGreaterThan(10);
    }
    expect(lines.at(-1)).toMatchObject({ event: 'summary', done: 1, failed: 6 });
    // Nothing half there.
    expect(readdirSync(out)).toEqual(['good_50fps.mp4']);
  });

  test('a picture alone, and an empty part', async () => {
    copyFileSync(sample('chelsea.png'), path.join(folder, 'a.png'));
    expect((await interpolate('a.png')).lines[0]!.error).toMatchObject({ code: 'input/unsupported' });
    await clip('short.mp4', 10);
    const { lines, code } = await interpolate('short.mp4', '--from', '5');
    expect(code).toBe(1);
    expect(lines[0]!.error!.message).toContain('short.mp4');
  });
});

test('what is interlaced is done as it is, and said so', async () => {
  await makeClip(path.join(folder, 'fields.mkv'), {
    ...{ width: 64, height: 64, ticks: upTo(10), base: { num: 1, den: 25 }, paint: waves },
    options: { 'x264-params': 'interlaced=1:tff=1' },
  });
  const { lines, code } = await interpolate('fields.mkv');
  expect(code).toBe(0);
  expect(lines[0]).toMatchObject({ framesOut: 20 });
  expect(lines[0]!.notes!.join()).toMatch(/interlaced/);
});

describe('what is damaged is done as far as it goes', () => {
  test('broken off in the middle', async () => {
    const whole = await clip('whole.mkv', 100);
    const broken = path.join(folder, 'broken.mkv');
    copyFileSync(whole, broken);
    truncateSync(broken, Math.floor(readFileSync(whole).length * 0.6));
    const { lines, code } = await interpolate('broken.mkv');
    expect(code).toBe(0);
    expect(lines[0]!.notes!.join()).toMatch(/breaks off/);
    expect(lines[0]!.framesOut).toBeGreaterThan(60);
    expect(lines[0]!.framesOut).toBeLessThan(190);
    const { video } = await seeClip(lines[0]!.output!);
    expect(video.frames).toHaveLength(lines[0]!.framesOut!);
  });

  test.each(['mp4', 'ts'])('packets destroyed in the middle of an %s', async (kind) => {
    const whole = await clip(`scratched.${kind}`, 100);
    const bytes = readFileSync(whole);
    for (let at = Math.floor(bytes.length * 0.4); at < bytes.length * 0.5; at += 1)
      bytes[at] = (at * 89) & 255;
    writeFileSync(whole, bytes);
    const { lines, code } = await interpolate(`scratched.${kind}`, '--container', 'mkv');
    expect(code).toBe(0);
    expect((lines[0]!.notes ?? []).join()).toMatch(/damaged|out of order/);
    // The time that was lost is still there: what comes after stands where it stood.
    const { video } = await seeClip(lines[0]!.output!);
    expect(video.pts.at(-1)).toBeGreaterThan(3500);
  });
});

test('a full disk: a typed error, nothing half there', async (context) => {
  const disk = path.join(folder, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20k', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    return context.skip('needs the right to mount a small file system');
  }
  try {
    await clip('large.mp4', 80);
    const run = await gesso(['interpolate', 'large.mp4', '--out', 'disk', '--json'], { home, cwd: folder });
    expect(run.code).toBe(1);
    expect(run.events[0]).toMatchObject({ error: { code: 'output/no-space' } });
    expect(readdirSync(disk)).toEqual([]);
  } finally {
    execFileSync('umount', [disk]);
  }
});

/** A file with sound and no picture. */
async function makeSound(name: string): Promise<void> {
  const source = await clip('with-sound.mkv', 5);
  await soundOnly(source, path.join(folder, name));
}
