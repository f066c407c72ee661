/** What a pixel format's name says of it; FFmpeg's bindings give no descriptor. */
export interface PixelLayout {
  /** Bits a sample. */
  bits: number;
  hasAlpha: boolean;
  isRgb: boolean;
  /** How the colour is stored beside the luma; `gray` has none. */
  chroma: '420' | '422' | '444' | 'gray';
}

/** Packed formats whose names do not follow the rule of the planar ones. */
const PACKED: Readonly<Record<string, Partial<PixelLayout>>> = {
  nv12: { chroma: '420' },
  nv21: { chroma: '420' },
  nv16: { chroma: '422' },
  nv24: { chroma: '444' },
  p010: { chroma: '420', bits: 10 },
  p012: { chroma: '420', bits: 12 },
  p016: { chroma: '420', bits: 16 },
  p210: { chroma: '422', bits: 10 },
  p216: { chroma: '422', bits: 16 },
  p410: { chroma: '444', bits: 10 },
  p416: { chroma: '444', bits: 16 },
  y210: { chroma: '422', bits: 10 },
  yuyv422: { chroma: '422' },
  uyvy422: { chroma: '422' },
  yvyu422: { chroma: '422' },
  v30x: { chroma: '444', bits: 10 },
  xv30: { chroma: '444', bits: 10 },
  ya8: { chroma: 'gray', hasAlpha: true },
  ya16: { chroma: 'gray', hasAlpha: true, bits: 16 },
  monow: { chroma: 'gray' },
  monob: { chroma: 'gray' },
  pal8: { isRgb: true, hasAlpha: true },
  x2rgb10: { isRgb: true, bits: 10 },
  rgb48: { isRgb: true, bits: 16 },
  bgr48: { isRgb: true, bits: 16 },
  rgba64: { isRgb: true, bits: 16, hasAlpha: true },
  bgra64: { isRgb: true, bits: 16, hasAlpha: true },
};

/** Reads a pixel format's name: `yuv420p10le`, `gbrap`, `rgba64be`, `gray`, `nv12`. */
export function layoutOf(name: string): PixelLayout {
  const plain = name.replace(/(le|be)$/, '');
  const packed = PACKED[plain];
  const rest = { bits: 8, hasAlpha: false, isRgb: false, chroma: '444' as const };
  if (packed) return { ...rest, ...packed };
  const gray = /^gray(f?)(\d*)$/.exec(plain);
  if (gray) return { ...rest, chroma: 'gray', bits: Number(gray[2] || 8) };
  const planar = /^(yuvj?|yuva|gbra?)(4\d\d)?p(f?)(\d*)$/.exec(plain);
  if (planar) {
    const [, kind = '', sampling, , bits] = planar;
    const chroma = kind.startsWith('gbr') || sampling === '444' ? '444' : sampling === '422' ? '422' : '420';
    return {
      bits: Number(bits || 8),
      hasAlpha: kind.endsWith('a'),
      isRgb: kind.startsWith('gbr'),
      chroma,
    };
  }
  // Packed RGB in any order, with an alpha or an unused byte: rgb24, bgra, 0rgb, rgb565.
  const isRgb = /rgb|bgr/.test(plain);
  return { ...rest, isRgb, hasAlpha: isRgb && /a/.test(plain), chroma: isRgb ? '444' : '420' };
}
