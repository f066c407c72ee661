import { encodeLinear, isShown, oklabToLinear, toOklab } from '../../media/oklab.ts';

/** Halvings when lightness gives way: to 1/256 of the way. */
const STEPS = 8;
/**
 * Gives painted pixels the colour of the original's, as far as it is kept; lightness stays painted. Where no such
 * colour can be shown at that lightness, the lightness goes towards the original's, at which it can.
 * @param painted three rows, sRGB-encoded, changed in place @param original three rows, or one of a grey picture
 * @param kept 0..1
 */
export class ChromaKeeper {
  readonly #painted = new Float64Array(3);
  readonly #original = new Float64Array(3);
  readonly #rgb = new Float64Array(3);

  row(painted: readonly Float32Array[], original: readonly Float32Array[], kept: number): void {
    const [red, green, blue] = painted as [Float32Array, Float32Array, Float32Array];
    const [r, g, b] = [original[0]!, original[1] ?? original[0]!, original[2] ?? original[0]!];
    for (let x = 0; x < red.length; x++) {
      // Untouched pixels stay to the last bit.
      if (red[x] === r[x] && green[x] === g[x] && blue[x] === b[x]) continue;
      toOklab(clamp(red[x]!), clamp(green[x]!), clamp(blue[x]!), this.#painted);
      toOklab(r[x]!, g[x]!, b[x]!, this.#original);
      this.#mix(kept);
      red[x] = this.#rgb[0]!;
      green[x] = this.#rgb[1]!;
      blue[x] = this.#rgb[2]!;
    }
  }

  #mix(kept: number): void {
    const [light = 0, a = 0, b = 0] = this.#painted;
    const [own = 0, ownA = 0, ownB = 0] = this.#original;
    const [mixedA, mixedB] = [a + kept * (ownA - a), b + kept * (ownB - b)];
    oklabToLinear(light, mixedA, mixedB, this.#rgb);
    if (!isShown(this.#rgb)) {
      let [out, into] = [0, 1];
      for (let step = 0; step < STEPS; step++) {
        const middle = (out + into) / 2;
        oklabToLinear(light + middle * (own - light), mixedA, mixedB, this.#rgb);
        if (isShown(this.#rgb)) into = middle;
        else out = middle;
      }
      oklabToLinear(light + into * (own - light), mixedA, mixedB, this.#rgb);
    }
    for (let c = 0; c < 3; c++) this.#rgb[c] = encodeLinear(clamp(this.#rgb[c]!));
  }
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
