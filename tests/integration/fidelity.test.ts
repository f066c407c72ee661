import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { gesso, homeWithModels, sample, scratch } from './support/gesso.ts';
import { drawn, motif, pixels, psnr } from './support/pictures.ts';

let home: string;
let folder: string;
beforeAll(async () => {
  home = await homeWithModels();
  folder = scratch();
});

async function restored(file: string, ...args: string[]): Promise<{ output: string; notes: string[] }> {
  const { events, stderr } = await gesso(['restore', file, '--json', '--existing', 'overwrite', ...args], {
    home,
  });
  const item = events.find(({ event }) => event === 'item');
  if (!item?.output) throw new Error(`${JSON.stringify(item)} ${stderr}`);
  return { output: String(item.output), notes: (item.notes as string[] | undefined) ?? [] };
}

const inside = (name: string) => path.join(folder, name);

/** A block as cameras write it: orientation, maker, GPS, serial number. */
const EXIF = {
  IFD0: { Make: 'Gesso Works', Model: 'Test 1', Copyright: 'nobody' },
  IFD2: { BodySerialNumber: 'SN-12345', LensModel: 'Glass 50' },
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '51/1 30/1 0/1',
    GPSLongitudeRef: 'W',
    GPSLongitude: '0/1 7/1 0/1',
  },
};

describe('colour', () => {
  it('keeps a Display P3 profile and its numbers', async () => {
    const input = inside('p3.png');
    await drawn(40, 30, 3, motif).withIccProfile('p3').png().toFile(input);
    const { output } = await restored(input);
    const [before, after] = [await sharp(input).metadata(), await sharp(output).metadata()];
    expect(after.icc).toEqual(before.icc);
  });

  it('sends a gamma 1.8 profile through sRGB and back: a flat colour stays what it was', async () => {
    const input = inside('gamma.tif');
    const profile = gammaProfile((await p3Profile())!, 1.8);
    writeFileSync(inside('gamma.icc'), profile);
    await drawn(40, 30, 3, (_, __, c) => [200, 90, 30][c]!)
      .withIccProfile(inside('gamma.icc'), { attach: true })
      .tiff()
      .toFile(inside('converted.tif'));
    // The file's numbers as they are, tagged with the profile.
    const { data } = await pixels(inside('converted.tif'));
    const flat = [data[0]!, data[1]!, data[2]!];
    await sharp(inside('converted.tif')).keepIccProfile().tiff().toFile(input);
    const { output } = await restored(input);
    expect((await sharp(output).metadata()).icc).toEqual((await sharp(input).metadata()).icc);
    const out = (await pixels(output)).data;
    for (let i = 0; i < out.length; i++) expect(Math.abs(out[i]! - flat[i % 3]!)).toBeLessThanOrEqual(2);
  });

  it('converts CMYK once to sRGB, tags it and says so', async () => {
    const input = inside('cmyk.jpg');
    await drawn(40, 30, 3, (_, __, c) => [180, 60, 40][c]!)
      .toColourspace('cmyk')
      .withIccProfile('cmyk')
      .jpeg({ quality: 100 })
      .toFile(input);
    const { output, notes } = await restored(input);
    const after = await sharp(output).metadata();
    expect(after).toMatchObject({ space: 'srgb', channels: 3, hasProfile: true });
    expect(notes.join()).toContain('sRGB');
    const { data } = await pixels(output);
    expect(Math.abs(data[0]! - 180)).toBeLessThan(12);
    expect(Math.abs(data[1]! - 60)).toBeLessThan(12);
  });
});

