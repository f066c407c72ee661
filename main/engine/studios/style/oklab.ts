import { srgbDecode, srgbEncode } from '../../media/transfer.ts';

/**
 * Oklab (Björn Ottosson, "A perceptual color space for image processing", 2020) of sRGB-encoded values 0..1: lightness,
 * and two axes of colour that do not change with it. Pictures with other primaries are taken as if theirs were sRGB's:
 * lightness and colour come apart just as well.
 */
export function toOklab(red: number, green: number, blue: number, lab: Float64Array): void {
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  lab[0] = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
  lab[1] = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  lab[2] = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
}

/** @param rgb gets sRGB-encoded values, outside of 0..1 where no such colour can be shown */
export function fromOklab(lightness: number, a: number, b: number, rgb: Float64Array): void {
  toLinear(lightness, a, b, rgb);
  for (let c = 0; c < 3; c++) rgb[c] = encoded(rgb[c]!);
}

function toLinear(lightness: number, a: number, b: number, rgb: Float64Array): void {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  rgb[0] = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s;
  rgb[1] = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s;
  rgb[2] = -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s;
}

/** Halvings when lightness gives way: to 1/256 of the way. */
const STEPS = 8;
/** What rounding leaves outside of 0..1, linear. */
const ROUNDING = 1e-7;

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
    toLinear(light, mixedA, mixedB, this.#rgb);
    if (!isShown(this.#rgb)) {
      let [out, into] = [0, 1];
      for (let step = 0; step < STEPS; step++) {
        const middle = (out + into) / 2;
        toLinear(light + middle * (own - light), mixedA, mixedB, this.#rgb);
        if (isShown(this.#rgb)) into = middle;
        else out = middle;
      }
      toLinear(light + into * (own - light), mixedA, mixedB, this.#rgb);
    }
    for (let c = 0; c < 3; c++) this.#rgb[c] = encoded(clamp(this.#rgb[c]!));
  }
}

function isShown(rgb: Float64Array): boolean {
  return rgb.every((value) => value >= -ROUNDING && value <= 1 + ROUNDING);
}

function linear(encodedValue: number): number {
  return srgbDecode(encodedValue);
}

function encoded(linearValue: number): number {
  return linearValue < 0 ? -srgbEncode(-linearValue) : srgbEncode(linearValue);
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
