import { open } from 'node:fs/promises';
import type { ClipContainer } from '../../../../contract/clip-recipe.ts';
import { mul, ratio, round } from '../../../../contract/time.ts';
import type { Chapter } from './chapters.ts';
import { withMatroskaChapters } from './matroska-chapters.ts';
import { withMp4Chapters } from './mp4-chapters.ts';

/** A change to a file: bytes that take the place of others, or go behind the last. */
export interface Patch {
  at: number;
  bytes: Buffer;
}

/** Reads some of a file. */
export type ReadAt = (at: number, length: number) => Promise<Buffer>;

/**
 * Adds chapters to a finished file. FFmpeg's bindings give no way to have a muxer write them.
 * @param file a temporary one: killed half-way it is of no use
 */
export async function addChapters(
  file: string,
  container: ClipContainer,
  chapters: readonly Chapter[],
): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const { size } = await handle.stat();
    const read: ReadAt = async (at, length) => {
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - at)));
      await handle.read(buffer, 0, buffer.length, at);
      return buffer;
    };
    const write = container === 'mp4' || container === 'mov' ? withMp4Chapters : withMatroskaChapters;
    for (const { at, bytes } of await write(read, size, chapters))
      await handle.write(bytes, 0, bytes.length, at);
  } finally {
    await handle.close();
  }
}

/** A chapter's times in whole units of a second, never below 0. */
export function inUnits({ start, end }: Chapter, aSecond: number): { start: bigint; end: bigint } {
  const units = (time: Chapter['start']) => BigInt(Math.max(0, round(mul(time, ratio(aSecond)))));
  return { start: units(start), end: units(end) };
}
