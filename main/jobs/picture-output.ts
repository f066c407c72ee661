import { LAYERED_FORMATS, type OutputRules } from '../../contract/recipe.ts';
import type { Params } from '../engine/protocol/methods.ts';

export type WriteFormat = Params<'restore.picture'>['format'];
export const EXTENSIONS: Record<WriteFormat, string> = {
  png: '.png',
  jpeg: '.jpg',
  webp: '.webp',
  avif: '.avif',
  tiff: '.tif',
  ora: '.ora',
};

/** `same` as the source, or PNG where that kind cannot be written, and it says so. */
export function writeFormat(
  { format: wished, layered }: Pick<OutputRules, 'format' | 'layered'>,
  source: string,
  notes: string[],
): WriteFormat {
  const format = wished !== 'same' ? wished : source in EXTENSIONS ? (source as WriteFormat) : 'png';
  if (wished === 'same' && !(source in EXTENSIONS))
    notes.push(`${source.toUpperCase()} cannot be written; the result is a PNG.`);
  if (layered && !LAYERED_FORMATS.some((each) => each === format))
    notes.push(`${format.toUpperCase()} holds no layers; TIFF and OpenRaster do. The result is one picture.`);
  return format;
}

/** The tile that is wished, or less where an engine died of that. */
export function limitTile(wished: 'auto' | number, limit: number | undefined): 'auto' | number {
  if (limit === undefined) return wished;
  return wished === 'auto' ? limit : Math.min(wished, limit);
}
