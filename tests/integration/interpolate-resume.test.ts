import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { makeClip, type Paint, seeClip } from './support/clips.ts';
import { gesso, homeWithModels, scratch, start } from './support/gesso.ts';

/** A kill costs at most the segment in hand. */
let home = '';
beforeAll(async () => {
  home = await homeWithModels(['rife-4.25']);
});

const waves: Paint = (frame, x, y) =>
  128 + 60 * Math.sin((x + 3 * frame) / 7) + 50 * Math.cos((y + frame) / 5);

const segmentsIn = (parts: string) =>
  existsSync(parts)
    ? readdirSync(parts, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.mkv'))
        .sort()
    : [];

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 1200 && !condition(); i += 1) await new Promise((resolve) => setTimeout(resolve, 25));
  expect(condition()).toBe(true);
}

test('killed in the middle, twice, and gone on with', async () => {
  const folder = scratch();
  const clip = await makeClip(path.join(folder, 'long.mkv'), {
    ...{ width: 64, height: 64, base: { num: 1, den: 25 }, paint: waves },
    ticks: Array.from({ length: 700 }, (_, i) => i),
    options: { preset: 'ultrafast' },
    sounds: [{ sample: (t) => 0.3 * Math.sin(t * 2000), seconds: 28 }],
  });
  const parts = path.join(home, 'parts');
  const output = path.join(folder, 'long_50fps.mkv');
  const first = start(['interpolate', clip, '--codec', 'ffv1', '--json'], { home });
  await until(() => segmentsIn(parts).length >= 3);
  first.child.kill('SIGKILL');
  await first.done;
  expect(existsSync(output)).toBe(false);
  // The last one may have been in place and not yet in the ledger.
  const there = segmentsIn(parts);
  const kept = there.slice(0, -1).map((name) => [name, statSync(path.join(parts, name)).mtimeMs]);
  expect(kept.length).toBeGreaterThanOrEqual(2);

  const second = start(['jobs', 'resume', '--json'], { home });
  await until(() => segmentsIn(parts).length > there.length);
  second.child.kill('SIGKILL');
  await second.done;
  // What was finished was not made again.
  for (const [name, at] of kept)
    expect([name, statSync(path.join(parts, name as string)).mtimeMs]).toEqual([name, at]);

  const third = await gesso(['jobs', 'resume', '--json'], { home });
  expect(third.events[0]).toMatchObject({ output, framesOut: 1400 });
  expect(segmentsIn(parts)).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.startsWith('.gesso'))).toEqual([]);

  // FFV1, because x264's own result is not always the same at this size.
  const whole = await gesso(['interpolate', clip, '--codec', 'ffv1', '--existing', 'rename', '--json'], {
    home,
  });
  const [cut, uncut] = [await seeClip(output), await seeClip((whole.events[0] as { output: string }).output)];
  expect(cut.video.pts).toEqual(uncut.video.pts);
  expect(cut.sounds[0]!.pts).toEqual(uncut.sounds[0]!.pts);
  const differing = cut.video.frames.filter(
    ({ luma }, i) => !Buffer.from(luma).equals(Buffer.from(uncut.video.frames[i]!.luma)),
  );
  expect(differing).toHaveLength(0);
});

test('cancelled, it keeps what is finished; another file under the name begins anew', async () => {
  const folder = scratch();
  const clip = path.join(folder, 'clip.mp4');
  const make = (shade: number) =>
    makeClip(clip, {
      ...{ width: 64, height: 64, base: { num: 1, den: 25 } },
      paint: (i, x, y) => shade + 30 * Math.sin((x + i) / 5) * Math.cos(y / 6),
      ticks: Array.from({ length: 400 }, (_, i) => i),
      options: { preset: 'ultrafast' },
    });
  await make(60);
  const parts = path.join(home, 'parts');
  const run = start(['interpolate', clip, '--json'], { home });
  await until(() => segmentsIn(parts).length >= 1);
  run.child.kill('SIGINT');
  expect((await run.done).code).toBe(130);
  expect(existsSync(path.join(folder, 'clip_50fps.mp4'))).toBe(false);
  await make(180);
  const { events } = await gesso(['jobs', 'resume', '--json'], { home });
  const { video } = await seeClip((events[0] as { output: string }).output);
  expect(video.frames).toHaveLength(800);
  // None of the first file's segments is in it.
  expect(Math.min(...video.frames.map(({ mean }) => mean))).toBeGreaterThan(150);
});

test('an engine that is killed before its first segment: motion is found at half the size', async (context) => {
  if (process.platform === 'win32') return context.skip('the engine is found by pgrep');
  const folder = scratch();
  const clip = await makeClip(path.join(folder, 'heavy.mkv'), {
    ...{ width: 96, height: 64, base: { num: 1, den: 25 }, paint: waves },
    ticks: Array.from({ length: 200 }, (_, i) => i),
    options: { preset: 'ultrafast' },
  });
  const run = start(['interpolate', clip, '--json'], { home });
  const begun = () =>
    readdirSync(path.join(home, 'parts'), { recursive: true, encoding: 'utf8' }).some((name) =>
      name.endsWith('.mkv.part'),
    );
  await until(begun);
  const engine = execFileSync('pgrep', ['-P', String(run.child.pid)], { encoding: 'utf8' }).trim();
  process.kill(Number(engine.split('\n')[0]), 'SIGKILL');
  const { code, events } = await run.done;
  expect(code).toBe(0);
  expect(events[0]).toMatchObject({ framesOut: 400 });
  expect((events[0] as { notes?: string[] }).notes?.join()).toMatch(/half of the size/);
});
