/** What CLIP's tokenizer is made of. */
export interface TokenizerParts {
  /** Ids by pieces of text, as vocab.json has them. */
  readonly vocabulary: Readonly<Record<string, number>>;
  /** Lines of merges.txt, `a b`, the first learned first. */
  readonly merges: readonly string[];
  /** Texts of the tokens that begin and end a prompt. */
  readonly bos: string;
  readonly eos: string;
  /** Text of the token that fills up a chunk; `eos` where it is not said. */
  readonly pad?: string;
}

/** Marks the last piece of a word. */
export const END_OF_WORD = '</w>';

/** CLIP has 49408 tokens: bytes, bytes that end a word, what was merged, begin and end. */
const MERGES_OF_CLIP = 49408 - 2 * 256 - 2;

const BOS = '<|startoftext|>';
const EOS = '<|endoftext|>';

/**
 * CLIP's vocabulary from the list of merges that OpenAI published (bpe_simple_vocab_16e6.txt, unpacked): its first
 * 48894 lines behind the heading.
 */
export function vocabularyFromMerges(text: string): TokenizerParts {
  const lines: string[] = [];
  let from = text.indexOf('\n') + 1;
  // The file has 262144 lines; the rest was never used.
  while (lines.length < MERGES_OF_CLIP && from > 0 && from < text.length) {
    const to = text.indexOf('\n', from);
    lines.push(text.slice(from, to < 0 ? undefined : to).trimEnd());
    from = to + 1;
  }
  const bytes = lettersInOrder();
  const pieces = [
    ...bytes,
    ...bytes.map((letter) => letter + END_OF_WORD),
    ...lines.map((line) => line.replace(' ', '')),
    BOS,
    EOS,
  ];
  return {
    vocabulary: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
    merges: lines,
    bos: BOS,
    eos: EOS,
  };
}

/** Bytes that are printable in Latin-1 stand for themselves. */
function isPrintable(byte: number): boolean {
  return (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
}

/** The letter that a byte is written as, as GPT-2 does (Radford et al. 2019): the others follow behind Latin-1. */
export const LETTERS: readonly string[] = (() => {
  let extra = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : extra++));
})();

/** In the order of their ids: printable bytes first. */
function lettersInOrder(): string[] {
  const bytes = LETTERS.map((letter, byte) => ({ letter, byte }));
  return [
    ...bytes.filter(({ byte }) => isPrintable(byte)),
    ...bytes.filter(({ byte }) => !isPrintable(byte)),
  ].map(({ letter }) => letter);
}
