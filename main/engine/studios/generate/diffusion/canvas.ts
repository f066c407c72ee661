import type { DiffusionStep } from '../../../../../contract/diffusion-step.ts';
import { roundUp } from '../../../../../contract/numbers.ts';
import { probe } from '../../../media/probe.ts';
import { type RawPicture, readRawMask, readRawPictureAs } from '../../../media/raw-picture.ts';

/** What a picture is made on: an empty sheet, a picture, or a picture with room around it. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly picture?: RawPicture | undefined;
  /** [height * width]: how much of each pixel is made anew, 0..255. Left out: all of it. */
  readonly mask?: Uint8Array | undefined;
}

/** Pixels of the old picture beside new ones that are made anew too, so that no seam is left. */
const OVERLAP = 32;

/**
 * Reads what a picture begins with.
 * @param step sizes that are given are kept; a picture's own is brought to a multiple of the latents' step
 * @throws GessoError input/unreadable, input/unsupported, input/too-large
 */
export async function readCanvas(
  step: Pick<DiffusionStep, 'width' | 'height' | 'mask' | 'outpaint'>,
  input: string | undefined,
  { nativeSize, latentStep }: { nativeSize: number; latentStep: number },
): Promise<Canvas> {
  if (input === undefined) return { width: step.width ?? nativeSize, height: step.height ?? nativeSize };
  const info = await probe(input);
  const toStep = (pixels: number) => Math.max(latentStep * 8, Math.round(pixels / latentStep) * latentStep);
  const inner = { width: step.width ?? toStep(info.width), height: step.height ?? toStep(info.height) };
  const picture = await readRawPictureAs(info, inner);
  const painted = step.mask === undefined ? undefined : await readRawMask(await probe(step.mask), inner);
  const { outpaint } = step;
  if (!outpaint || Object.values(outpaint).every((side) => side === 0))
    return { ...inner, picture, ...(painted && { mask: painted }) };
  return extended(picture, painted, outpaint, latentStep);
}

/** The picture with its mirror image around it, which is then made anew. */
function extended(
  picture: RawPicture,
  painted: Uint8Array | undefined,
  { left, top, right, bottom }: NonNullable<DiffusionStep['outpaint']>,
  step: number,
): Canvas {
  const width = roundUp(left + picture.width + right, step);
  const height = roundUp(top + picture.height + bottom, step);
  const data = new Uint8Array(3 * width * height);
  const mask = new Uint8Array(width * height);
  // What rounding added is new as well.
  const [grewRight, grewBottom] = [width > left + picture.width, height > top + picture.height];
  for (let y = 0; y < height; y += 1) {
    const fromY = mirrored(y - top, picture.height);
    const [above, below] = [y - top, top + picture.height - 1 - y];
    for (let x = 0; x < width; x += 1) {
      const from = fromY * picture.width + mirrored(x - left, picture.width);
      const to = y * width + x;
      for (let c = 0; c < 3; c += 1) data[3 * to + c] = picture.data[3 * from + c] ?? 0;
      // Pixels from here to the nearest side that grew; below 0: beyond it.
      const inside = Math.min(
        left > 0 ? x - left : OVERLAP,
        top > 0 ? above : OVERLAP,
        grewRight ? left + picture.width - 1 - x : OVERLAP,
        grewBottom ? below : OVERLAP,
      );
      const isNew = 255 * Math.min(1, Math.max(0, 1 - inside / OVERLAP));
      mask[to] = inside < 0 ? 255 : Math.max(isNew, painted?.[from] ?? 0);
    }
  }
  return { width, height, picture: { width, height, data }, mask };
}

/** The place that a mirror shows, of a picture with so many. */
function mirrored(at: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * size - 2;
  const inside = ((at % period) + period) % period;
  return inside < size ? inside : period - inside;
}

/** The made picture where the mask is white, the old one where it is black. */
export function laidOver(made: RawPicture, { picture, mask }: Canvas): RawPicture {
  if (!picture || !mask) return made;
  const data = made.data.map((value, at) => {
    const share = (mask[Math.floor(at / 3)] ?? 0) / 255;
    return Math.round(share * value + (1 - share) * (picture.data[at] ?? 0));
  });
  return { ...made, data };
}
