import { brokenModel } from '../errors.ts';

/** Reads the pieces of a pickle's bytes, little-endian, never past the end. */
export class PickleReader {
  readonly #bytes: Buffer;
  readonly #file: string;
  /** Byte that comes next. */
  position: number;

  constructor(bytes: Buffer, position: number, file: string) {
    this.#bytes = bytes;
    this.position = position;
    this.#file = file;
  }

  broken(why: string): Error {
    return brokenModel(this.#file, `its pickle ${why}`);
  }

  take(count: number): Buffer {
    const end = this.position + count;
    if (!(end <= this.#bytes.byteLength)) throw this.broken('ends in the middle');
    const piece = this.#bytes.subarray(this.position, end);
    this.position = end;
    return piece;
  }

  uint8(): number {
    return this.take(1)[0] ?? 0;
  }

  uint16(): number {
    return this.take(2).readUInt16LE();
  }

  uint32(): number {
    return this.take(4).readUInt32LE();
  }

  int32(): number {
    return this.take(4).readInt32LE();
  }

  /** Lengths of 8 bytes: what does not fit into a number fits into no file either. */
  length64(): number {
    return Number(this.take(8).readBigUInt64LE());
  }

  double(): number {
    return this.take(8).readDoubleBE();
  }

  text(count: number): string {
    return this.take(count).toString('utf8');
  }

  /** A line of the text opcodes, without its end. */
  line(): string {
    const end = this.#bytes.indexOf(10, this.position);
    if (end < 0 || end - this.position > MAX_LINE) throw this.broken('holds a line without an end');
    const line = this.#bytes.toString('utf8', this.position, end);
    this.position = end + 1;
    return line;
  }

  /** Whole numbers of any size, two's complement. */
  long(count: number): number | bigint {
    if (count > MAX_LONG_BYTES) throw this.broken('holds an absurdly large number');
    const bytes = Buffer.from(this.take(count)).reverse();
    if (count === 0) return 0;
    const unsigned = BigInt(`0x${bytes.toString('hex')}`);
    const value = BigInt.asIntN(8 * count, unsigned);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
}

const MAX_LINE = 65_536;
const MAX_LONG_BYTES = 1024;
