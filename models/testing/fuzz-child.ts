/**
 * Tries damaged models one after another and tells by lines of JSON on stdout what came of them. Run by tools/fuzz.mjs.
 * usage: fuzz-child.ts FOLDER REFERENCES FIRST END
 * The case that is being tried stands in FOLDER/current, for when this process is ended in the middle of it.
 */
import { mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { damage, type Outcome, tryCase } from './fuzz.ts';
import { seedsIn, tinySeeds } from './fuzz-seeds.ts';

const [folder = '', references = '', first = '0', end = 'Infinity'] = process.argv.slice(2);
/** Seconds between two reports. */
const PAUSE = 1;
const MAX_SEED_BYTES = 2.5 * 2 ** 20;

const seeds = [...tinySeeds(), ...seedsIn(references, MAX_SEED_BYTES)];
const work = path.join(folder, 'work');
mkdirSync(work, { recursive: true });
const current = openSync(path.join(folder, 'current'), 'w');
let counts: Record<string, number> = {};
let [slowest, told] = [0, performance.now()];

const report = (next: number) => {
  process.stdout.write(`${JSON.stringify({ next, counts, slowest })}\n`);
  [counts, slowest, told] = [{}, 0, performance.now()];
};

let number = Number(first);
for (; number < Number(end); number += 1) {
  writeSync(current, String(number).padEnd(20), 0);
  const seed = seeds[number % seeds.length];
  if (!seed) break;
  const files = damage(seed, number);
  let outcome: Outcome = await tryCase(files, work);
  if (outcome.why?.startsWith('it took')) {
    // Rubbish of earlier cases may have been counted, or other programs' time: once more in an empty house.
    globalThis.gc?.();
    outcome = await tryCase(files, work);
  }
  const key = `${seed.name} ${outcome.code}`;
  counts[key] = (counts[key] ?? 0) + 1;
  slowest = Math.max(slowest, outcome.ms);
  if (outcome.code === 'crash') {
    const kept = path.join(folder, `crash-${number}`);
    mkdirSync(kept, { recursive: true });
    for (const [name, bytes] of Object.entries(files)) writeFileSync(path.join(kept, name), bytes);
    writeFileSync(path.join(kept, 'why.txt'), `case ${number} of ${seed.name}\n${outcome.why}\n`);
    process.stdout.write(`${JSON.stringify({ crash: number, seed: seed.name, why: outcome.why })}\n`);
  }
  if (performance.now() - told > PAUSE * 1000) report(number + 1);
}
report(number);
