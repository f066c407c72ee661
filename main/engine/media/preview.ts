import { rename } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { Params, Result } from '../protocol/methods.ts';
import { coloured, shownIn } from './display.ts';
import { asPicture } from './merged.ts';
import { damaged, probe, READ_OPTIONS } from './probe.ts';

/**
 * Writes an upright preview of a picture in the display's colours, at most `longestSide` pixels; PNG where it has to be
 * exact or has transparency.
 */
export function preview(params: Params<'picture.preview'>): Promise<Result<'picture.preview'>> {
  return asPicture(params.file, params.target, (file) => previewOf({ ...params, file }));
}

async function previewOf(params: Params<'picture.preview'>): Promise<Result<'picture.preview'>> {
  const { file, target, longestSide, exact } = params;
  const info = await probe(file);
  const display = shownIn(info, params.display);
  const temp = `${target}.${process.pid}.part`;
  try {
    // Table profiles are converted by libvips, 16 bits to its own P3: see `decode`.
    const keepsOwn = display === 'p3' && info.profile?.kind === 'rgb-curves';
    const resized = sharp(file, { ...READ_OPTIONS, ignoreIcc: keepsOwn })
      .autoOrient()
      .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true });
    const pipeline =
      display === 'p3' && !keepsOwn ? resized.withIccProfile('p3') : coloured(resized, display);
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
      ...(info.profile && { profile: info.profile.name }),
      display,
    };
  } catch (cause) {
    throw damaged(path.basename(file), cause);
  }
}
