import { inUnits, type Patch, type ReadAt } from './chapter-parts.ts';
import type { Chapter } from './chapters.ts';

/** Element ids of RFC 9559. */
const ID = {
  ebml: 0x1a45dfa3,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  void: 0xec,
  chapters: 0x1043a770,
  edition: 0x45b9,
  editionUid: 0x45bc,
  atom: 0xb6,
  atomUid: 0x73c4,
  timeStart: 0x91,
  timeEnd: 0x92,
  display: 0x80,
  string: 0x85,
  language: 0x437c,
} as const;
/** Times are in nanoseconds. */
const UNITS = 1_000_000_000;

interface Element {
  id: number;
  at: number;
  /** Where its content begins, and how long it is. */
  content: number;
  size: number;
}

/**
 * Adds chapters behind all else of a Matroska or WebM file, and tells its SeekHead where they are, in the room that
 * FFmpeg leaves behind it.
 */
export async function withMatroskaChapters(
  read: ReadAt,
  size: number,
  chapters: readonly Chapter[],
): Promise<Patch[]> {
  const header = await elementAt(read, 0);
  const segment = header && (await elementAt(read, header.content + header.size));
  if (header?.id !== ID.ebml || segment?.id !== ID.segment || segment.content + segment.size !== size)
    return [];
  const seekHead = await elementAt(read, segment.content);
  const room = seekHead && (await elementAt(read, seekHead.content + seekHead.size));
  if (seekHead?.id !== ID.seekHead || room?.id !== ID.void) return [];
  const added = chaptersElement(chapters);
  const seek = element(
    ID.seek,
    element(ID.seekId, idBytes(ID.chapters)),
    element(ID.seekPosition, uint(BigInt(size - segment.content))),
  );
  const known = await read(seekHead.content, seekHead.size);
  const end = room.content + room.size;
  const rewritten = filled(element(ID.seekHead, known, seek), end - seekHead.at);
  if (!rewritten) return [];
  // FFmpeg writes the segment's size in eight bytes.
  if (segment.content - segment.at !== 12) return [];
  return [
    { at: size, bytes: added },
    { at: seekHead.at, bytes: rewritten },
    { at: segment.at + 4, bytes: longSize(segment.size + added.length) },
  ];
}

function chaptersElement(chapters: readonly Chapter[]): Buffer {
  const atoms = chapters.map((chapter, i) => {
    const { start, end } = inUnits(chapter, UNITS);
    return element(
      ID.atom,
      element(ID.atomUid, uint(BigInt(i + 1))),
      element(ID.timeStart, uint(start)),
      element(ID.timeEnd, uint(end)),
      element(
        ID.display,
        element(ID.string, Buffer.from(chapter.title, 'utf8')),
        element(ID.language, Buffer.from('und')),
      ),
    );
  });
  return element(ID.chapters, element(ID.edition, element(ID.editionUid, uint(1n)), ...atoms));
}

/** `bytes` and a Void element behind them, `length` bytes together; undefined where they do not fit. */
function filled(bytes: Buffer, length: number): Buffer | undefined {
  const left = length - bytes.length;
  if (left === 0) return bytes;
  if (left < 2) return undefined;
  const head = left < 10 ? [ID.void, 0x80 | (left - 2)] : [ID.void, ...longSize(left - 9)];
  return Buffer.concat([bytes, Buffer.from(head), Buffer.alloc(left - head.length)]);
}

async function elementAt(read: ReadAt, at: number): Promise<Element | undefined> {
  const bytes = await read(at, 12);
  if (bytes.length < 2) return undefined;
  const idLength = Math.clz32(bytes[0]!) - 23;
  if (idLength < 1 || idLength > 4 || bytes.length <= idLength) return undefined;
  const sizeLength = Math.clz32(bytes[idLength]!) - 23;
  if (sizeLength < 1 || sizeLength > 8 || bytes.length < idLength + sizeLength) return undefined;
  let size = BigInt(bytes[idLength]! & ((1 << (8 - sizeLength)) - 1));
  for (let i = 1; i < sizeLength; i += 1) size = size * 256n + BigInt(bytes[idLength + i]!);
  return { id: bytes.readUIntBE(0, idLength), at, content: at + idLength + sizeLength, size: Number(size) };
}

function element(id: number, ...content: Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  const size = bytes.length < 127 ? Buffer.from([0x80 | bytes.length]) : longSize(bytes.length);
  return Buffer.concat([idBytes(id), size, bytes]);
}

function idBytes(id: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(id);
  return bytes.subarray(bytes.findIndex((byte) => byte !== 0));
}

/** A size in eight bytes, whatever it is. */
function longSize(size: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(size) | (1n << 56n));
  return bytes;
}

function uint(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  const first = bytes.findIndex((byte) => byte !== 0);
  return bytes.subarray(first < 0 ? 7 : first);
}
