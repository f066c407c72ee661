import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { testNode } from './lib/node.mjs';
import { cache, root, shown } from './lib/paths.mjs';
import { print, say, since } from './lib/say.mjs';

const USAGE = `usage: npm run fuzz [-- --cases N] [--seconds S] [--first N]
  Opens damaged models of every format until it is stopped, and says how each was refused. A case has a number; the
  same number is the same damage. Anything but a typed error in under 2 s and 200 MB is a crash: its files are kept in
  .cache/fuzz, and the exit status is 1.
  --cases N    stops after N cases
  --seconds S  stops after S seconds
  --first N    begins with case N; a number of the clock's where it is left out`;

const folder = path.join(cache, 'fuzz');
const references = path.join(
  process.env.GESSO_REFERENCE ?? path.resolve(root, '../shared/expected'),
  'architectures',
);
/** A child that says nothing for so long hangs in a case. */
const SILENCE_MS = 15_000;

/** @returns {Promise<number>} the exit status */
async function fuzz() {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    say(USAGE);
    return process.argv.includes('--help') ? 0 : 2;
  }
  mkdirSync(folder, { recursive: true });
  const started = performance.now();
  const total = { cases: 0, crashes: 0, slowest: 0, stopped: false };
  /** @type {Map<string, number>} */
  const outcomes = new Map();
  process.once('SIGINT', () => {
    total.stopped = true;
  });
  const end = options.first + options.cases;
  const over = () => total.stopped || performance.now() - started > options.seconds * 1000;
  say(`Cases from ${options.first} on, in ${shown(folder)}. Ctrl+C ends it.`);
  for (let next = options.first; next < end && !over(); ) {
    next = await child(next, end, over, (line) => {
      if (line.crash !== undefined) {
        total.crashes += 1;
        say(`CRASH in case ${line.crash} (${line.seed}): ${line.why}`);
        return;
      }
      for (const [key, count] of Object.entries(line.counts)) {
        outcomes.set(key, (outcomes.get(key) ?? 0) + count);
        total.cases += count;
      }
      total.slowest = Math.max(total.slowest, line.slowest);
      const rate = (total.cases / (performance.now() - started)) * 1000;
      if (process.stderr.isTTY)
        say(`${total.cases} cases, ${rate.toFixed(0)} a second, ${total.crashes} crashes`);
    });
  }
  for (const [key, count] of [...outcomes].sort()) print(`${String(count).padStart(8)}  ${key}`);
  const rate = (total.cases / (performance.now() - started)) * 1000;
  print(
    `${total.cases} cases in ${since(started)} (${rate.toFixed(0)} a second), slowest ${Math.round(total.slowest)} ms, crashes ${total.crashes}.`,
  );
  return total.crashes > 0 ? 1 : 0;
}

/**
 * Runs one child until its end, its death or ours.
 *
 * @param {number} first
 * @param {number} end
 * @param {() => boolean} over
 * @param {(line: any) => void} tell
 * @returns {Promise<number>} the case to go on with
 */
function child(first, end, over, tell) {
  return new Promise((resolve) => {
    const entry = path.join(root, 'models/testing/fuzz-child.ts');
    // A heap that the bound on memory leaves no room beyond; --expose-gc tells rubbish from growth.
    const flags = ['--max-old-space-size=256', '--expose-gc', '--no-warnings'];
    const words = [...flags, entry, folder, references, String(first), String(end)];
    const started = spawn(testNode(), words, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [next, heard, stderr] = [first, performance.now(), ''];
    started.stderr.setEncoding('utf8').on('data', (text) => {
      stderr = (stderr + text).slice(-4000);
    });
    createInterface({ input: started.stdout }).on('line', (text) => {
      heard = performance.now();
      const line = JSON.parse(text);
      if (line.next !== undefined) next = line.next;
      tell(line);
    });
    let ended = false;
    const timer = setInterval(() => {
      ended ||= over();
      if (ended || performance.now() - heard > SILENCE_MS) started.kill('SIGKILL');
    }, 200);
    started.on('close', (code) => {
      clearInterval(timer);
      if (ended || code === 0) return resolve(ended ? end : next);
      const current = Number(readFileSync(path.join(folder, 'current'), 'utf8'));
      tell({
        crash: current,
        seed: 'the process ended',
        why: stderr.trim() || `nothing was heard of it for ${SILENCE_MS} ms`,
      });
      return resolve(current + 1);
    });
  });
}

/** @param {string[]} words */
function readOptions(words) {
  const options = {
    cases: Number.POSITIVE_INFINITY,
    seconds: Number.POSITIVE_INFINITY,
    first: Date.now() % 1e9,
  };
  for (let index = 0; index < words.length; index += 2) {
    const name = /** @type {keyof typeof options} */ (words[index]?.replace(/^--/, ''));
    const value = Number(words[index + 1]);
    if (!Object.hasOwn(options, name) || !Number.isInteger(value) || value < 0) return undefined;
    options[name] = value;
  }
  return options;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = await fuzz();
