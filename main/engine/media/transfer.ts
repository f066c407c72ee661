import type { Depth } from '../../../contract/raster.ts';
import type { Curve } from './icc.ts';

/**
 * The colour path. Networks are trained on sRGB-encoded values, so a picture with another transfer curve is
 * re-encoded with sRGB's curve on the way in and back with its own on the way out. The primaries stay: a wide-gamut
 * picture keeps its gamut because no value is ever mapped into a smaller one.
 */
export interface Transfer {
  /** Sample -> network value 0..1, one table a colour channel, indexed by the sample. */
  decode: Float32Array[];
  /** Network value 0..1 (times FINE, rounded) -> sample; undefined where the value is only scaled. */
  encode: (Uint8Array | Uint16Array)[] | undefined;
}

/** Steps of the inverse tables: near black a gamma curve is so much flatter than sRGB's that 65536 were too few. */
export const FINE = 2 ** 20 - 1;

/** sRGB's encoding of linear light 0..1 (IEC 61966-2-1). */
export function srgbEncode(linear: number): number {
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
}

export function srgbDecode(encoded: number): number {
  return encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4;
}

/**
 * Builds the tables for curves (device 0..1 -> linear 0..1), or the plain scaling where `curves` is undefined or
 * stands for sRGB's own curve (no value further than half an 8-bit step away: Display P3, most camera JPEGs).
 */
export function transferFor(curves: readonly Curve[] | undefined, depth: Depth, channels: 1 | 3): Transfer {
  const max = depth === 8 ? 255 : 65535;
  const identity = () => {
    const table = Float32Array.from({ length: max + 1 }, (_, i) => i / max);
    return { decode: Array.from({ length: channels }, () => table), encode: undefined };
  };
  if (!curves || curves.every(isSrgb)) return identity();
  const decode = Array.from({ length: channels }, (_, c) => {
    const curve = curves[c] ?? curves[0]!;
    return Float32Array.from({ length: max + 1 }, (_, i) => srgbEncode(clamp(curve(i / max))));
  });
  // A curve that is flat or falls cannot be inverted; such a profile is left alone.
  if (!decode.every(isRising)) return identity();
  return { decode, encode: decode.map((table) => invert(table, depth)) };
}

function isSrgb(curve: Curve): boolean {
  for (let i = 0; i <= 64; i++)
    if (Math.abs(srgbEncode(clamp(curve(i / 64))) - i / 64) > 0.5 / 255) return false;
  return true;
}

function isRising(table: Float32Array): boolean {
  for (let i = 1; i < table.length; i++) if (table[i]! < table[i - 1]!) return false;
  return table[table.length - 1]! > table[0]!;
}

/** For each fine value the nearest sample of a rising table. */
function invert(table: Float32Array, depth: Depth): Uint8Array | Uint16Array {
  const inverse = depth === 8 ? new Uint8Array(FINE + 1) : new Uint16Array(FINE + 1);
  let sample = 0;
  for (let fine = 0; fine <= FINE; fine++) {
    const value = fine / FINE;
    while (sample < table.length - 1 && table[sample + 1]! <= value) sample++;
    const next = Math.min(sample + 1, table.length - 1);
    inverse[fine] = value - table[sample]! <= table[next]! - value ? sample : next;
  }
  return inverse;
}

function clamp(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}
