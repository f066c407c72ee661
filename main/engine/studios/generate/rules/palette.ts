import { fromOklab, oklabToLinear, toOklab } from '../../../media/oklab.ts';

type Lab = readonly [lightness: number, a: number, b: number];
export type Rgb = readonly [red: number, green: number, blue: number];

/** Entries of a table of colours: finer than 8 bits a channel can show. */
export const TABLE_SIZE = 2048;

/** Colours in an order, and everything between them: neighbours are mixed in Oklab. */
export class Palette {
  /** The colours themselves, sRGB 0..255. */
  readonly colours: readonly Rgb[];

  /** @param stops at least two, in Oklab; what no screen shows loses chroma until one does */
  constructor(readonly stops: readonly Lab[]) {
    this.colours = stops.map((stop) => toRgb(stop));
  }

  /** @param t 0, the first colour, to 1, the last */
  at(t: number): Rgb {
    return toRgb(this.#mixed(t));
  }

  /**
   * Colours for quick use, TABLE_SIZE of them.
   * @param shape 0..1 of the table -> place in the palette, which may lie outside of 0..1
   * @returns RGB, three bytes each
   */
  table(shape: (t: number) => number = (t) => t): Uint8Array {
    const table = new Uint8Array(3 * TABLE_SIZE);
    for (let at = 0; at < TABLE_SIZE; at++) table.set(this.at(shape(at / (TABLE_SIZE - 1))), 3 * at);
    return table;
  }

  /** The darkest of the colours, or the lightest: what patterns lie on. */
  extreme(which: 'dark' | 'light'): number {
    const sign = which === 'dark' ? 1 : -1;
    const order = this.stops.map(([l], index) => [sign * l, index] as const);
    return order.reduce((best, each) => (each[0] < best[0] ? each : best))[1];
  }

  #mixed(t: number): Lab {
    const place = Math.min(1, Math.max(0, t)) * (this.stops.length - 1);
    const index = Math.min(this.stops.length - 2, Math.floor(place));
    const part = place - index;
    const [from, to] = [this.stops[index]!, this.stops[index + 1]!];
    return [0, 1, 2].map((c) => from[c]! + part * (to[c]! - from[c]!)) as unknown as Lab;
  }
}

/** Oklab of sRGB 0..255. */
export function labOf([red, green, blue]: Rgb): Lab {
  const lab = new Float64Array(3);
  toOklab(red / 255, green / 255, blue / 255, lab);
  return [lab[0]!, lab[1]!, lab[2]!];
}

/** Oklab of lightness, chroma and hue in degrees. */
export function labOfHue(lightness: number, chroma: number, hue: number): Lab {
  const angle = (hue * Math.PI) / 180;
  return [lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)];
}

const STEPS_OF_CHROMA = 24;
/** Linear light: less than half a step of 8 bits, and what is lost on the way to Oklab and back. */
const ROUNDING = 1.5e-4;
const isAlmostShown = (value: number) => value >= -ROUNDING && value <= 1 + ROUNDING;

/** The nearest colour of that lightness and hue that can be shown. */
function toRgb([lightness, a, b]: Lab): Rgb {
  const rgb = new Float64Array(3);
  let kept = STEPS_OF_CHROMA;
  for (; kept > 0; kept--) {
    const part = kept / STEPS_OF_CHROMA;
    oklabToLinear(lightness, a * part, b * part, rgb);
    if (rgb.every(isAlmostShown)) break;
  }
  fromOklab(lightness, (a * kept) / STEPS_OF_CHROMA, (b * kept) / STEPS_OF_CHROMA, rgb);
  const byte = (value: number) => Math.round(255 * Math.min(1, Math.max(0, value)));
  return [byte(rgb[0]!), byte(rgb[1]!), byte(rgb[2]!)];
}
