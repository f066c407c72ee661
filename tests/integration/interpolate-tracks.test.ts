import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ratio, toNumber } from '../../contract/time.ts';
import { addChapters } from '../../main/engine/media/video/chapter-writer.ts';
import { clipFacts } from '../../main/engine/media/video/clip-facts.ts';
import { makeClip, type Paint, seeClip } from './support/clips.ts';
import { gesso, homeWithModels, scratch } from './support/gesso.ts';

/** Everything beside the picture survives, or is told beforehand. */
let home = '';
let folder = '';
beforeAll(async () => {
  home = await homeWithModels(['rife-4.25']);
  folder = scratch();
});

const waves: Paint = (frame, x, y) =>
  128 + 60 * Math.sin((x + 3 * frame) / 7) + 50 * Math.cos((y + frame) / 5);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const tone = (hertz: number) => (seconds: number) => 0.4 * Math.sin(2 * Math.PI * hertz * seconds);

async function interpolate(...args: string[]) {
  const out = scratch('gesso-out');
  const run = await gesso(['interpolate', ...args, '--out', out, '--json'], { home, cwd: folder });
  return { ...run, item: run.events[0] as unknown as { output: string; notes?: string[]; error?: object } };
}

/** Hertz, by counting how often a sound crosses zero upwards. */
function pitchOf(samples: Float32Array, rate: number): number {
  const middle = samples.subarray(Math.floor(samples.length / 4), Math.floor((samples.length * 3) / 4));
  let crossings = 0;
  for (let i = 1; i < middle.length; i += 1) if (middle[i - 1]! < 0 && middle[i]! >= 0) crossings += 1;
  return (crossings * rate) / middle.length;
}

describe('sound, subtitles, chapters and metadata', () => {
  let clip = '';
  beforeAll(async () => {
    clip = await makeClip(path.join(folder, 'all.mkv'), {
      ...{ width: 64, height: 64, ticks: upTo(50), base: { num: 1, den: 25 }, paint: waves },
      sounds: [
        { sample: tone(440), seconds: 2, language: 'ger' },
        { sample: tone(660), seconds: 2, codec: 'flac', language: 'eng' },
      ],
      subtitles: [
        { start: 0.2, end: 0.8, text: '<i>Grüße</i> & so' },
        { start: 1, end: 1.6, text: 'Zwei\nZeilen' },
      ],
      metadata: { title: 'Ein Titel', artist: 'Jemand' },
    });
    await addChapters(clip, 'mkv', [
      { start: ratio(0), end: ratio(3, 4), title: 'Anfang' },
      { start: ratio(3, 4), end: ratio(2), title: 'Schluß' },
    ]);
  });

  test.each([
    ['mkv', 'h264', ['aac', 'flac'], 'subrip', 0],
    ['mp4', 'h264', ['aac', 'flac'], 'mov_text', 1],
    ['mov', 'h264', ['aac', 'aac'], 'mov_text', 2],
    ['webm', 'vp9', ['opus', 'opus'], 'webvtt', 3],
  ])('in %s', async (container, codec, sounds, texts, notes) => {
    const { item } = await interpolate(clip, '--container', container, '--codec', codec);
    expect(item.notes ?? []).toHaveLength(notes);
    const [seen, facts] = [await seeClip(item.output), await clipFacts(item.output)];
    expect(seen.sounds.map((sound) => sound.codec)).toEqual(sounds);
    expect(seen.sounds.map(({ language }) => language)).toEqual(['ger', 'eng']);
    for (const [i, sound] of seen.sounds.entries()) {
      expect(Math.abs(sound.start)).toBeLessThan(0.005);
      expect(pitchOf(sound.samples, 48_000) / [440, 660][i]!).toBeCloseTo(1, 1);
      expect(sound.samples.length / 48_000).toBeCloseTo(2, 1);
    }
    expect(seen.texts.map((text) => text.codec)).toEqual([texts]);
    const lines = seen.texts[0]!.lines.filter(({ bytes }) => bytes.length > 2);
    expect(lines.map(({ start, end }) => [start, end])).toEqual([
      [0.2, 0.8],
      [1, 1.6],
    ]);
    expect(lines[0]!.bytes.toString('utf8')).toContain('Grüße');
    expect(lines[1]!.bytes.toString('utf8')).toContain('Zwei\nZeilen');
    expect(facts.chapters.map(({ title }) => title)).toEqual(['Anfang', 'Schluß']);
    expect(facts.chapters.map(({ start }) => toNumber(start))).toEqual([0, 0.75]);
    expect(seen.metadata).toMatchObject(
      container === 'webm' || container === 'mkv'
        ? { title: 'Ein Titel', ARTIST: 'Jemand' }
        : { title: 'Ein Titel', artist: 'Jemand' },
    );
  });

  test('slowed: sound is stretched at its pitch, everything else goes along', async () => {
    const { item } = await interpolate(clip, '--slow', '2x');
    const [seen, facts] = [await seeClip(item.output), await clipFacts(item.output)];
    expect(seen.video.pts).toHaveLength(100);
    for (const [i, sound] of seen.sounds.entries()) {
      expect(sound.samples.length / 48_000).toBeCloseTo(4, 1);
      expect(pitchOf(sound.samples, 48_000) / [440, 660][i]!).toBeCloseTo(1, 1);
    }
    expect(seen.texts[0]!.lines.map(({ start, end }) => [start, end])).toEqual([
      [0.4, 1.6],
      [2, 3.2],
    ]);
    expect(facts.chapters.map(({ start, end }) => [toNumber(start), toNumber(end)])).toEqual([
      [0, 1.5],
      [1.5, 4],
    ]);
  });

  test('a part: all begin anew with it', async () => {
    const { item } = await interpolate(clip, '--from', '0.5', '--to', '1.5');
    const [seen, facts] = [await seeClip(item.output), await clipFacts(item.output)];
    expect(seen.video.pts).toHaveLength(50);
    expect(seen.texts[0]!.lines.map(({ start }) => start)).toEqual([0, 0.5]);
    // Whole packets only: none before the part, the first one soon after.
    for (const sound of seen.sounds) {
      expect(sound.start).toBeGreaterThanOrEqual(0);
      expect(sound.start).toBeLessThan(0.1);
    }
    expect(facts.chapters.map(({ start, end }) => [toNumber(start), toNumber(end)])).toEqual([
      [0, 0.25],
      [0.25, 1],
    ]);
  });

  test('none is none', async () => {
    const { item } = await interpolate(clip, '--audio', 'none');
    expect((await seeClip(item.output)).sounds).toEqual([]);
    expect(item.notes).toContain('The sound is left out, as wished.');
  });
});

