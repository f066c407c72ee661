import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';

/**
 * A short text that changes when any of the files does: names, sizes and times, not contents, because it is computed
 * at every start of `gesso` and must cost milliseconds.
 *
 * @param {string[]} places files and folders, relative to the repository
 * @param {RegExp} [spare] files that do not count; tests never do
 * @returns {string}
 */
export function stampOf(places, spare) {
  const hash = createHash('sha256');
  for (const place of places) add(path.join(root, place));
  return hash.digest('hex');

  /** @param {string} place */
  function add(place) {
    const stat = statSync(place, { throwIfNoEntry: false });
    if (!stat) return;
    if (stat.isDirectory()) {
      for (const name of readdirSync(place).sort()) add(path.join(place, name));
    } else if (!/\.test\.tsx?$/.test(place) && !spare?.test(place)) {
      hash.update(`${place} ${stat.size} ${stat.mtimeMs}\n`);
    }
  }
}
