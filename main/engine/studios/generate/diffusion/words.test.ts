import { expect, it } from 'vitest';
import { TaughtTokenizer } from './words.ts';

const plain = {
  bos: 1,
  eos: 2,
  pad: 2,
  encode: (text: string) => [...text.trim()].map((letter) => letter.charCodeAt(0)),
};
const vector = (value: number) => Float32Array.of(value, value);
const word = (name: string, ...values: number[]) => ({ word: name, vectors: [values.map(vector)] });
const BASE = 10_000;

it('a taught word becomes as many tokens as it has vectors, wherever it stands alone and however it is written', () => {
  const tokenizer = new TaughtTokenizer(plain, [word('hat', 5, 6), word('hat cat', 7)], 0, BASE);
  expect(tokenizer.encode('a HAT.')).toEqual([97, BASE, BASE + 1, 46]);
  expect(tokenizer.encode('hat cat')).toEqual([BASE + 2]);
  // Part of a longer word is no word.
  expect(tokenizer.encode('hats')).toEqual([104, 97, 116, 115]);
  expect(tokenizer.encode('what')).toEqual([119, 104, 97, 116]);
});

it('vectors go to the places of their tokens, and the text ends at the first end', () => {
  const tokenizer = new TaughtTokenizer(plain, [word('hat', 5, 6)], 0, BASE);
  const run = tokenizer.run([1, 97, BASE, BASE + 1, 2, 2]);
  expect(run.ids).toEqual([1, 97, 2, 2, 2, 2]);
  expect(run.end).toBe(4);
  expect([...run.replaced!]).toEqual([
    [2, vector(5)],
    [3, vector(6)],
  ]);
});

it('without taught words it is the plain one', () => {
  const tokenizer = new TaughtTokenizer(plain, [], 0, BASE);
  expect(tokenizer.encode('hat')).toEqual(plain.encode('hat'));
});
