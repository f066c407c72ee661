import { expect, it } from 'vitest';
import { writeFormat } from './picture-output.ts';

it('is the format that is wished, or that of the source, or PNG where that cannot be written', () => {
  const notes: string[] = [];
  expect(writeFormat({ format: 'ora' }, 'jpeg', notes)).toBe('ora');
  expect(writeFormat({ format: 'same' }, 'tiff', notes)).toBe('tiff');
  expect(notes).toEqual([]);
  expect(writeFormat({ format: 'same' }, 'gif', notes)).toBe('png');
  expect(notes).toEqual([expect.stringMatching(/GIF cannot be written/)]);
});

it('says where layers are wished of a format that holds none', () => {
  const notes: string[] = [];
  for (const format of ['tiff', 'ora'] as const) writeFormat({ format, layered: true }, 'png', notes);
  writeFormat({ format: 'same', layered: true }, 'tiff', notes);
  expect(notes).toEqual([]);
  expect(writeFormat({ format: 'same', layered: true }, 'jpeg', notes)).toBe('jpeg');
  expect(notes).toEqual([expect.stringMatching(/JPEG holds no layers/)]);
});
