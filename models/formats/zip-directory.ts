import { GessoError } from '../../contract/errors.ts';
import { unknownModel } from '../errors.ts';
import type { ModelFile } from './model-file.ts';

/** A file in a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** Neither compressed nor encrypted. */
  readonly plain: boolean;
  /** Bytes that it takes in the archive. */
  readonly size: number;
  /** Byte of its local header. */
  readonly header: number;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const LOCAL_BYTES = 30;
const MAX_DIRECTORY = 32 * 2 ** 20;
const MAX_ENTRIES = 100_000;
const FULL = 0xffffffff;

/**
 * Reads the central directory of a zip archive (PKWARE's APPNOTE 4.3, zip64 included) .
 * @throws GessoError model/broken (places and sizes that lie or overlap), model/unsafe (names that lead out of the
 *   archive)
 */
export function readZipDirectory(file: ModelFile): Map<string, ZipEntry> {
  const { start, length, count } = findDirectory(file);
  if (length > MAX_DIRECTORY || count > MAX_ENTRIES) throw file.broken('its archive lists too many files');
  const directory = file.read(start, length);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > length || directory.readUInt32LE(at) !== ENTRY)
      throw file.broken('its list of files is cut');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      directory.readUInt16LE(at + offset),
    ) as [number, number, number];
    const end = at + 46 + nameLength + extraLength + commentLength;
    if (end > length) throw file.broken('its list of files is cut');
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
    checkName(name, file);
    const plain = !(directory.readUInt16LE(at + 8) & 1) && directory.readUInt16LE(at + 10) === 0;
    const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const sizes = [24, 20, 42].map((offset) => directory.readUInt32LE(at + offset));
    const [size = 0, packed = 0, header = 0] = wideSizes(sizes, extra, file);
    if (plain && size !== packed) throw file.broken(`the size of "${name}" in its archive lies`);
    if (entries.has(name)) throw file.broken(`its archive holds "${name}" twice`);
    entries.set(name, { name, size: packed, header, plain });
    at = end;
  }
  checkPlaces([...entries.values()], start, file);
  return entries;
}

/**
 * Only entries that are stored as they are can be read, which is all that PyTorch writes: nothing is inflated, so that
 * nothing can grow.
 * @returns the first byte of an entry's data, its local header compared with the directory
 * @throws GessoError model/broken, model/unknown-architecture (compressed or encrypted)
 */
export function startOfEntry(file: ModelFile, entry: ZipEntry): number {
  if (!entry.plain) throw unknownModel(file.name, 'compressed or encrypted files in its archive');
  const local = file.read(entry.header, LOCAL_BYTES);
  const nameLength = local.readUInt16LE(26);
  const sound = local.readUInt32LE(0) === LOCAL && local.readUInt16LE(8) === 0;
  // Sizes may follow the data instead (bit 3), and zip64 puts them elsewhere; what is written must agree.
  const written = [local.readUInt32LE(18), local.readUInt32LE(22)];
  const sized = written.every(
    (size) => size === entry.size || size === FULL || (size === 0 && local[6]! & 8),
  );
  const name = sound ? file.read(entry.header + LOCAL_BYTES, nameLength).toString('utf8') : '';
  if (!sound || !sized || name !== entry.name) {
    throw file.broken(`"${entry.name}" in its archive is not as the list of files says`);
  }
  const start = entry.header + LOCAL_BYTES + nameLength + local.readUInt16LE(28);
  if (start + entry.size > file.size)
    throw file.broken(`"${entry.name}" in its archive reaches past its end`);
  return start;
}

function findDirectory(file: ModelFile): { start: number; length: number; count: number } {
  const tailLength = Math.min(file.size, END_BYTES + 65_535);
  const tailStart = file.size - tailLength;
  const tail = file.read(tailStart, tailLength);
  let at = tailLength - END_BYTES;
  // The end record is followed by a comment of the length that it states.
  while (
    at >= 0 &&
    !(tail.readUInt32LE(at) === END && at + END_BYTES + tail.readUInt16LE(at + 20) === tailLength)
  ) {
    at -= 1;
  }
  if (at < 0) throw file.broken('the list of files at the end of its archive is missing');
  let found = {
    count: tail.readUInt16LE(at + 10),
    length: tail.readUInt32LE(at + 12),
    start: tail.readUInt32LE(at + 16),
  };
  let limit = tailStart + at;
  const locator = at >= 20 && tail.readUInt32LE(at - 20) === LOCATOR64 ? at - 20 : undefined;
  if (locator !== undefined) {
    const place = Number(tail.readBigUInt64LE(locator + 8));
    const end = file.read(place, 56);
    if (end.readUInt32LE(0) !== END64)
      throw file.broken('the list of files at the end of its archive is missing');
    const wide = (offset: number) => Number(end.readBigUInt64LE(offset));
    found = { count: wide(32), length: wide(40), start: wide(48) };
    limit = place;
  }
  if (found.start + found.length > limit) throw file.broken('its list of files lies outside of it');
  return found;
}

/** zip64: the sizes that are all ones stand in the extra field 1, in this order, as 8 bytes. */
function wideSizes(sizes: readonly number[], extra: Buffer, file: ModelFile): number[] {
  if (!sizes.includes(FULL)) return [...sizes];
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const end = Math.min(at + 4 + extra.readUInt16LE(at + 2), extra.byteLength);
    let next = at + 4;
    return sizes.map((size) => {
      if (size !== FULL) return size;
      if (next + 8 > end) throw file.broken('a size in its archive is missing');
      next += 8;
      return Number(extra.readBigUInt64LE(next - 8));
    });
  }
  throw file.broken('a size in its archive is missing');
}

/** Nothing is ever unpacked; a name that leads out is still a sign of a file made to do harm. */
function checkName(name: string, file: ModelFile): void {
  if (!/(^|[\\/])\.\.([\\/]|$)|^[\\/]|^[a-z]:/i.test(name) && !name.includes('\0')) return;
  throw new GessoError(
    'model/unsafe',
    `${file.name} is an archive with a file that leads out of it: ${JSON.stringify(name.slice(0, 200))}.`,
    'Get the model from a source that you trust.',
  );
}

/** Entries that share bytes are what zip bombs are made of. */
function checkPlaces(entries: readonly ZipEntry[], directory: number, file: ModelFile): void {
  let end = 0;
  for (const { name, header, size } of [...entries].sort((a, b) => a.header - b.header)) {
    const next = header + LOCAL_BYTES + Buffer.byteLength(name) + size;
    if (header < end || !(next <= directory)) {
      throw file.broken(`"${name}" in its archive lies over another file or outside`);
    }
    end = next;
  }
}
