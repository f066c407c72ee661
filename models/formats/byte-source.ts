/** Bytes that are read where and when they are asked for: a file (`ModelFile`), some files in a row, or memory. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /** A copy that begins at the start of its own buffer. The caller has seen to it that it lies inside. */
  read(offset: number, length: number): Uint8Array<ArrayBuffer>;
}

export function inMemory(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.byteLength,
    read: (offset, length) => Uint8Array.from(bytes.subarray(offset, offset + length)),
  };
}

/** Several sources as one, one behind the other. */
export function joined(sources: readonly ByteSource[]): ByteSource {
  return {
    size: sources.reduce((sum, { size }) => sum + size, 0),
    read(offset, length) {
      const out = new Uint8Array(length);
      let begin = 0;
      for (const source of sources) {
        const from = Math.max(offset, begin);
        const to = Math.min(offset + length, begin + source.size);
        if (from < to) out.set(source.read(from - begin, to - from), from - offset);
        begin += source.size;
      }
      return out;
    },
  };
}
