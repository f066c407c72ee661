/** A piece of a prompt, and how strongly it is meant. */
export interface PromptPart {
  readonly text: string;
  readonly weight: number;
  /** The word BREAK: what follows begins a chunk of its own. */
  readonly isBreak?: true;
}

/** What a bracket multiplies with, or divides by. */
const STRESS = 1.1;
/** Brackets deeper than this are text: nobody means them, and each costs time. */
const DEEPEST = 64;

/** One thing at a time: an escape, a bracket, a weight with the bracket that it ends, a colon, or text. */
const TOKEN = /\\[\\()[\]]|[\\()[\]]|:\s*([+-]?[.\d]+)\s*\)|:|[^\\()[\]:]+/gy;
const BREAK = /\bBREAK\b/;

interface Span {
  text: string;
  weight: number;
  readonly isBreak?: true;
}

/**
 * Reads the weights of a prompt as AUTOMATIC1111's window writes them: `(more)`, `[less]`, `(as much as this:1.3)`,
 * `\(` for a bracket itself. Brackets may be nested; one that is not closed holds to the end. Neighbours of one weight
 * are one part; an empty prompt has one empty part.
 */
export function parsePrompt(text: string): PromptPart[] {
  const spans: Span[] = [];
  const open: Readonly<Record<'(' | '[', number[]>> = { '(': [], '[': [] };
  const close = (bracket: '(' | '[', factor: number): boolean => {
    const from = open[bracket].pop();
    for (const span of from === undefined ? [] : spans.slice(from)) span.weight *= factor;
    return from !== undefined;
  };
  for (const [token, weight] of text.matchAll(TOKEN)) {
    if (token.length === 2 && token.startsWith('\\')) spans.push({ text: token.slice(1), weight: 1 });
    else if ((token === '(' || token === '[') && open['('].length + open['['].length < DEEPEST)
      open[token].push(spans.length);
    else if (token === ')' && close('(', STRESS)) continue;
    else if (token === ']' && close('[', 1 / STRESS)) continue;
    else if (weight !== undefined && Number.isFinite(Number(weight)) && close('(', Number(weight))) continue;
    else spans.push(...brokenUp(token));
  }
  while (close('(', STRESS));
  while (close('[', 1 / STRESS));
  return joined(spans);
}

/** White space around a BREAK is its own. */
function brokenUp(text: string): Span[] {
  const pieces = text.split(BREAK);
  return pieces.flatMap((piece, i): Span[] => {
    let kept = piece;
    if (i > 0) kept = kept.trimStart();
    if (i < pieces.length - 1) kept = kept.trimEnd();
    const spans: Span[] = kept === '' ? [] : [{ text: kept, weight: 1 }];
    return i === 0 ? spans : [{ text: 'BREAK', weight: 1, isBreak: true }, ...spans];
  });
}

function joined(spans: readonly Span[]): PromptPart[] {
  const parts: { texts: string[]; weight: number; isBreak?: true }[] = [];
  for (const { text, weight, isBreak } of spans) {
    const last = parts.at(-1);
    if (isBreak) parts.push({ texts: [text], weight: 1, isBreak });
    else if (last && !last.isBreak && last.weight === weight) last.texts.push(text);
    else parts.push({ texts: [text], weight });
  }
  if (parts.length === 0) return [{ text: '', weight: 1 }];
  return parts.map(({ texts, ...rest }) => ({ text: texts.join(''), ...rest }));
}
