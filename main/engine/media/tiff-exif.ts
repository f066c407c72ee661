import { type FileHandle, open } from 'node:fs/promises';
import { DirectoryWriter, type TiffEntry as Entry } from './tiff-directory.ts';

/**
 * EXIF in TIFF files. In a TIFF, EXIF is not a block but directories of the file itself, and libvips neither reads
 * nor writes them; so Gesso takes them out as the block that JPEG would carry, and puts such a block back in.
 * Sources: TIFF 6.0 section 2, BigTIFF (libtiff's description), CIPA DC-008 section 4.6.
 */
interface ExifDirectories {
  /** The descriptive tags of the first directory. */
  main: Entry[];
  exif: Entry[];
  gps: Entry[];
}

const EXIF_POINTER = 0x8769;
const GPS_POINTER = 0x8825;
const INTEROP_POINTER = 0xa005;
/** Description, maker, model, orientation, software, date, artist, host, copyright, rating, Windows' title and so on. */
const DESCRIPTIVE = new Set([
  0x010e, 0x010f, 0x0110, 0x0112, 0x0131, 0x0132, 0x013b, 0x013c, 0x4746, 0x4749, 0x8298, 0x9c9b, 0x9c9c,
  0x9c9d, 0x9c9e, 0x9c9f,
]);
/** Bytes of one value of each TIFF type, and what is swapped as a unit between byte orders. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
const SWAP_UNIT = [0, 1, 1, 2, 4, 4, 1, 1, 2, 4, 4, 4, 8, 4, 0, 0, 8, 8, 8];
const LARGEST_VALUE = 16 << 20;
const MOST_ENTRIES = 4096;

type Read = (at: number, length: number) => Promise<Buffer>;

/** The EXIF of a TIFF file as a block with the `Exif\0\0` prefix; undefined where there is none or it is damaged. */
export async function readTiffExif(path: string): Promise<Uint8Array | undefined> {
  const file = await open(path, 'r');
  try {
    const directories = await readDirectories(readFrom(file));
    const isEmpty = directories.exif.length + directories.gps.length === 0;
    return isEmpty && directories.main.every(({ tag }) => tag === 0x0112) ? undefined : toBlock(directories);
  } catch (problem) {
    if (problem instanceof RangeError) return undefined;
    throw problem;
  } finally {
    await file.close();
  }
}

/** Puts an EXIF block into a TIFF that libvips wrote (little-endian, classic or Big): new directories at its end. */
export async function writeTiffExif(path: string, block: Uint8Array): Promise<void> {
  const prefix = String.fromCharCode(...block.subarray(0, 6)) === 'Exif\0\0' ? 6 : 0;
  const bytes = Buffer.from(block.buffer, block.byteOffset + prefix, block.length - prefix);
  let directories: ExifDirectories;
  try {
    directories = await readDirectories(async (at, length) => slice(bytes, at, length));
  } catch (problem) {
    if (problem instanceof RangeError) return;
    throw problem;
  }
  const file = await open(path, 'r+');
  try {
    const read = readFrom(file);
    const layout = await readLayout(read);
    const { entries: main, next } = await readDirectory(read, layout, layout.first);
    const writer = new DirectoryWriter(layout.big, (await file.stat()).size);
    const kept = new Map(main.map((entry) => [entry.tag, entry]));
    for (const entry of directories.main) if (entry.tag !== 0x0112) kept.set(entry.tag, entry);
    if (directories.exif.length > 0) kept.set(EXIF_POINTER, writer.pointer(EXIF_POINTER, directories.exif));
    if (directories.gps.length > 0) kept.set(GPS_POINTER, writer.pointer(GPS_POINTER, directories.gps));
    const first = writer.directory([...kept.values()], next);
    await file.write(writer.bytes(), 0, undefined, writer.start);
    // The header's link goes last: until then the file is what it was.
    const link = Buffer.alloc(layout.big ? 8 : 4);
    if (layout.big) link.writeBigUInt64LE(BigInt(first));
    else link.writeUInt32LE(first);
    await file.write(link, 0, link.length, layout.big ? 8 : 4);
  } finally {
    await file.close();
  }
}

function readFrom(file: FileHandle): Read {
  return async (at, length) => {
    if (length > LARGEST_VALUE) throw new RangeError('value too large');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
    if (bytesRead < length) throw new RangeError('the file ends early');
    return buffer;
  };
}

