import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Figures } from '../support/figures.ts';
import { best, interleave } from '../support/interleave.ts';

const run = promisify(execFile);
const PROGRAM = path.join(import.meta.dirname, 'first-paint.js');

/** Wall time until the first contentful paint, against a window of Electron with nothing in it. */
export async function time(figures: Figures, quick: boolean): Promise<void> {
  figures.heading('Time to the window (from the start of the process to the first contentful paint)');
  const paint = async (...args: string[]) => Number((await run(process.execPath, [PROGRAM, ...args])).stdout);
  const runs = await interleave(quick ? 2 : 5, { gesso: () => paint(), empty: () => paint('empty') });
  const own = best(runs.gesso, (ms) => ms);
  const empty = best(runs.empty, (ms) => ms);
  figures.add('time to the window, warm', own, 'ms', { bound: ['<=', 2000] });
  figures.add('time to an empty window of Electron', empty, 'ms');
  figures.add('window / empty window', own / empty, '');
}
