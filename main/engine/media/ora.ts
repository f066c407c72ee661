import { rm } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { BLEND_NAMES } from '../../../contract/blend.ts';
import type { LayerPage } from './layer-page.ts';
import { Spool } from './spool.ts';
import { ZipWriter } from './zip-writer.ts';

/** Longest side of the thumbnail, as the format has it. */
const THUMBNAIL = 256;
const MIMETYPE = 'image/openraster';

interface OraPicture {
  /** The result, finished. */
  readonly flat: Spool;
  /** The bottom one first. */
  readonly pages: readonly LayerPage[];
  /** Of all pictures in the file. */
  readonly icc: Uint8Array | undefined;
  /** A folder for what is packed next. */
  readonly work: string;
}

/**
 * Writes an OpenRaster file (its baseline specification, 0.0.5): a zip whose first entry says what it is, the stack as
 * XML, one PNG a layer, the whole as one picture and a small copy of it.
 */
export async function writeOra(target: string, { flat, pages, icc, work }: OraPicture): Promise<void> {
  const zip = await ZipWriter.create(target, path.basename(target));
  const png = path.join(work, 'packed.png');
  try {
    await zip.add('mimetype', Buffer.from(MIMETYPE), { stored: true });
    await zip.add('stack.xml', Buffer.from(stackXml(flat, pages)));
    for (const [index, page] of pages.entries()) {
      await writePage(page, flat, icc, path.join(work, 'packed.v'), png);
      await zip.add(dataName(index), { file: png }, { stored: true });
    }
    const whole = () => sharp(flat.path, { limitInputPixels: false, sequentialRead: true, ignoreIcc: true });
    const { space } = samplesOf(flat);
    await whole().keepMetadata().toColourspace(space).png({ compressionLevel: 6 }).toFile(png);
    await zip.add('mergedimage.png', { file: png }, { stored: true });
    const thumbnail = await sharp(flat.path, { limitInputPixels: false })
      .resize(THUMBNAIL, THUMBNAIL, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .png()
      .toBuffer();
    await zip.add('Thumbnails/thumbnail.png', thumbnail, { stored: true });
    await zip.finish();
  } catch (cause) {
    await zip.close().catch(() => {});
    throw cause;
  } finally {
    await rm(png, { force: true });
  }
}

async function writePage(
  page: LayerPage,
  { width, height, depth }: Spool,
  icc: Uint8Array | undefined,
  file: string,
  png: string,
): Promise<void> {
  const { channels } = page;
  const spool = await Spool.create(file, { width, height, depth, channels });
  try {
    for await (const row of page.rows()) await spool.appendRow(row);
    await spool.finish(icc ? { 'icc-profile-data': icc } : {});
    await sharp(file, { limitInputPixels: false, sequentialRead: true, ignoreIcc: true })
      .keepMetadata()
      .toColourspace(samplesOf({ channels, depth }).space)
      .png({ compressionLevel: 6 })
      .toFile(png);
  } finally {
    await spool.close();
    await rm(file, { force: true });
  }
}

function samplesOf({ channels, depth }: Pick<Spool, 'channels' | 'depth'>) {
  const isGrey = channels < 3;
  return { space: depth === 16 ? (isGrey ? 'grey16' : 'rgb16') : isGrey ? 'b-w' : 'srgb' } as const;
}

function dataName(index: number): string {
  return `data/layer${index}.png`;
}

/** The top layer first, as the format has them. */
export function stackXml(
  { width, height }: { width: number; height: number },
  pages: readonly Pick<LayerPage, 'name' | 'opacity' | 'blend'>[],
): string {
  const layers = pages.map(
    ({ name, opacity, blend }, index) =>
      `    <layer name="${escaped(name)}" src="${dataName(index)}" x="0" y="0" opacity="${opacity}" visibility="visible" composite-op="${BLEND_NAMES[blend].ora}"/>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<image version="0.0.5" w="${width}" h="${height}">\n  <stack>\n${layers.toReversed().join('')}  </stack>\n</image>\n`;
}

/** What XML holds of a text: its own signs written out, control characters left out. */
function escaped(text: string): string {
  const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (sign) => signs[sign]!).replace(/\p{Cc}/gu, ' ');
}
