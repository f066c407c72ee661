import { describe, expect, it } from 'vitest';
import { Random } from '../../../random.ts';
import { Alphabet, LINE_END, OTHER, unigramPerplexity } from './alphabet.ts';
import { captionsOf, splitLines } from './read-lines.ts';
import { drawnWindows, surpriseOf, wordsShapeOf } from './words-lesson.ts';
import { bestOf, pick } from './words-uses.ts';

describe('an alphabet', () => {
  const alphabet = Alphabet.of(['banana', 'über 🦊']);

  it('knows its characters again, also those of two code units', () => {
    const ids = alphabet.idsOf('bän 🦊');
    expect(ids.map((id) => alphabet.characterOf(id)).join('')).toBe('bn 🦊');
    expect(ids[1]).toBe(OTHER);
    expect(alphabet.characters[0]).toBe('a');
  });

  it('puts lines one after the other, an end before and behind each', () => {
    const stream = alphabet.streamOf(['ab', 'n']);
    expect([...stream]).toEqual([
      LINE_END,
      ...alphabet.idsOf('ab'),
      LINE_END,
      ...alphabet.idsOf('n'),
      LINE_END,
    ]);
  });

  it('makes mere frequencies as surprised as there are symbols, where all are alike', () => {
    const even = Int32Array.from({ length: 4001 }, (_, at) => at % 4);
    expect(unigramPerplexity(even, even, 4)).toBeCloseTo(4, 2);
  });
});

describe('lines', () => {
  it('of a table are the captions in it, quoted or not', () => {
    expect(captionsOf('1,"A barn, red",2020\n2,"He said ""no""",x\r\n3,4\n')).toEqual([
      'A barn, red',
      'He said "no"',
    ]);
  });

  it('are held out, every tenth, and never all', () => {
    const lines = Array.from({ length: 25 }, (_, at) => String(at));
    expect(splitLines(lines).held).toEqual(['9', '19']);
    expect(splitLines(['a', 'b'])).toEqual({ learnt: ['a'], held: ['b'] });
    expect(splitLines(['a']).learnt).toEqual(['a']);
  });
});

describe('windows of a step', () => {
  const stream = Int32Array.from([0, 5, 6, 7, 0, 8, 9, 0]);
  const draw = (step: number) => [
    ...drawnWindows(stream, [0, 4], { seed: 1, step, count: 16, length: 5 }).floats,
  ];

  it('hang on the seed and the step alone', () => {
    expect(draw(2)).toEqual(draw(2));
    expect(draw(2)).not.toEqual(draw(3));
  });

  it('hold what follows each other in the text, and go on at its beginning', () => {
    const follows = new Set([...stream].map((id, at) => `${id} ${stream[(at + 1) % stream.length]}`));
    follows.delete('0 0');
    const windows = draw(2);
    windows.forEach((id, at) => {
      if (at % 5 !== 4) expect(follows).toContain(`${id} ${windows[at + 1]}`);
    });
  });
});

it('surprise counts every symbol but the first once, however many windows there are', async () => {
  const shape = { ...wordsShapeOf(100, 4), context: 4 };
  const stream = Int32Array.from({ length: 300 }, (_, at) => at % 4);
  const even = () => Promise.resolve(new Float32Array(32 * 4 * 4).fill(Math.log(1 / 4)));
  expect(await surpriseOf(stream, shape, even)).toBeCloseTo(Math.log(4), 6);
});

describe('suggestions', () => {
  it('are never the symbol that stands for others, however likely it is', () => {
    const logs = Float32Array.of(-3, -0.01, -4, -5);
    const random = new Random(1);
    for (let n = 0; n < 200; n++) expect(pick(logs, 1, random)).not.toBe(OTHER);
    expect(pick(logs, 0.01, random)).toBe(0);
  });

  it('are different ones, the likeliest first, and say something', () => {
    const draft = (text: string, logs: number) => ({ text, logs, written: 2, isDone: true });
    const found = bestOf([draft('', -0.1), draft('b', -2), draft('a', -1), draft('b ', -1.5)], 5);
    expect(found.map(({ text }) => text)).toEqual(['a', 'b']);
    expect(found[0]!.score).toBeGreaterThan(found[1]!.score);
    expect(bestOf([draft('', -0.1)], 5)).toHaveLength(1);
  });

  it('end with a whole word where they came to no end', () => {
    const cut = { text: 'arn by the se', logs: -1, written: 9, isDone: false };
    expect(bestOf([cut], 1)[0]!.text).toBe('arn by the');
  });
});
