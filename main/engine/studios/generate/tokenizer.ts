import { END_OF_WORD, LETTERS, type TokenizerParts } from '../../../../models/formats/clip-vocabulary.ts';
import { BytePairs } from './byte-pairs.ts';

export interface Tokenizer {
  /** Ids of a text of any length, without those of its begin and end. Any string has some; the empty one has none. */
  encode(text: string): number[];
  readonly bos: number;
  readonly eos: number;
  readonly pad: number;
}

/** Endings of English, letters, single digits, or anything else in a row. */
const WORD = /'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\p{White_Space}\p{L}\p{N}]+/gu;

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

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
