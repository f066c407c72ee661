import { expect, test } from 'vitest';
import { ratio } from '../../../../contract/time.ts';
import { parseChapters } from './chapters.ts';

test('chapters are read out of what FFmpeg prints', () => {
  const pieces = [
    "Input #0, ffmetadata, from 'clip':",
    '  Metadata:',
    '    title           : ',
    'start 9.000000, ',
    '',
    '  Chapters:',
    '    Chapter #0:0: ',
    'start 0.000000, ',
    'end 2.500000',
    '      Metadata:',
    '        title           : ',
    'One: the ',
    '\n                        : ',
    'first',
    '',
    '    Chapter #0:1: ',
    'start 2.500000, ',
    'end 9.001000',
    '      Metadata:',
    '        artist          : ',
    'nobody',
    '',
    '        title           : ',
    'end 1.000000',
    '',
    '  Stream #0:0: Video: none',
    '    title           : ',
    'not a chapter',
  ];
  expect(parseChapters(pieces)).toEqual([
    { start: ratio(0), end: ratio(5, 2), title: 'One: the \nfirst' },
    { start: ratio(5, 2), end: ratio(9001, 1000), title: 'end 1.000000' },
  ]);
  expect(parseChapters(['Input #0', '  Duration: '])).toEqual([]);
});
