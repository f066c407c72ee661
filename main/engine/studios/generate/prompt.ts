import { type PromptPart, parsePrompt } from './parse-prompt.ts';
import type { Tokenizer } from './tokenizer.ts';

export { type PromptPart, parsePrompt } from './parse-prompt.ts';
export { scaleByWeights } from './scale-by-weights.ts';

/** What a text encoder is given at once: `size` tokens with one more at the begin and the end, and their weights. */
export interface PromptChunk {
  readonly ids: readonly number[];
  readonly weights: readonly number[];
  /** Tokens of the prompt among them. */
  readonly count: number;
}

/** Tokens that CLIP's encoders read, without begin and end. */
const CHUNK = 75;
/** How many tokens behind a comma go along to the next chunk, rather than be cut in the middle. */
const BEHIND_COMMA = 20;

/**
 * Cuts a prompt of any length into chunks as AUTOMATIC1111's window does: full ones, except that one ends with a comma
 * that is near its end, and with each BREAK. The last one is filled up; there is at least one.
 * @param size tokens of a chunk, without begin and end
 */
export function chunkPrompt(parts: readonly PromptPart[], tokenizer: Tokenizer, size = CHUNK): PromptChunk[] {
  const [comma] = tokenizer.encode(',');
  const chunks: PromptChunk[] = [];
  let tokens: Weighted[] = [];
  /** How many tokens there are up to the last comma and with it; 0 without one. */
  let toComma = 0;
  const finish = (end = tokens.length) => {
    chunks.push(chunkOf(tokens.slice(0, end), tokenizer, size));
    tokens = tokens.slice(end);
    toComma = 0;
  };

  for (const { text, weight, isBreak } of parts) {
    if (isBreak) {
      finish();
      continue;
    }
    for (const id of tokenizer.encode(text)) {
      if (tokens.length === size) {
        const isNear = toComma > 0 && size - toComma < BEHIND_COMMA;
        finish(isNear && id !== comma ? toComma : size);
      }
      tokens.push({ id, weight });
      if (id === comma) toComma = tokens.length;
    }
  }
  if (tokens.length > 0 || chunks.length === 0) finish();
  return chunks;
}

/** What a window shows beside a prompt. */
export function countTokens(text: string, tokenizer: Tokenizer): { tokens: number; chunks: number } {
  const chunks = chunkPrompt(parsePrompt(text), tokenizer);
  return { tokens: chunks.reduce((sum, { count }) => sum + count, 0), chunks: chunks.length };
}

interface Weighted {
  readonly id: number;
  readonly weight: number;
}

function chunkOf(tokens: readonly Weighted[], { bos, eos, pad }: Tokenizer, size: number): PromptChunk {
  const left = size - tokens.length;
  return {
    ids: [bos, ...tokens.map(({ id }) => id), eos, ...Array<number>(left).fill(pad)],
    weights: [1, ...tokens.map(({ weight }) => weight), 1, ...Array<number>(left).fill(1)],
    count: tokens.length,
  };
}
