import { type FileHandle, open } from 'node:fs/promises';
import { type Channels, type Depth, sampleBytes } from '../../../contract/raster.ts';

/**
 * A picture on disk as libvips' own `.v` file: a 64-byte header, then raw rows, then an XML trailer.
 * Rows are appended as they are made and read back in bands, so memory stays flat whatever the picture's size,
 * and libvips encodes straight from it. Format: libvips `vips2file.c` (magic, little-endian fields at 4-byte steps).
 */
const HEADER_BYTES = 64;
/** The magic of a little-endian file. */
const MAGIC = 0xb6a6f208;
const BAND_FORMAT = { 8: 0, 16: 2 } as const;
/** VipsInterpretation: b-w 1, srgb 22, rgb16 25, grey16 26. */
const INTERPRETATION = { 8: { grey: 1, colour: 22 }, 16: { grey: 26, colour: 25 } } as const;

export interface SpoolShape {
  width: number;
  height: number;
  channels: Channels;
  depth: Depth;
}

/** Blobs that libvips' savers put into the encoded file: raw bytes as they stood in the source. */
export type SpoolBlobs = Partial<
  Record<'exif-data' | 'iptc-data' | 'xmp-data' | 'icc-profile-data', Uint8Array>
>;

export class Spool implements SpoolShape {
  readonly width: number;
  readonly height: number;
  readonly channels: Channels;
  readonly depth: Depth;
  readonly rowBytes: number;
  #file: FileHandle;
  #rowsWritten = 0;
  #pending: Buffer;
  #pendingBytes = 0;

  private constructor(
    readonly path: string,
    file: FileHandle,
    shape: SpoolShape,
  ) {
    this.#file = file;
    this.width = shape.width;
    this.height = shape.height;
    this.channels = shape.channels;
    this.depth = shape.depth;
    this.rowBytes = shape.width * shape.channels * sampleBytes(shape.depth);
    // Rows are gathered to about 1 MiB a write: one system call a row is slow for narrow pictures.
    this.#pending = Buffer.allocUnsafe(this.rowBytes * Math.max(1, Math.ceil((1 << 20) / this.rowBytes)));
  }

  /** Starts an empty spool; `appendRow` fills it and `finish` completes it. */
  static async create(path: string, shape: SpoolShape): Promise<Spool> {
    const spool = new Spool(path, await open(path, 'w+'), shape);
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32BE(MAGIC, 0);
    const kind = shape.channels < 3 ? 'grey' : 'colour';
    const fields = [
      shape.width,
      shape.height,
      shape.channels,
      0,
      BAND_FORMAT[shape.depth],
      0,
      INTERPRETATION[shape.depth][kind],
    ];
    for (const [index, value] of fields.entries()) header.writeInt32LE(value, 4 + 4 * index);
    header.writeFloatLE(1, 32);
    header.writeFloatLE(1, 36);
    await spool.#file.write(header, 0, HEADER_BYTES, 0);
    return spool;
  }

  /** Opens a `.v` file that sharp or a spool wrote. */
  static async open(path: string): Promise<Spool> {
    const file = await open(path, 'r');
    const header = Buffer.alloc(HEADER_BYTES);
    await file.read(header, 0, HEADER_BYTES, 0);
    const format = header.readInt32LE(20);
    const depth = format === BAND_FORMAT[16] ? 16 : format === BAND_FORMAT[8] ? 8 : undefined;
    if (header.readUInt32BE(0) !== MAGIC || depth === undefined) {
      await file.close();
      throw new Error(`${path} is not an 8- or 16-bit spool`);
    }
    return new Spool(path, file, {
      width: header.readInt32LE(4),
      height: header.readInt32LE(8),
      channels: header.readInt32LE(12) as Channels,
      depth,
    });
  }

  /** Rows that can be read already while more are appended. */
  get rowsOnDisk(): number {
    return this.#rowsWritten;
  }

  /** A buffer that holds `rows` rows of this spool, and a view of its samples. */
  samples(rows: number): { bytes: Buffer; values: Uint8Array | Uint16Array } {
    const bytes = Buffer.from(new ArrayBuffer(rows * this.rowBytes));
    const values = this.depth === 8 ? new Uint8Array(bytes.buffer) : new Uint16Array(bytes.buffer);
    return { bytes, values };
  }

  /** Reads rows y..y+rows into `into` (from its start). */
  async readRows(y: number, rows: number, into: Buffer): Promise<void> {
    const wanted = rows * this.rowBytes;
    const position = HEADER_BYTES + y * this.rowBytes;
    let done = 0;
    while (done < wanted) {
      const { bytesRead } = await this.#file.read(into, done, wanted - done, position + done);
      if (bytesRead === 0) throw new Error(`${this.path} ends at row ${y}`);
      done += bytesRead;
    }
  }

  /** Appends one row; `row` may be reused by the caller after the promise (if any) settles. */
  appendRow(row: Uint8Array): Promise<void> | undefined {
    this.#pending.set(row, this.#pendingBytes);
    this.#pendingBytes += this.rowBytes;
    return this.#pendingBytes >= this.#pending.length ? this.#flush() : undefined;
  }

  /** Writes what is pending and the trailer; the spool can then be encoded by libvips. */
  async finish(blobs: SpoolBlobs = {}): Promise<void> {
    await this.#flush();
    if (this.#rowsWritten !== this.height)
      throw new Error(`${this.path} holds ${this.#rowsWritten} of ${this.height} rows`);
    const fields = Object.entries(blobs).map(
      ([name, blob]) =>
        `    <field type="VipsBlob" name="${name}">${Buffer.from(blob).toString('base64')}</field>\n`,
    );
    const trailer = `<?xml version="1.0"?>\n<root xmlns="http://www.vips.ecs.soton.ac.uk/vips/8.18.0">\n  <header/>\n  <meta>\n${fields.join('')}  </meta>\n</root>\n`;
    await this.#file.write(trailer, HEADER_BYTES + this.height * this.rowBytes);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #flush(): Promise<void> {
    const bytes = this.#pendingBytes;
    if (bytes === 0) return;
    this.#pendingBytes = 0;
    const position = HEADER_BYTES + this.#rowsWritten * this.rowBytes;
    this.#rowsWritten += bytes / this.rowBytes;
    let done = 0;
    while (done < bytes) {
      const { bytesWritten } = await this.#file.write(this.#pending, done, bytes - done, position + done);
      done += bytesWritten;
    }
  }
}