describe('depth, grey and alpha', () => {
  it('keeps 16 bits in PNG and TIFF', async () => {
    const values = Uint16Array.from({ length: 40 * 30 * 3 }, (_, i) => 20_000 + ((i * 37) % 9000));
    const raw = { raw: { width: 40, height: 30, channels: 3 as const } };
    for (const [name, make] of [
      ['deep.png', 'png'],
      ['deep.tif', 'tiff'],
    ] as const) {
      const deep = sharp(values, raw).toColourspace('rgb16');
      await (make === 'png' ? deep.png() : deep.tiff({ compression: 'deflate' })).toFile(inside(name));
      const { output } = await restored(inside(name));
      const after = await sharp(output).metadata();
      expect(after.depth).toBe('ushort');
      const { data } = await sharp(output)
        .toColourspace('rgb16')
        .raw({ depth: 'ushort' })
        .toBuffer({ resolveWithObject: true });
      const samples = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
      // More than 8 bits of information came out.
      expect(samples.some((v) => v % 257 !== 0)).toBe(true);
    }
  });

  it('keeps grey grey', async () => {
    await drawn(40, 30, 1, motif).toColourspace('b-w').png().toFile(inside('grey.png'));
    const { output } = await restored(inside('grey.png'));
    expect(await sharp(output).metadata()).toMatchObject({ space: 'b-w', channels: 1 });
    const jpeg = await restored(inside('grey.png'), '--format', 'jpeg');
    expect((await sharp(jpeg.output).metadata()).channels).toBe(1);
  });

  it('scales alpha alongside, without a dark fringe', async () => {
    // A white disc on transparent black.
    const disc = (x: number, y: number, c: number) =>
      Math.hypot(x - 30, y - 30) < 20 ? 255 : c === 3 ? 0 : 0;
    await drawn(60, 60, 4, disc).png().toFile(inside('disc.png'));
    const { output } = await restored(inside('disc.png'));
    const { data, width, channels } = await pixels(output);
    expect(channels).toBe(4);
    let [visible, darkest] = [0, 255];
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3]! >= 128) visible++;
      if (data[i + 3]! < 8) continue;
      darkest = Math.min(darkest, data[i]!);
    }
    expect(Math.abs(visible - Math.PI * 40 * 40) / (Math.PI * 40 * 40)).toBeLessThan(0.02);
    expect(darkest).toBeGreaterThan(235);
    expect(data[(60 * width + 60) * 4 + 3]).toBe(255);
    const jpeg = await restored(inside('disc.png'), '--format', 'jpeg');
    expect(jpeg.notes.join()).toContain('transparency');
    expect((await pixels(jpeg.output)).data[0]).toBeGreaterThan(250);
  });

  it('reads palette, GIF, WebP and AVIF; what cannot be written becomes PNG, and it says so', async () => {
    await drawn(40, 30, 3, motif).png({ palette: true }).toFile(inside('palette.png'));
    await drawn(40, 30, 3, motif).webp().toFile(inside('w.webp'));
    await drawn(40, 30, 3, motif).avif().toFile(inside('v.avif'));
    for (const [name, format] of [
      ['palette.png', 'png'],
      ['w.webp', 'webp'],
      ['v.avif', 'heif'],
    ] as const)
      expect((await sharp((await restored(inside(name))).output).metadata()).format).toBe(format);
    const frames = await Promise.all(
      [0, 90].map((shift) =>
        drawn(20, 20, 3, (x, y, c) => (motif(x, y, c) + shift) % 256)
          .png()
          .toBuffer(),
      ),
    );
    await sharp(frames, { join: { animated: true } })
      .gif({ delay: [100, 100] })
      .toFile(inside('moving.gif'));
    const { output, notes } = await restored(inside('moving.gif'));
    expect(output).toMatch(/\.png$/);
    expect(notes.join(' ')).toMatch(
      /GIF cannot be written.*first was restored|first was restored.*GIF cannot be written/,
    );
    expect((await sharp(output).metadata()).height).toBe(40);
  });

  it('writes JPEG 4:4:4 at quality 90 and above', async () => {
    await drawn(40, 30, 3, motif).png().toFile(inside('chroma.png'));
    for (const [quality, sampling] of [
      [92, '4:4:4'],
      [80, '4:2:0'],
    ] as const) {
      const { output } = await restored(
        inside('chroma.png'),
        '--format',
        'jpeg',
        '--quality',
        String(quality),
      );
      expect((await sharp(output).metadata()).chromaSubsampling).toBe(sampling);
    }
  });

  it('reads a PNG that is named .jpg for what it is', async () => {
    await drawn(20, 20, 3, motif).png().toFile(inside('really.png'));
    writeFileSync(inside('lie.jpg'), readFileSync(inside('really.png')));
    const { output } = await restored(inside('lie.jpg'));
    expect(output).toMatch(/lie_span-x2\.png$/);
  });
});

