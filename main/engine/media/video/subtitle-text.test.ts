import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rewriteText, type TextKind, textHeader } from './subtitle-text.ts';

const KINDS: TextKind[] = ['subrip', 'ass', 'webvtt', 'mov_text'];
const through = (text: string, ...kinds: TextKind[]) =>
  kinds.reduce<{ bytes: Buffer; kind: TextKind }>(
    ({ bytes, kind }, to) => ({ bytes: rewriteText(bytes, kind, to)!, kind: to }),
    { bytes: Buffer.from(text), kind: 'subrip' },
  ).bytes;

describe('subtitles keep their words and styles from one kind to another', () => {
  const text = 'Zwölf <i>Boxkämpfer</i>\n<b>jagen</b> & <u>Viktor</u> 🎬';
  test.each(KINDS.filter((kind) => kind !== 'subrip'))('there and back by %s', (kind) => {
    expect(through(text, kind, 'subrip').toString()).toBe(text);
  });

  test('round all of them', () => {
    expect(through(text, 'ass', 'mov_text', 'webvtt', 'subrip').toString()).toBe(text);
  });

  test('any words survive', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
        fc.constantFrom(...KINDS),
        (words, kind) => {
          const plain = words.replace(/[<>{}\\\r&]/g, '').trim();
          if (plain === '') return;
          expect(through(plain, kind, 'subrip').toString()).toBe(plain);
        },
      ),
    );
  });
});

test('what only one kind can say goes, the words stay', () => {
  const ass = Buffer.from('3,0,Sign,,0,0,0,,{\\pos(1,2)\\i1}Left,{\\i0} right\\Nbelow');
  expect(rewriteText(ass, 'ass', 'subrip')?.toString()).toBe('<i>Left,</i> right\nbelow');
  expect(rewriteText(Buffer.from('<c.yellow>a</c> &lt;b&gt;'), 'webvtt', 'subrip')?.toString()).toBe('a <b>');
  // A drawing has no words.
  expect(rewriteText(Buffer.from('0,0,D,,0,0,0,,{\\p1}m 0 0 l 1 1'), 'ass', 'subrip')).toBeUndefined();
  expect(rewriteText(Buffer.from([0]), 'mov_text', 'subrip')).toBeUndefined();
});

test('a header says how long its parts are', () => {
  const header = textHeader('mov_text')!;
  expect(header.readUInt32BE(30)).toBe(header.length - 30);
  expect(textHeader('subrip')).toBeUndefined();
});
