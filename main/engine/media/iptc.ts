/**
 * IPTC stands in two wrappings: JPEG carries it inside Photoshop's resource blocks (APP13), TIFF as the bare IIM
 * stream (tag 33723). libvips passes on whichever it read, so a change of format changes the wrapping here.
 * Sources: IPTC-IIM 4.2 chapter 3; Adobe Photoshop file formats, "Image resource blocks".
 */
const PHOTOSHOP = Buffer.from('Photoshop 3.0\0', 'latin1');
const RESOURCE = Buffer.from('8BIM', 'latin1');
const IPTC_RESOURCE = 0x0404;

/** The block as `format` holds it; undefined where that format holds none, or the block is damaged. */
export function iptcFor(format: string, block: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.length);
  const isWrapped = bytes.subarray(0, PHOTOSHOP.length).equals(PHOTOSHOP);
  if (format === 'jpeg') return isWrapped ? block : wrap(bytes);
  if (format === 'tiff') return isWrapped ? unwrap(bytes) : block;
  return undefined;
}

function unwrap(bytes: Buffer): Uint8Array | undefined {
  let at = PHOTOSHOP.length;
  while (at + 12 <= bytes.length && bytes.subarray(at, at + 4).equals(RESOURCE)) {
    const id = bytes.readUInt16BE(at + 4);
    // The resource's name: a Pascal string, padded with its length byte to an even size.
    const named = at + 6 + ((bytes[at + 6]! + 2) & ~1);
    if (named + 4 > bytes.length) return undefined;
    const length = bytes.readUInt32BE(named);
    const data = bytes.subarray(named + 4, named + 4 + length);
    if (id === IPTC_RESOURCE) return data;
    at = named + 4 + length + (length % 2);
  }
  return undefined;
}

function wrap(stream: Buffer): Uint8Array {
  const head = Buffer.alloc(12);
  RESOURCE.copy(head);
  head.writeUInt16BE(IPTC_RESOURCE, 4);
  head.writeUInt32BE(stream.length, 8);
  return Buffer.concat([PHOTOSHOP, head, stream, Buffer.alloc(stream.length % 2)]);
}
