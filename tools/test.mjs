import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from './build.mjs';
import { check } from './check.mjs';
import {
  countPlaywright,
  countVitest,
  failuresOfPlaywright,
  failuresOfVitest,
  line,
  none,
  reports,
  sum,
} from './lib/count.mjs';
import { electronEnvironment, findElectron } from './lib/electron.mjs';
import { script, testNode } from './lib/node.mjs';
import { root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { print, say, since } from './lib/say.mjs';
import { setUp } from './setup.mjs';

/** @typedef {import('./lib/count.mjs').Counts} Counts */

try {
  await setUp(['dependencies', 'debian', 'electron', 'samples']);
  await build();
  const checked = await check();
  // Windows wait more than they work; the others take what time they leave.
  const total = sum([checked, ...(await Promise.all([integration(), endToEnd()]))]);
  printFailures();
  if (total.passed + total.failed === 0) say('No test ran: that is a failure too.');
  if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
  print(line(total));
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  print(line({ ...none(), failed: 1 }));
  process.exitCode = 1;
}

/** Every test that failed by name: what each said in full stands far above, and a long output may have lost it. */
function printFailures() {
  const failures = [
    ...['unit.json', 'integration.json'].flatMap((name) => failuresOfVitest(path.join(reports, name))),
    ...failuresOfPlaywright(path.join(reports, 'e2e.json')),
  ];
  for (const { test, why } of failures) print(`FAILED ${test}\n       ${why}`);
}

/**
 * Of a lower priority where there are such: next to the windows of the end-to-end tests, which must not stutter.
 *
 * @returns {Promise<Counts>}
 */
async function integration() {
  const file = path.join(reports, 'integration.json');
  const args = ['run', '--project', 'integration', '--passWithNoTests', '--reporter', 'default'];
  const report = ['--reporter', 'json', '--outputFile.json', file];
  const vitest = [testNode(), script('vitest/vitest.mjs'), ...args, ...report];
  const command = process.platform === 'win32' ? vitest : ['nice', '-n', '5', ...vitest];
  const code = await suite('Integration tests', file, command[0] ?? '', command.slice(1));
  return countVitest(file, code);
}

/** In real Electron, on a virtual screen where there is Xvfb, so that no window gets in the user's way. */
async function endToEnd() {
  if (!existsSync(path.join(root, 'tests/e2e')) || !findElectron()) {
    say('End-to-end tests cannot run: there is no Electron here.');
    return { ...none(), failed: 1 };
  }
  const file = path.join(reports, 'e2e.json');
  const playwright = [testNode(), script('@playwright/test/cli.js'), 'test', '--pass-with-no-tests'];
  const screen = ['--auto-servernum', '--server-args', '-screen 0 1600x1000x24'];
  const virtual = process.platform === 'linux' && existsSync('/usr/bin/xvfb-run');
  const command = virtual ? ['xvfb-run', ...screen, ...playwright] : playwright;
  const code = await suite('End-to-end tests', file, command[0] ?? '', command.slice(1));
  return countPlaywright(file, code);
}

/**
 * @param {string} name
 * @param {string} report removed first: an old one must not be counted
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<number>} the exit status
 */
async function suite(name, report, program, args) {
  const started = performance.now();
  mkdirSync(reports, { recursive: true });
  rmSync(report, { force: true });
  print(`${name}:`);
  const env = { ...electronEnvironment(), FORCE_COLOR: '0' };
  const done = await run(program, args, { env, output: 'inherit' });
  print(`${name} took ${since(started)}.`);
  return done.code;
}
