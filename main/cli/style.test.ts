import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LayerFlags, LayerList } from './layer-list.ts';
import { type StyleFlags, styleOf } from './style.ts';

const FOLDER = path.resolve('/pictures');

type Word = [flag: 'style' | 'mask' | 'layerMask', value: string] | 'layer' | LayerFlags;

/** Flags of layers as they come on a line. */
function listOf(...words: Word[]): LayerList {
  const list = new LayerList(FOLDER);
  for (const word of words) {
    if (word === 'layer') list.layer();
    else if (Array.isArray(word)) list[word[0]](word[1]);
    else list.set(word);
  }
  return list;
}

const inFolder = (name: string) => path.join(FOLDER, name);

describe('gesso style', () => {
  it('takes styles in their order, each with the mask behind it and its part of the mixture', () => {
    const list = listOf(
      ['style', 'sea.jpg'],
      ['style', 'builtin:25'],
      ['mask', 'sky.png'],
      ['style', 'builtin:0'],
      { mix: '1,2,1' },
    );
    expect(styleOf({}, list).steps.map(({ styles }) => styles)).toEqual([
      [
        { from: { picture: inFolder('sea.jpg') }, weight: 0.25 },
        { from: { builtIn: 25 }, mask: inFolder('sky.png'), weight: 0.5 },
        { from: { builtIn: 0 }, weight: 0.25 },
      ],
    ]);
  });

  it('has the same recipe for the same mixture', () => {
    const mixed = (mix: string) => styleOf({}, listOf(['style', 'a.png'], ['style', 'b.png'], { mix }));
    expect(mixed('2,6')).toEqual(mixed('1,3'));
  });

  it('leaves everything as it is in a recipe that is given, but for what the flags say', () => {
    const base = styleOf(
      {},
      listOf(['style', 'a.png'], { strength: '0.4', brush: '2', colour: 'original', opacity: '0.5' }),
    );
    const changed = styleOf({}, listOf({ strength: '0.8', colour: '0.5' }), base);
    expect(changed.steps).toEqual([{ ...base.steps[0], strength: 0.8, colour: 0.5 }]);
    expect(styleOf({}, listOf(['style', 'b.png']), base).steps[0]?.styles).toHaveLength(1);
  });

  it('gives each layer what follows its --layer, and what comes before the first is the bottom one', () => {
    const below: Word[] = [['style', 'a.png'], { strength: '0.5' }];
    const above: Word[] = [
      ['style', 'builtin:1'],
      ['mask', 'm.png'],
      { opacity: '0.4', blend: 'multiply', label: 'Sky' },
      ['layerMask', 'sky.png'],
    ];
    const { steps } = styleOf({}, listOf(...below, 'layer', ...above));
    expect(steps).toMatchObject([
      { styles: [{ from: { picture: inFolder('a.png') } }], strength: 0.5, opacity: 1, blend: 'normal' },
      {
        ...{ strength: 1, opacity: 0.4, blend: 'multiply', label: 'Sky', mask: inFolder('sky.png') },
        styles: [{ from: { builtIn: 1 }, mask: inFolder('m.png') }],
      },
    ]);
    expect(styleOf({}, listOf('layer', ...below, 'layer', ...above)).steps).toEqual(steps);
  });

  it('lists all layers anew over a recipe, and changes none of several without that', () => {
    const two = listOf('layer', ['style', 'a.png'], 'layer', ['style', 'b.png']);
    const base = styleOf({ format: 'ora' }, two);
    expect(styleOf({}, listOf(), base)).toEqual(base);
    expect(styleOf({}, listOf('layer', ['style', 'c.png']), base)).toMatchObject({
      steps: [{ styles: [{ from: { picture: inFolder('c.png') } }] }],
      output: { format: 'ora' },
    });
    expect(() => styleOf({}, listOf({ strength: '0.5' }), base)).toThrow(/2 layers/);
  });

  it.each<[string, Word[], RegExp, StyleFlags?]>([
    ['no style', [], /No style/],
    ['a layer without a style', ['layer', ['style', 'a'], 'layer'], /No style/],
    ['a built-in style that is not there', [['style', 'builtin:26']], /builtin:0 to builtin:25/],
    ['a built-in style without a number', [['style', 'builtin:']], /builtin:0/],
    ['a mask before any style', [['mask', 'm.png']], /before any --style/],
    ['a mask before any style of its layer', [['style', 'a'], 'layer', ['mask', 'm']], /before any --style/],
    [
      'two masks of one style',
      [
        ['style', 'a'],
        ['mask', 'm'],
        ['mask', 'n'],
      ],
      /two masks/,
    ],
    ['a mixture of another number', [['style', 'a'], { mix: '1,2' }], /2 numbers for 1 styles/],
    ['a mixture of nothing', [['style', 'a'], ['style', 'b'], { mix: '0,0' }], /not all 0/],
    ['a mixture of words', [['style', 'a'], { mix: 'much' }], /--mix/],
    ['a strength beyond 1', [['style', 'a'], { strength: '1.5' }], /strength/],
    ['a brush beyond 4', [['style', 'a'], { brush: '8' }], /brush/],
    ['a colour by name', [['style', 'a'], { colour: 'red' }], /colour/],
    ['detail below 0', [['style', 'a'], { detail: '-1' }], /detail/],
    ['an opacity that is no number', [['style', 'a'], { opacity: 'half' }], /opacity/],
    ['a way of blending that there is not', [['style', 'a'], { blend: 'burn' }], /blend/],
    ['layers in a format that has none', [['style', 'a']], /--layered/, { layered: true, format: 'jpeg' }],
  ])('refuses %s', (_, words, message, flags = {}) => {
    const refused = () => styleOf(flags, listOf(...words));
    expect(refused).toThrow(expect.objectContaining({ code: 'usage/invalid' }));
    expect(refused).toThrow(message);
  });
});
