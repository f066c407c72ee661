import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SORTS } from '../../contract/sort.ts';
import type { SourceView } from '../../contract/views.ts';
import { sorted } from './sort-frames.ts';

function source(place: number, overrides: Partial<SourceView> = {}): SourceView {
  return {
    id: `${place}`,
    place,
    name: `${place}.png`,
    studio: 'restore',
    folder: 'pictures',
    state: 'ready',
    ...overrides,
  };
}

function item(status: NonNullable<SourceView['item']>['status']): NonNullable<SourceView['item']> {
  return { id: 'i', job: 'j', status };
}

const names = (sources: readonly SourceView[]) => sources.map(({ name }) => name);
const places = (sources: readonly SourceView[]) => sources.map(({ place }) => place);

it('shows every picture once, in one order whatever the order before was', () => {
  const any = fc.record(
    {
      name: fc.constantFrom('a.png', 'B.png', 'b2.png', 'b10.png'),
      modified: fc.integer({ min: 0, max: 3 }),
      width: fc.constantFrom(1, 2),
      height: fc.constantFrom(1, 2),
      item: fc.constantFrom(item('done'), item('failed'), item('queued')),
    },
    { requiredKeys: ['name'] },
  );
  fc.assert(
    fc.property(fc.array(any), fc.constantFrom(...SORTS), fc.integer(), (many, sort, turn) => {
      const sources = many.map((each, place) => source(place, each));
      const once = sorted(sources, sort, 'en');
      expect(places(once).toSorted((a, b) => a - b)).toEqual(places(sources));
      const at = sources.length === 0 ? 0 : Math.abs(turn) % sources.length;
      expect(sorted([...sources.slice(at), ...sources.slice(0, at)], sort, 'en')).toEqual(once);
    }),
  );
});

it('counts in names, and knows letters of the language', () => {
  const sources = ['IMG_10.png', 'IMG_9.png', 'zebra.png', 'äpfel.png'].map((name, at) =>
    source(at, { name }),
  );
  expect(names(sorted(sources, 'name', 'de'))).toEqual(['äpfel.png', 'IMG_9.png', 'IMG_10.png', 'zebra.png']);
});

it('puts what failed first and what is done last', () => {
  const sources = [
    source(0, { item: item('done') }),
    source(1),
    source(2, { item: item('running') }),
    source(3, { state: 'unreadable' }),
    source(4, { item: item('failed') }),
  ];
  expect(places(sorted(sources, 'state', 'en'))).toEqual([3, 4, 2, 1, 0]);
});

it('puts what is not known yet at the end', () => {
  const sources = [
    source(0),
    source(1, { width: 9, height: 9, modified: 2 }),
    source(2, { width: 4, height: 9, modified: 5 }),
  ];
  expect(places(sorted(sources, 'size', 'en'))).toEqual([2, 1, 0]);
  expect(places(sorted(sources, 'date', 'en'))).toEqual([1, 2, 0]);
});
