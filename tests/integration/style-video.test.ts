import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { flickerOf } from '../support/flicker.ts';
import { modelFile } from '../support/model-file.ts';
import { makeClip, type Paint, seeClip } from './support/clips.ts';
import { gesso, homeWithModels, sample, scratch, start } from './support/gesso.ts';
import { drawn } from './support/pictures.ts';

/** Real weights over clips, through the command line. */
const STYLE = ['--style', 'builtin:7'];
let home = '';
let folder = '';
beforeAll(async () => {
  home = await homeWithModels(['multistyle26', 'magenta-style', 'magenta-style-reader', 'rife-4.25']);
  folder = scratch('style-video');
});

const waves: Paint = (frame, x, y) =>
  128 + 60 * Math.sin((x + 2 * frame) / 7) + 50 * Math.cos((y + frame) / 5);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const base = { num: 1, den: 25 };

interface Item {
  output: string;
  notes?: string[];
  error?: { code: string; message: string; hint: string };
}

async function paint(...args: string[]) {
  const out = scratch('style-video-out');
  const run = await gesso(['style', ...args, '--out', out, '--json'], { home, cwd: folder });
  return { ...run, item: run.events[0] as unknown as Item & Record<string, unknown> };
}

const differ = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0);

describe('the same frames at the same times', () => {
  test('however uneven, with all that lies beside them', async () => {
    const ticks = [0, 40, 73, 150, 151, 300, 340, 512, 600, 610];
    const clip = await makeClip(path.join(folder, 'uneven.mkv'), {
      ...{ width: 96, height: 64, base: { num: 1, den: 1000 }, ticks, paint: waves, lastDuration: 90 },
      sounds: [
        { sample: (t) => 0.4 * Math.sin(t * 2764), seconds: 0.7, language: 'ger' },
        { sample: (t) => 0.4 * Math.sin(t * 4147), seconds: 0.7, codec: 'flac', language: 'eng' },
      ],
      subtitles: [{ start: 0.2, end: 0.5, text: 'Grüße' }],
      metadata: { title: 'Ein Titel' },
      ...{ rotation: 90, pixelAspect: { num: 4, den: 3 } },
      colour: { space: 1, range: 1, primaries: 1, transfer: 1 },
    });
    const { item, code } = await paint(clip, ...STYLE);
    expect([code, item.framesIn, item.framesOut, item.width, item.height]).toEqual([0, 10, 10, 96, 64]);
    expect(item.fps).toBeGreaterThan(0);
    const [source, made] = [await seeClip(clip), await seeClip(item.output)];
    expect(made.video.pts).toEqual(ticks);
    expect(made.video.frames).toHaveLength(10);
    expect(made.sounds.map(({ codec, language, pts }) => [codec, language, pts])).toEqual(
      source.sounds.map(({ codec, language, pts }) => [codec, language, pts]),
    );
    expect(made.sounds[0]!.samples).toEqual(source.sounds[0]!.samples);
    expect(made.texts[0]!.lines.map(({ start, end }) => [start, end])).toEqual([[0.2, 0.5]]);
    expect(made.metadata.title ?? made.metadata.TITLE).toBe('Ein Titel');
    expect([made.video.rotation, made.video.pixelAspect]).toEqual([90, { num: 4, den: 3 }]);
    expect(made.video.colour).toEqual(source.video.colour);
  });

  test('in MP4, of a part, in 10 bits and with transparency', async () => {
    const clip = await makeClip(path.join(folder, 'ntsc.mp4'), {
      ...{ width: 64, height: 48, base: { num: 1001, den: 24_000 }, ticks: upTo(12), paint: waves },
    });
    const { item } = await paint(clip, ...STYLE, '--from', '0.15', '--to', '0.4');
    const { base: tick, pts } = (await seeClip(item.output)).video;
    // Frame 3 is shown from 0.125 s on; frame 4 comes at 0.1668 s.
    const times = pts.map((at) => (at * tick.num) / tick.den);
    expect(times).toHaveLength(7);
    for (const [k, time] of times.entries())
      expect(time).toBeCloseTo(k === 0 ? 0 : ((3 + k) * 1001) / 24_000 - 0.15, 4);
    const deep = await makeClip(path.join(folder, 'deep.mkv'), {
      ...{ width: 64, height: 48, base, ticks: upTo(3), paint: waves },
      ...{ codec: 'libx265', pixelFormat: 'yuv420p10le', options: { 'x265-params': 'log-level=none' } },
    });
    const ten = await paint(deep, ...STYLE, '--codec', 'h265');
    expect((await seeClip(ten.item.output)).video.pixelFormat).toBe('yuv420p10le');
    const clear = await makeClip(path.join(folder, 'clear.mkv'), {
      ...{
        width: 64,
        height: 48,
        base,
        ticks: upTo(3),
        paint: waves,
        codec: 'ffv1',
        pixelFormat: 'yuva420p',
      },
    });
    const kept = await paint(clear, ...STYLE, '--codec', 'ffv1');
    for (const { alpha } of (await seeClip(kept.item.output)).video.frames) expect(alpha).toEqual([255, 0]);
  });
});

