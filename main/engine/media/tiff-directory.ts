/** A field of a directory (TIFF 6.0 section 2). */
export interface TiffEntry {
  tag: number;
  type: number;
  count: number;
  /** The values, little-endian. */
  value: Uint8Array;
}

const TYPE = { ascii: 2, short: 3, long: 4, rational: 5, undefined: 7, long8: 16 } as const;

export function shorts(tag: number, values: readonly number[]): TiffEntry {
  const value = Buffer.alloc(2 * values.length);
  for (const [i, each] of values.entries()) value.writeUInt16LE(each, 2 * i);
  return { tag, type: TYPE.short, count: values.length, value };
}

export function longs(tag: number, values: readonly number[]): TiffEntry {
  const value = Buffer.alloc(4 * values.length);
  for (const [i, each] of values.entries()) value.writeUInt32LE(each, 4 * i);
  return { tag, type: TYPE.long, count: values.length, value };
}

/** Positions in a file, which past 4 GB take twice the room. */
export function positions(tag: number, values: readonly number[], big: boolean): TiffEntry {
  if (!big) return longs(tag, values);
  const value = Buffer.alloc(8 * values.length);
  for (const [i, each] of values.entries()) value.writeBigUInt64LE(BigInt(each), 8 * i);
  return { tag, type: TYPE.long8, count: values.length, value };
}

/** A whole number as a fraction. */
export function rational(tag: number, value: number): TiffEntry {
  return { ...longs(tag, [value, 1]), type: TYPE.rational, count: 1 };
}

/** UTF-8, as most programs write what the format calls ASCII. */
export function text(tag: number, value: string): TiffEntry {
  const bytes = Buffer.from(`${value}\0`, 'utf8');
  return { tag, type: TYPE.ascii, count: bytes.length, value: bytes };
}

export function bytes(tag: number, value: Uint8Array): TiffEntry {
  return { tag, type: TYPE.undefined, count: value.length, value };
}

/** Lays out directories one after the other from position `start` on. */
export class DirectoryWriter {
  readonly start: number;
  readonly #parts: Buffer[] = [];
  #at: number;

  constructor(
    private readonly big: boolean,
    end: number,
  ) {
    // Directories begin on an even address; values need no more.
    this.start = end + (end % 2);
    this.#at = this.start;
  }

  /** Writes a directory and returns the entry that links to it. */
  pointer(tag: number, entries: TiffEntry[]): TiffEntry {
    const at = this.directory(entries);
    return positions(tag, [at], this.big);
  }

  /**
   * @param next where the next page's directory stands; 0: there is none
   * @returns the position of the directory.
   */
  directory(entries: readonly TiffEntry[], next = 0): number {
    const inline = this.big ? 8 : 4;
    const sorted = entries.toSorted((a, b) => a.tag - b.tag);
    const fields = sorted.map(({ value }) => {
      const field = Buffer.alloc(inline);
      if (value.length <= inline) field.set(value);
      else if (this.big) field.writeBigUInt64LE(BigInt(this.#put(value)));
      else field.writeUInt32LE(this.#put(value));
      return field;
    });
    const size = this.big ? 20 : 12;
    const lead = this.big ? 8 : 2;
    const table = Buffer.alloc(lead + sorted.length * size + inline);
    if (this.big) table.writeBigUInt64LE(BigInt(sorted.length));
    else table.writeUInt16LE(sorted.length);
    for (const [i, { tag, type, count }] of sorted.entries()) {
      const at = lead + i * size;
      table.writeUInt16LE(tag, at);
      table.writeUInt16LE(type, at + 2);
      if (this.big) table.writeBigUInt64LE(BigInt(count), at + 4);
      else table.writeUInt32LE(count, at + 4);
      table.set(fields[i]!, at + size - inline);
    }
    if (this.big) table.writeBigUInt64LE(BigInt(next), table.length - inline);
    else table.writeUInt32LE(next, table.length - inline);
    return this.#put(table);
  }

  /** Where in a directory of so many entries the link to the next one stands. */
  linkAt(directory: number, entries: number): number {
    return directory + (this.big ? 8 + 20 * entries : 2 + 12 * entries);
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #put(data: Uint8Array): number {
    const at = this.#at;
    const padded = Buffer.alloc(data.length + (data.length % 2));
    padded.set(data);
    this.#parts.push(padded);
    this.#at += padded.length;
    return at;
  }
}
