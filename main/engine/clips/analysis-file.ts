import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Analysis } from './analysis.ts';

/** Keeps what was seen of a source, so that a job that goes on need not look at all of it again. */
export async function writeAnalysis(file: string, key: string, analysis: Analysis): Promise<void> {
  const { base, ticks, lastDuration, changes, repeats, losses } = analysis;
  const text = JSON.stringify({
    gesso: 1,
    key,
    base,
    lastDuration,
    losses,
    ticks: [...ticks],
    // Floats as they are: the same cuts have to be found again.
    changes: [...changes],
    repeats: [...repeats.keys()].filter((i) => repeats[i] === 1),
  });
  await writeFile(`${file}.part`, text, { flush: true });
  await rename(`${file}.part`, file);
}

/** Undefined where there is none, or one of another source or recipe. */
export async function readAnalysis(file: string, key: string): Promise<Analysis | undefined> {
  try {
    const read = JSON.parse(await readFile(file, 'utf8'));
    if (read.gesso !== 1 || read.key !== key) return undefined;
    const repeats = new Uint8Array(read.ticks.length);
    for (const i of read.repeats) repeats[i] = 1;
    return {
      base: read.base,
      ticks: Float64Array.from(read.ticks),
      lastDuration: read.lastDuration,
      changes: Float32Array.from(read.changes),
      repeats,
      losses: read.losses,
    };
  } catch {
    return undefined;
  }
}
