import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cache, root } from './paths.mjs';

/** The version of the npm-carried build that stands in where Electron's own cannot be had. */
export const FALLBACK_VERSION = '33.2.1';
export const fallbackFolder = path.join(cache, 'electron', FALLBACK_VERSION);

/**
 * @typedef {object} FoundElectron
 * @property {string} binary the program
 * @property {string} folder the folder it lies in, as electron-builder's `electronDist` wants it
 * @property {string} version
 * @property {boolean} fallback true for the stand-in, which is never shipped
 */

/**
 * The Electron on this machine, if there is one: the user's own (ELECTRON_OVERRIDE_DIST_PATH), the one that the
 * `electron` package downloaded, or the stand-in.
 *
 * @returns {FoundElectron | null}
 */
export function findElectron() {
  const home = path.join(root, 'node_modules/electron');
  const own = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const name = existsSync(path.join(home, 'path.txt'))
    ? readFileSync(path.join(home, 'path.txt'), 'utf8')
    : 'electron';
  for (const folder of [own, path.join(home, 'dist'), fallbackFolder]) {
    if (!folder || !existsSync(path.join(folder, name)) || !existsSync(path.join(folder, 'version')))
      continue;
    const version = readFileSync(path.join(folder, 'version'), 'utf8').trim().replace(/^v/, '');
    return { binary: path.join(folder, name), folder, version, fallback: version === FALLBACK_VERSION };
  }
  return null;
}

/** The environment in which the `electron` package, and so Playwright, finds the same program as we do. */
export function electronEnvironment() {
  const found = findElectron();
  return found ? { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: found.folder } : { ...process.env };
}
