import type { OutputRules } from '../../../contract/recipe.ts';
import { t } from '../../ui/words.ts';

export const NAME_PARTS = ['name', 'model', 'scale', 'date', 'index'] as const;
const TOKENS: readonly string[] = NAME_PARTS;

const EXTENSIONS: Record<Exclude<OutputRules['format'], 'same'>, string> = {
  png: '.png',
  jpeg: '.jpg',
  webp: '.webp',
  avif: '.avif',
  tiff: '.tif',
};

/** What is wrong with a name template, in words for beside its field; undefined where it will do. */
export function templateProblem(template: string): string | undefined {
  if (template.trim() === '') return t('restore.nameProblem.empty');
  for (const [, token = ''] of template.matchAll(/\{([^}]*)\}/g))
    if (!TOKENS.includes(token))
      return t('restore.nameProblem.part', { part: `{${token}}`, parts: tokenList() });
  const rest = template.replace(/\{[^}]*\}/g, '');
  const bad = /[/\\:*?"<>|{}\p{Cc}]/u.exec(rest)?.[0];
  return bad === undefined ? undefined : t('restore.nameProblem.character', { character: bad });
}

function tokenList(): string {
  return TOKENS.map((token) => `{${token}}`).join(' ');
}

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

/** A template with a part in the place of what is marked, and where the caret is then. */
export function withPart(template: string, part: string, start: number, end: number) {
  const before = `${template.slice(0, start)}{${part}}`;
  return { template: before + template.slice(end), caret: before.length };
}

function sameExtension(source: string): string {
  const extension = /\.([a-z0-9]+)$/i.exec(source)?.[1]?.toLowerCase() ?? '';
  if (['jpg', 'jpeg', 'jpe'].includes(extension)) return '.jpg';
  if (['tif', 'tiff'].includes(extension)) return '.tif';
  return ['webp', 'avif'].includes(extension) ? `.${extension}` : '.png';
}