describe('looks', () => {
  test('strength 0 is the original; a mask lies still, and what it leaves out stays', async () => {
    const clip = await makeClip(path.join(folder, 'plain.mkv'), {
      ...{ width: 96, height: 64, base, ticks: upTo(4), paint: waves, codec: 'ffv1' },
    });
    const mask = path.join(folder, 'mask.png');
    await drawn(60, 40, 1, (x) => (x < 30 ? 0 : 255))
      .png()
      .toFile(mask);
    const nothing = await paint(clip, ...STYLE, '--strength', '0', '--codec', 'ffv1');
    const half = ['--style', sample('coffee.png'), '--mask', mask, '--brush', '2', '--detail', '0.5'];
    const masked = await paint(clip, ...half, '--colour', 'original', '--strength', '0.9', '--codec', 'ffv1');
    const [source, same, left] = [
      await seeClip(clip),
      await seeClip(nothing.item.output),
      await seeClip(masked.item.output),
    ];
    for (const [k, { luma }] of source.video.frames.entries()) {
      expect(differ(same.video.frames[k]!.luma, luma)).toBe(0);
      let [outside, within] = [0, 0];
      for (const [at, value] of left.video.frames[k]!.luma.entries()) {
        const apart = Math.abs(value - luma[at]!);
        if (at % 96 < 40) outside = Math.max(outside, apart);
        else within = Math.max(within, apart);
      }
      // What two conversions between luma and colours round away.
      expect(outside).toBeLessThanOrEqual(2);
      expect(within).toBeGreaterThan(20);
    }
  });

  test('pictures and clips in one call, an item each; without steadiness no network for motion', async () => {
    const mixed = path.join(folder, 'mixed');
    mkdirSync(mixed);
    await makeClip(path.join(mixed, 'b.mp4'), {
      ...{ width: 64, height: 48, base, ticks: upTo(3), paint: waves },
    });
    await drawn(64, 48, 3, (x) => x * 3)
      .png()
      .toFile(path.join(mixed, 'a.png'));
    const lean = await homeWithModels(['multistyle26']);
    const args = ['style', mixed, ...STYLE, '--steady', '0', '--json'];
    const { code, events } = await gesso(args, { home: lean, cwd: folder });
    expect([code, events.length]).toEqual([0, 3]);
    expect(events.slice(0, 2).map(({ output, framesOut }) => [output, framesOut])).toEqual([
      [path.join(mixed, 'a_builtin-7.png'), undefined],
      [path.join(mixed, 'b_builtin-7.mp4'), 3],
    ]);
  });
});

describe('steadiness', () => {
  test('of a clip that stands still: its painting does too', async () => {
    const clip = await makeClip(path.join(folder, 'still.mkv'), {
      ...{ width: 96, height: 64, base, ticks: upTo(6), paint: (_, x, y) => waves(0, x, y), codec: 'ffv1' },
    });
    const { item } = await paint(clip, '--style', sample('coffee.png'), '--codec', 'ffv1');
    const { frames } = (await seeClip(item.output)).video;
    for (const { luma } of frames) expect(differ(luma, frames[0]!.luma)).toBeLessThanOrEqual(1);
  });

  test('at least 40 of 100 of the flicker of a real clip goes, and no more than a tenth of its slopes', async () => {
    const clip = sample('carphone_pristine.mp4');
    const args = ['--style', sample('coffee.png'), '--to', '0.4', '--codec', 'ffv1'];
    const each = await paint(clip, ...args, '--steady', '0');
    const steady = await paint(clip, ...args);
    const model = modelFile(home, 'rife-4.25');
    const [loose, calm] = [
      await flickerOf(each.item.output, clip, model),
      await flickerOf(steady.item.output, clip, model),
    ];
    expect(loose.pairs).toBeGreaterThan(8);
    expect(calm.painted / loose.painted).toBeLessThan(0.6);
    expect(calm.energy / loose.energy).toBeGreaterThan(0.9);
  });
});

