import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePrompt } from './parse-prompt.ts';

const pairs = (text: string) => parsePrompt(text).map(({ text: part, weight }) => [part, weight]);

describe('what AUTOMATIC1111 says that it reads', () => {
  test.for<[string, [string, number][]]>([
    ['normal text', [['normal text', 1]]],
    [
      'an (important) word',
      [
        ['an ', 1],
        ['important', 1.1],
        [' word', 1],
      ],
    ],
    ['(unbalanced', [['unbalanced', 1.1]]],
    ['\\(literal\\]', [['(literal]', 1]]],
    ['(unnecessary)(parens)', [['unnecessaryparens', 1.1]]],
    [
      'a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).',
      [
        ['a ', 1],
        ['house', 1.5730000000000004],
        [' ', 1.1],
        ['on', 1],
        [' a ', 1.1],
        ['hill', 0.55],
        [', sun, ', 1.1],
        ['sky', 1.4641000000000006],
        ['.', 1.1],
      ],
    ],
  ])('%s', ([text, wanted]) => {
    expect(pairs(text)).toEqual(wanted);
  });
});

describe('what is no weight is text', () => {
  test.for(['a:1.3) b', 'time 12:30, 1) 2]', 'https://a.b', 'c:\\', ':)', ':'])('%s', (text) => {
    expect(parsePrompt(text)).toEqual([{ text, weight: 1 }]);
  });

  test('a number that is none leaves its bracket to be closed as text would be', () => {
    expect(pairs('(a:1.2.3) b')).toEqual([['a:1.2.3) b', 1.1]]);
  });

  test('an empty prompt is one empty part', () => {
    expect(parsePrompt('')).toEqual([{ text: '', weight: 1 }]);
    expect(parsePrompt('()[]')).toEqual([{ text: '', weight: 1 }]);
  });
});

test('BREAK is a part of its own, with the white space around it, and no weight changes it', () => {
  const broken = { text: 'BREAK', weight: 1, isBreak: true };
  expect(parsePrompt('a BREAK b')).toEqual([{ text: 'a', weight: 1 }, broken, { text: 'b', weight: 1 }]);
  expect(parsePrompt('(a BREAK b:2)')).toEqual([{ text: 'a', weight: 2 }, broken, { text: 'b', weight: 2 }]);
  expect(parsePrompt('BREAK BREAK')).toEqual([broken, broken]);
  expect(parsePrompt('BREAKING breaks')).toEqual([{ text: 'BREAKING breaks', weight: 1 }]);
});

describe('laws', () => {
  const plain = fc.string({ unit: fc.constantFrom('a', ' ', ',', 'é', '1', '.') });
  const any = fc.string({
    unit: fc.constantFrom('(', ')', '[', ']', ':', '1', '.', '\\', 'a', ' ', 'BREAK'),
  });

  test('text without brackets is itself', () => {
    fc.assert(
      fc.property(plain, (text) => {
        expect(parsePrompt(text)).toEqual([{ text, weight: 1 }]);
      }),
    );
  });

  test('what is escaped is itself', () => {
    fc.assert(
      fc.property(any, (text) => {
        const escaped = text.replaceAll('BREAK', 'break').replace(/[\\()[\]]/g, '\\$&');
        expect(parsePrompt(escaped)).toEqual([{ text: text.replaceAll('BREAK', 'break'), weight: 1 }]);
      }),
    );
  });

  test('brackets around all of it multiply all of it', () => {
    fc.assert(
      fc.property(plain, fc.double({ min: 0.1, max: 3, noNaN: true }), (text, weight) => {
        fc.pre(text !== '');
        const shown = weight.toFixed(3);
        expect(parsePrompt(`(${text}:${shown})`)).toEqual([{ text, weight: Number(shown) }]);
        expect(parsePrompt(`[(${text})]`)[0]!.weight).toBeCloseTo(1, 12);
      }),
    );
  });

  test('weights are finite, parts are never empty, and neighbours differ', () => {
    fc.assert(
      fc.property(any, (text) => {
        const parts = parsePrompt(text);
        expect(parts.every(({ weight }) => Number.isFinite(weight))).toBe(true);
        if (parts.length > 1) expect(parts.every(({ text: part }) => part !== '')).toBe(true);
        parts.forEach((part, i) => {
          const before = parts[i - 1];
          if (before && !before.isBreak && !part.isBreak) expect(part.weight).not.toBe(before.weight);
        });
      }),
      { numRuns: 500 },
    );
  });

  test('a hundred thousand characters take seconds and not minutes, whatever they are', () => {
    for (const text of ['(', '(a', ')', '[a]', ':', ': ', '(a:1', '(a:1.1)', '\\', 'BREAK ', ' ', '1']) {
      const long = text.repeat(100_000 / text.length);
      const start = performance.now();
      parsePrompt(long);
      parsePrompt(`(:${long})`);
      expect(performance.now() - start).toBeLessThan(5000);
    }
  });
});
