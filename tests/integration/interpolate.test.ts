import { readdirSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeClip, type Paint, seeClip } from './support/clips.ts';
import { gesso, homeWithModels, scratch } from './support/gesso.ts';

/** `gesso interpolate`, with the real network, on clips made here: every frame where it belongs. */
let home = '';
let folder = '';
beforeAll(async () => {
  home = await homeWithModels(['rife-4.25']);
  folder = scratch();
});

/** Waves that move three pixels a frame. */
const waves: Paint = (frame, x, y) =>
  128 + 60 * Math.sin((x + 3 * frame) / 7) + 50 * Math.cos((y + frame) / 5);
const upTo = (count: number, step = 1) => Array.from({ length: count }, (_, i) => i * step);

async function interpolate(...args: string[]) {
  const out = scratch('gesso-out');
  const run = await gesso(['interpolate', ...args, '--out', out, '--json'], { home, cwd: folder });
  const item = run.events.find(({ event }) => event === 'item') as Record<string, never> | undefined;
  return { ...run, out, item: item as unknown as Item };
}

interface Item {
  output: string;
  framesIn: number;
  framesOut: number;
  cuts: number;
  rate: string;
  seconds: number;
  fps: number;
  notes?: string[];
  error?: { code: string; message: string; hint: string };
}

/** Times of packets as whole ticks of `1/den` seconds. */
const inTicks = ({ pts, base }: { pts: number[]; base: { num: number; den: number } }, den: number) =>
  pts.map((tick) => (tick * base.num * den) / base.den);

describe('every frame where it belongs', () => {
  test('twice as many: sources pass through untouched, times are exact, the last one is held', async () => {
    const clip = await makeClip(path.join(folder, 'a.mkv'), {
      ...{ width: 64, height: 48, ticks: upTo(12), base: { num: 1, den: 25 } },
      ...{ paint: waves, codec: 'ffv1' },
    });
    const { code, item } = await interpolate(clip, '--codec', 'ffv1');
    expect(code).toBe(0);
    expect(item).toMatchObject({ framesIn: 12, framesOut: 24, cuts: 0, rate: '50' });
    expect(item.seconds).toBeGreaterThan(0);
    expect(item.fps).toBeGreaterThan(0);
    expect(path.basename(item.output)).toBe('a_50fps.mkv');
    const [before, after] = [await seeClip(clip), await seeClip(item.output)];
    expect(inTicks(after.video, 50)).toEqual(upTo(24));
    for (const [i, frame] of before.video.frames.entries())
      expect(Buffer.from(after.video.frames[2 * i]!.luma).equals(Buffer.from(frame.luma))).toBe(true);
    // What was made lies between its neighbours, not on one of them.
    const distance = (a: number, b: number) => {
      const [left, right] = [after.video.frames[a]!.luma, after.video.frames[b]!.luma];
      return left.reduce((sum, value, i) => sum + Math.abs(value - right[i]!), 0) / left.length;
    };
    expect(distance(10, 11)).toBeGreaterThan(2);
    expect(distance(11, 12)).toBeGreaterThan(2);
    expect(distance(10, 11) + distance(11, 12)).toBeLessThan(1.6 * distance(10, 12));
    expect(distance(22, 23)).toBe(0);
  });

  test.each([
    ['mp4', 48_000],
    ['mov', 48_000],
    ['mkv', 1000],
  ])('24000/1001 out of Matroska milliseconds comes out right in %s', async (container, den) => {
    const clip = await makeClip(path.join(folder, `film-${container}.mkv`), {
      ...{ width: 64, height: 64, ticks: upTo(60, 1001), base: { num: 1, den: 24_000 }, paint: waves },
    });
    const { item } = await interpolate(clip, '--container', container);
    expect(item.rate).toBe('48000/1001');
    const { video } = await seeClip(item.output, { decode: false });
    // Exact where the container can hold it, else rounded from the exact time, each by itself.
    const exact = (k: number) => (k * 1001 * den) / 48_000;
    expect(inTicks(video, den)).toEqual(upTo(120).map((k) => Math.round(exact(k))));
  });

  test('25 to 60 and to 24000/1001', async () => {
    const clip = await makeClip(path.join(folder, 'pal.mp4'), {
      ...{ width: 64, height: 64, ticks: upTo(50), base: { num: 1, den: 25 }, paint: waves },
    });
    const sixty = await interpolate(clip, '--fps', '60');
    expect(inTicks((await seeClip(sixty.item.output)).video, 60)).toEqual(upTo(120));
    const film = await interpolate(clip, '--fps', '24000/1001');
    expect(path.basename(film.item.output)).toBe('pal_23.976fps.mp4');
    expect(inTicks((await seeClip(film.item.output)).video, 24_000)).toEqual(upTo(48, 1001));
  });

  test('variable rates: brightness that grows with time grows evenly in the result', async () => {
    const ticks = [0, 40, 60, 130, 150, 220, 300, 330, 400, 420, 500, 560, 600];
    // A tone that rises with the moment, over a texture that stands still.
    const paint: Paint = (i, x, y) => 60 + ticks[i]! / 6 + 12 * Math.sin(x / 4) * Math.cos(y / 4);
    const clip = await makeClip(path.join(folder, 'vfr.mkv'), {
      ...{ width: 64, height: 64, ticks, base: { num: 1, den: 1000 }, paint },
      ...{ codec: 'ffv1', lastDuration: 40 },
    });
    const { item } = await interpolate(clip, '--fps', '50', '--codec', 'ffv1', '--scene', 'off');
    expect(item).toMatchObject({ framesIn: 13, framesOut: 32, rate: '50' });
    const { video } = await seeClip(item.output);
    expect(video.pts).toEqual(upTo(32, 20));
    // Within a grey level and a half of the straight line.
    const off = video.frames.slice(0, 31).map(({ pts, mean }) => Math.abs(mean - (60 + pts / 6)));
    expect(Math.max(...off)).toBeLessThan(1.5);
  });

  test('slowed, in part, and with moments as people write them', async () => {
    const clip = await makeClip(path.join(folder, 'long.mp4'), {
      ...{ width: 64, height: 64, ticks: upTo(100), base: { num: 1, den: 25 }, paint: waves },
    });
    const { item } = await interpolate(clip, '--slow', '4x', '--from', '00:00:01.000', '--to', '44/25');
    // 19 frames of the source's rate, four times longer.
    expect(item).toMatchObject({ framesOut: 76, rate: '25' });
    const both = await interpolate(clip, '--slow', '2x', '--fps', '2x', '--to', '1');
    expect(both.item).toMatchObject({ framesOut: 100, rate: '50' });
  });

  test('scene cuts are held, by the nearer frame; off makes them melt', async () => {
    const paint: Paint = (i, x, y) =>
      i < 6 ? waves(i, x, y) : 90 + 70 * Math.sign(Math.sin((x * 2 + y) / 9)) + 20 * Math.sin(y / 3);
    const clip = await makeClip(path.join(folder, 'cut.mkv'), {
      ...{ width: 96, height: 64, ticks: upTo(12), base: { num: 1, den: 25 }, paint, codec: 'ffv1' },
    });
    const { item } = await interpolate(clip, '--fps', '4x', '--codec', 'ffv1');
    expect(item).toMatchObject({ framesOut: 48, cuts: 1 });
    const { video } = await seeClip(item.output);
    const same = (a: number, b: number) =>
      Buffer.from(video.frames[a]!.luma).equals(Buffer.from(video.frames[b]!.luma));
    expect([21, 22, 23].map((k) => (same(k, 20) ? 'before' : same(k, 24) ? 'after' : 'made'))).toEqual([
      'before',
      'before',
      'after',
    ]);
    expect((await interpolate(clip, '--scene', 'off')).item.cuts).toBe(0);
  });

  test('frames on twos are dropped and what is between them made', async () => {
    const paint: Paint = (i, x, y) => waves(Math.floor(i / 2) * 2, x, y);
    const clip = await makeClip(path.join(folder, 'twos.mkv'), {
      ...{ width: 64, height: 64, ticks: upTo(24), base: { num: 1, den: 24 }, paint, codec: 'ffv1' },
    });
    const kept = await interpolate(clip, '--fps', '1x', '--codec', 'ffv1');
    expect(kept.item).toMatchObject({ framesIn: 24, framesOut: 24 });
    const dropped = await interpolate(clip, '--fps', '1x', '--codec', 'ffv1', '--duplicates', 'drop');
    expect(dropped.item).toMatchObject({ framesIn: 12, framesOut: 24 });
    const { video } = await seeClip(dropped.item.output);
    const moves = upTo(22).map((i) => {
      const [a, b] = [video.frames[i]!.luma, video.frames[i + 1]!.luma];
      return a.reduce((sum, value, at) => sum + Math.abs(value - b[at]!), 0) / a.length;
    });
    expect(Math.min(...moves)).toBeGreaterThan(1);
  });
});

