import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Event, Params, Result } from '../../main/engine/protocol/methods.ts';
import { framesByFlow } from '../../models/graph/frames-by-flow.ts';
import { writeOnnx } from '../../models/graph/write.ts';
import { makeClip, type Paint } from './support/clips.ts';
import { engine, model } from './support/engine.ts';
import { homeWithModels, scratch } from './support/gesso.ts';

/** What is looked at while nothing is exported, and while something is, over the real engine. */
const host = engine('pictures');
let home = '';
let folder = '';
beforeAll(async () => {
  home = await homeWithModels(['rife-4.25']);
  folder = scratch();
});
afterAll(() => host.close());

const upTo = (count: number, step = 1) => Array.from({ length: count }, (_, i) => i * step);
/** A shade for each frame, so that a picture tells which one it is. */
const shade = (frame: number) => 40 + 6 * (frame % 30);
const shades: Paint = (frame) => shade(frame);
/** Limited range luma as a player shows it. */
const shown = (frame: number) => ((shade(frame) - 16) * 255) / 219;
const STEP: Params<'clip.between'>['step'] = {
  studio: 'interpolate',
  slow: 1,
  scene: 'auto',
  cuts: { added: [], removed: [] },
  duplicates: 'keep',
  rate: '24',
};

interface Looked extends Result<'clip.frames'> {
  told: Event<'clip.frames'>[];
  into: string;
}

async function look(input: string, pick: Params<'clip.frames'>['pick'], more = {}): Promise<Looked> {
  const into = scratch('gesso-look');
  const told: Event<'clip.frames'>[] = [];
  const result = await host.call(
    'clip.frames',
    { input, rate: '24', pick, folder: into, longestSide: 64, ...more },
    { onEvent: (event) => told.push(event) },
  );
  return { ...result, told, into };
}

/** Mean of a part of a picture, 0..255. */
async function level(file: string, part?: { left: number; top: number; width: number; height: number }) {
  const image = part ? sharp(await sharp(file).extract(part).png().toBuffer()) : sharp(file);
  return (await image.stats()).channels[0]!.mean;
}

/** Which frames pictures show, by their shades. */
async function numbersOf(told: Looked['told']): Promise<number[]> {
  const levels = await Promise.all(told.map(({ file }) => level(file)));
  return levels.map((value) => Math.max(0, Math.round(((value * 219) / 255 + 16 - 40) / 6)));
}

const film = () =>
  makeClip(path.join(folder, 'film.mkv'), {
    ...{ width: 96, height: 64, ticks: upTo(30, 1001), base: { num: 1, den: 24_000 }, paint: shades },
    options: { g: '250' },
  });

