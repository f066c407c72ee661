import type { Params } from '../engine/protocol/methods.ts';

export type WriteFormat = Params<'restore.picture'>['format'];
export const EXTENSIONS: Record<WriteFormat, string> = {
  png: '.png',
  jpeg: '.jpg',
  webp: '.webp',
  avif: '.avif',
  tiff: '.tif',
};

/** `same` as the source, or PNG where that kind cannot be written, and it says so. */
export function writeFormat(wished: string, source: string, notes: string[]): WriteFormat {
  if (wished !== 'same') return wished as WriteFormat;
  if (source in EXTENSIONS) return source as WriteFormat;
  notes.push(`${source.toUpperCase()} cannot be written; the result is a PNG.`);
  return 'png';
}

/** The tile that is wished, or less where an engine died of that. */
export function limitTile(wished: 'auto' | number, limit: number | undefined): 'auto' | number {
  if (limit === undefined) return wished;
  return wished === 'auto' ? limit : Math.min(wished, limit);
}
