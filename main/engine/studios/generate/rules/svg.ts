import type { Rgb } from './palette.ts';

export const hexOf = (rgb: Rgb): string => `#${rgb.map((c) => c.toString(16).padStart(2, '0')).join('')}`;

/** Two decimals of a pixel: less than anybody sees, and half the size of more. */
export const shortly = (value: number): string => String(Math.round(value * 100) / 100);

/** Of lengths in units of a tile. */
export const finely = (value: number): string => String(Math.round(value * 1e5) / 1e5);

/** "M x y L x y ..." of points x, y, x, y... in pixels. */
export function pathOf(points: ArrayLike<number>): string {
  const parts: string[] = [];
  for (let at = 0; at + 1 < points.length; at += 2)
    parts.push(`${at === 0 ? 'M' : 'L'}${shortly(points[at]!)} ${shortly(points[at + 1]!)}`);
  return parts.join('');
}

/**
 * An SVG of a tile: what lies past its edges is cut off (SVG 1.1, clipping of the outermost element).
 * @param body elements, pixels as units @param metadata XML
 */
export function* svgDocument(
  { width, height, metadata }: { width: number; height: number; metadata: string },
  body: Iterable<string>,
): Generator<string> {
  yield `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" overflow="hidden">\n`;
  yield `<metadata>${metadata}</metadata>\n`;
  for (const element of body) yield `${element}\n`;
  yield '</svg>\n';
}
