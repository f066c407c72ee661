import { describe, expect, it } from 'vitest';
import { iptcFor } from './iptc.ts';

describe('IPTC between formats', () => {
  const stream = Buffer.from([0x1c, 2, 90, 0, 4, 0x4f, 0x73, 0x6c, 0x6f]);

  it('is wrapped for JPEG and comes back the same for TIFF', () => {
    const wrapped = iptcFor('jpeg', stream)!;
    expect(Buffer.from(wrapped).toString('latin1')).toContain('8BIM');
    expect(Buffer.from(iptcFor('tiff', wrapped)!)).toEqual(stream);
    expect(iptcFor('jpeg', wrapped)).toBe(wrapped);
    expect(iptcFor('tiff', stream)).toBe(stream);
  });

  it('is left out where the format holds none, and survives any cut', () => {
    expect(iptcFor('png', stream)).toBeUndefined();
    const wrapped = iptcFor('jpeg', stream)!;
    for (let end = 0; end < wrapped.length; end++)
      expect(() => iptcFor('tiff', wrapped.subarray(0, end))).not.toThrow();
  });
});