describe('frames of a clip', () => {
  test('of a part: all that are shown in it, in order, at their exact times', async () => {
    const { frames, told } = await look(await film(), { from: '5005/24000', to: '12012/24000' });
    expect(frames).toBe(7);
    expect(told.map(({ index }) => index)).toEqual(upTo(7));
    for (const [i, { time }] of told.entries()) expect(time).toBeCloseTo(((5 + i) * 1001) / 24_000, 9);
    expect(await numbersOf(told)).toEqual(upTo(7).map((i) => 5 + i));
    const fractions = told.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    const { width, height, format } = await sharp(told[0]!.file).metadata();
    expect({ width, height, format }).toEqual({ width: 64, height: 43, format: 'jpeg' });
    expect(Math.abs((await level(told[3]!.file)) - shown(8))).toBeLessThan(1);
  });

  test('of a part that begins between two: the one that is shown then comes first', async () => {
    const { told } = await look(await film(), { from: '0.25', to: '0.3' });
    expect(await numbersOf(told)).toEqual([5, 6, 7]);
  });

  test('so many over the whole: each the one in the middle of its share', async () => {
    const { frames, told } = await look(await film(), { count: 5 });
    expect(frames).toBe(5);
    expect(await numbersOf(told)).toEqual([3, 9, 15, 21, 27]);
    expect(told.map(({ time }) => Math.round(time * 24))).toEqual([3, 9, 15, 21, 27]);
    expect(told.at(-1)!.fraction).toBe(1);
  });

  test('more than there are: those that fall together are told each time', async () => {
    const clip = await makeClip(path.join(folder, 'three.mkv'), {
      ...{ width: 64, height: 64, ticks: upTo(3), base: { num: 1, den: 25 }, paint: shades },
    });
    const { told } = await look(clip, { count: 6 });
    expect(told.map(({ index }) => index)).toEqual(upTo(6));
    expect(await numbersOf(told)).toEqual([0, 0, 1, 1, 2, 2]);
  });

  test('far apart in a long clip, by seeking', async () => {
    const clip = await makeClip(path.join(folder, 'long.mp4'), {
      ...{ width: 64, height: 64, ticks: upTo(750), base: { num: 1, den: 25 } },
      paint: (frame) => shade(Math.floor(frame / 25)),
      options: { g: '50', preset: 'ultrafast' },
    });
    const { told } = await look(clip, { count: 6 });
    expect(await numbersOf(told)).toEqual([2, 7, 12, 17, 22, 27]);
    expect(told.map(({ time }) => time)).toEqual([2.48, 7.48, 12.48, 17.48, 22.48, 27.48]);
  });

  test('lying on its side stands upright', async () => {
    const clip = await makeClip(path.join(folder, 'turned.mp4'), {
      ...{ width: 96, height: 64, ticks: upTo(4), base: { num: 1, den: 25 }, rotation: 90 },
      paint: (_, x) => (x < 48 ? 200 : 40),
    });
    const { told } = await look(clip, { from: '0', to: '1' });
    const { width, height } = await sharp(told[0]!.file).metadata();
    expect([width, height]).toEqual([43, 64]);
    // What is left in the file is above once it is turned clockwise.
    expect(await level(told[0]!.file, { left: 0, top: 0, width: 43, height: 28 })).toBeGreaterThan(190);
    expect(await level(told[0]!.file, { left: 0, top: 36, width: 43, height: 28 })).toBeLessThan(60);
  });

  test('that is transparent is a WebP and stays so', async () => {
    const clip = await makeClip(path.join(folder, 'glass.mov'), {
      ...{ width: 64, height: 64, ticks: upTo(3), base: { num: 1, den: 25 }, paint: shades },
      ...{ codec: 'prores_ks', pixelFormat: 'yuva444p10le', options: { profile: '4' } },
    });
    const { told } = await look(clip, { from: '0', to: '1' });
    const { format, hasAlpha } = await sharp(told[0]!.file).metadata();
    expect({ format, hasAlpha }).toEqual({ format: 'webp', hasAlpha: true });
    const { channels } = await sharp(told[0]!.file).stats();
    expect([channels[3]!.min, channels[3]!.max]).toEqual([0, 255]);
  });

  test('of a folder of pictures, and of two, at the rate that is given', async () => {
    const pictures = path.join(folder, 'pictures');
    mkdirSync(pictures);
    const files = await Promise.all(
      upTo(10).map(async (i) => {
        const file = path.join(pictures, `shot_${i}.png`);
        const background = { r: shown(i), g: shown(i), b: shown(i) };
        await sharp({ create: { width: 64, height: 48, channels: 3, background } })
          .png()
          .toFile(file);
        return file;
      }),
    );
    const part = await look(pictures, { from: '0.25', to: '0.5' }, { rate: '12' });
    expect(part.told.map(({ time }) => time)).toEqual([3 / 12, 4 / 12, 5 / 12]);
    expect(await numbersOf(part.told)).toEqual([3, 4, 5]);
    const whole = await look(pictures, { count: 5 }, { rate: '12' });
    expect(await numbersOf(whole.told)).toEqual([1, 3, 5, 7, 9]);
    const two = await look(files[2]!, { from: '0', to: '100' }, { second: files[8] });
    expect(await numbersOf(two.told)).toEqual([2, 8]);
  });

  test('end when nobody wants them, and leave nothing half written', async () => {
    const into = scratch('gesso-look');
    const stop = new AbortController();
    const call = host.call(
      'clip.frames',
      { input: await film(), rate: '24', pick: { count: 500 }, folder: into, longestSide: 64 },
      { signal: stop.signal, onEvent: () => stop.abort() },
    );
    await expect(call).rejects.toMatchObject({ code: 'job/cancelled' });
    const names = readdirSync(into);
    expect(names.filter((name) => !name.endsWith('.jpg'))).toEqual([]);
    expect(names.length).toBeLessThan(30);
  });
});

/** Something irregular that moves to the right, four pixels a frame. */
const moving: Paint = (frame, x, y) => {
  const at = x - 4 * frame;
  return 128 + 35 * Math.sin(at / 5) + 30 * Math.cos((at + y) / 11) + 25 * Math.sin((y - at / 2) / 7);
};

