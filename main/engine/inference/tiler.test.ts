import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModelDescriptor } from '../../../contract/descriptor.ts';
import { Spool } from '../media/spool.ts';
import { transferFor } from '../media/transfer.ts';
import type { ModelSession, Slot } from './sessions.ts';
import { planTiles, runTiles, type TilePlace } from './tiler.ts';

const WIDTH = 70;
const HEIGHT = 50;
const DESCRIPTOR = {
  ...{ overlap: 4, scale: 1, sizeMultipleOf: 1, sizeMinimum: 1, alignment: 1, tiling: 'local' },
} as ModelDescriptor;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-tiler-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A session of a network that changes nothing. */
function unchanging(): { session: ModelSession; runs(): number } {
  let runs = 0;
  const session = {
    takeSlots: (input: number, output: number): [Slot, Slot] => {
      const slot = () => ({ input: new Float32Array(input), output: new Float32Array(output) });
      return [slot(), slot()];
    },
    giveBack: () => {},
    run: async ({ input, output }: Slot) => {
      runs++;
      output.set(input);
      return 1;
    },
  };
  return { session: session as unknown as ModelSession, runs: () => runs };
}

const sampleAt = (x: number, y: number, c: number) => (x * 3 + y * 5 + c * 40) % 256;

async function tiled(isWanted?: (place: TilePlace) => boolean) {
  const spool = await Spool.create(path.join(folder, 'in.v'), {
    ...{ width: WIDTH, height: HEIGHT, channels: 3, depth: 8 },
  });
  for (let y = 0; y < HEIGHT; y++)
    await spool.appendRow(
      Uint8Array.from({ length: 3 * WIDTH }, (_, i) => sampleAt(Math.floor(i / 3), y, i % 3)),
    );
  await spool.finish();
  const plan = planTiles(spool, DESCRIPTOR, 24, false);
  const { session, runs } = unchanging();
  const rows: number[][][] = [];
  const told: number[] = [];
  await runTiles({
    ...{ source: spool, transfer: transferFor(undefined, 8, 3), descriptor: DESCRIPTOR, plan },
    session: async () => session,
    checkpoint: () => {},
    onTile: (done) => told.push(done),
    sink: (_, planes) => {
      rows.push(planes.map((plane) => Array.from(plane, (value) => Math.round(value * 255))));
    },
    ...(isWanted && { isWanted }),
  });
  await spool.close();
  return { rows, runs: runs(), told, plan };
}

describe('tiles', () => {
  it('of which nothing is looked at are not run, and the others are what they were', async () => {
    const all = await tiled();
    expect(all.runs).toBe(all.plan.count);
    const wanted = { from: 20, to: 45 };
    const some = await tiled(({ x, width }) => x < wanted.to && x + width > wanted.from);
    expect(some.runs).toBeGreaterThan(0);
    expect(some.runs).toBeLessThan(all.runs);
    expect(some.rows).toHaveLength(HEIGHT);
    for (const [y, planes] of some.rows.entries())
      for (const [c, plane] of planes.entries())
        expect(plane.slice(wanted.from, wanted.to)).toEqual(
          Array.from({ length: wanted.to - wanted.from }, (_, i) => sampleAt(wanted.from + i, y, c)),
        );
  });

  it('are counted whether they were run or not, also where none is', async () => {
    const none = await tiled(() => false);
    expect(none.runs).toBe(0);
    expect(none.told).toEqual(Array.from({ length: none.plan.count }, (_, i) => i + 1));
    expect(none.rows).toHaveLength(HEIGHT);
    expect(none.rows.flat(2).every((value) => value === 0)).toBe(true);
  });
});
