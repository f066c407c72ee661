import { expect, test } from 'vitest';
import { selectColour } from './select-colour.ts';
import { atOnce } from './slices.ts';

/** A picture of characters: each stands for a colour. */
function picture(rows: readonly string[], colours: Record<string, [number, number, number]>) {
  const data = [...rows.join('')].flatMap((each) => [...colours[each]!, 255]);
  return { width: rows[0]!.length, height: rows.length, data: Uint8ClampedArray.from(data) };
}

const PICTURE = picture(['rr.rr', 'rr.rR', '.....'], {
  r: [200, 30, 30],
  R: [206, 34, 28],
  '.': [240, 240, 240],
});
const take = (...args: Parameters<typeof selectColour>) => atOnce(selectColour(...args));
const seen = (coverage: Uint8Array) => [...coverage].map((value) => (value === 255 ? '#' : '-')).join('');

test('what hangs together with the point and has its colour is taken, or all that has it', () => {
  expect(seen(take(PICTURE, { x: 0.5, y: 0.5 }, 0.1, true))).toBe('##---##--------');
  expect(seen(take(PICTURE, { x: 0.5, y: 0.5 }, 0.1, false))).toBe('##-####-##-----');
});

test('no tolerance takes this colour only, a full one everything', () => {
  expect(seen(take(PICTURE, { x: 0.5, y: 0.5 }, 0, false))).toBe('##-####-#------');
  expect(seen(take(PICTURE, { x: 0.5, y: 0.5 }, 1, true))).toBe('###############');
});

test('a colour just beyond the tolerance is taken in part, and nothing is found beside the picture', () => {
  const greys = picture(['abc'], { a: [100, 100, 100], b: [128, 128, 128], c: [255, 255, 255] });
  const [, near, far] = take(greys, { x: 0, y: 0 }, 0.09, true);
  expect(near).toBeGreaterThan(0);
  expect(near).toBeLessThan(255);
  expect(far).toBe(0);
  expect(seen(take(PICTURE, { x: 5, y: 0 }, 1, false))).toBe('---------------');
});