function slice(bytes: Buffer, at: number, length: number): Buffer {
  if (at + length > bytes.length) throw new RangeError('the block ends early');
  return bytes.subarray(at, at + length);
}

interface Layout {
  little: boolean;
  big: boolean;
  /** Where the first directory stands. */
  first: number;
}

async function readLayout(read: Read): Promise<Layout> {
  const head = await read(0, 8);
  const little = head.toString('latin1', 0, 2) === 'II';
  const version = little ? head.readUInt16LE(2) : head.readUInt16BE(2);
  if (version === 42)
    return { little, big: false, first: little ? head.readUInt32LE(4) : head.readUInt32BE(4) };
  if (version !== 43) throw new RangeError('not a TIFF');
  const link = await read(8, 8);
  return { little, big: true, first: Number(little ? link.readBigUInt64LE() : link.readBigUInt64BE()) };
}

async function readDirectories(read: Read): Promise<ExifDirectories> {
  const layout = await readLayout(read);
  const { entries, pointers } = await readDirectory(read, layout, layout.first);
  const linked = async (tag: number) => {
    const at = pointers.get(tag);
    return at === undefined ? [] : (await readDirectory(read, layout, at)).entries;
  };
  return {
    main: entries.filter(({ tag }) => DESCRIPTIVE.has(tag)),
    exif: await linked(EXIF_POINTER),
    gps: await linked(GPS_POINTER),
  };
}

/** Entries with their values, the links to other directories apart, and where the next page's directory stands (or 0). */
async function readDirectory(
  read: Read,
  { little, big }: Layout,
  at: number,
): Promise<{ entries: Entry[]; pointers: Map<number, number>; next: number }> {
  const wide = (b: Buffer, o: number) => Number(little ? b.readBigUInt64LE(o) : b.readBigUInt64BE(o));
  const u32 = (b: Buffer, o: number) => (little ? b.readUInt32LE(o) : b.readUInt32BE(o));
  const u16 = (b: Buffer, o: number) => (little ? b.readUInt16LE(o) : b.readUInt16BE(o));
  const count = big ? wide(await read(at, 8), 0) : u16(await read(at, 2), 0);
  if (count > MOST_ENTRIES) throw new RangeError('too many entries');
  const size = big ? 20 : 12;
  const from = at + (big ? 8 : 2);
  const table = await read(from, count * size);
  // In a block of EXIF this link may be left out.
  const link = await read(from + count * size, big ? 8 : 4).catch((problem: unknown) => {
    if (problem instanceof RangeError) return Buffer.alloc(8);
    throw problem;
  });
  const next = big ? wide(link, 0) : u32(link, 0);
  const entries: Entry[] = [];
  const pointers = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const entry = table.subarray(i * size, (i + 1) * size);
    const [tag, type] = [u16(entry, 0), u16(entry, 2)];
    const values = big ? wide(entry, 4) : u32(entry, 4);
    const bytes = values * (TYPE_BYTES[type] ?? 0);
    const field = big ? 12 : 8;
    const place = big ? wide(entry, 12) : u32(entry, 8);
    if ([EXIF_POINTER, GPS_POINTER, INTEROP_POINTER].includes(tag)) {
      pointers.set(tag, place);
      continue;
    }
    if (bytes === 0) continue;
    const inline = bytes <= (big ? 8 : 4);
    const value = Uint8Array.from(inline ? entry.subarray(field, field + bytes) : await read(place, bytes));
    if (!little) swap(value, SWAP_UNIT[type]!);
    entries.push({ tag, type, count: values, value });
  }
  return { entries, pointers, next };
}

function swap(value: Uint8Array, unit: number): void {
  for (let i = 0; unit > 1 && i + unit <= value.length; i += unit) value.subarray(i, i + unit).reverse();
}

function toBlock({ main, exif, gps }: ExifDirectories): Uint8Array {
  const writer = new DirectoryWriter(false, 8);
  const entries = [...main];
  if (exif.length > 0) entries.push(writer.pointer(EXIF_POINTER, exif));
  if (gps.length > 0) entries.push(writer.pointer(GPS_POINTER, gps));
  const first = writer.directory(entries);
  const header = Buffer.from('Exif\0\0II*\0\0\0\0\0', 'latin1');
  header.writeUInt32LE(first, 10);
  return Buffer.concat([header, writer.bytes()]);
}
