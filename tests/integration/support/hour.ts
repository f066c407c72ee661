import path from 'node:path';
import { makeClip, seeClip } from './clips.ts';

/** Samples a second of its sound. */
const SAMPLES = 8000;
const BRIGHT = 205;

export interface Hour {
  file: string;
  /** Seconds of a frame. */
  period: number;
  seconds: number;
  flashes: number;
}

/** A clip of 64 x 64 with a flash and a beep every `every` frames, in Matroska's milliseconds. */
export async function makeHour(
  folder: string,
  rate: { num: number; den: number },
  frames: number,
  every: number,
): Promise<Hour> {
  const period = rate.den / rate.num;
  const seconds = frames * period;
  const file = await makeClip(path.join(folder, 'hour.mkv'), {
    ...{ width: 64, height: 64, base: { num: 1, den: 1000 } },
    ticks: Array.from({ length: frames }, (_, i) => Math.round(i * period * 1000)),
    paint: (i, x, y) => (i % every === 0 ? 220 : 40 + 10 * Math.sin((x + y + i) / 9)),
    options: { preset: 'ultrafast', crf: '16' },
    sounds: [
      {
        ...{ codec: 'flac', rate: SAMPLES, seconds },
        // A beep of 100 ms, or as long as there is room for, with every flash.
        sample: (at) => {
          const since = at % (every * period);
          return since < Math.min(0.1, (every * period) / 2)
            ? 0.6 * Math.sin(2 * Math.PI * 400 * since + 0.5)
            : 0;
        },
      },
    ],
  });
  return { file, period, seconds, flashes: Math.ceil(frames / every) };
}

/** How far flashes and beeps of a result lie apart at most, seconds; and how many of each there are. */
export async function apartIn(
  output: string,
): Promise<{ most: number; flashes: number; beeps: number; duration: number }> {
  const { video, sounds, duration } = await seeClip(output);
  const tick = video.base.num / video.base.den;
  const flashes = video.frames
    .filter(({ mean }, i) => mean > BRIGHT && (video.frames[i - 1]?.mean ?? 0) <= BRIGHT)
    .map(({ pts }) => pts * tick);
  const { samples, start } = sounds[0]!;
  const beeps: number[] = [];
  for (let i = 0; i < samples.length; i += 1)
    if (Math.abs(samples[i]!) > 0.1) {
      beeps.push(start + i / SAMPLES);
      i += SAMPLES / 5;
    }
  const most = Math.max(...flashes.map((flash, i) => Math.abs(flash - (beeps[i] ?? Number.NaN))));
  return { most, flashes: flashes.length, beeps: beeps.length, duration };
}