describe('the newest frame of a clip that is made', () => {
  test('is shown while somebody looks, and only then', async () => {
    const worker = engine('work');
    const [parts, into] = [scratch('gesso-parts'), scratch('gesso-latest')];
    const clip = await makeClip(path.join(folder, 'job.mp4'), {
      ...{ width: 96, height: 64, ticks: upTo(240), base: { num: 1, den: 25 }, paint: moving, rotation: 90 },
      options: { preset: 'ultrafast' },
    });
    type Latest = NonNullable<Event<'interpolate.clip'>['latest']>;
    const seen: { latest: Latest; done: number; isWatched: boolean }[] = [];
    let [done, isWatched] = [0, false];
    const watch = async (on: boolean) => {
      isWatched = on;
      await worker.call('interpolate.watch', {
        parts,
        ...(on && { watch: { folder: into, longestSide: 48 } }),
      });
    };
    await worker.call(
      'interpolate.clip',
      {
        ...{ input: clip, step: STEP, output: { codec: 'h264', container: 'mp4' } as never },
        ...{ model: model(home, 'rife-4.25'), temp: path.join(folder, 'job-done.mp4'), parts },
        ...{ finished: [], device: 'cpu' },
      },
      {
        onEvent: ({ frames, latest }) => {
          if (frames) {
            const before = done;
            done = frames.done;
            if (before < 60 && done >= 60) void watch(true);
            if (before < 400 && done >= 400) void watch(false);
          }
          if (latest) seen.push({ latest, done, isWatched });
        },
      },
    );
    worker.close();
    expect(seen.length).toBeGreaterThanOrEqual(2);
    for (const { latest, done: reached } of seen) {
      expect(reached).toBeGreaterThanOrEqual(60);
      // Every second one was made; it is not older than what was encoded half a second ago.
      expect(latest.made).toBe(Math.round(latest.time * 50) % 2 === 1);
      expect(latest.time * 50).toBeLessThan(reached + 4);
    }
    // One may have been on its way when nobody looked any more.
    expect(seen.filter((each) => !each.isWatched).length).toBeLessThanOrEqual(1);
    const left = readdirSync(into).map((name) => path.join(into, name));
    expect(left.length).toBeLessThanOrEqual(3);
    expect(left).toContain(seen.at(-1)!.latest.file);
    const { width, height, format } = await sharp(seen.at(-1)!.latest.file).metadata();
    expect({ width, height, format }).toEqual({ width: 32, height: 48, format: 'jpeg' });
  });
});

describe('what the network sees between two frames', () => {
  const between = async (more: Partial<Params<'clip.between'>> = {}) => {
    const input = await makeClip(path.join(folder, 'moving.mp4'), {
      ...{ width: 192, height: 128, ticks: upTo(20), base: { num: 1, den: 25 }, paint: moving },
    });
    return host.call('clip.between', {
      ...{ input, step: STEP, time: '0.42', folder: scratch('gesso-between') },
      ...{ model: model(home, 'rife-4.25'), device: 'cpu', longestSide: 192 },
      ...more,
    });
  };
  /** Mean of each colour in the middle of a picture. */
  const middle = async (file: string) => {
    const part = { left: 48, top: 32, width: 96, height: 64 };
    const { channels } = await sharp(await sharp(file).extract(part).png().toBuffer()).stats();
    return channels.slice(0, 3).map(({ mean }) => mean) as [number, number, number];
  };

  test('motion to both, how they are mixed, and what comes of it', async () => {
    const seen = await between();
    expect(seen.times).toEqual([0.4, 0.44]);
    expect(seen.fraction).toBeCloseTo(0.5, 9);
    // Four pixels from frame to frame are two to either.
    expect(seen.longest).toBeGreaterThan(1.5);
    expect(seen.longest).toBeLessThan(4);
    // The second frame has it further to the right: red. The first one further to the left: cyan.
    const [red, green, blue] = await middle(seen.flows[1]);
    expect(red - Math.max(green, blue)).toBeGreaterThan(80);
    const [less, more, most] = await middle(seen.flows[0]);
    expect(Math.min(more, most) - less).toBeGreaterThan(80);
    const mask = await sharp(seen.mask).stats();
    expect(mask.channels[0]!.mean).toBeGreaterThan(40);
    expect(mask.channels[0]!.mean).toBeLessThan(215);
    const sizes = await Promise.all(
      [...seen.flows, seen.mask, seen.made].map(async (file) => {
        const { width, height } = await sharp(file).metadata();
        return [width, height];
      }),
    );
    expect(sizes).toEqual(Array(4).fill([192, 128]));
    // Half way between frames 10 and 11.
    const { data } = await sharp(seen.made).greyscale().raw().toBuffer({ resolveWithObject: true });
    let off = 0;
    for (let y = 32; y < 96; y += 1)
      for (let x = 48; x < 144; x += 1)
        off += Math.abs(data[y * 192 + x]! - ((moving(10.5, x, y) - 16) * 255) / 219);
    expect(off / (64 * 96)).toBeLessThan(4);
  });

  test('reduced, it still tells the motion in pixels of the clip', async () => {
    const seen = await between({ longestSide: 128 });
    expect(seen.longest).toBeGreaterThan(1.5);
    expect(seen.longest).toBeLessThan(4);
    expect((await sharp(seen.flows[0]).metadata()).width).toBe(128);
  });

  test("of a frame's own moment, half way to the next; of the last one, from the one before", async () => {
    expect(await between({ time: '0.4' })).toMatchObject({ times: [0.4, 0.44], fraction: 0.5 });
    const last = await between({ time: '0.76' });
    expect(last.times[0]).toBeCloseTo(0.72, 9);
    expect(last.fraction).toBe(0.5);
  });

  test('is not to be had of a model that does not tell it', async () => {
    const file = path.join(folder, 'dumb.onnx');
    writeFileSync(file, writeOnnx(framesByFlow({ width: 192, height: 128 }, false)));
    const { descriptor } = model(home, 'rife-4.25');
    await expect(between({ model: { file, descriptor } })).rejects.toMatchObject({
      code: 'model/broken',
      hint: expect.stringContaining('install it again'),
    });
  });
});
