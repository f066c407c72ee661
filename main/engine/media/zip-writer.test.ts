import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import yauzl from 'yauzl';
import { ZipWriter } from './zip-writer.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-zip-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The entries of a zip, in its order, as another program reads them; their contents by hash. */
async function entriesOf(file: string): Promise<{ name: string; stored: boolean; content: string }[]> {
  const zip = await yauzl.openPromise(file);
  const entries: { name: string; stored: boolean; content: string }[] = [];
  for await (const entry of zip.eachEntry()) {
    const bytes = await buffer(await zip.openReadStreamPromise(entry));
    // yauzl checks sizes, not checksums.
    if (crc32(bytes) !== entry.crc32) throw new Error(`${entry.fileName} has another checksum`);
    const content = hash(bytes);
    entries.push({ name: entry.fileName, stored: entry.compressionMethod === 0, content });
  }
  return entries;
}

const hash = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

describe('a zip', () => {
  it('has what was put in, in that order, stored or packed, of bytes and of files', async () => {
    const file = path.join(folder, 'all.zip');
    const noise = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i * 7919) % 251));
    writeFileSync(path.join(folder, 'noise'), noise);
    const zip = await ZipWriter.create(file, 'all.zip');
    await zip.add('mimetype', Buffer.from('image/openraster'), { stored: true });
    await zip.add('größe/日本.txt', Buffer.from('x'.repeat(100_000)));
    await zip.add('data/noise', { file: path.join(folder, 'noise') });
    await zip.add('data/noise again', { file: path.join(folder, 'noise') }, { stored: true });
    await zip.add('empty', new Uint8Array());
    await zip.finish();
    expect(await entriesOf(file)).toEqual([
      { name: 'mimetype', stored: true, content: hash('image/openraster') },
      { name: 'größe/日本.txt', stored: false, content: hash('x'.repeat(100_000)) },
      { name: 'data/noise', stored: false, content: hash(noise) },
      { name: 'data/noise again', stored: true, content: hash(noise) },
      { name: 'empty', stored: false, content: hash('') },
    ]);
    // Packed text is smaller, and what is stored can be read at a fixed place: how OpenRaster is recognised.
    const bytes = readFileSync(file);
    expect(bytes.length).toBeLessThan(700_000);
    expect(bytes.toString('latin1', 30, 54)).toBe('mimetypeimage/openraster');
  });

  it('is the same file for the same content', async () => {
    const [one, other] = ['one.zip', 'other.zip'].map((name) => path.join(folder, name));
    for (const file of [one!, other!]) {
      const zip = await ZipWriter.create(file, 'same.zip');
      await zip.add('a', Buffer.from('a'));
      await zip.finish();
    }
    expect(readFileSync(one!)).toEqual(readFileSync(other!));
  });

  it('refuses by name what would be too large', async () => {
    const zip = await ZipWriter.create(path.join(folder, 'large.zip'), 'large.zip', 1000);
    const added = zip.add('a', Buffer.alloc(2000), { stored: true });
    await expect(added).rejects.toMatchObject({
      code: 'output/unsupported',
      message: expect.stringMatching(/large\.zip/),
    });
    await zip.close();
  });

  it('fails where a file that is to be packed cannot be read', async () => {
    const zip = await ZipWriter.create(path.join(folder, 'broken.zip'), 'broken.zip');
    for (const stored of [true, false])
      await expect(zip.add('a', { file: path.join(folder, 'nothing') }, { stored })).rejects.toThrow(
        /ENOENT/,
      );
    await zip.close();
  });
});
