import { expect, it } from 'vitest';
import { FrameShelf, type Held } from './frame-shelf.ts';

function shelf(frames: number, bytes = 1e9) {
  const closed: number[] = [];
  const made = new FrameShelf({ frames, bytes }, ({ bitmap }) => closed.push(bitmap.width));
  return { made, closed };
}

/** The width tells which one it is. */
const held = (width: number): Held => ({ bitmap: { width, height: 1 } as ImageBitmap, made: false });

it('holds so many frames, and lets go of the farthest first, of those behind before those ahead', () => {
  const { made, closed } = shelf(4);
  for (const frame of [10, 11, 12, 8]) made.put(frame, held(frame), 10);
  expect(closed).toEqual([]);
  made.put(13, held(13), 10);
  expect(closed).toEqual([8]);
  made.put(14, held(14), 12);
  expect(closed).toEqual([8, 10]);
  expect(made.size).toBe(4);
});

it('holds no more bytes than it may, but always the last one', () => {
  const { made, closed } = shelf(100, 100);
  made.put(1, held(10), 1);
  made.put(2, held(20), 1);
  expect(closed).toEqual([20]);
  // Of ten pixels each.
  expect(made.room).toBe(2);
  made.put(5, held(400), 5);
  expect(closed).toEqual([20, 10]);
  expect(made.get(5)).toBeDefined();
});

it('closes what is replaced and what is cleared, each once', () => {
  const { made, closed } = shelf(4);
  made.put(1, held(1), 1);
  made.put(1, held(2), 1);
  expect(closed).toEqual([1]);
  made.clear();
  made.clear();
  expect(closed).toEqual([1, 2]);
  expect(made.size).toBe(0);
});

it('knows the nearest that is there', () => {
  const { made } = shelf(4);
  expect(made.nearest(3)).toBeUndefined();
  made.put(1, held(1), 1);
  made.put(9, held(9), 1);
  expect(made.nearest(4)?.frame).toBe(1);
  expect(made.nearest(7)?.frame).toBe(9);
});
