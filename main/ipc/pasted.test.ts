import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { keepPasted, pathsIn } from './pasted.ts';

const clipboard = (formats: Record<string, string | Buffer>) => async (name: string) =>
  Buffer.from(formats[name] ?? '');

it.skipIf(process.platform === 'win32')('finds the files that a file manager copied', async () => {
  const uris = 'file:///home/a%20b/c.png\r\nfile:///home/d.png\r\n';
  const both = ['/home/a b/c.png', '/home/d.png'];
  expect(await pathsIn(clipboard({ 'text/uri-list': `# two\r\n${uris}` }))).toEqual(both);
  expect(await pathsIn(clipboard({ 'x-special/gnome-copied-files': `cut\n${uris}` }))).toEqual(both);
  const list = '<plist><array><string>/home/a &amp; b.png</string></array></plist>';
  expect(await pathsIn(clipboard({ NSFilenamesPboardType: list }))).toEqual(['/home/a & b.png']);
  expect(await pathsIn(clipboard({ FileNameW: Buffer.from('/home/c.png\0', 'utf16le') }))).toEqual([
    '/home/c.png',
  ]);
});

it('finds none in anything else', async () => {
  expect(await pathsIn(clipboard({}))).toEqual([]);
  expect(await pathsIn(clipboard({ 'text/uri-list': 'https://a.example/b.png\nfile://%zz\nfile:' }))).toEqual(
    [],
  );
  expect(await pathsIn(clipboard({ FileNameW: Buffer.from('here.png\0', 'utf16le') }))).toEqual([]);
});

it('keeps a picture whole under the moment, and two of one moment apart', async () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'gesso-pasted-'));
  try {
    const folder = path.join(root, 'pasted');
    const now = new Date(2025, 0, 9, 7, 5, 3);
    const first = await keepPasted(folder, Buffer.from('one'), now);
    const second = await keepPasted(folder, Buffer.from('two'), now);
    expect(readdirSync(folder).toSorted()).toEqual([
      'pasted 2025-01-09 07.05.03 (2).png',
      'pasted 2025-01-09 07.05.03.png',
    ]);
    expect([first, second].map((file) => readFileSync(file, 'utf8'))).toEqual(['one', 'two']);
    writeFileSync(path.join(root, 'file'), '');
    await expect(keepPasted(path.join(root, 'file'), Buffer.from(''), now)).rejects.toMatchObject({
      code: 'output/denied',
    });
  } finally {
    rmSync(root, { recursive: true });
  }
});
