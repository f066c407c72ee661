/**
 * The one picture convention in memory: rows top to bottom, samples interleaved, RGB order, straight alpha.
 * The owner of `data` is whoever made the raster; a receiver never mutates it.
 * Samples: 8 -> Uint8Array 0..255, 16 -> Uint16Array 0..65535 (native endian), 32f -> Float32Array 0..1.
 */
export type Channels = 1 | 2 | 3 | 4;
export type Depth = 8 | 16;

/** Bytes of one sample. */
export function sampleBytes(depth: Depth): 1 | 2 {
  return depth === 8 ? 1 : 2;
}