describe('how the picture is to be seen', () => {
  const hdr =
    'log-level=none:hdr10=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=1000,400';

  test.each([
    ['h265', 'mp4'],
    ['h265', 'mkv'],
    ['h264', 'mov'],
    ['av1', 'mp4'],
    ['vp9', 'webm'],
    ['ffv1', 'mkv'],
    ['prores', 'mov'],
  ])('10 bits, HDR10, rotation and pixel aspect in %s, %s', async (codec, container) => {
    const clip = await makeClip(path.join(folder, `looks-${codec}-${container}.mp4`), {
      ...{ width: 64, height: 48, ticks: upTo(6), base: { num: 1, den: 25 }, paint: waves },
      ...{ rotation: 90, pixelAspect: { num: 4, den: 3 }, pixelFormat: 'yuv420p10le', codec: 'libx265' },
      colour: { space: 9, range: 1, primaries: 9, transfer: 16 },
      options: { 'x265-params': hdr },
    });
    const { item } = await interpolate(clip, '--codec', codec, '--container', container);
    expect(item.error).toBeUndefined();
    const { video } = await seeClip(item.output);
    expect(video.pixelFormat).toMatch(/p10le$/);
    expect(video.colour).toEqual({ space: 9, range: 1, primaries: 9, transfer: 16 });
    // WebM has no place for a rotation.
    if (container === 'webm') expect(item.notes!.join()).toMatch(/on its side/);
    else expect(video.rotation).toBe(90);
    // Matroska and WebM state the size on screen in whole pixels.
    expect(video.pixelAspect.num / video.pixelAspect.den).toBeCloseTo(4 / 3, container === 'webm' ? 1 : 6);
    // Mastering display and light level, in FFmpeg's numbers.
    expect(video.sideData).toEqual(expect.arrayContaining([20, 22]));
    expect(video.frames).toHaveLength(12);
  });

  test.each([
    ['prores', 'mov'],
    ['ffv1', 'mkv'],
    ['vp9', 'webm'],
  ])('transparency in %s', async (codec, container) => {
    const clip = await makeClip(path.join(folder, `alpha-${codec}.mkv`), {
      ...{ width: 64, height: 48, ticks: upTo(6), base: { num: 1, den: 25 }, paint: waves },
      ...{ pixelFormat: 'yuva420p', codec: 'ffv1' },
    });
    const { item } = await interpolate(clip, '--codec', codec, '--container', container);
    expect(item.error).toBeUndefined();
    const { video } = await seeClip(item.output);
    expect(video.frames).toHaveLength(12);
    for (const { alpha } of video.frames) {
      expect(alpha![0]).toBeGreaterThan(245);
      expect(alpha![1]).toBeLessThan(10);
    }
  });

  test.each(['h264', 'h265', 'vp9', 'av1', 'ffv1', 'prores'])('odd sizes in %s', async (codec) => {
    const clip = await makeClip(path.join(folder, `odd-${codec}.mkv`), {
      ...{ width: 65, height: 49, ticks: upTo(6), base: { num: 1, den: 25 }, paint: waves, codec: 'ffv1' },
    });
    const { item } = await interpolate(clip, '--codec', codec);
    const { video } = await seeClip(item.output);
    expect([video.width, video.height]).toEqual([65, 49]);
  });

  test('a range that is full stays so, and untagged colours stay untagged', async () => {
    const clip = await makeClip(path.join(folder, 'full.mp4'), {
      ...{ width: 64, height: 48, ticks: upTo(6), base: { num: 1, den: 25 }, paint: (_, x) => x * 4 },
      colour: { space: 5, range: 2, primaries: 2, transfer: 2 },
    });
    const { item } = await interpolate(clip);
    const { video } = await seeClip(item.output);
    expect(video.colour).toEqual({ space: 5, range: 2, primaries: 2, transfer: 2 });
    // A still picture stays the same in between, to the encoder's rounding.
    const [first, second] = [video.frames[0]!.luma, video.frames[1]!.luma];
    const off = first.reduce((sum, value, i) => sum + Math.abs(value - second[i]!), 0) / first.length;
    expect(off).toBeLessThan(1.5);
  });
});
