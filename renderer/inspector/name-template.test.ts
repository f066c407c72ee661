import { expect, it } from 'vitest';
import { wordsOf } from './name-template.ts';

it.each([
  ['{name}_a red', 'a red'],
  ['a red fox', 'a red fox'],
  ['{name} - {date}', ''],
  ['{name}', ''],
  ['scan_{index}. old', 'old'],
])('of %s the words at the end are "%s"', (template, words) => {
  expect(wordsOf(template)).toBe(words);
});
