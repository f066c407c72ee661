/**
 * What Gesso needs of an ICC profile: is it RGB or grey with plain transfer curves (then the curves are mapped by
 * our own code and the profile goes back into the output untouched), or does it need a colour engine?
 * Source: ICC.1:2022, sections 7.2 (header), 7.3 (tag table), 10.6 (curveType), 10.18 (parametricCurveType).
 */
export type Curve = (value: number) => number;

export type Profile =
  | { kind: 'rgb-curves'; name: string; decode: [Curve, Curve, Curve]; isWide: boolean }
  | { kind: 'grey-curve'; name: string; decode: [Curve] }
  | { kind: 'table'; name: string };

/** Parses a profile; undefined where the bytes are not one (the picture is then taken for sRGB). */
export function parseProfile(bytes: Uint8Array): Profile | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 132 || ascii(bytes, 36, 4) !== 'acsp') return undefined;
  const tags = new Map<string, { offset: number; size: number }>();
  const count = Math.min(view.getUint32(128), 200);
  for (let i = 0; i < count; i++) {
    const at = 132 + 12 * i;
    if (at + 12 > bytes.length) return undefined;
    const entry = { offset: view.getUint32(at + 4), size: view.getUint32(at + 8) };
    if (entry.offset + entry.size <= bytes.length) tags.set(ascii(bytes, at, 4), entry);
  }
  const name = profileName(bytes, view, tags.get('desc')?.offset);
  const space = ascii(bytes, 16, 4);
  const curve = (tag: string): Curve | undefined => {
    const entry = tags.get(tag);
    return entry && readCurve(view, ascii(bytes, entry.offset, 4), entry.offset, entry.size);
  };
  if (space === 'GRAY') {
    const grey = curve('kTRC');
    return grey ? { kind: 'grey-curve', name, decode: [grey] } : { kind: 'table', name };
  }
  const [r, g, b] = [curve('rTRC'), curve('gTRC'), curve('bTRC')];
  const isMatrix = tags.has('rXYZ') && tags.has('gXYZ') && tags.has('bXYZ') && !tags.has('A2B0');
  if (space === 'RGB ' && isMatrix && r && g && b) {
    const colorants = (['rXYZ', 'gXYZ', 'bXYZ'] as const).map((tag) => readXyz(view, tags.get(tag)));
    return { kind: 'rgb-curves', name, decode: [r, g, b], isWide: colorants.some(isOutsideSrgb) };
  }
  return { kind: 'table', name };
}

type Triple = readonly [number, number, number];

/** An XYZType (ICC.1:2022, 10.31): s15Fixed16 numbers, relative to the D50 white. */
function readXyz(view: DataView, entry: { offset: number; size: number } | undefined): Triple {
  if (!entry || entry.size < 20) return [0, 0, 0];
  const at = (index: number) => view.getInt32(entry.offset + 8 + 4 * index) / 65536;
  return [at(0), at(1), at(2)];
}

/** XYZ (D50) to linear sRGB: the inverse of sRGB's colorants as every ICC profile of it gives them. */
const TO_SRGB: readonly Triple[] = [
  [3.1339, -1.6169, -0.4906],
  [-0.9788, 1.9161, 0.0335],
  [0.0719, -0.229, 1.4052],
];

/** How far below nothing a primary may lie in sRGB before a profile counts as wide: profiles round differently. */
const ROUNDING = 0.02;

function isOutsideSrgb(xyz: Triple): boolean {
  return TO_SRGB.some((row) => row[0] * xyz[0] + row[1] * xyz[1] + row[2] * xyz[2] < -ROUNDING);
}

function ascii(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

function profileName(bytes: Uint8Array, view: DataView, at: number | undefined): string {
  if (at === undefined || at + 28 > bytes.length) return 'embedded profile';
  const type = ascii(bytes, at, 4);
  if (type === 'desc') return ascii(bytes, at + 12, Math.min(Math.max(view.getUint32(at + 8) - 1, 0), 80));
  if (type !== 'mluc') return 'embedded profile';
  const [length, offset] = [view.getUint32(at + 20), view.getUint32(at + 24)];
  let text = '';
  for (let i = 0; i + 1 < Math.min(length, 160) && at + offset + i + 1 < bytes.length; i += 2)
    text += String.fromCharCode(view.getUint16(at + offset + i));
  return text || 'embedded profile';
}

/** A tone curve from device value 0..1 to linear light 0..1. */
function readCurve(view: DataView, type: string, at: number, size: number): Curve | undefined {
  if (type === 'curv' && size >= 12) {
    const count = view.getUint32(at + 8);
    if (count === 0) return (v) => v;
    if (12 + 2 * count > size) return undefined;
    if (count === 1) {
      const gamma = view.getUint16(at + 12) / 256;
      return (v) => v ** gamma;
    }
    const table = Float64Array.from({ length: count }, (_, i) => view.getUint16(at + 12 + 2 * i) / 65535);
    return (v) => {
      const x = v * (count - 1);
      const i = Math.min(Math.floor(x), count - 2);
      const low = table[i] ?? 0;
      return low + ((table[i + 1] ?? 1) - low) * (x - i);
    };
  }
  if (type !== 'para' || size < 16) return undefined;
  const kind = view.getUint16(at + 8);
  const lengths = [1, 3, 4, 5, 7];
  const length = lengths[kind];
  if (length === undefined || 12 + 4 * length > size) return undefined;
  const p = Array.from({ length: 7 }, (_, i) => (i < length ? view.getInt32(at + 12 + 4 * i) / 65536 : 0));
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = p;
  switch (kind) {
    case 0:
      return (v) => v ** g;
    case 1:
      return (v) => (v >= -b / a ? (a * v + b) ** g : 0);
    case 2:
      return (v) => (v >= -b / a ? (a * v + b) ** g + c : c);
    case 3:
      return (v) => (v >= d ? (a * v + b) ** g : c * v);
    default:
      return (v) => (v >= d ? (a * v + b) ** g + e : c * v + f);
  }
}
