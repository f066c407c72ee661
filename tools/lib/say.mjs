import { writeSync } from 'node:fs';

/**
 * Tells the person at the terminal what is being done. Always on stderr, so that stdout stays the program's own;
 * written at once, so that lines of different processes keep their order.
 */
export function say(/** @type {string} */ line) {
  writeAll(2, `${line}\n`);
}

/** The same on stdout, for what the command was asked to print. */
export function print(/** @type {string} */ line) {
  writeAll(1, `${line}\n`);
}

/** Seconds since `start` (a `performance.now()`), as people read them: "0.4 s", "1 min 20 s". */
export function since(/** @type {number} */ start) {
  const seconds = (performance.now() - start) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** A pipe that is full answers EAGAIN instead of waiting; a reader that went away is no reason to fail. */
function writeAll(/** @type {number} */ descriptor, /** @type {string} */ text) {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const code = /** @type {NodeJS.ErrnoException} */ (error).code;
      if (code === 'EAGAIN') continue;
      if (code === 'EPIPE') return;
      throw error;
    }
  }
}
