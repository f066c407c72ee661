import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { vocabularyFromMerges } from '../../../../models/formats/clip-vocabulary.ts';
import { chunkPrompt, countTokens, parsePrompt } from './prompt.ts';
import { makeTokenizer } from './tokenizer.ts';

/** Each letter is a token of its own. */
const tokenizer = makeTokenizer({ ...vocabularyFromMerges('#version\na b</w>\n'), pad: '!' });
const { bos, eos, pad } = tokenizer;
const id = (text: string) => tokenizer.encode(text)[0]!;
const [X, COMMA] = [id('x'), id(',')];
const chunks = (text: string, size?: number) => chunkPrompt(parsePrompt(text), tokenizer, size);
const words = (count: number) => Array<string>(count).fill('x').join(' ');

describe('a chunk', () => {
  test('lies between begin and end and is filled up behind them', () => {
    expect(chunks('x (x)', 4)).toEqual([
      { ids: [bos, X, X, eos, pad, pad], weights: [1, 1, 1.1, 1, 1, 1], count: 2 },
    ]);
  });

  test('is there for an empty prompt, too', () => {
    expect(chunks('', 2)).toEqual([{ ids: [bos, eos, pad, pad], weights: [1, 1, 1, 1], count: 0 }]);
  });

  test('has 77 tokens with its begin and end', () => {
    expect(chunks(words(75))).toHaveLength(1);
    expect(chunks(words(76)).map(({ ids, count }) => [ids.length, count])).toEqual([
      [77, 75],
      [77, 1],
    ]);
  });

  test('ends with a comma that is near, and what follows it goes along', () => {
    const counts = (text: string) => chunks(text).map(({ count }) => count);
    expect(counts(`${words(60)}, ${words(30)}`)).toEqual([61, 30]);
    expect(counts(`${words(50)}, ${words(40)}`)).toEqual([75, 16]);
    // A comma itself does not look back for another one.
    expect(counts(`${words(60)}, ${words(14)}, x`)).toEqual([75, 2]);
    expect(chunks(`${words(60)}, ${words(14)}, x`)[1]!.ids.slice(1, 3)).toEqual([COMMA, X]);
  });

  test('ends with a BREAK', () => {
    expect(chunks('x BREAK x x', 4).map(({ count }) => count)).toEqual([1, 2]);
    expect(chunks('x BREAK', 4).map(({ count }) => count)).toEqual([1]);
    expect(chunks('BREAK x', 4).map(({ count }) => count)).toEqual([0, 1]);
  });
});

test('tokens are counted as they are cut', () => {
  expect(countTokens('', tokenizer)).toEqual({ tokens: 0, chunks: 1 });
  expect(countTokens(words(75), tokenizer)).toEqual({ tokens: 75, chunks: 1 });
  expect(countTokens(`(${words(76)}:1.2)`, tokenizer)).toEqual({ tokens: 76, chunks: 2 });
});

test('no token is lost, made or moved, and each keeps its weight', () => {
  const texts = fc.string({ unit: fc.constantFrom('x ', ', ', 'y ', '(', ')', ' BREAK '), maxLength: 400 });
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 80 }), (text, size) => {
      const parts = parsePrompt(text);
      const wanted = parts
        .filter(({ isBreak }) => !isBreak)
        .flatMap(({ text: part, weight }) => tokenizer.encode(part).map((one) => [one, weight]));
      const cut = chunkPrompt(parts, tokenizer, size);
      const found = cut.flatMap(({ ids, weights, count }) =>
        ids.slice(1, count + 1).map((one, i) => [one, weights[i + 1]]),
      );
      expect(found).toEqual(wanted);
      for (const { ids, weights, count } of cut) {
        expect([ids.length, weights.length]).toEqual([size + 2, size + 2]);
        expect([ids[0], ids[count + 1]]).toEqual([bos, eos]);
      }
    }),
  );
});

test('a hundred thousand tokens take seconds and not minutes', () => {
  const start = performance.now();
  expect(countTokens('x,'.repeat(50_000), tokenizer).tokens).toBe(100_000);
  expect(performance.now() - start).toBeLessThan(5000);
});
