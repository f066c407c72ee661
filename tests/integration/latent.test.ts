import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { seeClip } from './support/clips.ts';
import { gesso, homeWithModels, scratch } from './support/gesso.ts';
import { largestDifference, pixels } from './support/pictures.ts';

const MODEL = 'omniart-eyes';
const SIDE = 128;

let home: string;
beforeAll(async () => {
  home = await homeWithModels([MODEL]);
});

/** Runs `gesso generate latent` and gives the item's line. */
async function made(flags: string[], out = scratch()): Promise<Record<string, unknown> & { output: string }> {
  const { events, stderr } = await gesso(
    ['generate', 'latent', '--model', MODEL, '--out', out, '--json', ...flags],
    { home },
  );
  expect(events.at(-1), stderr).toMatchObject({ event: 'summary', failed: 0 });
  return events[0] as Record<string, unknown> & { output: string };
}

/** Asks the file itself. */
async function saysHow(file: string, walk: object): Promise<void> {
  const { events } = await gesso(['inspect', file, '--json'], { home });
  expect(events[0]).toMatchObject({
    recipe: { steps: [{ kind: 'latent', model: MODEL, walk }] },
    parameters: expect.stringContaining('Walk: 2 s at 12'),
  });
  expect(readFileSync(file).toString('latin1')).toContain('digitalsourcetype/trainedAlgorithmicMedia');
}

/** One picture of a sheet. */
async function cell(file: string, column: number, row: number): Promise<Uint8Array> {
  const box = { left: column * SIDE, top: row * SIDE, width: SIDE, height: SIDE };
  return sharp(file).extract(box).removeAlpha().raw().toBuffer();
}

describe("a network's own space", () => {
  it('is what the wheel holds: its size, its conditions, its licence', async () => {
    const { events } = await gesso(['models', 'info', MODEL, '--json'], { home });
    expect(events[0]).toMatchObject({
      ...{ id: MODEL, installed: true, task: 'generate', licence: 'MIT', architecture: 'DCGAN' },
      parameters: 12_921_605,
      latent: { size: 100, width: SIDE, height: SIDE, conditions: expect.arrayContaining(['blue', 'red']) },
    });
    const { code } = await gesso(['models', 'verify', MODEL], { home });
    expect(code).toBe(0);
  });

  it('gives eyes of the colour that is asked for, seeds in the order of a sheet', async () => {
    const blue = await made(['--seed', '5', '--condition', 'blue', '--sheet', '3x2']);
    expect(blue).toMatchObject({ input: null, model: MODEL, seed: 5, width: 3 * SIDE, height: 2 * SIDE });
    expect(path.basename(blue.output)).toBe('blue_5.png');
    const red = await made(['--seed', '5', '--condition', 'red', '--sheet', '3x2']);
    const mean = async (file: string) => (await sharp(file).stats()).channels.map((channel) => channel.mean);
    const [ofBlue, ofRed] = [await mean(blue.output), await mean(red.output)];
    expect(ofBlue[2]! - ofBlue[0]!).toBeGreaterThan(ofRed[2]! - ofRed[0]! + 10);
    // The fifth of the row is the picture of the fifth seed.
    const single = await made(['--seed', '9', '--condition', 'blue']);
    const picture = (await pixels(single.output)).data;
    expect(largestDifference(picture, await cell(blue.output, 1, 1))).toBeLessThan(2);
  });

  it('says in the file how it was made, and makes the same of that', async () => {
    const flags = ['--seed', '3', '--seed', '8', '--mix', '2,1', '--truncation', '0.8', '--spread', '0.3'];
    const out = scratch();
    const { events } = await gesso(
      ['generate', 'latent', '--model', MODEL, '--out', out, '--json', '--count', '3', ...flags],
      { home },
    );
    expect(events.map(({ seed }) => seed)).toEqual([3, 4, 5, undefined]);
    const last = String(events[2]!.output);
    const { xmp } = await sharp(last).metadata();
    expect(xmp?.toString()).toContain('digitalsourcetype/trainedAlgorithmicMedia');
    const { stdout } = await gesso(['inspect', last], { home });
    const file = path.join(out, 'again.gesso.json');
    writeFileSync(file, stdout.slice(0, stdout.lastIndexOf('}') + 1));
    const again = await gesso(['generate', 'latent', '--recipe', file, '--out', scratch(), '--json'], {
      home,
    });
    const [one, other] = [await pixels(last), await pixels(String(again.events[0]!.output))];
    expect(largestDifference(one.data, other.data)).toBeLessThan(2);
  });

  it('is walked through as a clip that ends where it begins', async () => {
    const flags = ['--seed', '3', '--seed', '4', '--condition', 'green', '--walk', '2', '--fps', '12'];
    const clip = await made(flags);
    expect(clip).toMatchObject({ width: SIDE, height: SIDE, framesOut: 24, rate: '12' });
    expect(path.extname(clip.output)).toBe('.mp4');
    const seen = await seeClip(clip.output);
    expect(seen.video).toMatchObject({ codec: 'h264', width: SIDE, height: SIDE });
    expect(seen.video.frames).toHaveLength(24);
    expect(seen.duration).toBeCloseTo(2, 1);
    await saysHow(clip.output, { seconds: '2', stops: [4] });
    // Not a frame is lost on it, in Matroska's kin neither.
    const other = await made([...flags, '--format', 'webm', '--through', '4:1+9:2']);
    expect((await seeClip(other.output)).video.frames).toHaveLength(24);
    await saysHow(other.output, { stops: [expect.objectContaining({ condition: 'green' })] });
    const folder = await made([...flags, '--format', 'png']);
    const frames = readdirSync(folder.output).sort();
    expect(frames).toHaveLength(24);
    const all = await Promise.all(
      frames.map(async (name) => (await pixels(path.join(folder.output, name))).data),
    );
    const away = (a: number, b: number) =>
      all[a]!.reduce((sum, value, at) => sum + Math.abs(value - all[b]![at]!), 0) / all[a]!.length;
    // The last frame is one step before the first, and half the way is as far as it gets.
    expect(away(23, 0)).toBeLessThan(0.6 * away(12, 0));
    const still = await made(['--seed', '3', '--condition', 'green']);
    expect(largestDifference((await pixels(still.output)).data, all[0]!)).toBeLessThan(3);
  });

  it('refuses a condition that the network was not told, and leaves nothing', async () => {
    const out = scratch();
    const { code, events } = await gesso(
      ['generate', 'latent', '--model', MODEL, '--condition', 'purple', '--out', out, '--json'],
      { home },
    );
    expect(code).toBe(1);
    expect(events[0]).toMatchObject({ error: { code: 'recipe/invalid' } });
    expect(JSON.stringify(events[0])).toContain('amber, blue');
    expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
  });

  it('is not restored with, nor painted', async () => {
    const { output } = await made(['--seed', '1']);
    const { code, events } = await gesso(
      ['restore', output, '--model', MODEL, '--out', scratch(), '--json'],
      { home },
    );
    expect(code).toBe(1);
    expect(events[0]).toMatchObject({ error: { code: 'recipe/invalid' } });
  });
});
