import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/**
 * Throws unless the file's hash is the expected one; nothing that was fetched is opened before.
 *
 * @param {string} file
 * @param {'sha256' | 'sha512'} algorithm
 * @param {string} expected in hex for sha256, in base64 (as npm writes it) for sha512
 */
export async function verifyFile(file, algorithm, expected) {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  const found = hash.digest(algorithm === 'sha256' ? 'hex' : 'base64');
  if (found !== expected)
    throw new Error(`${file} is not the file we know: ${algorithm} is ${found}, not ${expected}.`);
}
