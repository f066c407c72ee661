import path from 'node:path';
import { makeClip, type Paint } from '../integration/support/clips.ts';

/** A bright square that moves to the right over a ground that is another after the cut. */
const moving =
  (cutAt: number): Paint =>
  (frame, x, y) => {
    const left = 8 + (frame % 12) * 4;
    const isInside = x >= left && x < left + 20 && y >= 20 && y < 44;
    const ground = frame < cutAt ? 40 + ((x >> 3) & 1) * 30 : 150 + ((y >> 3) & 1) * 40;
    return isInside ? 230 : ground;
  };

interface ClipOptions {
  frames?: number;
  /** First frame of another scene; left out: there is none. */
  cutAt?: number;
  /** Frames a second. */
  rate?: number;
  width?: number;
  height?: number;
}

/** A short clip with known motion, written by a real FFmpeg. */
export function clipOf(folder: string, name: string, options: ClipOptions = {}): Promise<string> {
  const { frames = 24, cutAt = Number.POSITIVE_INFINITY, rate = 12, width = 128, height = 64 } = options;
  return makeClip(path.join(folder, name), {
    ...{ width, height },
    ticks: Array.from({ length: frames }, (_, i) => i * 1000),
    base: { num: 1, den: rate * 1000 },
    lastDuration: 1000,
    paint: moving(cutAt),
    codec: 'libx264',
    options: { crf: '12' },
    sounds: [{ sample: (seconds) => 0.2 * Math.sin(2 * Math.PI * 220 * seconds), seconds: frames / rate }],
  });
}
