import {
  isSameStyle,
  type ShelfStyle,
  type StyleLook,
  type StyleTaste,
} from '../../../contract/style-settings.ts';
import { isFavourite } from './shelf.ts';

/** Of fewer favourites every surprise would be the same. */
const LEAST_FAVOURITES = 2;
/** How often one, two or three styles are drawn: the chance that it is no more than that. */
const AT_MOST = [0.4, 0.85, 1] as const;
/** Chances that the original's colours are left alone, and that strokes are as the picture has them. */
const PLAIN_COLOUR = 0.6;
const PLAIN_BRUSH = 0.4;

/**
 * A look by chance, within what the user likes: of the favourites where there are some, what was used lately more
 * often; never all of what is chosen now where there is something else. Fine detail and measuring stay as they are.
 * @param all what can be drawn from
 * @param random 0..1 without 1, as Math.random
 */
export function surprise(
  look: StyleLook,
  all: readonly ShelfStyle[],
  taste: StyleTaste,
  random: () => number,
): StyleLook {
  const liked = all.filter((from) => isFavourite(taste, from));
  const pool = liked.length >= LEAST_FAVOURITES ? liked : all;
  const others = pool.filter((from) => !look.styles.some((each) => isSameStyle(each.from, from)));
  const free = [...(others.length > 0 ? others : pool)];
  const chance = random();
  const count = Math.min(free.length, AT_MOST.findIndex((most) => chance < most) + 1);
  const drawn = Array.from({ length: count }, () => draw(free, taste, random));
  return {
    ...look,
    styles: drawn.map((from, at) => ({ from, weight: at === 0 ? 1 : between(0.3, 1, 0.05, random) })),
    strength: between(0.6, 1, 0.05, random),
    keptColour: random() < PLAIN_COLOUR ? 0 : between(0.1, 0.7, 0.05, random),
    brush: random() < PLAIN_BRUSH ? 1 : 2 ** between(-1, 1, 0.25, random),
  };
}

/** Takes one out of `free`: each has a chance, and one more for each time that it was used. */
function draw(free: ShelfStyle[], { used }: StyleTaste, random: () => number): ShelfStyle {
  const chances = free.map((from) => 1 + (used.find((each) => isSameStyle(each.from, from))?.times ?? 0));
  let left = random() * chances.reduce((sum, chance) => sum + chance, 0);
  const at = chances.findIndex((chance) => {
    left -= chance;
    return left < 0;
  });
  return free.splice(at < 0 ? free.length - 1 : at, 1)[0]!;
}

/** A multiple of `step`, from the least to the most, both among them. */
function between(least: number, most: number, step: number, random: () => number): number {
  const steps = Math.round((most - least) / step) + 1;
  return Math.round((least + step * Math.floor(random() * steps)) * 100) / 100;
}
