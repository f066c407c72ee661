import path from 'node:path';
import sharp from 'sharp';
import { GessoError } from '../../../contract/errors.ts';
import { damaged, type PictureInfo, READ_OPTIONS } from './probe.ts';

/**
 * A picture in sRGB, brought to `side` x `side` pixels whatever its shape: planar RGB 0..1. What is transparent gets
 * the mean colour of what is seen, so that nothing is read from it.
 * @throws GessoError input/unreadable; input/unsupported where nothing of it can be seen
 */
export async function smallPicture(info: PictureInfo, side: number): Promise<Float32Array> {
  const name = path.basename(info.path);
  let data: Buffer;
  try {
    data = await sharp(info.path, READ_OPTIONS)
      .autoOrient()
      .resize(side, side, { fit: 'fill', kernel: 'lanczos3' })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer();
  } catch (cause) {
    throw damaged(name, cause);
  }
  const pixels = side * side;
  const planes = new Float32Array(3 * pixels);
  let weight = 0;
  const mean = [0, 0, 0];
  for (let at = 0; at < pixels; at++) {
    const alpha = data[4 * at + 3]! / 255;
    weight += alpha;
    for (let c = 0; c < 3; c++) mean[c]! += alpha * data[4 * at + c]!;
  }
  if (weight === 0)
    throw new GessoError(
      'input/unsupported',
      `${name} is wholly transparent: it has no style to take.`,
      'Choose a picture in which something can be seen.',
    );
  for (let at = 0; at < pixels; at++) {
    const alpha = data[4 * at + 3]! / 255;
    for (let c = 0; c < 3; c++)
      planes[c * pixels + at] = (alpha * data[4 * at + c]! + ((1 - alpha) * mean[c]!) / weight) / 255;
  }
  return planes;
}
