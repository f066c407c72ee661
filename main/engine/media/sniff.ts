/** What a file is, by its first bytes: names lie, bytes do not. */
export type Sniffed =
  | { kind: 'picture'; format: 'png' | 'jpeg' | 'webp' | 'avif' | 'tiff' | 'gif' }
  | { kind: 'unsupported'; what: string; instead: string }
  | { kind: 'empty' }
  | { kind: 'unknown' };

const RAW_INSTEAD = 'Export it from your raw developer as 16-bit TIFF or as JPEG.';
const EXPORT_INSTEAD = 'Export it as PNG, TIFF or JPEG.';
/** TIFF-shaped camera files cannot be told from TIFF by magic alone; their name decides. */
const TIFF_RAW_NAMES = /\.(dng|nef|nrw|arw|sr2|srf|cr2|pef|srw|3fr|iiq|erf|mef|mos|dcr|kdc|rwl)$/i;

/** An OpenRaster begins with an entry that says so, stored: its specification asks for just that. */
export function isOra(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head.subarray(0, 54));
  return text.startsWith('PK\x03\x04') && text.slice(30) === 'mimetypeimage/openraster';
}

/** @param head at least the first 64 bytes, if there are as many; @param name the file's name, used only where bytes cannot tell. */
export function sniff(head: Uint8Array, name: string): Sniffed {
  if (head.length === 0) return { kind: 'empty' };
  const text = (at: number, length: number) => String.fromCharCode(...head.subarray(at, at + length));
  const raw = (what: string): Sniffed => ({ kind: 'unsupported', what, instead: RAW_INSTEAD });
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return { kind: 'picture', format: 'jpeg' };
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return { kind: 'picture', format: 'png' };
  if (text(0, 4) === 'GIF8') return { kind: 'picture', format: 'gif' };
  if (text(0, 4) === 'RIFF' && text(8, 4) === 'WEBP') return { kind: 'picture', format: 'webp' };
  if (text(0, 4) === 'II*\0' && text(8, 2) === 'CR') return raw('a Canon raw file');
  if (text(0, 4) === 'IIRO' || text(0, 4) === 'IIRS') return raw('an Olympus raw file');
  if (text(0, 4) === 'IIU\0') return raw('a Panasonic raw file');
  if (text(0, 15) === 'FUJIFILMCCD-RAW') return raw('a Fujifilm raw file');
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(text(0, 4)))
    return TIFF_RAW_NAMES.test(name) ? raw('a camera raw file') : { kind: 'picture', format: 'tiff' };
  if (text(4, 4) === 'ftyp') {
    const brands = text(8, Math.min(head.length - 8, 56));
    if (/avi[fs]/.test(brands)) return { kind: 'picture', format: 'avif' };
    if (/^crx /.test(brands)) return raw('a Canon raw file');
    if (/hei[cxms]|hevc|mif1/.test(brands))
      return {
        kind: 'unsupported',
        what: 'a HEIC picture',
        instead: 'Export it as JPEG, or as 16-bit TIFF to keep its depth.',
      };
    return { kind: 'unsupported', what: 'a video', instead: 'Restore takes pictures.' };
  }
  if (isOra(head)) return { kind: 'unsupported', what: 'an OpenRaster picture', instead: EXPORT_INSTEAD };
  const other: [string, string][] = [
    ['8BPS', 'a Photoshop document'],
    ['BM', 'a Windows bitmap'],
    ['%PDF', 'a PDF'],
    ['gimp xcf', 'a GIMP document'],
    ['\xff\x0a', 'a JPEG XL picture'],
    ['\0\0\0\x0cJXL ', 'a JPEG XL picture'],
    ['\0\0\0\x0cjP  ', 'a JPEG 2000 picture'],
    ['#?RADIANCE', 'a Radiance HDR picture'],
    ['v/1\x01', 'an OpenEXR picture'],
  ];
  for (const [magic, what] of other)
    if (text(0, magic.length) === magic) return { kind: 'unsupported', what, instead: EXPORT_INSTEAD };
  if (/^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)?<svg/i.test(text(0, head.length)))
    return { kind: 'unsupported', what: 'an SVG drawing', instead: EXPORT_INSTEAD };
  return { kind: 'unknown' };
}
