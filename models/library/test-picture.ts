/**
 * A picture that asks much of a network: smooth ramps, hard edges at many angles, fine checks, text-like bars, noise.
 * The same for the same size on every machine (its own generator, no Math.random).
 * @returns [channels, height, width] float32 0..1
 */
export function testPicture(channels: number, height: number, width: number): Float32Array {
  const out = new Float32Array(channels * height * width);
  let state = 20_240_229;
  const random = () => {
    // Numerical Recipes' linear congruential generator; the upper bits are random enough for texture.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  let at = 0;
  for (let c = 0; c < channels; c += 1) {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const ramp = 0.5 + 0.35 * Math.sin((x * (1 + c)) / 37 + y / 23 + c);
        const disc = Math.hypot(((x + 9 * c) % 48) - 24, (y % 40) - 20) < 14 ? 0.3 : 0;
        const stripes = Math.sin((x * Math.cos(y / 19) + y) / (1.5 + c / 2)) > 0.4 ? 0.15 : -0.1;
        const checks = ((x >> 2) + (y >> 2)) % 7 === 0 ? 0.2 : 0;
        out[at] = Math.min(1, Math.max(0, ramp + disc - checks + stripes / 2 + 0.06 * (random() - 0.5)));
        at += 1;
      }
    }
  }
  return out;
}

/** Cuts a rectangle out of a [channels, height, width] tensor. */
export function cropTensor(
  data: Float32Array,
  size: { channels: number; height: number; width: number },
  rect: { top: number; left: number; height: number; width: number },
): Float32Array {
  const out = new Float32Array(size.channels * rect.height * rect.width);
  for (let c = 0; c < size.channels; c += 1) {
    for (let y = 0; y < rect.height; y += 1) {
      const from = (c * size.height + rect.top + y) * size.width + rect.left;
      out.set(data.subarray(from, from + rect.width), (c * rect.height + y) * rect.width);
    }
  }
  return out;
}
