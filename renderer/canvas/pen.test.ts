import { expect, test } from 'vitest';
import { type Painter, Pen } from './pen.ts';

const lying = { view: { x: 10, y: 20, scale: 2 }, content: { width: 100, height: 50 } };

/** Writes down what it is told. */
function recorder(): Painter & { told: unknown[] } {
  const told: unknown[] = [];
  let isPressed = false;
  return {
    told,
    get isPressed() {
      return isPressed;
    },
    ...{ radius: 0.1, path: [{ x: 0, y: 1 }], mask: undefined },
    press(at, isOpposite) {
      isPressed = true;
      told.push(['press', at, isOpposite]);
    },
    drag: (points) => told.push(['drag', ...points]),
    release() {
      isPressed = false;
      told.push('release');
    },
    cancel() {
      isPressed = false;
      told.push('cancel');
    },
  };
}

test('points of the canvas are shares of the picture, however it lies', () => {
  const painter = recorder();
  const pen = new Pen();
  pen.painter = painter;
  expect(pen.press({ x: 110, y: 70 }, 0.5, true, lying)).toBe(true);
  pen.drag([{ at: { x: 210, y: 120 }, pressure: 1 }], lying);
  pen.release();
  expect(painter.told).toEqual([
    ['press', { x: 0.5, y: 0.5, pressure: 0.5 }, true],
    ['drag', { x: 1, y: 1, pressure: 1 }],
    'release',
  ]);
});

test('the tip is drawn where it is, as large as it is on the picture', () => {
  const pen = new Pen();
  expect(pen.mark(lying)).toBeUndefined();
  pen.painter = recorder();
  pen.hover({ x: 60, y: 45 }, lying);
  expect(pen.mark(lying)).toEqual({ tip: { x: 60, y: 45, radius: 20 }, path: [{ x: 10, y: 120 }] });
  pen.hover(undefined, lying);
  expect(pen.mark(lying)?.tip).toBeUndefined();
});

test('arrow keys move it from the middle, within the picture, and paint while it is down', () => {
  const painter = recorder();
  const pen = new Pen();
  pen.painter = painter;
  const middle = { x: 110, y: 70 };
  pen.move(1, 0, true, middle, lying);
  pen.toggle(false, middle, lying);
  pen.move(0, -1, false, middle, lying);
  for (let at = 0; at < 200; at++) pen.move(-1, 0, false, middle, lying);
  pen.toggle(false, middle, lying);
  expect(painter.told[0]).toEqual(['press', { x: 0.55, y: 0.5, pressure: 1 }, false]);
  expect(painter.told[1]).toEqual(['drag', { x: 0.55, y: 0.48, pressure: 1 }]);
  expect(painter.told.at(-2)).toEqual(['drag', { x: 0, y: 0.48, pressure: 1 }]);
  expect(painter.told.at(-1)).toBe('release');
});

test('a stroke is given up once', () => {
  const painter = recorder();
  const pen = new Pen();
  pen.painter = painter;
  pen.press({ x: 10, y: 20 }, 1, false, lying);
  expect([pen.cancel(), pen.cancel()]).toEqual([true, false]);
});
