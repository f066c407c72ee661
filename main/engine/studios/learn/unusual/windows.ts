/** Kernels over one plane of a tile, row after row; beyond its borders the last pixel goes on. */

/** Means over squares of 2 * near + 1 pixels, cut at the borders. */
export function means(plane: Float32Array, width: number, near: number): Float32Array {
  const height = plane.length / width;
  const across = new Float32Array(plane.length);
  const out = new Float32Array(plane.length);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let sum = 0;
    for (let x = 0; x < Math.min(near, width); x++) sum += plane[row + x]!;
    for (let x = 0; x < width; x++) {
      if (x + near < width) sum += plane[row + x + near]!;
      if (x > near) sum -= plane[row + x - near - 1]!;
      across[row + x] = sum / (Math.min(width - 1, x + near) - Math.max(0, x - near) + 1);
    }
  }
  const sums = new Float64Array(width);
  for (let y = 0; y < Math.min(near, height); y++)
    for (let x = 0; x < width; x++) sums[x]! += across[y * width + x]!;
  for (let y = 0; y < height; y++) {
    const [enters, leaves] = [(y + near) * width, (y - near - 1) * width];
    const count = Math.min(height - 1, y + near) - Math.max(0, y - near) + 1;
    for (let x = 0; x < width; x++) {
      if (y + near < height) sums[x]! += across[enters + x]!;
      if (y > near) sums[x]! -= across[leaves + x]!;
      out[y * width + x] = sums[x]! / count;
    }
  }
  return out;
}

/** The largest of squares of 2 * near + 1 pixels; near is small. */
export function largest(plane: Float32Array, width: number, near: number): Float32Array {
  const height = plane.length / width;
  const across = new Float32Array(plane.length);
  const out = new Float32Array(plane.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let most = Number.NEGATIVE_INFINITY;
      for (let at = Math.max(0, x - near); at <= Math.min(width - 1, x + near); at++)
        most = Math.max(most, plane[y * width + at]!);
      across[y * width + x] = most;
    }
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let most = Number.NEGATIVE_INFINITY;
      for (let at = Math.max(0, y - near); at <= Math.min(height - 1, y + near); at++)
        most = Math.max(most, across[at * width + x]!);
      out[y * width + x] = most;
    }
  return out;
}

/** Of values that are counted: so many bins, of so many steps of 255 each. */
const BINS = 256;
/** Values as near to a pixel's own are as good as the same. */
const ALIKE = 10;

/**
 * What a pixel's window holds, by a count of its values that moves along the rows.
 * @param plane steps of 255 @returns the middle value, and the share of the window that is about as light as the pixel
 */
export function windows(
  plane: Float32Array,
  width: number,
  near: number,
): { middle: Float32Array; alike: Float32Array } {
  const height = plane.length / width;
  const bytes = Uint8Array.from(plane, (value) => Math.min(BINS - 1, Math.max(0, Math.round(value))));
  const middle = new Float32Array(plane.length);
  const alike = new Float32Array(plane.length);
  const counts = new Int32Array(BINS);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - near), Math.min(height - 1, y + near)];
    counts.fill(0);
    let [held, median, below] = [0, 0, 0];
    const count = (x: number, by: number) => {
      for (let at = top * width + x; at <= bottom * width + x; at += width) {
        const value = bytes[at]!;
        counts[value]! += by;
        if (value < median) below += by;
      }
      held += by * (bottom - top + 1);
    };
    for (let x = 0; x < Math.min(near, width); x++) count(x, 1);
    for (let x = 0; x < width; x++) {
      if (x + near < width) count(x + near, 1);
      if (x > near) count(x - near - 1, -1);
      // The middle moves little from one pixel to the next.
      while (2 * below > held) below -= counts[--median]!;
      while (2 * (below + counts[median]!) <= held) below += counts[median++]!;
      const own = bytes[y * width + x]!;
      let same = 0;
      for (let value = Math.max(0, own - ALIKE); value <= Math.min(BINS - 1, own + ALIKE); value++)
        same += counts[value]!;
      middle[y * width + x] = median;
      alike[y * width + x] = same / held;
    }
  }
  return { middle, alike };
}

/**
 * Means along short lines through a pixel, of the directions of which the largest and the smallest are kept: thin lines
 * that noise hides stand out along themselves.
 */
export function alongLines(
  plane: Float32Array,
  width: number,
  half: number,
  directions: number,
): { high: Float32Array; low: Float32Array } {
  const height = plane.length / width;
  const high = new Float32Array(plane.length).fill(Number.NEGATIVE_INFINITY);
  const low = new Float32Array(plane.length).fill(Number.POSITIVE_INFINITY);
  const sums = new Float32Array(plane.length);
  for (let direction = 0; direction < directions; direction++) {
    const angle = (Math.PI * direction) / directions;
    sums.fill(0);
    for (let at = -half; at <= half; at++) {
      const [dx, dy] = [Math.round(at * Math.cos(angle)), Math.round(at * Math.sin(angle))];
      for (let y = 0; y < height; y++) {
        const from = Math.min(height - 1, Math.max(0, y + dy)) * width;
        const to = y * width;
        const [first, last] = [Math.max(0, -dx), Math.min(width, width - dx)];
        for (let x = 0; x < first; x++) sums[to + x]! += plane[from]!;
        for (let x = first; x < last; x++) sums[to + x]! += plane[from + x + dx]!;
        for (let x = last; x < width; x++) sums[to + x]! += plane[from + width - 1]!;
      }
    }
    for (let at = 0; at < sums.length; at++) {
      const mean = sums[at]! / (2 * half + 1);
      if (mean > high[at]!) high[at] = mean;
      if (mean < low[at]!) low[at] = mean;
    }
  }
  return { high, low };
}
