import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32, createDeflateRaw } from 'node:zlib';
import { GessoError } from '../../../contract/errors.ts';

/** What an entry holds: bytes, or a file that is read as it is written. */
export type ZipContent = Uint8Array | { readonly file: string };

interface Entry {
  readonly name: Buffer;
  readonly at: number;
  readonly method: number;
  crc: number;
  packed: number;
  size: number;
}

const STORED = 0;
const DEFLATED = 8;
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** Version 2.0 of the format: folders and deflate. */
const VERSION = 20;
/** Names are UTF-8. */
const UTF8 = 1 << 11;
/** 1 January 1980, the format's first day: the same content is the same file. */
const DATE = (1 << 5) | 1;
/** Beyond these the format needs its 64-bit form. */
const MOST_BYTES = 0xffffffff;
const MOST_ENTRIES = 0xffff;

/**
 * Writes a zip entry by entry, in their order, streamed (PKWARE's APPNOTE, without encryption and 64-bit fields). The
 * caller flushes, hashes and renames the file, and removes it after a failure.
 */
export class ZipWriter {
  readonly #entries: Entry[] = [];
  #at = 0;

  private constructor(
    private readonly file: FileHandle,
    private readonly name: string,
    private readonly mostBytes: number,
  ) {}

  /**
   * @param name what the file is called in messages
   * @param mostBytes of the whole file; less than the format's own limit only in tests
   */
  static async create(path: string, name: string, mostBytes = MOST_BYTES): Promise<ZipWriter> {
    return new ZipWriter(await open(path, 'w'), name, mostBytes);
  }

  /**
   * Adds an entry. `stored` keeps its bytes as they are, which is right for what is compressed already.
   * @param name with `/` between folders
   * @throws GessoError output/unsupported where the file would be larger than a zip of this kind can be
   */
  async add(name: string, content: ZipContent, { stored = false } = {}): Promise<void> {
    const entry: Entry = {
      name: Buffer.from(name, 'utf8'),
      at: this.#at,
      method: stored ? STORED : DEFLATED,
      ...{ crc: 0, packed: 0, size: 0 },
    };
    if (this.#entries.length >= MOST_ENTRIES) throw this.#tooLarge();
    await this.#append(local(entry));
    for await (const chunk of this.#packed(entry, content)) {
      entry.packed += chunk.length;
      await this.#append(chunk);
    }
    if (entry.size > MOST_BYTES) throw this.#tooLarge();
    // Sizes and checksum are known only now.
    await this.file.write(local(entry), 0, undefined, entry.at);
    this.#entries.push(entry);
  }

  /** Writes the directory and closes the file. */
  async finish(): Promise<void> {
    const from = this.#at;
    for (const entry of this.#entries) await this.#append(central(entry));
    const end = Buffer.alloc(22);
    end.writeUInt32LE(END, 0);
    end.writeUInt16LE(this.#entries.length, 8);
    end.writeUInt16LE(this.#entries.length, 10);
    end.writeUInt32LE(this.#at - from, 12);
    end.writeUInt32LE(from, 16);
    await this.#append(end);
    await this.file.close();
  }

  /** After a failure: the file is left to the caller. */
  close(): Promise<void> {
    return this.file.close();
  }

  async *#packed(entry: Entry, content: ZipContent): AsyncGenerator<Uint8Array> {
    const plain = counted(entry, content);
    if (entry.method === STORED) {
      yield* plain;
      return;
    }
    const deflate = createDeflateRaw();
    const feed = (async () => {
      for await (const chunk of plain)
        if (!deflate.write(chunk)) await new Promise((resolve) => deflate.once('drain', resolve));
      deflate.end();
    })();
    // A file that cannot be read ends the stream that waits for it.
    feed.catch((cause: unknown) => deflate.destroy(cause as Error));
    for await (const chunk of deflate) yield chunk as Uint8Array;
    await feed;
  }

  async #append(bytes: Uint8Array): Promise<void> {
    if (this.#at + bytes.length > this.mostBytes) throw this.#tooLarge();
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.file.write(bytes, done, bytes.length - done, this.#at + done);
      done += bytesWritten;
    }
    this.#at += bytes.length;
  }

  #tooLarge(): GessoError {
    return new GessoError(
      'output/unsupported',
      `${this.name} would be larger than 4 GB, more than a zip file holds.`,
      'Choose TIFF with layers, or a smaller picture.',
    );
  }
}

/** The content as it is, its size and checksum noted on the way. */
async function* counted(entry: Entry, content: ZipContent): AsyncGenerator<Uint8Array> {
  const chunks = content instanceof Uint8Array ? [content] : createReadStream(content.file);
  for await (const chunk of chunks as AsyncIterable<Uint8Array> | Uint8Array[]) {
    entry.crc = crc32(chunk, entry.crc);
    entry.size += chunk.length;
    yield chunk;
  }
}

function local({ name, method, crc, packed, size }: Entry): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(LOCAL, 0);
  header.writeUInt16LE(VERSION, 4);
  shared(header, 6, { name, method, crc, packed, size });
  return Buffer.concat([header, name]);
}

function central({ name, at, method, crc, packed, size }: Entry): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(CENTRAL, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(VERSION, 6);
  shared(header, 8, { name, method, crc, packed, size });
  header.writeUInt32LE(at, 42);
  return Buffer.concat([header, name]);
}

/** What both headers have: flags, method, time, date, checksum, sizes, length of the name. */
function shared(header: Buffer, from: number, entry: Omit<Entry, 'at'>): void {
  header.writeUInt16LE(UTF8, from);
  header.writeUInt16LE(entry.method, from + 2);
  header.writeUInt16LE(DATE, from + 6);
  header.writeUInt32LE(entry.crc, from + 8);
  // Too large a size is refused before anybody reads it here.
  header.writeUInt32LE(Math.min(entry.packed, MOST_BYTES), from + 12);
  header.writeUInt32LE(Math.min(entry.size, MOST_BYTES), from + 16);
  header.writeUInt16LE(entry.name.length, from + 20);
}
