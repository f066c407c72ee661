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
