import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cache } from './paths.mjs';
import { say } from './say.mjs';

/**
 * Lets one process at a time do `work`: two terminals may both find that a build or a set-up is due.
 * A lock whose process is gone is taken over.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function alone(name, work) {
  mkdirSync(cache, { recursive: true });
  const file = path.join(cache, `${name}.lock`);
  let told = false;
  while (!take(file)) {
    if (!told) say(`Waiting for another ${name} to finish (${file}).`);
    told = true;
    await sleep(100);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!alive(file)) rmSync(file, { force: true });
    return false;
  }
}

/** @param {string} file */
function alive(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    // An empty file is a lock in the making.
    return pid === 0 || process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
