import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { vocabularyFromMerges } from '../../../../models/formats/clip-vocabulary.ts';
import { BytePairs } from './byte-pairs.ts';
import { makeTokenizer } from './tokenizer.ts';

/** A file of merges with a few lines only; ids are as they would be, up to the last two. */
const SMALL = vocabularyFromMerges(
  ['#version', 'l o', 'lo w</w>', 'e r</w>', 'n e', 'ne w', "' s</w>", '! !</w>', 'a a', 'aa a'].join('\n'),
);
const tokenizer = makeTokenizer(SMALL);
const piecesOf = (text: string) => {
  const names = Object.entries(SMALL.vocabulary);
  return tokenizer.encode(text).map((id) => names.find(([, of]) => of === id)![0]);
};

describe('words', () => {
  test('are in lower case, without white space, in the pieces that were learned', () => {
    expect(piecesOf('  LOW\n\tnew\u3000er ')).toEqual(['low</w>', 'ne', 'w</w>', 'er</w>']);
  });

  test('are endings, letters, single digits, or anything else in a row', () => {
    expect(piecesOf("low's 12!! é")).toEqual(['low</w>', "'s</w>", '1</w>', '2</w>', '!!</w>', 'Ã', '©</w>']);
  });

  test('have one spelling, whether composed or not, and one sigma', () => {
    expect(tokenizer.encode('e\u0301')).toEqual(tokenizer.encode('\u00e9'));
    expect(piecesOf('ΟΣ').at(-1)).toBe(piecesOf('σ').at(-1));
  });

  test('in white space alone there are none', () => {
    expect(tokenizer.encode('')).toEqual([]);
    expect(tokenizer.encode(' \n\u2003\u0085')).toEqual([]);
  });
});

describe('special tokens', () => {
  test('begin and end are the last two ids, and are themselves in a text', () => {
    expect([tokenizer.bos, tokenizer.eos, tokenizer.pad]).toEqual([521, 522, 522]);
    expect(tokenizer.encode('low<|endoftext|>low')).toEqual([513, 522, 513]);
  });

  test('one that fills up is itself as well: SDXL’s second encoder sees no exclamation marks in a row', () => {
    const second = makeTokenizer({ ...SMALL, pad: '!' });
    expect(second.pad).toBe(0);
    expect(second.encode('low!!')).toEqual([513, 0, 0]);
  });
});

describe('laws', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('a', 'A', ' ', '!', "'", 's', '\ud800', 'é', '1', '<|endoftext|>') }),
  );

  test('any text has ids of the vocabulary, also one with halves of letters', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const ids = tokenizer.encode(text);
        expect(ids.every((id) => Number.isInteger(id) && id >= 0 && id <= 522)).toBe(true);
        expect(tokenizer.encode(`${text}\ud83d`).length).toBeGreaterThan(0);
      }),
    );
  });

  test('the ids of two texts with a space between are the ids of both', () => {
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        expect(tokenizer.encode(`${a} ${b}`)).toEqual([...tokenizer.encode(a), ...tokenizer.encode(b)]);
      }),
    );
  });

  test('joining is what it is by definition: all places of the first pair that was learned, again and again', () => {
    const letters = ['a', 'b', 'c'] as const;
    // A piece is learned in one way only, as from real texts.
    const learned = fc.array(fc.nat(), { maxLength: 10 }).map((choices) => {
      const known: string[] = [...letters];
      return choices.flatMap((choice) => {
        const [left, right] = [known[choice % known.length]!, known[(choice * 7 + 3) % known.length]!];
        if (known.includes(left + right)) return [];
        known.push(left + right);
        return [`${left} ${right}`];
      });
    });
    fc.assert(
      fc.property(learned, fc.array(fc.constantFrom(...letters), { maxLength: 30 }), (merges, word) => {
        expect(new BytePairs(merges).join(word)).toEqual(joinedSlowly(merges, word));
      }),
      { numRuns: 500 },
    );
  });

  test('a hundred thousand characters take seconds and not minutes, whatever they are', () => {
    for (const text of ['a', 'a ', '!', "'", ' ', '<|', '\ud800', '日', "'s"]) {
      const long = text.repeat(100_000 / text.length);
      const start = performance.now();
      tokenizer.encode(long);
      expect(performance.now() - start).toBeLessThan(5000);
    }
  });
});

function joinedSlowly(merges: readonly string[], word: readonly string[]): string[] {
  let parts = [...word];
  for (;;) {
    const ranks = parts.slice(1).map((part, i) => merges.indexOf(`${parts[i]} ${part}`));
    const known = ranks.filter((rank) => rank >= 0);
    if (known.length === 0) return parts;
    const [left, right] = merges[Math.min(...known)]!.split(' ');
    const joined: string[] = [];
    for (let i = 0; i < parts.length; i++) {
      const isPair = parts[i] === left && parts[i + 1] === right;
      joined.push(isPair ? `${left}${right}` : parts[i]!);
      if (isPair) i += 1;
    }
    parts = joined;
  }
}
