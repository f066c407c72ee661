import { srgbDecode, srgbEncode } from './transfer.ts';

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
  oklabToLinear(lightness, a, b, rgb);
  for (let c = 0; c < 3; c++) rgb[c] = encodeLinear(rgb[c]!);
}

/** @param rgb gets linear light, outside of 0..1 where no such colour can be shown */
export function oklabToLinear(lightness: number, a: number, b: number, rgb: Float64Array): void {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  rgb[0] = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s;
  rgb[1] = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s;
  rgb[2] = -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s;
}

/** What rounding leaves outside of 0..1, linear. */
const ROUNDING = 1e-7;

/** Whether a screen shows that linear colour. */
export function isShown(rgb: Float64Array): boolean {
  return rgb.every((value) => value >= -ROUNDING && value <= 1 + ROUNDING);
}

function linear(encodedValue: number): number {
  return srgbDecode(encodedValue);
}

/** sRGB's encoding, mirrored below 0. */
export function encodeLinear(linearValue: number): number {
  return linearValue < 0 ? -srgbEncode(-linearValue) : srgbEncode(linearValue);
}
