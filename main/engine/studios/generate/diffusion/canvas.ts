import type { DiffusionStep } from '../../../../../contract/diffusion-step.ts';
import { roundUp } from '../../../../../contract/numbers.ts';
import { type FloatPicture, readFloatMask, readFloatPicture } from '../../../media/float-picture.ts';
import { probe } from '../../../media/probe.ts';

/** What a picture is made on: an empty sheet, a picture, or a picture with room around it. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly picture?: FloatPicture | undefined;
  /** [height * width]: how much of each pixel is made anew, 0..1. Left out: all of it. */
  readonly mask?: Float32Array | undefined;
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
  const picture = await readFloatPicture(info, inner);
  const painted = step.mask === undefined ? undefined : await readFloatMask(await probe(step.mask), inner);
  const { outpaint } = step;
  if (!outpaint || Object.values(outpaint).every((side) => side === 0))
    return { ...inner, picture, ...(painted && { mask: painted }) };
  return extended(picture, painted, outpaint, latentStep);
}

/** The picture with its mirror image around it, which is then made anew. */
function extended(
  picture: FloatPicture,
  painted: Float32Array | undefined,
  { left, top, right, bottom }: NonNullable<DiffusionStep['outpaint']>,
  step: number,
): Canvas {
  const width = roundUp(left + picture.width + right, step);
  const height = roundUp(top + picture.height + bottom, step);
  const planes = new Float32Array(3 * width * height);
  const mask = new Float32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const fromY = mirrored(y - top, picture.height);
    for (let x = 0; x < width; x += 1) {
      const fromX = mirrored(x - left, picture.width);
      const from = fromY * picture.width + fromX;
      for (let c = 0; c < 3; c += 1)
        planes[(c * height + y) * width + x] = picture.planes[c * picture.width * picture.height + from] ?? 0;
      const inside = Math.min(
        left > 0 ? x - left : OVERLAP,
        top > 0 ? y - top : OVERLAP,
        right > 0 ? left + picture.width - 1 - x : OVERLAP,
        bottom > 0 ? top + picture.height - 1 - y : OVERLAP,
        left + picture.width > x ? OVERLAP : -1,
        top + picture.height > y ? OVERLAP : -1,
      );
      const isNew = Math.min(1, Math.max(0, 1 - inside / OVERLAP));
      mask[y * width + x] = Math.max(isNew, inside >= 0 ? (painted?.[from] ?? 0) : 1);
    }
  }
  return { width, height, picture: { width, height, planes }, mask };
}

function mirrored(at: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * size - 2;
  const inside = ((at % period) + period) % period;
  return inside < size ? inside : period - inside;
}

/** The made picture where the mask is white, the old one where it is black. */
export function laidOver(made: FloatPicture, { picture, mask }: Canvas): FloatPicture {
  if (!picture || !mask) return made;
  const pixels = made.width * made.height;
  const planes = made.planes.map((value, at) => {
    const share = mask[at % pixels] ?? 0;
    return share * value + (1 - share) * (picture.planes[at] ?? 0);
  });
  return { ...made, planes };
}