describe('pictures in and out', () => {
  test('numbered pictures out, one folder, and in again', async () => {
    const clip = await makeClip(path.join(folder, 'few.mp4'), {
      ...{ width: 64, height: 64, ticks: upTo(5), base: { num: 1, den: 25 }, paint: waves },
    });
    const out = await interpolate(clip, '--codec', 'png', '--fps', '3x');
    expect(path.basename(out.item.output)).toBe('few_75fps');
    const names = readdirSync(out.item.output).sort();
    expect(names).toEqual(upTo(15).map((i) => `${String(i + 1).padStart(6, '0')}.png`));
    const back = await interpolate(out.item.output, '--rate', '30', '--fps', '60');
    expect(back.item).toMatchObject({ framesIn: 15, framesOut: 30, rate: '60' });
    expect(path.extname(back.item.output)).toBe('.mp4');
    expect(inTicks((await seeClip(back.item.output)).video, 60)).toEqual(upTo(30));
  });

  test('two pictures, and what lies between them', async () => {
    const clip = await makeClip(path.join(folder, 'pair.mp4'), {
      ...{ width: 64, height: 64, ticks: upTo(2), base: { num: 1, den: 25 }, paint: waves },
    });
    const pictures = await interpolate(clip, '--codec', 'png', '--fps', '1x');
    const [a, b] = ['000001.png', '000002.png'].map((name) => path.join(pictures.item.output, name));
    const { item } = await interpolate(a!, b!, '--fps', '8x', '--codec', 'png');
    // The first, seven between, the second.
    expect(item).toMatchObject({ framesIn: 2, framesOut: 9 });
  });
});

describe('wrong usage is told before anything is done', () => {
  test.each([
    [['--slow', '2x', '--audio', 'copy'], /only be copied at its own speed/],
    [['--slow', '3x'], /2x, 4x or 8x/],
    [['--fps', '0'], /--fps/],
    [['--fps', 'fast'], /--fps/],
    [['--from', '2', '--to', '1'], /--from has to come before --to/],
    [['--from', '1:99'], /--from/],
    [['--codec', 'mpeg2'], /codec/],
    [['--quality', '60'], /--quality of h264 goes from 0 to 51/],
    [['--scene', '2'], /scene/],
    [['--container', 'avi'], /container/],
  ])('%j', async (args, message) => {
    const run = await gesso(['interpolate', 'nothing.mp4', ...args], { home, cwd: folder });
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(message);
  });
});
