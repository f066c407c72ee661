import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probe } from './probe.ts';
import { readRawPicture, writeRawPicture } from './raw-picture.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-raw-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('bytes of a picture', () => {
  it('are written and read as they are, and nothing is left beside the file', async () => {
    const data = Uint8Array.from({ length: 7 * 5 * 3 }, (_, at) => (at * 37) % 256);
    const file = path.join(folder, 'a.png');
    await writeRawPicture({ width: 7, height: 5, data }, file);
    expect(readdirSync(folder)).toEqual(['a.png']);
    const read = await readRawPicture(await probe(file), 100);
    expect([read.width, read.height]).toEqual([7, 5]);
    expect(Buffer.compare(read.data, data)).toBe(0);
  });

  it('are three a pixel of a grey picture with transparency, too, and no more pixels than are wanted', async () => {
    const file = path.join(folder, 'grey.png');
    const grey = Buffer.from(Array.from({ length: 64 * 32 * 2 }, (_, at) => (at % 2 ? 0 : 50)));
    await sharp(grey, { raw: { width: 64, height: 32, channels: 2 } })
      .png()
      .toFile(file);
    const { width, height, data } = await readRawPicture(await probe(file), 16);
    expect([width, height, data.length]).toEqual([16, 8, 16 * 8 * 3]);
    expect(new Set(data)).toEqual(new Set([255]));
  });
});
