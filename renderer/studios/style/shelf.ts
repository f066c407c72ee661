import {
  isSameStyle,
  MOST_MIXED,
  type ShelfStyle,
  type StyleLook,
  type StyleTaste,
} from '../../../contract/style-settings.ts';
import { BUILT_IN_STYLES } from '../../../contract/tasks.ts';
import type { StylePictureView } from '../../../contract/views.ts';
import { t } from '../../ui/words.ts';

const BUILT_IN: readonly ShelfStyle[] = Array.from({ length: BUILT_IN_STYLES }, (_, builtIn) => ({
  builtIn,
}));

/** One text a style. */
export function keyOf(from: ShelfStyle): string {
  return 'builtIn' in from ? `${from.builtIn}` : from.picture;
}

export function nameOf(from: ShelfStyle, pictures: readonly StylePictureView[]): string {
  if ('builtIn' in from) return t('style.builtIn', { number: from.builtIn + 1 });
  const picture = pictures.find(({ id }) => id === from.picture);
  return t('style.own', { name: picture?.name ?? '?' });
}

export function isFavourite({ favourites }: StyleTaste, from: ShelfStyle): boolean {
  return favourites.some((each) => isSameStyle(each, from));
}

/** All of the shelf in its order: favourites first; the user's own before those that are built in. */
export function onShelf(pictures: readonly StylePictureView[], taste: StyleTaste): ShelfStyle[] {
  const all = [...pictures.map(({ id }) => ({ picture: id })), ...BUILT_IN];
  const [liked, others] = [true, false].map((wanted) =>
    all.filter((from) => isFavourite(taste, from) === wanted),
  );
  return [...liked!, ...others!];
}

/** The look with one style more, which gets an even share, or without it. A mixture that is full stays as it is. */
export function toggled(look: StyleLook, from: ShelfStyle): StyleLook {
  return look.styles.some((each) => isSameStyle(each.from, from)) ? without(look, from) : joined(look, from);
}

/** The look with this style in it. */
export function joined(look: StyleLook, from: ShelfStyle): StyleLook {
  const { styles } = look;
  if (styles.some((each) => isSameStyle(each.from, from)) || styles.length >= MOST_MIXED) return look;
  const sum = styles.reduce((total, { weight }) => total + weight, 0);
  return { ...look, styles: [...styles, { from, weight: sum > 0 ? sum / styles.length : 1 }] };
}

export function without(look: StyleLook, from: ShelfStyle): StyleLook {
  return { ...look, styles: look.styles.filter((each) => !isSameStyle(each.from, from)) };
}

/** The look with this style alone. */
export function only(look: StyleLook, from: ShelfStyle): StyleLook {
  return { ...look, styles: [{ from, weight: 1 }] };
}

export function withWeight(look: StyleLook, from: ShelfStyle, weight: number): StyleLook {
  return {
    ...look,
    styles: look.styles.map((each) => (isSameStyle(each.from, from) ? { ...each, weight } : each)),
  };
}

/** The look with these shares, in the order of its styles; a ten thousandth of one is not to be seen. */
export function withShares(look: StyleLook, shares: readonly number[]): StyleLook {
  return {
    ...look,
    styles: look.styles.map(({ from }, at) => ({ from, weight: Math.round((shares[at] ?? 0) * 1e4) / 1e4 })),
  };
}
