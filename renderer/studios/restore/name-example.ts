import type { OutputRules } from '../../../contract/recipe.ts';

export const NAME_PARTS = ['name', 'model', 'scale', 'date', 'index'] as const;

const EXTENSIONS: Record<Exclude<OutputRules['format'], 'same'>, string> = {
  png: '.png',
  jpeg: '.jpg',
  webp: '.webp',
  avif: '.avif',
  tiff: '.tif',
};

export interface ExampleOf {
  /** File name of a source. */
  source: string;
  model: string;
  scale: number;
  format: OutputRules['format'];
  index: number;
  date: Date;
}

/** What a part comes to. */
export function partValue(part: (typeof NAME_PARTS)[number], of: ExampleOf): string {
  const two = (n: number) => String(n).padStart(2, '0');
  switch (part) {
    case 'name': {
      const dot = of.source.lastIndexOf('.');
      return dot > 0 ? of.source.slice(0, dot) : of.source;
    }
    case 'model':
      return of.model;
    case 'scale':
      return String(of.scale);
    case 'date':
      return `${of.date.getFullYear()}-${two(of.date.getMonth() + 1)}-${two(of.date.getDate())}`;
    case 'index':
      return String(of.index);
  }
}

/** The file name that a source's result would get. Main has the last word: it also keeps names apart. */
export function exampleName(template: string, of: ExampleOf): string {
  const filled = template
    .replace(/\{(\w+)\}/g, (whole, token) => {
      const part = NAME_PARTS.find((each) => each === token);
      return part ? partValue(part, of) : whole;
    })
    .trim();
  return `${filled}${of.format === 'same' ? sameExtension(of.source) : EXTENSIONS[of.format]}`;
}

function sameExtension(source: string): string {
  const extension = /\.([a-z0-9]+)$/i.exec(source)?.[1]?.toLowerCase() ?? '';
  if (['jpg', 'jpeg', 'jpe'].includes(extension)) return '.jpg';
  if (['tif', 'tiff'].includes(extension)) return '.tif';
  return ['webp', 'avif'].includes(extension) ? `.${extension}` : '.png';
}
