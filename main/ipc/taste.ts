import { isSameStyle, type ShelfStyle, type StyleTaste } from '../../contract/style-settings.ts';

/** What each painting leaves of the ones before: after twenty, what was used once counts an eighth. */
const FADING = 0.9;
/** Below this, a style counts as never used. */
const FORGOTTEN = 0.05;

/** With a style among the favourites, the newest first, or without it. */
export function favoured(taste: StyleTaste, from: ShelfStyle, isFavourite: boolean): StyleTaste {
  const others = taste.favourites.filter((each) => !isSameStyle(each, from));
  return { ...taste, favourites: isFavourite ? [from, ...others] : others };
}

/** After something was painted in these styles. */
export function usedAgain({ favourites, used }: StyleTaste, styles: readonly ShelfStyle[]): StyleTaste {
  const isNow = (from: ShelfStyle) => styles.some((each) => isSameStyle(each, from));
  const known = used.map(({ from, times }) => ({ from, times: times * FADING + (isNow(from) ? 1 : 0) }));
  const fresh = styles.filter(
    (from, at) =>
      !used.some((each) => isSameStyle(each.from, from)) &&
      styles.findIndex((each) => isSameStyle(each, from)) === at,
  );
  const all = [...known, ...fresh.map((from) => ({ from, times: 1 }))];
  return { favourites, used: all.filter(({ times }) => times >= FORGOTTEN) };
}

/** What of it is still on the shelf. @param has tells of a picture whether it is */
export function tasteOf({ favourites, used }: StyleTaste, has: (picture: string) => boolean): StyleTaste {
  const isThere = (from: ShelfStyle) => 'builtIn' in from || has(from.picture);
  return {
    favourites: favourites.filter(isThere),
    used: used.filter(({ from }) => isThere(from)),
  };
}