describe('what a file says of itself', () => {
  const xmp =
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" exif:GPSLatitude="51,30N" aux:SerialNumber="SN-12345" dc:rights="nobody"/></rdf:RDF></x:xmpmeta>';

  async function tagged(name: string): Promise<string> {
    const picture = drawn(40, 30, 3, motif).withExif(EXIF).withXmp(xmp).withMetadata({ orientation: 6 });
    await (name.endsWith('png')
      ? picture.png()
      : name.endsWith('webp')
        ? picture.webp()
        : name.endsWith('tif')
          ? picture.tiff()
          : picture.jpeg({ quality: 95 })
    ).toFile(inside(name));
    return inside(name);
  }

  it('keeps EXIF, GPS and XMP in every format, applies orientation once and resets it', async () => {
    for (const name of ['tags.jpg', 'tags.png', 'tags.webp']) {
      const input = await tagged(name);
      const { output } = await restored(input);
      const after = await sharp(output).metadata();
      expect([name, after.width, after.height]).toEqual([name, 60, 80]);
      expect([name, after.orientation ?? 1]).toEqual([name, 1]);
      const exif = after.exif?.toString('latin1') ?? '';
      for (const text of ['Gesso Works', 'SN-12345', 'Glass 50', 'nobody'])
        expect([name, text, exif.includes(text)]).toEqual([name, text, true]);
      expect(after.xmpAsString).toContain('dc:rights="nobody"');
      expect(after.xmpAsString).toContain('GPSLatitude');
      expect(after.xmpAsString).toContain('gesso:Recipe');
    }
  });

  it('carries EXIF into a TIFF and out of it again', async () => {
    const { output: tiff } = await restored(await tagged('through.jpg'), '--format', 'tiff');
    const { output: back } = await restored(tiff, '--format', 'jpeg', '--name', 'back');
    const after = await sharp(back).metadata();
    const exif = after.exif?.toString('latin1') ?? '';
    for (const text of ['Gesso Works', 'SN-12345', 'Glass 50', 'nobody'])
      expect([text, exif.includes(text)]).toEqual([text, true]);
    expect(after.orientation ?? 1).toBe(1);
    expect((await sharp(tiff).metadata()).width).toBe(60);
    const { output: stripped } = await restored(tiff, '--strip-private', '--name', 'bare');
    expect(readFileSync(stripped).toString('latin1')).not.toContain('SN-12345');
  });

  it('turns the pixels the right way', async () => {
    const corner = (x: number, y: number) => (x < 20 && y < 15 ? 255 : 0);
    await drawn(40, 30, 3, corner).withMetadata({ orientation: 6 }).png().toFile(inside('turned.png'));
    const { output } = await restored(inside('turned.png'));
    const { data, width } = await pixels(output);
    const at = (x: number, y: number) => data[(y * width + x) * 3]!;
    // Orientation 6: the stored top left is shown at the top right.
    expect([at(5, 5) < 60, at(55, 5) > 200, at(5, 75) < 60, at(55, 75) < 60]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it('removes GPS and serial numbers with --strip-private, and nothing else', async () => {
    const { output } = await restored(await tagged('private.jpg'), '--strip-private', '--name', 'stripped');
    const after = await sharp(output).metadata();
    const all = readFileSync(output).toString('latin1');
    expect(all).not.toContain('SN-12345');
    expect(all).not.toContain('GPSLatitude');
    expect(after.exif?.toString('latin1')).toContain('Gesso Works');
    expect(after.exif?.toString('latin1')).toContain('Glass 50');
    expect(after.xmpAsString).toContain('dc:rights="nobody"');
  });

  it('drops a gain map and its description together, and says so', async () => {
    const hdr = xmp.replace(
      'dc:rights',
      'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0" dc:rights',
    );
    await drawn(40, 30, 3, motif).withXmp(hdr).jpeg().toFile(inside('hdr.jpg'));
    const { output, notes } = await restored(inside('hdr.jpg'));
    expect(notes.join()).toContain('gain map');
    const after = (await sharp(output).metadata()).xmpAsString ?? '';
    expect(after).not.toContain('hdrgm');
    expect(after).toContain('nobody');
  });
});

describe('plain enlargement', () => {
  it("is aligned and beats sharp's own at strength 0", async () => {
    const original = await sharp(sample('chelsea.png'))
      .extract({ left: 0, top: 0, width: 448, height: 300 })
      .removeAlpha()
      .raw()
      .toBuffer();
    const raw = { raw: { width: 448, height: 300, channels: 3 as const } };
    await sharp(original, raw).resize(224, 150, { kernel: 'cubic' }).png().toFile(inside('half.png'));
    const { output } = await restored(inside('half.png'), '--strength', '0', '--name', 'plain');
    const ours = psnr(original, (await pixels(output)).data);
    const theirs = psnr(
      original,
      await sharp(inside('half.png')).resize(448, 300, { kernel: 'lanczos3' }).raw().toBuffer(),
    );
    expect(ours).toBeGreaterThan(theirs + 0.2);
  });
});

async function p3Profile(): Promise<Buffer | undefined> {
  const png = await drawn(1, 1, 3, () => 0)
    .withIccProfile('p3')
    .png()
    .toBuffer();
  return (await sharp(png).metadata()).icc;
}

/** A profile with its three curves replaced by a gamma: the tags all point to one appended `curv`. */
function gammaProfile(source: Buffer, gamma: number): Buffer {
  const curve = Buffer.alloc(16);
  curve.write('curv', 0, 'latin1');
  curve.writeUInt32BE(1, 8);
  curve.writeUInt16BE(Math.round(gamma * 256), 12);
  const profile = Buffer.concat([source, curve]);
  profile.writeUInt32BE(profile.length, 0);
  for (let i = 0; i < profile.readUInt32BE(128); i++) {
    const at = 132 + 12 * i;
    if (!profile.toString('latin1', at, at + 4).endsWith('TRC')) continue;
    profile.writeUInt32BE(source.length, at + 4);
    profile.writeUInt32BE(14, at + 8);
  }
  return profile;
}
