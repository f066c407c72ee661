import path from 'node:path';
import { expect, test } from 'vitest';
import { makeClip, seeClip } from './support/clips.ts';
import { gesso, homeWithModels, scratch } from './support/gesso.ts';

/** An hour: a flash and a beep every minute, and none drifts from the other. */
const RATE = { num: 1000, den: 1001 };
const FRAMES = 3596;
const EVERY = 60;
const SAMPLES = 8000;

test('sound and picture stay within 5 ms over an hour', { timeout: 600_000 }, async () => {
  const home = await homeWithModels(['rife-4.25']);
  const folder = scratch();
  const period = RATE.den / RATE.num;
  const seconds = FRAMES * period;
  const clip = await makeClip(path.join(folder, 'hour.mkv'), {
    ...{ width: 64, height: 64, base: { num: 1, den: 1000 } },
    // As Matroska rounds them: 0, 1001, 2002 ... exact here, so that the sound's clock is the law.
    ticks: Array.from({ length: FRAMES }, (_, i) => i * 1001),
    paint: (i, x, y) => (i % EVERY === 0 ? 220 : 40 + 10 * Math.sin((x + y + i) / 9)),
    options: { preset: 'ultrafast', crf: '16' },
    sounds: [
      {
        ...{ codec: 'flac', rate: SAMPLES, seconds },
        // A beep of 100 ms with every flash.
        sample: (at) => {
          const since = at % (EVERY * period);
          return since < 0.1 ? 0.6 * Math.sin(2 * Math.PI * 400 * since + 0.5) : 0;
        },
      },
    ],
  });
  const { code, events } = await gesso(['interpolate', clip, '--container', 'mp4', '--json'], { home });
  expect(code).toBe(0);
  const item = events[0] as { output: string; framesOut: number; rate: string };
  expect(item).toMatchObject({ framesOut: 2 * FRAMES, rate: '2000/1001' });
  const { video, sounds, duration } = await seeClip(item.output);
  const tick = video.base.num / video.base.den;
  const flashes = video.frames
    .filter(({ mean }, i) => mean > 205 && (video.frames[i - 1]?.mean ?? 0) <= 205)
    .map(({ pts }) => pts * tick);
  const { samples, start } = sounds[0]!;
  const beeps: number[] = [];
  for (let i = 0; i < samples.length; i += 1)
    if (Math.abs(samples[i]!) > 0.1) {
      beeps.push(start + i / SAMPLES);
      i += SAMPLES;
    }
  expect(flashes).toHaveLength(Math.ceil(FRAMES / EVERY));
  expect(beeps).toHaveLength(flashes.length);
  const apart = flashes.map((flash, i) => Math.abs(flash - beeps[i]!));
  expect(Math.max(...apart)).toBeLessThan(0.005);
  expect(Math.abs(duration - seconds)).toBeLessThan(period / 4 + 0.005);
});
