import { stat } from 'node:fs/promises';
import { hashFile, hashFolder } from '../../../models/library/storage.ts';
import type { Segment } from './segments.ts';

/** Segments of an earlier try that are whole. */
export async function stillThere(finished: readonly Segment[]): Promise<Map<number, Segment>> {
  const found = new Map<number, Segment>();
  for (const segment of finished) {
    const sha256 = await hashOf(segment.path);
    if (sha256 === segment.sha256) found.set(segment.number, segment);
  }
  return found;
}

async function hashOf(file: string): Promise<string | undefined> {
  try {
    return (await stat(file)).isDirectory() ? await hashFolder(file) : (await hashFile(file)).sha256;
  } catch {
    return undefined;
  }
}
