import type { OutputRules } from '../../contract/recipe.ts';

const EXTENSIONS: Record<Exclude<OutputRules['format'], 'same'>, string> = {
  png: '.png',
  jpeg: '.jpg',
  webp: '.webp',
  avif: '.avif',
  tiff: '.tif',
  ora: '.ora',
};

/**
 * The file name that a source's result would get. Main has the last word: it also keeps names apart.
 * @param values what the template's parts come to
 */
export function exampleName(
  template: string,
  values: Readonly<Record<string, string>>,
  format: OutputRules['format'],
  source: string,
): string {
  const filled = template.replace(/\{(\w+)\}/g, (whole, part: string) => values[part] ?? whole).trim();
  return filled + extensionOf(format, source);
}

/** Of a result, by the format that is wished and its source's name. */
function extensionOf(format: OutputRules['format'], source: string): string {
  return format === 'same' ? sameExtension(source) : EXTENSIONS[format];
}

function sameExtension(source: string): string {
  const extension = /\.([a-z0-9]+)$/i.exec(source)?.[1]?.toLowerCase() ?? '';
  if (['jpg', 'jpeg', 'jpe'].includes(extension)) return '.jpg';
  if (['tif', 'tiff'].includes(extension)) return '.tif';
  return ['webp', 'avif'].includes(extension) ? `.${extension}` : '.png';
}
