import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { addPngText, readPngTexts } from './png-text.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'gesso-png-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function png(name: string): Promise<string> {
  const file = path.join(folder, name);
  await sharp({ create: { width: 5, height: 4, channels: 3, background: '#123456' } })
    .png()
    .toFile(file);
  return file;
}

it('what is put into a PNG comes out again, in any script, and the picture is as it was', async () => {
  const file = await png('a.png');
  const before = await sharp(file).raw().toBuffer();
  const text = 'ein Fuchs im Schnee, 雪の中の狐 🦊\nSteps: 4, Seed: 7';
  await addPngText(file, 'parameters', text);
  await addPngText(file, 'Comment', '');
  expect(await readPngTexts(file)).toEqual({ parameters: text, Comment: '' });
  expect(await sharp(file).raw().toBuffer()).toEqual(before);
});

it('a file that is cut, or none, has no texts and does no harm', async () => {
  const file = await png('b.png');
  await addPngText(file, 'parameters', 'x'.repeat(5000));
  const bytes = readFileSync(file);
  for (const size of [0, 8, 20, 60, 2000]) {
    writeFileSync(file, bytes.subarray(0, size));
    expect(await readPngTexts(file)).toEqual({});
  }
  writeFileSync(file, Buffer.alloc(3000, 0xff));
  expect(await readPngTexts(file)).toEqual({});
});
