import { BytePairs } from './byte-pairs.ts';

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

export interface Tokenizer {
  /** Ids of a text of any length, without those of its begin and end. Any string has some; the empty one has none. */
  encode(text: string): number[];
  readonly bos: number;
  readonly eos: number;
  readonly pad: number;
}

/** Marks the last piece of a word. */
const END_OF_WORD = '</w>';
/** Endings of English, letters, single digits, or anything else in a row. */
const WORD = /'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\p{White_Space}\p{L}\p{N}]+/gu;

/** CLIP has 49408 tokens: bytes, bytes that end a word, what was merged, begin and end. */
const MERGES_OF_CLIP = 49408 - 2 * 256 - 2;

const BOS = '<|startoftext|>';
const EOS = '<|endoftext|>';

/**
 * CLIP's byte-pair tokenizer (Radford et al. 2021, section 2.4) with the cleaning of Hugging Face's: composed
 * (NFC), lower case, white space collapsed. Bytes are written as letters, so that no text is unknown.
 */
export function makeTokenizer(parts: TokenizerParts): Tokenizer {
  const ids = new Map(Object.entries(parts.vocabulary));
  const pairs = new BytePairs(parts.merges);
  const eos = ids.get(parts.eos) ?? 0;
  const special = [...new Set([parts.bos, parts.eos, parts.pad ?? parts.eos])];
  const splitter = new RegExp(`(${special.map(escaped).join('|')})`, 'u');

  function* idsOf(segment: string): Generator<number> {
    for (const [word] of segment.matchAll(WORD))
      for (const piece of pairs.join(symbolsOf(word))) yield ids.get(piece) ?? eos;
  }

  return {
    bos: ids.get(parts.bos) ?? 0,
    eos,
    pad: ids.get(parts.pad ?? parts.eos) ?? eos,
    encode(text) {
      const found: number[] = [];
      // Special tokens are themselves wherever they stand, also the `!` that fills up for SDXL's second encoder.
      for (const segment of cleaned(text).split(splitter)) {
        const id = special.includes(segment) ? ids.get(segment) : undefined;
        if (id !== undefined) found.push(id);
        else for (const one of idsOf(segment)) found.push(one);
      }
      return found;
    },
  };
}

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

function cleaned(text: string): string {
  let lower = '';
  // Letter by letter: a sigma that ends a word is no other one for CLIP.
  for (const letter of text.normalize('NFC')) lower += letter.toLowerCase();
  return lower;
}

/** What lone surrogates become is the replacement character, as in any text that is written as UTF-8. */
function symbolsOf(word: string): string[] {
  const letters = Array.from(new TextEncoder().encode(word), (byte) => LETTERS[byte]!);
  letters[letters.length - 1] += END_OF_WORD;
  return letters;
}

/** Bytes that are printable in Latin-1 stand for themselves. */
function isPrintable(byte: number): boolean {
  return (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
}

/** The letter that a byte is written as, as GPT-2 does (Radford et al. 2019): the others follow behind Latin-1. */
const LETTERS: readonly string[] = (() => {
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

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
