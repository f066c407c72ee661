import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root, shown } from '../lib/paths.mjs';
import { npm, tail } from '../lib/run.mjs';
import { say } from '../lib/say.mjs';

/** @typedef {{ packages: Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> }} Lock */

/**
 * Installs what package-lock.json names. No install script runs: every native library comes as a platform package.
 */
export async function installDependencies() {
  if (dependenciesInstalled()) return;
  say('Installing the npm packages of package-lock.json (about a minute the first time) ...');
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'];
  const clean = await npm(['ci', ...quiet]);
  if (clean.code === 0) return;
  // A lock written against a registry that lacks some platforms' packages does not name them, and `npm ci` refuses it
  // on every platform. `npm install` takes all that the lock names as it is and looks up only the rest.
  if (!/Missing: .* from lock file/.test(clean.stderr)) throw new Error(`npm ci failed:\n${tail(clean)}`);
  const done = await npm(['install', '--no-save', ...quiet]);
  if (done.code !== 0) throw new Error(`npm install failed:\n${tail(done)}`);
}

/**
 * Whether node_modules holds what the lock asks for. Compared by content, not by time: a checkout touches the lock,
 * and an `npm ci` without need would delete node_modules under the feet of whatever else is running.
 */
export function dependenciesInstalled() {
  const hidden = path.join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = readLock(path.join(root, 'package-lock.json')).packages;
  const present = readLock(hidden).packages;
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === '') return true;
    const version = present[name]?.version;
    // Packages for other platforms are in the lock and rightly not on the disk.
    if (version === undefined) return entry.optional === true || entry.devOptional === true;
    return version === entry.version;
  });
}

/** @param {string} file @returns {Lock} */
function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`${shown(file)} cannot be read. Restore it with git, or delete node_modules.`, { cause });
  }
}
