import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { findElectron } from './lib/electron.mjs';
import { alone } from './lib/lock.mjs';
import { cache, root } from './lib/paths.mjs';
import { say, since } from './lib/say.mjs';
import { installDebianPackages } from './setup/debian.mjs';
import { dependenciesInstalled, installDependencies } from './setup/dependencies.mjs';
import { installElectron } from './setup/electron.mjs';
import { installSamples, samplesInstalled } from './setup/samples.mjs';

/**
 * What a part does, and a cheap look at whether it is still there once the stamp says that it was done.
 * `install` returns false for "not possible here, and said so".
 *
 * @type {Record<Part, { install: () => Promise<boolean | undefined | void>, there: () => boolean }>}
 */
const PARTS = {
  dependencies: { install: installDependencies, there: dependenciesInstalled },
  debian: {
    install: installDebianPackages,
    there: () => existsSync('/usr/bin/xvfb-run') || !existsSync('/usr/bin/dpkg'),
  },
  electron: { install: installElectron, there: () => findElectron() !== null },
  samples: { install: installSamples, there: samplesInstalled },
};

/** @typedef {'dependencies' | 'debian' | 'electron' | 'samples'} Part */

const stampFile = path.join(cache, 'setup.json');

/**
 * Brings this machine to where Gesso can be built, run and tested. Only Node's own modules until npm has run.
 *
 * @param {Part[]} parts in the order in which they are needed
 * @returns {Promise<Part[]>} the parts that are not there afterwards, and why has been said
 */
export async function setUp(parts) {
  if (parts.every((part) => done(readStamp(), part))) return [];
  return await alone('set-up', async () => {
    const started = performance.now();
    /** @type {Part[]} */
    const missing = [];
    for (const part of parts) {
      if (done(readStamp(), part)) continue;
      if ((await PARTS[part].install()) === false) missing.push(part);
      else writeStamp(part);
    }
    say(`Set-up done in ${since(started)}${missing.length > 0 ? `, without: ${missing.join(', ')}` : ''}.`);
    return missing;
  });
}

/**
 * @param {{ key: string, parts: Part[] }} stamp
 * @param {Part} part
 */
function done(stamp, part) {
  return stamp.key === key() && stamp.parts.includes(part) && PARTS[part].there();
}

/** @returns {{ key: string, parts: Part[] }} */
function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return { key: '', parts: [] };
  }
}

/** @param {Part} part */
function writeStamp(part) {
  const stamp = readStamp();
  const parts = stamp.key === key() ? stamp.parts.filter((one) => one !== part) : [];
  mkdirSync(cache, { recursive: true });
  writeFileSync(stampFile, JSON.stringify({ key: key(), parts: [...parts, part] }));
}

/** Changes with what is to be installed, how, and on which machine. */
function key() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${os.hostname()}`);
  const folder = path.join(import.meta.dirname, 'setup');
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { name } of files) hash.update(readFileSync(path.join(folder, name)));
  return hash.update(readFileSync(path.join(root, 'package-lock.json'))).digest('hex');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes('--again')) rmSync(stampFile, { force: true });
  const missing = await setUp(['dependencies', 'debian', 'electron', 'samples']);
  if (missing.length > 0) process.exitCode = 1;
}
