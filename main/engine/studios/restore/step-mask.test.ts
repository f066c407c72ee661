import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Spool } from '../../media/spool.ts';
import { mix } from './result-rows.ts';
import { StepMask } from './step-mask.ts';

const SIZE = { width: 90, height: 70 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-mask-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A mask that is black but for one pixel, as faint as can be. */
async function maskWith(pixel: { x: number; y: number }): Promise<StepMask> {
  const spool = await Spool.create(path.join(folder, 'mask.v'), { ...SIZE, channels: 1, depth: 8 });
  for (let y = 0; y < SIZE.height; y++)
    await spool.appendRow(
      Uint8Array.from({ length: SIZE.width }, (_, x) => (x === pixel.x && y === pixel.y ? 1 : 0)),
    );
  await spool.finish();
  const mask = await StepMask.of(spool);
  await spool.close();
  return mask;
}

describe('the mask of a step', () => {
  it('shows every place that has a pixel of it, and none that is far from all', async () => {
    const at = fc.record({ x: fc.nat(SIZE.width - 1), y: fc.nat(SIZE.height - 1) });
    const place = fc.record({
      ...{ x: fc.nat(80), y: fc.nat(60) },
      ...{ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 40 }) },
    });
    await fc.assert(
      fc.asyncProperty(at, place, fc.constantFrom(1, 2), async (pixel, rect, times) => {
        const mask = await maskWith(pixel);
        const shown = mask.shows(
          ...([
            {
              ...{ x: rect.x * times, y: rect.y * times },
              ...{ width: rect.width * times, height: rect.height * times },
            },
            { width: SIZE.width * times, height: SIZE.height * times },
          ] as const),
        );
        const apart = (at: number, from: number, length: number) =>
          Math.max(0, from - at, at - (from + length - 1));
        const distance = Math.max(apart(pixel.x, rect.x, rect.width), apart(pixel.y, rect.y, rect.height));
        if (distance === 0) expect(shown).toBe(true);
        if (distance > 24) expect(shown).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});

describe('mixing with a plain enlargement', () => {
  it('is the one or the other to the bit at the ends, even beside what is no number, and straight between', () => {
    const made = Float32Array.of(Number.NaN, 0.3, 0.5);
    mix(made, Float32Array.of(0.1, Number.NaN, 0.9), Float32Array.of(0, 1, 0.25));
    expect(made).toEqual(Float32Array.of(0.1, 0.3, 0.25 * 0.5 + 0.75 * Math.fround(0.9)));
  });
});
