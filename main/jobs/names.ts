import path from 'node:path';
import { expected, GessoError } from '../../contract/errors.ts';

/** Values of the name template's tokens, of a picture or of a clip. */
export interface NameValues {
  name: string;
  model: string;
  /** YYYY-MM-DD of the job. */
  date: string;
  /** 1 for the first input of the job, padded to the width of the last. */
  index: string;
  scale?: number;
  fps?: string;
  slow?: number;
  style?: string;
  prompt?: string;
  seed?: number;
}

/** @throws GessoError recipe/invalid for an unknown token or a character that no file name holds. */
export function checkTemplate(template: string, tokens: readonly string[]): void {
  for (const [, token] of template.matchAll(/\{([^}]*)\}/g)) {
    if (!tokens.includes(token!))
      throw new GessoError(
        'recipe/invalid',
        expected(`one of ${tokens.map((t) => `{${t}}`).join(', ')}`, 'the name template', `{${token}}`),
        'Correct --name.',
      );
  }
  const rest = template.replace(/\{[^}]*\}/g, '');
  if (/[/\\:*?"<>|{}\p{Cc}]/u.test(rest))
    throw new GessoError(
      'recipe/invalid',
      expected('a file name without / \\ : * ? " < > | and braces of its own', 'the name template', template),
      'Correct --name; folders are chosen with --out.',
    );
}

export function fillTemplate(template: string, values: NameValues): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, token: string) =>
    String(values[token as keyof NameValues]),
  );
  // 240 bytes leave room for an extension, a number and the temporary file's suffix in the usual limit of 255.
  let name = filled.trim();
  while (Buffer.byteLength(name) > 200) name = name.slice(0, -1);
  return name.replace(/[. ]+$/, '') || 'picture';
}

/** YYYY-MM-DD here. @param milliseconds since 1970 */
export function localDate(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** A source as the naming rules see it: its folder in the output tree and its file name. */
export interface NamedSource {
  folder: string;
  input: string;
}

/**
 * Which sources of one job would end in the same output: the same folder and the same name but for the extension
 * (without regard to case: many file systems have none). Those get the source's extension into their name.
 * With {index} in the template no two names are equal.
 */
export function toldApart(sources: readonly NamedSource[], template: string, format: string): boolean[] {
  if (template.includes('{index}')) return sources.map(() => false);
  const key = ({ folder, input }: NamedSource) => {
    const { name, ext } = path.parse(input);
    const stem = template.includes('{name}') ? name : '';
    return path.join(folder, stem + (format === 'same' ? outputExtension(ext) : '')).toLowerCase();
  };
  const counts = new Map<string, number>();
  for (const source of sources) counts.set(key(source), (counts.get(key(source)) ?? 0) + 1);
  return sources.map((source) => counts.get(key(source))! > 1);
}

/** The extension that `--format same` would give, judged by name only; close enough to foresee a clash. */
function outputExtension(ext: string): string {
  const known: Record<string, string> = {
    '.jpeg': '.jpg',
    '.jpe': '.jpg',
    '.jpg': '.jpg',
    '.tiff': '.tif',
    '.tif': '.tif',
    '.webp': '.webp',
    '.avif': '.avif',
  };
  return known[ext.toLowerCase()] ?? '.png';
}

/** The nth name to try: `photo.png`, `photo_2.png`, `photo_3.png`... */
export function numbered(folder: string, stem: string, extension: string, n: number): string {
  return path.join(folder, n === 1 ? `${stem}${extension}` : `${stem}_${n}${extension}`);
}
