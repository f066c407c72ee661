import { MOST_MIXED, type StyleChoice, type StyleLook } from '../../../contract/style-settings.ts';
import { BUILT_IN_STYLES } from '../../../contract/tasks.ts';
import type { StylePictureView } from '../../../contract/views.ts';
import { t } from '../../ui/words.ts';

export type From = StyleChoice['from'];

export function isSame(a: From, b: From): boolean {
  return 'builtIn' in a
    ? 'builtIn' in b && a.builtIn === b.builtIn
    : 'picture' in b && a.picture === b.picture;
}

export function nameOf(from: From, pictures: readonly StylePictureView[]): string {
  if ('builtIn' in from) return t('style.builtIn', { number: from.builtIn + 1 });
  const picture = pictures.find(({ id }) => id === from.picture);
  return t('style.own', { name: picture?.name ?? '?' });
}

/** The look with one style more, or without it. A mixture that is full stays as it is. */
export function toggled(look: StyleLook, from: From): StyleLook {
  const { styles } = look;
  if (styles.some((each) => isSame(each.from, from))) return without(look, from);
  if (styles.length >= MOST_MIXED) return look;
  return { ...look, styles: [...styles, { from, weight: 1 }] };
}

export function without(look: StyleLook, from: From): StyleLook {
  return { ...look, styles: look.styles.filter((each) => !isSame(each.from, from)) };
}

/** The look with this style alone. */
export function only(look: StyleLook, from: From): StyleLook {
  return { ...look, styles: [{ from, weight: 1 }] };
}

export function withWeight(look: StyleLook, from: From, weight: number): StyleLook {
  return {
    ...look,
    styles: look.styles.map((each) => (isSame(each.from, from) ? { ...each, weight } : each)),
  };
}

/** What share a style has of the mixture, 0..1. */
export function shareOf({ styles }: StyleLook, from: From): number {
  const sum = styles.reduce((total, { weight }) => total + weight, 0);
  const own = styles.find((each) => isSame(each.from, from))?.weight ?? 0;
  return sum > 0 ? own / sum : 0;
}

/** One or two styles by chance, and how they are mixed; never what is chosen now. @param random 0..1, as Math.random */
export function surprise(look: StyleLook, random: () => number): StyleLook {
  const free = Array.from({ length: BUILT_IN_STYLES }, (_, builtIn) => ({ builtIn })).filter(
    (from) => !look.styles.some((each) => isSame(each.from, from)),
  );
  const take = () => free.splice(Math.floor(random() * free.length), 1)[0]!;
  const first: StyleChoice = { from: take(), weight: 1 };
  const second: StyleChoice = { from: take(), weight: Math.round((0.3 + 0.7 * random()) * 100) / 100 };
  return { ...look, styles: random() < 0.5 ? [first] : [first, second] };
}
