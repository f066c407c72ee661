import { rename } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { Result } from '../protocol/methods.ts';
import { damaged, probe, READ_OPTIONS } from './probe.ts';

/** Writes an upright sRGB preview of a picture, at most `longestSide` pixels; PNG where it has to be exact or has transparency. */
export async function preview(
  file: string,
  target: string,
  longestSide: number,
  exact: boolean,
): Promise<Result<'picture.preview'>> {
  const info = await probe(file);
  const temp = `${target}.${process.pid}.part`;
  try {
    // The display's profile is not known here; sRGB is what every browser surface shows right.
    const pipeline = sharp(file, READ_OPTIONS)
      .autoOrient()
      .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true })
      .withIccProfile('srgb');
    const written = await (info.hasAlpha || exact
      ? pipeline.png({ compressionLevel: 1 })
      : pipeline.jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    ).toFile(temp);
    await rename(temp, target);
    return {
      width: info.width,
      height: info.height,
      previewWidth: written.width,
      previewHeight: written.height,
    };
  } catch (cause) {
    throw damaged(path.basename(file), cause);
  }
}
