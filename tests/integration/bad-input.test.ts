import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { gesso, homeWithModels, sample, scratch } from './support/gesso.ts';
import { drawn, motif } from './support/pictures.ts';

let home: string;
beforeAll(async () => {
  home = await homeWithModels();
});

/** A PNG whose header claims a size that its data does not hold. */
function lyingPng(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const out = Buffer.alloc(8 + body.length);
    out.writeUInt32BE(data.length);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), 4 + body.length);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc(data: Buffer): number {
  if (typeof crc32 === 'function') return crc32(data);
  let c = ~0;
  for (const byte of data) {
    c ^= byte;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return ~c >>> 0;
}

describe('bad input', () => {
  it('gets a typed error with its name and a remedy, and the rest of the batch is done', async () => {
    const folder = scratch();
    const photo = readFileSync(sample('rocket.jpg'));
    const png = readFileSync(sample('chelsea.png'));
    const files: Record<string, Buffer> = {
      'empty.jpg': Buffer.alloc(0),
      'short.jpg': photo.subarray(0, photo.length / 2),
      'short.png': png.subarray(0, png.length / 2),
      'text.jpg': Buffer.from('Dear diary, today I called a letter .jpg'),
      'huge.png': lyingPng(100_000, 100_000),
      'hollow.png': lyingPng(50, 50),
      'phone.heic': Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'),
      'camera.cr2': Buffer.from('II*\0\x10\0\0\0CR\x02\0', 'latin1'),
      'layers.png': Buffer.from('8BPS\0\x01\0\0\0\0\0\0'),
    };
    for (const [name, data] of Object.entries(files)) writeFileSync(path.join(folder, name), data);
    await drawn(20, 20, 3, motif).png().toFile(path.join(folder, 'good.png'));
    const named = [...Object.keys(files), 'missing.png', 'good.png'];
    const { code, events } = await gesso(['restore', ...named, '--json'], { home, cwd: folder });
    expect(code).toBe(1);
    const errors = new Map(
      events.flatMap(({ input, error }) =>
        error ? [[path.basename(String(input)), error as Record<string, string>]] : [],
      ),
    );
    const codes: Record<string, string> = {
      'empty.jpg': 'input/unreadable',
      'short.jpg': 'input/unreadable',
      'short.png': 'input/unreadable',
      'text.jpg': 'input/unsupported',
      'huge.png': 'input/too-large',
      'hollow.png': 'input/unreadable',
      'phone.heic': 'input/unsupported',
      'camera.cr2': 'input/unsupported',
      'layers.png': 'input/unsupported',
      'missing.png': 'input/unreadable',
    };
    for (const [name, code] of Object.entries(codes)) {
      const error = errors.get(name);
      expect([name, error?.code]).toEqual([name, code]);
      expect(error?.message).toContain(name);
      expect(error?.hint?.length).toBeGreaterThan(5);
    }
    expect(errors.get('short.jpg')?.message).toContain('ends early');
    expect(errors.get('camera.cr2')?.hint).toContain('TIFF');
    expect(events.at(-1)).toEqual({ event: 'summary', done: 1, failed: 10, skipped: 0 });
    const made = readdirSync(folder).filter((name) => name.includes('span') || name.endsWith('.part'));
    expect(made).toEqual(['good_span-x2.png']);
  });

  it('is a folder without pictures, or one that cannot be read', async () => {
    const folder = scratch();
    mkdirSync(path.join(folder, 'none'));
    const { code, events } = await gesso(['restore', 'none', '--json'], { home, cwd: folder });
    expect(code).toBe(1);
    expect(events[0]).toMatchObject({ error: { code: 'input/unreadable' } });
  });

  it('is a format that cannot hold the result, refused before the first tile', async () => {
    const folder = scratch();
    await drawn(9000, 4, 3, motif).png().toFile(path.join(folder, 'wide.png'));
    const { events } = await gesso(['restore', 'wide.png', '--format', 'webp', '--json'], {
      home,
      cwd: folder,
    });
    expect(events[0]).toMatchObject({ error: { code: 'output/unsupported' } });
    expect(JSON.stringify(events[0]?.error)).toContain('PNG');
  });
});

describe('files with flipped and missing bytes', () => {
  it('end as a result or as a typed error of their own, never as a bug, a crash or a hang', async () => {
    const folder = scratch();
    const picture = sharp(sample('chelsea.png'))
      .resize(40, 28)
      .withExif({ IFD0: { Make: 'x' } });
    const sources = {
      jpg: await picture.clone().jpeg().toBuffer(),
      png: await picture.clone().png().toBuffer(),
      webp: await picture.clone().webp().toBuffer(),
      tif: await picture.clone().tiff({ compression: 'lzw' }).toBuffer(),
      avif: await picture.clone().avif().toBuffer(),
      gif: await picture.clone().gif().toBuffer(),
    };
    // A fixed seed: the same damage on every machine.
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      return seed % below;
    };
    for (const [kind, whole] of Object.entries(sources))
      for (let i = 0; i < 20; i++) {
        let bytes = Buffer.from(whole);
        if (i % 4 === 0) bytes = bytes.subarray(0, random(bytes.length));
        else for (let flip = 0; flip < 6; flip++) bytes[random(i % 2 ? 300 : bytes.length)] = random(256);
        writeFileSync(path.join(folder, `${kind}${i}.${kind}`), bytes);
      }
    const { events } = await gesso(['restore', folder, '--json', '--out', path.join(folder, 'out')], {
      home,
    });
    const { done, failed } = events.at(-1) as { done: number; failed: number };
    expect(done + failed).toBe(120);
    const codes = new Set(events.flatMap(({ error }) => (error ? [(error as { code: string }).code] : [])));
    for (const code of codes) expect(code).toMatch(/^input\//);
    expect(readdirSync(path.join(folder, 'out'))).toHaveLength(done);
  });
});

describe('places that do not take the result', () => {
  it('are a file where a folder should be', async () => {
    const folder = scratch();
    await drawn(20, 20, 3, motif).png().toFile(path.join(folder, 'a.png'));
    writeFileSync(path.join(folder, 'out'), 'a file');
    const { code, events } = await gesso(['restore', 'a.png', '--out', 'out', '--json'], {
      home,
      cwd: folder,
    });
    expect(code).toBe(1);
    expect(events[0]).toMatchObject({ error: { code: 'output/denied' } });
  });

  it('are a full disk and a read-only one', async (test) => {
    // A small file system of its own, where this machine allows one.
    const folder = scratch();
    const disk = path.join(folder, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      return test.skip('needs the right to mount a small file system');
    }
    try {
      copyFileSync(sample('chelsea.png'), path.join(folder, 'a.png'));
      const full = await gesso(['restore', 'a.png', '--out', 'disk', '--json'], { home, cwd: folder });
      expect(full.code).toBe(1);
      expect(full.events[0]).toMatchObject({ error: { code: 'output/no-space' } });
      expect(readdirSync(disk)).toEqual([]);
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      const denied = await gesso(['restore', 'a.png', '--out', 'disk', '--json'], { home, cwd: folder });
      expect(denied.code).toBe(1);
      expect(denied.events[0]).toMatchObject({ error: { code: 'output/denied' } });
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('are a folder without the right to write', async (test) => {
    if (process.getuid?.() === 0) return test.skip('root may write everywhere');
    const folder = scratch();
    await drawn(20, 20, 3, motif).png().toFile(path.join(folder, 'a.png'));
    mkdirSync(path.join(folder, 'closed'));
    chmodSync(path.join(folder, 'closed'), 0o500);
    const { events } = await gesso(['restore', 'a.png', '--out', 'closed', '--json'], { home, cwd: folder });
    expect(events[0]).toMatchObject({ error: { code: 'output/denied' } });
  });
});
