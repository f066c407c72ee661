import { expect, test } from 'vitest';
import { layoutOf } from './pixel-format.ts';

test.each([
  ['yuv420p', 8, false, false, '420'],
  ['yuvj422p', 8, false, false, '422'],
  ['yuv420p10le', 10, false, false, '420'],
  ['yuva444p12le', 12, true, false, '444'],
  ['yuva420p', 8, true, false, '420'],
  ['gbrp', 8, false, true, '444'],
  ['gbrap16be', 16, true, true, '444'],
  ['p010le', 10, false, false, '420'],
  ['rgba', 8, true, true, '444'],
  ['bgr24', 8, false, true, '444'],
  ['0rgb', 8, false, true, '444'],
  ['rgb48be', 16, false, true, '444'],
  ['pal8', 8, true, true, '444'],
  ['gray10le', 10, false, false, 'gray'],
  ['ya8', 8, true, false, 'gray'],
] as const)('%s', (name, bits, hasAlpha, isRgb, chroma) => {
  expect(layoutOf(name)).toEqual({ bits, hasAlpha, isRgb, chroma });
});
