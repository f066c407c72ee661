import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import yauzl from 'yauzl';
import type { Channels, Depth } from '../../../contract/raster.ts';
import { workingProfile } from './decode.ts';
import { pageOf } from './layer-page.ts';
import { encodeLayered, type LayeredPicture } from './layered.ts';
import { stackXml } from './ora.ts';
import { preview } from './preview.ts';
import { probe } from './probe.ts';
import { decodeLevel } from './pyramid.ts';
import { Spool } from './spool.ts';
import { writeTiffPages } from './tiff-pages.ts';

const WIDTH = 41;
const HEIGHT = 29;

let folder: string;
let opened: Spool[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-layered-'));
  opened = [];
});
afterEach(async () => {
  for (const spool of opened) await spool.close();
  rmSync(folder, { recursive: true, force: true });
});

const seeded = (seed: number, depth: Depth) => (x: number, y: number, c: number) =>
  (x * 7 + y * 331 + c * 57 + seed * 1013) % (depth === 8 ? 256 : 65536);

async function spoolOf(channels: Channels, depth: Depth, seed: number): Promise<Spool> {
  const file = path.join(folder, `${opened.length}.v`);
  const spool = await Spool.create(file, { width: WIDTH, height: HEIGHT, channels, depth });
  opened.push(spool);
  const { bytes, values } = spool.samples(1);
  for (let y = 0; y < HEIGHT; y++) {
    for (let i = 0; i < values.length; i++)
      values[i] = seeded(seed, depth)(Math.floor(i / channels), y, i % channels);
    await spool.appendRow(bytes);
  }
  await spool.finish();
  return spool;
}

/** Samples of a page or layer, and what its alpha has to be of 255. */
function expected(seed: number, colours: number, depth: Depth, alpha: (x: number, y: number) => number) {
  const all: number[] = [];
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      for (let c = 0; c < colours; c++) all.push(seeded(seed, depth)(x, y, c));
      all.push(Math.round(alpha(x, y) * (depth === 8 ? 255 : 65535)));
    }
  return all;
}

/** Where two lists of samples part, and how far; empty where they do not. */
async function differences(
  input: string | Buffer,
  wanted: readonly number[],
  { depth, colours, page = 0 }: { depth: Depth; colours: number; page?: number },
): Promise<string> {
  const isGrey = colours === 1;
  // As raw samples sharp gives no alpha beside 8 bits of grey: those are read as colour.
  const space = depth === 8 ? 'srgb' : isGrey ? 'grey16' : 'rgb16';
  const data = await sharp(input, { page, ignoreIcc: true })
    .toColourspace(space)
    .raw({ depth: depth === 8 ? 'uchar' : 'ushort' })
    .toBuffer();
  const made =
    depth === 16
      ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
      : data.filter((_, i) => !isGrey || i % 4 === 0 || i % 4 === 3);
  if (made.length !== wanted.length) return `${made.length} samples for ${wanted.length}`;
  const at = wanted.findIndex((value, i) => value !== made[i]);
  return at < 0 ? '' : `sample ${at} is ${made[at]} and not ${wanted[at]}`;
}

async function pictureOf(channels: Channels, depth: Depth): Promise<LayeredPicture> {
  const colours = channels < 3 ? 1 : 3;
  const layer = { opacity: 0.25, blend: 'soft-light' } as const;
  return {
    flat: await spoolOf(channels, depth, 1),
    base: await spoolOf(channels, depth, 2),
    layers: [
      {
        name: 'Sky & <sea>',
        spool: await spoolOf(colours, depth, 3),
        mask: await spoolOf(1, 8, 4),
        ...layer,
      },
      { name: 'Höhe', spool: await spoolOf(colours, depth, 5), mask: undefined, opacity: 1, blend: 'normal' },
    ],
    blobs: {},
  };
}

async function oraEntries(file: string): Promise<Map<string, Buffer>> {
  const zip = await yauzl.openPromise(file);
  const entries = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry())
    entries.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  return entries;
}

const mask = (x: number, y: number) => seeded(4, 8)(x, y, 0) / 255;

