import fc from 'fast-check';
import { expect, it } from 'vitest';
import { styleSettings } from '../../../contract/style-settings.ts';
import { MOST_LAYERS } from '../../../contract/tasks.ts';
import { DEFAULT_STYLE, plainLayer } from '../../app/store.ts';
import { moved, shownLayers, withLayer, withoutLayer } from './layers.ts';

const stackOf = (...ids: string[]) => ({ layers: ids.map(plainLayer), layer: ids[0]! });
const idsOf = ({ layers }: ReturnType<typeof stackOf>) => layers.map(({ id }) => id).join('');

it('a new layer lies above the one that is shown, and is shown', () => {
  const stack = withLayer(stackOf('a', 'b'), plainLayer('n'));
  expect([idsOf(stack), stack.layer]).toEqual(['anb', 'n']);
});

it('a full stack takes no more, and the last layer stays', () => {
  let stack = stackOf('0');
  for (let at = 1; at < MOST_LAYERS + 3; at++) stack = withLayer(stack, plainLayer(String(at)));
  expect(stack.layers).toHaveLength(MOST_LAYERS);
  expect(idsOf(withoutLayer(stackOf('a'), 'a'))).toBe('a');
});

it('without the shown layer the one below it is shown', () => {
  const stack = { ...stackOf('a', 'b', 'c'), layer: 'c' };
  expect(withoutLayer(stack, 'c').layer).toBe('b');
  expect(withoutLayer(stack, 'a').layer).toBe('c');
  expect(withoutLayer({ ...stack, layer: 'a' }, 'a').layer).toBe('b');
});

it('a layer is moved there and back, keeps all others in their order, and stops at the ends', () => {
  const any = fc.integer({ min: 0, max: 4 });
  fc.assert(
    fc.property(any, any, (from, to) => {
      const stack = stackOf('a', 'b', 'c', 'd', 'e');
      const id = 'abcde'[from]!;
      const there = moved(stack, id, to - from);
      expect(idsOf(there).indexOf(id)).toBe(to);
      expect(idsOf(there).replace(id, '')).toBe('abcde'.replace(id, ''));
      expect(moved(there, id, from - to).layers).toEqual(stack.layers);
      expect(idsOf(moved(stack, id, 99)).endsWith(id)).toBe(true);
    }),
  );
});

it('only layers that something is to be seen of are shown', () => {
  const styled = (id: string, weight: number, isShown = true) => ({
    ...plainLayer(id),
    isShown,
    look: { ...plainLayer(id).look, styles: [{ from: { builtIn: 1 }, weight }] },
  });
  const layers = [plainLayer('a'), styled('b', 1), styled('c', 0), styled('d', 1, false)];
  expect(shownLayers(layers).map(({ id }) => id)).toEqual(['b']);
});

it('a session of a version that had one look opens as one layer', () => {
  const { layers, layer: _, ...rest } = DEFAULT_STYLE;
  const old = { ...rest, look: layers[0]!.look };
  expect(styleSettings.parse(old)).toEqual(DEFAULT_STYLE);
});
