import type { Sort } from '../../contract/sort.ts';
import type { SourceView } from '../../contract/views.ts';

type Order = (a: SourceView, b: SourceView) => number;

/** What wants to be looked at first comes first. */
const URGENCY = ['failed', 'running', 'queued', 'cancelled', 'none', 'skipped', 'done'];

const collators = new Map<string, Intl.Collator>();

/** "IMG_9" before "IMG_10", in the order of that language. */
function collator(language: string): Intl.Collator {
  const made = collators.get(language) ?? new Intl.Collator(language, { numeric: true });
  collators.set(language, made);
  return made;
}

const byPlace: Order = (a, b) => a.place - b.place;

/** What is not known yet stands at the end. */
const by =
  (value: (source: SourceView) => number | undefined): Order =>
  (a, b) =>
    (value(a) ?? Number.MAX_VALUE) - (value(b) ?? Number.MAX_VALUE);

function orderOf(sort: Sort, language: string): Order {
  switch (sort) {
    case 'added':
      return byPlace;
    case 'name': {
      const { compare } = collator(language);
      return (a, b) => compare(a.name, b.name);
    }
    case 'date':
      return by(({ modified }) => modified);
    case 'size':
      return by(({ width, height }) => width && height && width * height);
    case 'state':
      return by(({ state, item }) =>
        URGENCY.indexOf(state === 'unreadable' ? 'failed' : (item?.status ?? 'none')),
      );
  }
}

/** The pictures as the strip shows them; what is equal stands in the order in which it was opened. */
export function sorted(sources: readonly SourceView[], sort: Sort, language: string): SourceView[] {
  const order = orderOf(sort, language);
  return sources.toSorted((a, b) => order(a, b) || byPlace(a, b));
}
