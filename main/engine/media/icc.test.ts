import { describe, expect, it } from 'vitest';
import { parseProfile } from './icc.ts';
import { FINE, srgbDecode, srgbEncode, transferFor } from './transfer.ts';

/** A minimal RGB matrix profile with one curve tag for all channels. */
function matrixProfile(curve: Buffer): Buffer {
  const tags = ['rXYZ', 'gXYZ', 'bXYZ', 'rTRC', 'gTRC', 'bTRC'];
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length);
  const data = 128 + table.length;
  for (const [i, tag] of tags.entries()) {
    table.write(tag, 4 + 12 * i, 'latin1');
    table.writeUInt32BE(data, 8 + 12 * i);
    table.writeUInt32BE(curve.length, 12 + 12 * i);
  }
  const header = Buffer.alloc(128);
  header.write('RGB ', 16, 'latin1');
  header.write('acsp', 36, 'latin1');
  return Buffer.concat([header, table, curve]);
}

function gamma(value: number): Buffer {
  const curve = Buffer.alloc(14);
  curve.write('curv', 0, 'latin1');
  curve.writeUInt32BE(1, 8);
  curve.writeUInt16BE(Math.round(value * 256), 12);
  return curve;
}

describe('reading a profile', () => {
  it('finds the curves of an RGB matrix profile', () => {
    const profile = parseProfile(matrixProfile(gamma(1.8)));
    expect(profile?.kind).toBe('rgb-curves');
    if (profile?.kind === 'rgb-curves') expect(profile.decode[1](0.5)).toBeCloseTo(0.5 ** 1.80078, 3);
  });

  it('takes no bytes for a profile that are none, and survives any cut', () => {
    expect(parseProfile(Buffer.from('nothing'))).toBeUndefined();
    const whole = matrixProfile(gamma(2.2));
    for (let end = 0; end < whole.length; end++)
      expect(() => parseProfile(whole.subarray(0, end))).not.toThrow();
  });
});

/** The XYZ (D50) of a profile's primaries, as its own tags give them. */
function withPrimaries(primaries: readonly (readonly number[])[]): Buffer {
  const curve = gamma(2.2);
  const profile = matrixProfile(Buffer.concat([curve, Buffer.alloc(6)]));
  const values = primaries.map((xyz) => {
    const tag = Buffer.alloc(20);
    tag.write('XYZ ', 0, 'latin1');
    for (const [i, value] of xyz.entries()) tag.writeInt32BE(Math.round(value * 65536), 8 + 4 * i);
    return tag;
  });
  for (const index of [0, 1, 2]) {
    profile.writeUInt32BE(profile.length + 20 * index, 132 + 12 * index + 4);
    profile.writeUInt32BE(20, 132 + 12 * index + 8);
  }
  return Buffer.concat([profile, ...values]);
}

describe('the gamut of a profile', () => {
  const isWide = (primaries: readonly (readonly number[])[]) => {
    const profile = parseProfile(withPrimaries(primaries));
    return profile?.kind === 'rgb-curves' ? profile.isWide : undefined;
  };

  it('is wide where a primary lies outside sRGB', () => {
    const srgb = [
      [0.4361, 0.2225, 0.0139],
      [0.3851, 0.7169, 0.0971],
      [0.1431, 0.0606, 0.7139],
    ];
    const p3 = [
      [0.5151, 0.2412, -0.0011],
      [0.292, 0.6922, 0.0419],
      [0.1571, 0.0666, 0.7841],
    ];
    const adobe = [
      [0.6097, 0.3111, 0.0195],
      [0.2053, 0.6257, 0.0609],
      [0.1492, 0.0632, 0.7446],
    ];
    expect(isWide(srgb)).toBe(false);
    expect(isWide(p3)).toBe(true);
    expect(isWide(adobe)).toBe(true);
  });
});

describe('the colour path', () => {
  it('maps sRGB to itself', () => {
    const { encode, decode } = transferFor([srgbDecode, srgbDecode, srgbDecode], 8, 3);
    expect(encode).toBeUndefined();
    expect(decode[0]![128]).toBeCloseTo(128 / 255, 6);
    expect(srgbEncode(srgbDecode(0.3))).toBeCloseTo(0.3, 6);
  });

  it('comes back to the same sample for every curve and depth', () => {
    for (const power of [1, 1.8, 2.2, 2.6])
      for (const depth of [8, 16] as const) {
        const curve = (v: number) => v ** power;
        const { decode, encode } = transferFor([curve, curve, curve], depth, 3);
        const max = depth === 8 ? 255 : 65535;
        // In linear light: a gamma curve is so flat at black that its first 16-bit samples are one network value.
        let worst = 0;
        for (let s = 0; s <= max; s++) {
          const fine = Math.round(decode[0]![s]! * FINE);
          const back = encode ? encode[0]![fine]! : Math.round(decode[0]![s]! * max);
          worst = Math.max(
            worst,
            depth === 8 ? Math.abs(back - s) : Math.abs(curve(back / max) - curve(s / max)),
          );
        }
        expect(worst).toBeLessThanOrEqual(depth === 8 ? 0 : 1e-5);
      }
  });
});