describe('a file with layers', () => {
  it.each<[Channels, Depth]>([
    [3, 8],
    [3, 16],
    [4, 8],
    [1, 8],
    [2, 16],
  ])(
    'is an OpenRaster of %i channels and %i bits: pictures, masks as alpha, the whole',
    async (channels, depth) => {
      const picture = await pictureOf(channels, depth);
      const temp = path.join(folder, 'made.ora');
      await encodeLayered(picture, { format: 'ora', temp, work: folder });
      const entries = await oraEntries(temp);
      expect([...entries.keys()]).toEqual([
        ...['mimetype', 'stack.xml', 'data/layer0.png', 'data/layer1.png', 'data/layer2.png'],
        ...['mergedimage.png', 'Thumbnails/thumbnail.png'],
      ]);
      expect(entries.get('mimetype')!.toString()).toBe('image/openraster');
      const colours = channels < 3 ? 1 : 3;
      const own = (x: number, y: number) =>
        channels % 2 === 0 ? seeded(1, depth)(x, y, channels - 1) / (depth === 8 ? 255 : 65535) : 1;
      const layers = [
        expected(2, colours, depth, own),
        expected(3, colours, depth, (x, y) => own(x, y) * mask(x, y)),
        expected(5, colours, depth, own),
      ];
      for (const [index, wanted] of layers.entries())
        expect(await differences(entries.get(`data/layer${index}.png`)!, wanted, { depth, colours })).toBe(
          '',
        );
      const whole = await sharp(entries.get('mergedimage.png')).metadata();
      expect([whole.width, whole.height, whole.channels]).toEqual([WIDTH, HEIGHT, channels]);
    },
  );

  it('has the profile of sRGB where the picture has none, else its own', async () => {
    const picture = await pictureOf(3, 8);
    const p3 = (await workingProfile('p3'))!;
    const temp = path.join(folder, 'made.ora');
    for (const icc of [undefined, p3]) {
      await encodeLayered(
        { ...picture, blobs: icc ? { 'icc-profile-data': icc } : {} },
        {
          ...{ format: 'ora', temp, work: folder },
        },
      );
      const meta = await sharp((await oraEntries(temp)).get('data/layer1.png')).metadata();
      expect(meta.icc).toEqual(Buffer.from(icc ?? (await workingProfile('srgb'))!));
    }
  });

  it.each<[Channels, Depth, number | undefined]>([
    [3, 8, undefined],
    [3, 16, undefined],
    [4, 8, undefined],
    [1, 16, undefined],
    // As a BigTIFF.
    [3, 8, 0],
  ])('is a TIFF of %i channels and %i bits with a page for each', async (channels, depth, most) => {
    const { flat, base, layers } = await pictureOf(channels, depth);
    const temp = path.join(folder, 'made.tif');
    const plain = { opacity: 1, blend: 'normal', mask: undefined } as const;
    const whole = pageOf({ ...plain, name: 'Result', spool: flat }, flat);
    const pages = [{ ...plain, name: 'Picture', spool: base }, ...layers].map((each) => pageOf(each, flat));
    const icc = await workingProfile('srgb');
    const exif = (await sharp({ create: { width: 1, height: 1, channels: 3, background: '#000' } })
      .withExif({ IFD0: { Artist: 'Somebody' }, IFD2: { LensModel: 'A lens' } })
      .jpeg()
      .toBuffer()
      .then((jpeg) => sharp(jpeg).metadata()))!.exif;
    const blobs = { ...(channels >= 3 && { 'icc-profile-data': icc! }), 'exif-data': exif! };
    await writeTiffPages(temp, flat, { whole, pages, blobs }, most);
    const meta = await sharp(temp).metadata();
    expect(meta).toMatchObject({ format: 'tiff', pages: 4, width: WIDTH, height: HEIGHT });
    const colours = channels < 3 ? 1 : 3;
    const own = (x: number, y: number) =>
      channels % 2 === 0 ? seeded(1, depth)(x, y, channels - 1) / (depth === 8 ? 255 : 65535) : 1;
    for (const [page, wanted] of [
      expected(1, colours, depth, own),
      expected(2, colours, depth, own),
      expected(3, colours, depth, (x, y) => own(x, y) * mask(x, y)),
      expected(5, colours, depth, own),
    ].entries())
      expect(await differences(temp, wanted, { depth, colours, page })).toBe('');
    if (channels >= 3) expect((await sharp(temp, { page: 2 }).metadata()).icc).toEqual(Buffer.from(icc!));
  });

  it('is looked at by its whole, and refused by name where that is not in it', async () => {
    const picture = await pictureOf(3, 8);
    const file = path.join(folder, 'made.ora');
    await encodeLayered(picture, { format: 'ora', temp: file, work: folder });
    const target = path.join(folder, 'seen.png');
    const asked = { target, longestSide: 2048, exact: true, display: 'srgb' } as const;
    expect(await preview({ ...asked, file })).toMatchObject({ width: WIDTH, previewHeight: HEIGHT });
    const wanted = expected(1, 3, 8, () => 1).filter((_, i) => i % 4 < 3);
    expect(await differences(target, wanted, { depth: 8, colours: 3 })).toBe('');
    await decodeLevel(file, folder);
    const level = await Spool.open(path.join(folder, '0.v'));
    opened.push(level);
    expect([level.width, level.height]).toEqual([WIDTH, HEIGHT]);
    expect(readdirSync(folder).filter((name) => name.includes('merged'))).toEqual([]);
    const broken = path.join(folder, 'broken.ora');
    writeFileSync(broken, readFileSync(file).subarray(0, 5000));
    const refused = { code: 'input/unreadable', message: expect.stringMatching(/broken\.ora/) };
    await expect(preview({ ...asked, file: broken })).rejects.toMatchObject(refused);
    // As a source it is not read: its layers would be lost.
    await expect(probe(file)).rejects.toMatchObject({
      ...{ code: 'input/unsupported', message: expect.stringMatching(/an OpenRaster picture/) },
    });
  });

  it('says the top layer first in the stack, in names that other programs know', () => {
    const xml = stackXml({ width: 4, height: 3 }, [
      { name: 'Picture', opacity: 1, blend: 'normal' },
      { name: 'Sky & <sea>', opacity: 0.25, blend: 'colour' },
    ]);
    expect(xml).toContain('<image version="0.0.5" w="4" h="3">');
    expect(xml.match(/<layer .*\/>/g)).toEqual([
      '<layer name="Sky &amp; &lt;sea&gt;" src="data/layer1.png" x="0" y="0" opacity="0.25" visibility="visible" composite-op="svg:color"/>',
      '<layer name="Picture" src="data/layer0.png" x="0" y="0" opacity="1" visibility="visible" composite-op="svg:src-over"/>',
    ]);
  });
});
