import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Choice, chooseAll, chooseOne, chooseRange, keepChosen, toggle } from './choose-frames.ts';

const none: Choice = { selected: undefined, chosen: [] };
const ids = ['a', 'b', 'c', 'd', 'e'];

it('after whatever was done, the picture on the canvas is chosen and nothing else than what is there', () => {
  const act = fc.record({
    what: fc.constantFrom('one', 'toggle', 'range', 'all', 'list'),
    at: fc.nat({ max: 30 }),
    list: fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      let list: readonly string[] = ids;
      let choice = keepChosen(none, [], list);
      for (const { what, at, list: next } of acts) {
        const id = list[at % Math.max(1, list.length)];
        if (what === 'list') {
          choice = keepChosen(choice, list, next);
          list = next;
        } else if (id === undefined) continue;
        else if (what === 'one') choice = chooseOne(id);
        else if (what === 'toggle') choice = toggle(choice, list, id);
        else if (what === 'range') choice = chooseRange(choice, list, id);
        else choice = chooseAll(choice, list);

        expect(choice.chosen).toEqual(list.filter((each) => choice.chosen.includes(each)));
        if (list.length > 0) expect(choice.chosen).toContain(choice.selected);
        else expect(choice).toMatchObject({ selected: undefined, chosen: [] });
        for (const each of [choice.anchor, choice.focused]) if (each) expect(list).toContain(each);
      }
    }),
  );
});

it('goes back and forth from where a range began', () => {
  let choice = chooseRange(chooseOne('c'), ids, 'e');
  expect(choice.chosen).toEqual(['c', 'd', 'e']);
  choice = chooseRange(choice, ids, 'b');
  expect(choice).toMatchObject({ selected: 'b', chosen: ['b', 'c'] });
});

it('adds and takes away one, and shows what was added', () => {
  const two = toggle(chooseOne('d'), ids, 'b');
  expect(two).toMatchObject({ selected: 'b', chosen: ['b', 'd'] });
  expect(toggle(two, ids, 'b')).toMatchObject({ selected: 'd', chosen: ['d'] });
  expect(toggle(chooseOne('d'), ids, 'd').chosen).toEqual(['d']);
});

it('looks at the neighbour when the picture on the canvas goes', () => {
  expect(keepChosen(chooseOne('b'), ids, ['a', 'c', 'd', 'e']).selected).toBe('c');
  expect(keepChosen(chooseOne('e'), ids, ['a', 'b', 'c', 'd']).selected).toBe('d');
  const three = chooseRange(chooseOne('b'), ids, 'd');
  expect(keepChosen(three, ids, ['a', 'e'])).toMatchObject({ selected: 'e', chosen: ['e'] });
  expect(keepChosen(three, ids, ['a', 'b', 'c', 'e'])).toMatchObject({ selected: 'c', chosen: ['b', 'c'] });
});

it('is not changed by another order', () => {
  const two = toggle(chooseOne('d'), ids, 'b');
  expect(keepChosen(two, ids, ids.toReversed())).toMatchObject({ selected: 'b', chosen: ['d', 'b'] });
});
