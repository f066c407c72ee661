import { inUnits, type Patch, type ReadAt } from './chapter-parts.ts';
import type { Chapter } from './chapters.ts';

/** Nero's chapter list counts them in one byte, and the bytes of a title too. */
const MOST = 255;
/** Its times are in 100 ns. */
const UNITS = 10_000_000;

interface Box {
  kind: string;
  at: number;
  size: number;
}

/**
 * Adds a chapter list (`moov.udta.chpl`) to an MP4 or QuickTime file whose `moov` box is its last: nothing else moves.
 */
export async function withMp4Chapters(
  read: ReadAt,
  size: number,
  chapters: readonly Chapter[],
): Promise<Patch[]> {
  const moov = (await boxes(read, 0, size)).find(({ kind }) => kind === 'moov');
  if (!moov || moov.at + moov.size !== size) return [];
  const inside = await boxes(read, moov.at + 8, size);
  const udta = inside.at(-1)?.kind === 'udta' ? inside.at(-1) : undefined;
  const list = chapterList(chapters);
  const added = udta ? list : box('udta', list);
  return [
    { at: size, bytes: added },
    { at: moov.at, bytes: uint32(moov.size + added.length) },
    ...(udta ? [{ at: udta.at, bytes: uint32(udta.size + added.length) }] : []),
  ];
}

async function boxes(read: ReadAt, from: number, to: number): Promise<Box[]> {
  const found: Box[] = [];
  for (let at = from; at + 8 <= to; ) {
    const head = await read(at, 16);
    let size = head.readUInt32BE(0);
    if (size === 1) size = Number(head.readBigUInt64BE(8));
    if (size === 0) size = to - at;
    if (size < 8) break;
    found.push({ kind: head.toString('latin1', 4, 8), at, size });
    at += size;
  }
  return found;
}

function chapterList(chapters: readonly Chapter[]): Buffer {
  const entries = chapters.slice(0, MOST).map((chapter) => {
    const head = Buffer.alloc(9);
    head.writeBigUInt64BE(inUnits(chapter, UNITS).start);
    const title = cutTo(chapter.title, MOST);
    head[8] = title.length;
    return Buffer.concat([head, title]);
  });
  const head = Buffer.alloc(9);
  head[0] = 1; // version
  head[8] = entries.length;
  return box('chpl', Buffer.concat([head, ...entries]));
}

/** At most so many bytes of UTF-8, never half a character. */
function cutTo(text: string, most: number): Buffer {
  let bytes = Buffer.alloc(0);
  for (const character of text) {
    const longer = Buffer.concat([bytes, Buffer.from(character)]);
    if (longer.length > most) break;
    bytes = longer;
  }
  return bytes;
}

function box(kind: string, content: Buffer): Buffer {
  return Buffer.concat([uint32(content.length + 8), Buffer.from(kind, 'latin1'), content]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
