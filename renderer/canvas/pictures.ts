import type { PictureView } from '../../contract/views.ts';

/** A decoded picture, ready to be drawn without a pause. */
export async function decode({ url }: Pick<PictureView, 'url'>): Promise<HTMLImageElement> {
  const image = new Image();
  image.decoding = 'async';
  image.src = url;
  await image.decode();
  return image;
}
