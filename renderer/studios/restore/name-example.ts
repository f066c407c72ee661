import type { OutputRules } from '../../../contract/recipe.ts';
import { t } from '../../ui/words.ts';

const TOKENS: readonly string[] = ['name', 'model', 'scale', 'date', 'index'];

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

export function tokenList(): string {
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

/** The file name that a source's result would get. Main has the last word: it also keeps names apart. */
export function exampleName(template: string, of: ExampleOf): string {
  const dot = of.source.lastIndexOf('.');
  const stem = dot > 0 ? of.source.slice(0, dot) : of.source;
  const two = (n: number) => String(n).padStart(2, '0');
  const values: Record<string, string> = {
    name: stem,
    model: of.model,
    scale: String(of.scale),
    date: `${of.date.getFullYear()}-${two(of.date.getMonth() + 1)}-${two(of.date.getDate())}`,
    index: String(of.index),
  };
  const filled = template.replace(/\{(\w+)\}/g, (whole, token: string) => values[token] ?? whole).trim();
  return `${filled}${of.format === 'same' ? sameExtension(of.source) : EXTENSIONS[of.format]}`;
}

function sameExtension(source: string): string {
  const extension = /\.([a-z0-9]+)$/i.exec(source)?.[1]?.toLowerCase() ?? '';
  if (['jpg', 'jpeg', 'jpe'].includes(extension)) return '.jpg';
  if (['tif', 'tiff'].includes(extension)) return '.tif';
  return ['webp', 'avif'].includes(extension) ? `.${extension}` : '.png';
}
