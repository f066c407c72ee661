import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NAME_TOKENS } from '../../contract/recipe.ts';
import { checkTemplate, fillTemplate, toldApart } from './names.ts';

const VALUES = { name: 'photo', model: 'span-x2', scale: 2, date: '2026-01-31', index: '07' };

describe('names of results', () => {
  it('fill in every token', () => {
    expect(fillTemplate('{name}_{model}', VALUES)).toBe('photo_span-x2');
    expect(fillTemplate('{index} {date} x{scale}', VALUES)).toBe('07 2026-01-31 x2');
  });

  it('refuse unknown tokens, folders and characters that no file name holds', () => {
    for (const template of ['{nam}', 'a/b', 'a\\b', 'a:b', '{name', 'a}', 'a\0', '{}'])
      expect([template, throws(() => checkTemplate(template, NAME_TOKENS))]).toEqual([template, true]);
    for (const template of ['{name}', 'a', '{name} ({scale})', 'ü-{index}'])
      expect([template, throws(() => checkTemplate(template, NAME_TOKENS))]).toEqual([template, false]);
  });

  it('always fit a file system, whatever the source is called', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400, unit: 'grapheme' }), (name) => {
        const filled = fillTemplate('{name}', { ...VALUES, name });
        expect(Buffer.byteLength(filled)).toBeLessThanOrEqual(200);
        expect(filled.length).toBeGreaterThan(0);
        expect(filled).not.toMatch(/[. ]$/);
      }),
    );
  });

  it('tell apart what would end in one file, and only that', () => {
    const source = (input: string, folder = '/out') => ({ input, folder });
    const inputs = [
      source('/in/a.jpg'),
      source('/in/a.png'),
      source('/in/b.png'),
      source('/in/A.JPG', '/other'),
    ];
    expect(toldApart(inputs, '{name}', 'png')).toEqual([true, true, false, false]);
    expect(toldApart(inputs, '{name}', 'same')).toEqual([false, false, false, false]);
    expect(toldApart(inputs, '{index}', 'png')).toEqual([false, false, false, false]);
    expect(toldApart([source('/x/a.gif'), source('/y/a.png')], '{name}', 'same')).toEqual([true, true]);
  });
});

function throws(work: () => void): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}
