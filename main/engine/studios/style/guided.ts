import { boxRows, type Rows } from './box-rows.ts';

/** Half the side of the square in which a picture follows its guide, pixels. */
const RADIUS = 3;
/** Variance of a guide below which it says nothing: that of noise and of flat areas. */
const FLAT = 1e-3;
/** How much steeper than the guide's an edge may be made. */
const STEEPEST = 2;

/**
 * The slopes of a guided filter (Kaiming He and others, "Guided Image Filtering", 2010): around every pixel the picture
 * is taken as slope x guide + offset, the best fit in a square, and the slopes of the squares that a pixel lies in are
 * averaged. A picture that does not follow its guide, and a guide that is flat, have slopes near 0.
 * @param rows the guide, then the channels of the picture
 */
export async function* slopeRows(
  rows: Rows,
  { width, height, channels }: { width: number; height: number; channels: number },
): AsyncGenerator<readonly Float32Array[]> {
  const means = boxRows(withProducts(rows, width, channels), {
    ...{ width, height, radius: RADIUS },
    channels: 2 + 2 * channels,
  });
  yield* boxRows(fits(means, width, channels), { width, height, channels, radius: RADIUS });
}

/** Guide, its square, channels, guide x channels. */
async function* withProducts(rows: Rows, width: number, channels: number): AsyncGenerator<Float32Array[]> {
  const out = Array.from({ length: 2 + 2 * channels }, () => new Float32Array(width));
  for await (const row of rows) {
    const guide = row[0]!;
    out[0]!.set(guide);
    for (let x = 0; x < width; x++) out[1]![x] = guide[x]! * guide[x]!;
    for (let c = 0; c < channels; c++) {
      const [value, product] = [row[1 + c]!, out[2 + channels + c]!];
      out[2 + c]!.set(value);
      for (let x = 0; x < width; x++) product[x] = guide[x]! * value[x]!;
    }
    yield out;
  }
}

async function* fits(rows: Rows, width: number, channels: number): AsyncGenerator<Float32Array[]> {
  const out = Array.from({ length: channels }, () => new Float32Array(width));
  for await (const row of rows) {
    const [guide, square] = [row[0]!, row[1]!];
    for (let c = 0; c < channels; c++) {
      const [mean, product, slope] = [row[2 + c]!, row[2 + channels + c]!, out[c]!];
      for (let x = 0; x < width; x++) {
        const variance = Math.max(0, square[x]! - guide[x]! * guide[x]!);
        const together = product[x]! - guide[x]! * mean[x]!;
        slope[x] = Math.max(-STEEPEST, Math.min(STEEPEST, together / (variance + FLAT)));
      }
    }
    yield out;
  }
}
