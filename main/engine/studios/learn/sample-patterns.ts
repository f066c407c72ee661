import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { brokenModel } from '../../../../models/errors.ts';
import { writeTiledSvg } from '../../media/tiled-svg.ts';
import type { Params, Result } from '../../protocol/methods.ts';
import { Random } from '../../random.ts';

/** Pixels of a side of what is drawn: as large as squares are learnt at all. */
const SIDE = 128;
/** How often a pattern's longer side goes into the square; each is drawn in colours of its own. */
const REPEATS = [1, 1, 2, 2];

/** One pattern: a tile that repeats both ways. */
export interface Pattern {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Its text with the ink in a colour, `#rrggbb`; the ground stays clear. */
  svg(ink: string): string;
}

/**
 * The patterns in the package hero-patterns: functions that put a colour into the address of an SVG. They are read and
 * not run, as all that is fetched.
 */
export function patternsIn(text: string): Pattern[] {
  const functions = text.matchAll(/exports\.(\w+)=\(\w="#000000",(\w)=1\)=>"url\('data:[^,]+,(.*?)'\)"/g);
  return [...functions].flatMap(([, name = '', opacity = '', address = '']) => {
    // `"...".concat(l(c),"...").concat(h,"...")`: a colour without its #, and an opacity.
    const svg = (ink: string) =>
      decodeURIComponent(
        address.replace(/"\)?\.concat\(([^,"]+),"/g, (_, value) =>
          value === opacity ? '1' : ink.replace('#', ''),
        ),
      );
    const [head = ''] = /<svg[^>]*>/.exec(svg('#000000')) ?? [];
    const [width, height] = ['width', 'height'].map((side) =>
      Number(new RegExp(`\\b${side}="([\\d.]+)"`).exec(head)?.[1]),
    );
    return width && height ? [{ name, width, height, svg }] : [];
  });
}

/**
 * Draws squares of patterns that have no colours of their own, each in several pairs of them.
 * @throws GessoError model/broken where there are none in the file
 */
export async function drawPatterns(
  { file, folder }: Params<'learn.drawPatterns'>,
  checkpoint: () => void,
): Promise<Result<'learn.drawPatterns'>> {
  const patterns = patternsIn(await readFile(file, 'utf8'));
  if (patterns.length === 0) throw brokenModel(file, 'there are no patterns in it');
  await mkdir(folder, { recursive: true });
  for (const [at, pattern] of patterns.entries())
    for (const [variant, repeats] of REPEATS.entries()) {
      checkpoint();
      const { ink, ground } = coloursOf(new Random(at, variant));
      const tile = { ...pattern, svg: pattern.svg(ink) };
      const square = { side: SIDE, ground, longest: SIDE / repeats };
      await writeTiledSvg(tile, square, path.join(folder, `${pattern.name}-${variant + 1}.png`));
    }
  return { count: patterns.length * REPEATS.length };
}

/** Two colours that are far enough apart in lightness for the pattern to be seen; either may be the darker one. */
function coloursOf(random: Random): { ink: string; ground: string } {
  const dark = hexOf(random.unit(), random.unit(0.3, 0.8), random.unit(0.15, 0.4));
  const light = hexOf(random.unit(), random.unit(0.3, 0.8), random.unit(0.65, 0.92));
  return random.below(2) ? { ink: dark, ground: light } : { ink: light, ground: dark };
}

/** Hue, saturation and lightness, 0..1. */
function hexOf(hue: number, saturation: number, lightness: number): string {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channels = [0, 8, 4].map((offset) => {
    const at = (offset + 12 * hue) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(at - 3, 9 - at, 1))));
  });
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