test('killed in the middle and gone on with, it is what it had been uncut', async () => {
  const clip = await makeClip(path.join(folder, 'long.mkv'), {
    ...{ width: 64, height: 48, base, ticks: upTo(300), paint: waves, options: { preset: 'ultrafast' } },
  });
  const parts = path.join(home, 'parts');
  /** Of a segment that is there, or of which as much as `end` says. */
  const segment = (number: number, end = '') =>
    existsSync(parts)
      ? readdirSync(parts, { recursive: true, encoding: 'utf8' }).find((name) =>
          name.endsWith(`segment-00000${number}.mkv${end}`),
        )
      : undefined;
  const until = async (is: () => unknown) => {
    for (let i = 0; i < 2400 && !is(); i += 1) await new Promise((resolve) => setTimeout(resolve, 25));
  };
  const out = scratch('style-video-out');
  const args = ['style', clip, ...STYLE, '--codec', 'ffv1', '--out', out, '--json'];
  const first = start(args, { home });
  await until(() => segment(0));
  // Until it is in the ledger.
  await new Promise((resolve) => setTimeout(resolve, 150));
  first.child.kill('SIGKILL');
  await first.done;
  expect(readdirSync(out)).toEqual([]);
  const made = () => statSync(path.join(parts, segment(0) ?? '')).mtimeMs;
  const before = made();
  const resumed = start(['jobs', 'resume', '--json'], { home });
  await until(() => segment(1, '.part'));
  // What was finished was not made again.
  expect(made()).toBe(before);
  const { events } = await resumed.done;
  expect(events[0]).toMatchObject({ framesOut: 300 });
  expect(segment(0)).toBeUndefined();
  const whole = await gesso([...args, '--existing', 'rename'], { home });
  const [cut, uncut] = [
    await seeClip(String(events[0]!.output)),
    await seeClip(String(whole.events[0]!.output)),
  ];
  expect(cut.video.pts).toEqual(uncut.video.pts);
  const differing = cut.video.frames.filter(({ luma }, k) => differ(luma, uncut.video.frames[k]!.luma) > 0);
  expect(differing).toHaveLength(0);
});

test('what cannot be painted is said in words, and the others are', async () => {
  writeFileSync(path.join(folder, 'text.mp4'), 'no clip');
  const clip = await makeClip(path.join(folder, 'short.mp4'), {
    ...{ width: 64, height: 48, base, ticks: upTo(2), paint: waves },
  });
  const { code, events } = await paint('text.mp4', clip, ...STYLE);
  expect([code, events.length]).toEqual([1, 3]);
  expect(events[0]!.error).toMatchObject({
    code: 'input/unreadable',
    message: expect.stringContaining('text.mp4'),
  });
  expect(events[1]).toMatchObject({ framesOut: 2 });
  for (const [args, error] of [
    [['--from', '5'], { code: 'recipe/invalid', message: expect.stringContaining('short.mp4') }],
    [
      ['--codec', 'prores', '--container', 'mp4'],
      { code: 'recipe/invalid', message: expect.stringContaining('MP4') },
    ],
    [
      ['--style', 'nowhere.png'],
      { code: 'input/unreadable', message: expect.stringContaining('nowhere.png') },
    ],
    [
      ['--layer', '--style', 'builtin:2'],
      { code: 'recipe/invalid', message: expect.stringContaining('one layer') },
    ],
    [
      ['--mask', 'nowhere.png'],
      { code: 'input/unreadable', message: expect.stringContaining('nowhere.png') },
    ],
  ] as const) {
    const { item } = await paint(clip, ...STYLE, ...args);
    expect(item.error).toMatchObject(error);
  }
  expect((await paint(clip, ...STYLE, '--quality', '80')).code).toBe(2);
});
