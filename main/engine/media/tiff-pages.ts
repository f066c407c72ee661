import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { blendText, type LayerPage } from './layer-page.ts';
import type { Spool, SpoolBlobs } from './spool.ts';
import {
  bytes,
  DirectoryWriter,
  longs,
  positions,
  rational,
  shorts,
  type TiffEntry,
  text,
} from './tiff-directory.ts';
import { writeTiffExif } from './tiff-exif.ts';

const pack = promisify(deflate);

/** Bytes of a strip before it is compressed, about. */
const STRIP_BYTES = 1 << 20;
/** Past these the classic format's positions do not reach; deflate may make noise larger. */
const MOST_CLASSIC = 3.5e9;

/** Tags of TIFF 6.0, its technical note 2 (deflate), and those of metadata that everybody knows. */
const TAG = {
  kind: 254,
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  description: 270,
  strips: 273,
  samples: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
  xResolution: 282,
  yResolution: 283,
  pageName: 285,
  resolutionUnit: 296,
  page: 297,
  predictor: 317,
  extraSamples: 338,
  xmp: 700,
  iptc: 33723,
  icc: 34675,
} as const;
const DEFLATE = 8;
const HORIZONTAL = 2;
const STRAIGHT_ALPHA = 2;
const INCH = 2;

interface TiffPages {
  /** The whole: the first page, which is all that most programs show. */
  readonly whole: LayerPage;
  /** The others, in their order, named. */
  readonly pages: readonly LayerPage[];
  /** Profile (of every page) and metadata (of the first). */
  readonly blobs: SpoolBlobs;
}

/**
 * Writes a TIFF of several pages, row by row: libvips writes pages, too, but no names of them. Colour and straight
 * alpha, deflated with differences.
 * @param most bytes of samples past which the file is a BigTIFF; another only in tests
 */
export async function writeTiffPages(
  target: string,
  size: Pick<Spool, 'width' | 'height' | 'depth'>,
  { whole, pages, blobs }: TiffPages,
  most = MOST_CLASSIC,
): Promise<void> {
  const all = [whole, ...pages];
  const samples = all.reduce((sum, { channels }) => sum + channels, 0);
  const isBig = (size.width * size.height * samples * size.depth) / 8 > most;
  const file = await open(target, 'w');
  try {
    const writer = new PageWriter(file, isBig);
    await writer.begin();
    for (const [number, page] of all.entries()) {
      const described = number === 0 ? [] : [text(TAG.description, blendText(page))];
      const blocks = number === 0 ? blocksOf(blobs) : [];
      const icc = blobs['icc-profile-data'];
      await writer.page(page, size, [
        longs(TAG.kind, [number === 0 ? 0 : 2]),
        text(TAG.pageName, page.name),
        shorts(TAG.page, [number, all.length]),
        ...described,
        ...blocks,
        ...(icc ? [bytes(TAG.icc, icc)] : []),
      ]);
    }
  } finally {
    await file.close();
  }
  const exif = blobs['exif-data'];
  if (exif) await writeTiffExif(target, exif);
}

function blocksOf(blobs: SpoolBlobs): TiffEntry[] {
  const [xmp, iptc] = [blobs['xmp-data'], blobs['iptc-data']];
  return [...(xmp ? [bytes(TAG.xmp, xmp)] : []), ...(iptc ? [bytes(TAG.iptc, iptc)] : [])];
}

class PageWriter {
  #at = 0;
  /** Where the position of the next page's directory is to be written. */
  #link = 0;

  constructor(
    private readonly file: FileHandle,
    private readonly isBig: boolean,
  ) {}

  async begin(): Promise<void> {
    const header = Buffer.alloc(this.isBig ? 16 : 8);
    header.write('II', 'latin1');
    header.writeUInt16LE(this.isBig ? 43 : 42, 2);
    if (this.isBig) header.writeUInt16LE(8, 4);
    await this.#append(header);
    this.#link = this.isBig ? 8 : 4;
  }

  async page(
    page: LayerPage,
    { width, height, depth }: Pick<Spool, 'width' | 'height' | 'depth'>,
    more: readonly TiffEntry[],
  ): Promise<void> {
    const { channels } = page;
    const rowBytes = (width * channels * depth) / 8;
    const rowsPerStrip = Math.max(1, Math.floor(STRIP_BYTES / rowBytes));
    const strip = Buffer.alloc(rowsPerStrip * rowBytes);
    const starts: number[] = [];
    const lengths: number[] = [];
    let filled = 0;
    const flush = async () => {
      const packed = await pack(strip.subarray(0, filled));
      starts.push(this.#at);
      lengths.push(packed.length);
      await this.#append(packed);
      filled = 0;
    };
    for await (const row of page.rows()) {
      strip.set(row, filled);
      differences(strip.subarray(filled, filled + rowBytes), channels, depth);
      filled += rowBytes;
      if (filled === strip.length) await flush();
    }
    if (filled > 0) await flush();
    await this.#directory([
      ...more,
      longs(TAG.width, [width]),
      longs(TAG.height, [height]),
      shorts(TAG.bits, Array<number>(channels).fill(depth)),
      shorts(TAG.compression, [DEFLATE]),
      shorts(TAG.photometric, [channels === 2 ? 1 : 2]),
      positions(TAG.strips, starts, this.isBig),
      shorts(TAG.samples, [channels]),
      longs(TAG.rowsPerStrip, [rowsPerStrip]),
      longs(TAG.stripBytes, lengths),
      rational(TAG.xResolution, 72),
      rational(TAG.yResolution, 72),
      shorts(TAG.resolutionUnit, [INCH]),
      shorts(TAG.predictor, [HORIZONTAL]),
      shorts(TAG.extraSamples, [STRAIGHT_ALPHA]),
    ]);
  }

  async #directory(entries: readonly TiffEntry[]): Promise<void> {
    const writer = new DirectoryWriter(this.isBig, this.#at);
    const at = writer.directory(entries);
    await this.#append(Buffer.alloc(writer.start - this.#at));
    await this.#append(writer.bytes());
    const link = Buffer.alloc(this.isBig ? 8 : 4);
    if (this.isBig) link.writeBigUInt64LE(BigInt(at));
    else link.writeUInt32LE(at);
    await this.file.write(link, 0, link.length, this.#link);
    this.#link = writer.linkAt(at, entries.length);
  }

  async #append(data: Uint8Array): Promise<void> {
    let done = 0;
    while (done < data.length) {
      const { bytesWritten } = await this.file.write(data, done, data.length - done, this.#at + done);
      done += bytesWritten;
    }
    this.#at += data.length;
  }
}

/** Each sample less the one a pixel before it, in place (TIFF 6.0 section 14). */
function differences(row: Buffer, channels: number, depth: 8 | 16): void {
  if (depth === 8) {
    for (let at = row.length - 1; at >= channels; at--) row[at] = row[at]! - row[at - channels]!;
    return;
  }
  const step = 2 * channels;
  for (let at = row.length - 2; at >= step; at -= 2)
    row.writeUInt16LE((row.readUInt16LE(at) - row.readUInt16LE(at - step)) & 0xffff, at);
}
