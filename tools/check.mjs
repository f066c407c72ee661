import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { countVitest, none, reports, sum } from './lib/count.mjs';
import { script, testNode } from './lib/node.mjs';
import { cache } from './lib/paths.mjs';
import { run, tail } from './lib/run.mjs';
import { print, say, since } from './lib/say.mjs';
import { setUp } from './setup.mjs';

/** @typedef {import('./lib/count.mjs').Counts} Counts */

const ROOMS = ['contract', 'models', 'main', 'preload', 'renderer', 'tests', 'tools'];

/**
 * Types, lint, the dependency rule, dead exports, unit tests. Goes through all of them even when one fails.
 *
 * @returns {Promise<Counts>} the unit tests, and one failure for every other step that failed
 */
export async function check() {
  const started = performance.now();
  mkdirSync(reports, { recursive: true });
  const failed = [];
  // Two cores are what the smallest machine has: two compilers at a time, everything else in turn.
  const queue = [...ROOMS];
  const worker = async () => {
    for (let room = queue.shift(); room; room = queue.shift()) failed.push(!(await types(room)));
  };
  await Promise.all([worker(), worker()]);
  failed.push(!(await step('lint and format', script('@biomejs/biome/bin/biome'), ['ci', '--colors=off'])));
  failed.push(!(await rules()));
  failed.push(!(await step('dead exports', script('knip/bin/knip.js'), ['--no-config-hints'])));
  const units = await unitTests();
  const total = sum([units, { ...none(), failed: failed.filter(Boolean).length }]);
  print(`Checked in ${since(started)}: ${total.failed === 0 ? 'all is well' : `${total.failed} failed`}.`);
  return total;
}

/** @param {string} room */
function types(room) {
  const info = path.join(cache, 'tsc', `${room}.json`);
  const args = ['-p', room, '--incremental', '--tsBuildInfoFile', info];
  return step(`types of ${room}`, script('typescript/bin/tsc'), args);
}

/** The dependency rule; a run that read no modules would pass everything, and counts as failed. */
async function rules() {
  const args = [
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'err-long',
    '--no-progress',
    ...ROOMS,
  ];
  return await step(
    'who imports whom',
    script('dependency-cruiser/bin/dependency-cruise.mjs'),
    args,
    (text) => {
      const modules = Number(/\((\d+) modules/.exec(text)?.[1] ?? 0);
      return modules > ROOMS.length
        ? ''
        : `dependency-cruiser read ${modules} modules: the rule checks nothing.`;
    },
  );
}

/** @returns {Promise<Counts>} */
async function unitTests() {
  const started = performance.now();
  const file = path.join(reports, 'unit.json');
  rmSync(file, { force: true });
  const args = [
    'run',
    '--project',
    'unit',
    '--reporter',
    'dot',
    '--reporter',
    'json',
    '--outputFile.json',
    file,
  ];
  const done = await run(testNode(), [script('vitest/vitest.mjs'), ...args, '--passWithNoTests'], {
    env: { ...process.env, NO_COLOR: '1' },
  });
  const counts = countVitest(file, done.code);
  if (counts.failed > 0) print(tail(done, 200));
  print(
    `${counts.failed === 0 ? 'ok    ' : 'FAILED'} unit tests: ${counts.passed} passed (${since(started)})`,
  );
  return counts;
}

/**
 * @param {string} name
 * @param {string} program a script for Node
 * @param {string[]} args
 * @param {(text: string) => string} [objection] a last look at the output of a step that passed; '' for none
 * @returns {Promise<boolean>} whether it passed
 */
async function step(name, program, args, objection = () => '') {
  const started = performance.now();
  const done = await run(process.execPath, [program, ...args], { env: { ...process.env, NO_COLOR: '1' } });
  const objected = done.code === 0 ? objection(done.stdout + done.stderr) : '';
  const ok = done.code === 0 && objected === '';
  if (!ok) print(objected || tail(done, 60));
  print(`${ok ? 'ok    ' : 'FAILED'} ${name} (${since(started)})`);
  return ok;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await setUp(['dependencies']);
    if ((await check()).failed > 0) process.exitCode = 1;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
