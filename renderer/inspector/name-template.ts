import { t } from '../ui/words.ts';

/** What is wrong with a name template, in words for beside its field; undefined where it will do. */
export function templateProblem(template: string, parts: readonly string[]): string | undefined {
  if (template.trim() === '') return t('restore.nameProblem.empty');
  for (const [, part = ''] of template.matchAll(/\{([^}]*)\}/g))
    if (!parts.includes(part))
      return t('restore.nameProblem.part', {
        part: `{${part}}`,
        parts: parts.map((each) => `{${each}}`).join(' '),
      });
  const rest = template.replace(/\{[^}]*\}/g, '');
  const bad = /[/\\:*?"<>|{}\p{Cc}]/u.exec(rest)?.[0];
  return bad === undefined ? undefined : t('restore.nameProblem.character', { character: bad });
}

/** A template with a part in the place of what is marked, and where the caret is then. */
export function withPart(template: string, part: string, start: number, end: number) {
  const before = `${template.slice(0, start)}{${part}}`;
  return { template: before + template.slice(end), caret: before.length };
}

/**
 * The words at the end of a template, which those that were learnt may go on with: behind its last part, and what
 * keeps them off it.
 */
export function wordsOf(template: string): string {
  return template.slice(template.lastIndexOf('}') + 1).replace(/^[\s_.-]+/, '');
}
