import path from 'node:path';
import { decodeMask } from '../../media/mask.ts';
import type { PictureInfo } from '../../media/probe.ts';
import { Spool } from '../../media/spool.ts';
import type { Size } from './picture-rows.ts';

/**
 * A mask for all frames of a clip, lying as they are stored: it was drawn on the picture as it is seen.
 * @param rotation degrees clockwise by which frames are turned to be seen
 */
export async function maskForClip(
  info: PictureInfo,
  size: Size,
  rotation: number,
  folder: string,
  name: string,
): Promise<Spool> {
  const isTurned = rotation % 180 !== 0;
  const seen = isTurned ? { width: size.height, height: size.width } : size;
  const upright = await decodeMask(info, seen, path.join(folder, `${name}.v`));
  if (rotation % 360 === 0) return upright;
  try {
    const { bytes, values } = upright.samples(seen.height);
    await upright.readRows(0, seen.height, bytes);
    const lying = await Spool.create(path.join(folder, `${name}-lying.v`), {
      ...size,
      channels: 1,
      depth: 8,
    });
    for (let y = 0; y < size.height; y += 1)
      await lying.appendRow(
        Uint8Array.from({ length: size.width }, (_, x) => {
          const [across, down] = turned(x, y, size, rotation);
          return values[down * seen.width + across]!;
        }),
      );
    await lying.finish();
    return lying;
  } finally {
    await upright.close();
  }
}

/** Where a stored pixel is seen when the picture is turned clockwise. */
export function turned(x: number, y: number, { width, height }: Size, rotation: number): [number, number] {
  switch ((((rotation / 90) % 4) + 4) % 4) {
    case 1:
      return [height - 1 - y, x];
    case 2:
      return [width - 1 - x, height - 1 - y];
    case 3:
      return [y, width - 1 - x];
    default:
      return [x, y];
  }
}
