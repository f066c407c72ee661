import { expect, it } from 'vitest';
import { type Hiding, putHidden, SINGLE, SQUARES } from './hiding.ts';
import { Planes } from './noisy-picture.ts';

const SIDE = 16;

function counted(): Planes {
  const planes = new Planes(SIDE, SIDE);
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) planes.set(c, x, y, ((x * 7 + y * 13 + c * 29) % 97) / 97);
  return planes;
}

const hide = (planes: Planes, hiding: Hiding, phase: [number, number]) => {
  const x = new Float32Array(3 * SIDE * SIDE);
  const hidden = new Float32Array(SIDE * SIDE);
  putHidden(planes, hiding, { left: 0, top: 0, width: SIDE, height: SIDE }, phase, { x, hidden }, 0);
  return { x, hidden };
};

it.each([
  ['single pixels', SINGLE],
  ['squares', SQUARES],
])('%s: over all phases every pixel is a target once', (_, hiding) => {
  const times = new Float32Array(SIDE * SIDE);
  for (let right = 0; right < hiding.pitch; right++)
    for (let down = 0; down < hiding.pitch; down++)
      for (const [at, value] of hide(counted(), hiding, [right, down]).hidden.entries()) times[at]! += value;
  expect([...new Set(times)]).toEqual([1]);
});

it.each([
  ['single pixels', SINGLE],
  ['squares', SQUARES],
])('%s: nothing that the network sees hangs on a hidden pixel itself', (_, hiding) => {
  const before = hide(counted(), hiding, [1, 1]);
  const changed = counted();
  // A target well inside, as are the pixels hidden with it.
  const target = hiding.pitch * 2 - 1;
  for (let dy = -hiding.radius; dy <= hiding.radius; dy++)
    for (let dx = -hiding.radius; dx <= hiding.radius; dx++)
      for (let c = 0; c < 3; c++) changed.set(c, target + dx, target + dy, 1);
  expect(before.hidden[target * SIDE + target]).toBe(1);
  expect(hide(changed, hiding, [1, 1]).x).toEqual(before.x);
});
