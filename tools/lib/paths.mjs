import { existsSync } from 'node:fs';
import path from 'node:path';

/** The repository's root folder. */
export const root = path.resolve(import.meta.dirname, '../..');

/** Everything that set-up fetches or makes lives here; deleting it costs only the time to fetch it again. */
export const cache = path.join(root, '.cache');

/** Where `tools/build.mjs` leaves the bundles. */
export const out = path.join(root, 'out');

/** Real photographs with their credits, and the one that `npm start` opens. */
export const samples = path.join(cache, 'samples');

/** The picture that a first start shows: a photograph, or the drawn one where no photograph could be had. */
export function samplePicture() {
  const photograph = path.join(samples, 'chelsea.png');
  return existsSync(photograph) ? photograph : path.join(samples, 'drawn.png');
}

/** An absolute path as a person would write it: relative to the repository where it lies inside. */
export function shown(/** @type {string} */ file) {
  const relative = path.relative(root, file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}
