import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { StyleList, styleOf } from './style.ts';

const FOLDER = path.resolve('/pictures');

/** `--style` and `--mask` as they come on a line. */
function listOf(...words: [flag: 'style' | 'mask', value: string][]): StyleList {
  const list = new StyleList(FOLDER);
  for (const [flag, value] of words) list[flag](value);
  return list;
}

describe('gesso style', () => {
  it('takes styles in their order, each with the mask behind it and its part of the mixture', () => {
    const list = listOf(
      ['style', 'sea.jpg'],
      ['style', 'builtin:25'],
      ['mask', 'sky.png'],
      ['style', 'builtin:0'],
    );
    const { steps } = styleOf({ mix: '1,2,1' }, list);
    expect(steps[0].styles).toEqual([
      { from: { picture: path.join(FOLDER, 'sea.jpg') }, weight: 0.25 },
      { from: { builtIn: 25 }, mask: path.join(FOLDER, 'sky.png'), weight: 0.5 },
      { from: { builtIn: 0 }, weight: 0.25 },
    ]);
  });

  it('has the same recipe for the same mixture', () => {
    const list = listOf(['style', 'a.png'], ['style', 'b.png']);
    expect(styleOf({ mix: '2,6' }, list)).toEqual(styleOf({ mix: '1,3' }, list));
  });

  it('leaves everything as it is in a recipe that is given, but for what the flags say', () => {
    const base = styleOf({ strength: '0.4', brush: '2', colour: 'original' }, listOf(['style', 'a.png']));
    const changed = styleOf({ strength: '0.8', colour: '0.5' }, listOf(), base);
    expect(changed.steps[0]).toEqual({ ...base.steps[0], strength: 0.8, colour: 0.5 });
    expect(styleOf({}, listOf(['style', 'b.png']), base).steps[0].styles).toHaveLength(1);
  });

  it.each<[string, Record<string, string>, [flag: 'style' | 'mask', value: string][], RegExp]>([
    ['no style', {}, [], /No style/],
    ['a built-in style that is not there', {}, [['style', 'builtin:26']], /builtin:0 to builtin:25/],
    ['a built-in style without a number', {}, [['style', 'builtin:']], /builtin:0/],
    ['a mask before any style', {}, [['mask', 'm.png']], /before any --style/],
    [
      'two masks of one style',
      {},
      [
        ['style', 'a'],
        ['mask', 'm'],
        ['mask', 'n'],
      ],
      /two masks/,
    ],
    ['a mixture of another number', { mix: '1,2' }, [['style', 'a']], /2 numbers for 1 styles/],
    [
      'a mixture of nothing',
      { mix: '0,0' },
      [
        ['style', 'a'],
        ['style', 'b'],
      ],
      /not all 0/,
    ],
    ['a mixture of words', { mix: 'much' }, [['style', 'a']], /--mix/],
    ['a strength beyond 1', { strength: '1.5' }, [['style', 'a']], /strength/],
    ['a brush beyond 4', { brush: '8' }, [['style', 'a']], /brush/],
    ['a colour by name', { colour: 'red' }, [['style', 'a']], /colour/],
    ['detail below 0', { detail: '-1' }, [['style', 'a']], /detail/],
  ])('refuses %s', (_, flags, words, message) => {
    const refused = () => styleOf(flags, listOf(...words));
    expect(refused).toThrow(expect.objectContaining({ code: 'usage/invalid' }));
    expect(refused).toThrow(message);
  });
});
