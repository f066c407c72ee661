import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readState } from './clip-state.ts';
import { ClipStrands } from './clip-strands.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'strands-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A painter whose state is one number. */
function painter(isSteady = true) {
  return {
    isSteady,
    number: 0,
    state() {
      return [Float32Array.of(this.number)];
    },
    goOnFrom(state: readonly Float32Array[] | undefined) {
      this.number = state?.[0]?.[0] ?? this.number;
      return state !== undefined;
    },
  };
}

describe('what goes from frame to frame', () => {
  it('leads from each frame to the next, and neither to the first nor over a cut', async () => {
    const strands = new ClipStrands(painter(), folder);
    const led = [];
    for (const k of [0, 1, 2, 3, 4]) led.push(await strands.leadTo(k, k === 3));
    expect(led).toEqual([false, true, true, false, true]);
  });

  it('leads nowhere where each frame is painted by itself, and leaves nothing behind', async () => {
    const strands = new ClipStrands(painter(false), folder);
    await strands.leadTo(0, false);
    await strands.keep(0);
    expect(await strands.leadTo(1, false)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('goes on in another process from the end of the last segment, exactly', async () => {
    const first = painter();
    first.number = Math.fround(1 / 3);
    await new ClipStrands(first, folder).keep(9);
    const second = painter();
    expect(await new ClipStrands(second, folder).leadTo(10, false)).toBe(true);
    expect(second.number).toBe(Math.fround(1 / 3));
  });

  it('begins anew where the end of the last segment is not there, or not whole', async () => {
    expect(await new ClipStrands(painter(), folder).leadTo(10, false)).toBe(false);
    await new ClipStrands(painter(), folder).keep(9);
    const [name = ''] = readdirSync(folder);
    const whole = readFileSync(path.join(folder, name));
    for (const length of [0, 3, 20, whole.length - 1]) {
      writeFileSync(path.join(folder, name), whole.subarray(0, length));
      expect(await readState(folder, 9)).toBeUndefined();
      expect(await new ClipStrands(painter(), folder).leadTo(10, false)).toBe(false);
    }
  });

  it('keeps the ends of the last two segments, however long the clip', async () => {
    const strands = new ClipStrands(painter(), folder);
    for (let k = 24; k < 400; k += 25) await strands.keep(k);
    expect(readdirSync(folder).length).toBe(2);
    expect(await readState(folder, 399)).toBeDefined();
  });
});
