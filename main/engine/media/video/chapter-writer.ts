import { open } from 'node:fs/promises';
import type { ClipContainer } from '../../../../contract/clip-coding.ts';
import type { ReadAt } from './chapter-parts.ts';
import type { Chapter } from './chapters.ts';
import { withMatroskaChapters } from './matroska-chapters.ts';
import { withMp4Chapters } from './mp4-chapters.ts';

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
