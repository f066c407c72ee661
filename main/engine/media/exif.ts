/**
 * Edits a raw EXIF block (with or without its `Exif\0\0` prefix) in place: nothing moves, so MakerNotes, which hold
 * offsets of their own, stay readable. Source: CIPA DC-008 (EXIF 2.32), TIFF 6.0 section 2.
 */
const ORIENTATION = 0x0112;
const EXIF_IFD = 0x8769;
const GPS_IFD = 0x8825;
const MAKER_NOTE = 0x927c;
/** Owner, serial numbers and unique ids: CameraOwnerName, BodySerialNumber, LensSerialNumber, ImageUniqueID. */
const SERIAL_TAGS = new Set([0xa430, 0xa431, 0xa435, 0xa420, 0xc62f]);
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

export interface ExifEdits {
  /** Removes GPS, serial numbers, the owner's name and MakerNotes (which repeat serial numbers). */
  stripPrivate: boolean;
}

/**
 * Returns a copy with the orientation tag reset to 1 (it has been applied to the pixels) and the embedded thumbnail
 * dropped (it would show the old picture). A block that cannot be parsed is returned as undefined when private data
 * must go, else unchanged.
 */
export function editExif(source: Uint8Array, edits: ExifEdits): Uint8Array | undefined {
  const bytes = Uint8Array.from(source);
  const hasPrefix = String.fromCharCode(...bytes.subarray(0, 6)) === 'Exif\0\0';
  try {
    new ExifBlock(bytes.subarray(hasPrefix ? 6 : 0)).apply(edits);
    return bytes;
  } catch (problem) {
    if (!(problem instanceof RangeError)) throw problem;
    return edits.stripPrivate ? undefined : Uint8Array.from(source);
  }
}

class ExifBlock {
  readonly #view: DataView;
  readonly #little: boolean;
  readonly #visited = new Set<number>();

  constructor(private readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const order = this.#view.getUint16(0);
    if (order !== 0x4949 && order !== 0x4d4d) throw new RangeError('no TIFF header');
    this.#little = order === 0x4949;
  }

  apply({ stripPrivate }: ExifEdits): void {
    const first = this.#u32(4);
    const next = this.#walk(first, stripPrivate);
    // IFD1 describes the thumbnail: unlink it and blank its bytes.
    if (next === undefined) return;
    const thumbnail = this.#u32(next);
    this.#setU32(next, 0);
    if (thumbnail !== 0) this.#blankThumbnail(thumbnail);
  }

  /** Edits one directory; returns the position of its link to the next one. */
  #walk(ifd: number, stripPrivate: boolean): number | undefined {
    if (this.#visited.has(ifd)) return undefined;
    this.#visited.add(ifd);
    for (let i = 0; i < this.#u16(ifd); ) {
      const entry = ifd + 2 + 12 * i;
      const tag = this.#u16(entry);
      if (tag === ORIENTATION) this.#setU16(entry + 8, 1);
      if (tag === EXIF_IFD) this.#walk(this.#u32(entry + 8), stripPrivate);
      if (stripPrivate && tag === GPS_IFD) this.#blankDirectory(this.#u32(entry + 8));
      if (stripPrivate && (tag === GPS_IFD || tag === MAKER_NOTE || SERIAL_TAGS.has(tag)))
        this.#removeEntry(ifd, i);
      else i++;
    }
    return ifd + 2 + 12 * this.#u16(ifd);
  }

  #removeEntry(ifd: number, index: number): void {
    const count = this.#u16(ifd);
    this.#blankValue(ifd + 2 + 12 * index);
    const end = ifd + 2 + 12 * count + 4;
    this.bytes.copyWithin(ifd + 2 + 12 * index, ifd + 2 + 12 * (index + 1), end);
    this.bytes.fill(0, end - 12, end);
    this.#setU16(ifd, count - 1);
  }

  #blankDirectory(ifd: number): void {
    const count = this.#u16(ifd);
    for (let i = 0; i < count; i++) this.#blankValue(ifd + 2 + 12 * i);
    this.bytes.fill(0, ifd + 2, ifd + 2 + 12 * count);
    this.#setU16(ifd, 0);
  }

  #blankValue(entry: number): void {
    const length = (TYPE_BYTES[this.#u16(entry + 2)] ?? 1) * this.#u32(entry + 4);
    const at = length <= 4 ? entry + 8 : this.#u32(entry + 8);
    if (at + length > this.bytes.length) throw new RangeError('value outside the block');
    this.bytes.fill(0, at, at + length);
  }

  #blankThumbnail(ifd: number): void {
    let [offset, length] = [0, 0];
    for (let i = 0; i < this.#u16(ifd); i++) {
      const entry = ifd + 2 + 12 * i;
      if (this.#u16(entry) === 0x0201) offset = this.#u32(entry + 8);
      if (this.#u16(entry) === 0x0202) length = this.#u32(entry + 8);
    }
    if (offset > 0 && offset + length <= this.bytes.length) this.bytes.fill(0, offset, offset + length);
  }

  #u16(at: number): number {
    return this.#view.getUint16(at, this.#little);
  }
  #u32(at: number): number {
    return this.#view.getUint32(at, this.#little);
  }
  #setU16(at: number, value: number): void {
    this.#view.setUint16(at, value, this.#little);
  }
  #setU32(at: number, value: number): void {
    this.#view.setUint32(at, value, this.#little);
  }
}
