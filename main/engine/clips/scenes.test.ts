import { describe, expect, test } from 'vitest';
import { findCuts } from '../../../contract/cuts.ts';
import { type Reduced, reducedSize } from './likeness.ts';
import { SceneWatch } from './scenes.ts';

const SIZE = reducedSize(640, 360);

interface At {
  x?: number;
  y?: number;
  gain?: number;
  light?: number;
  noise?: number;
}

/** A scene of its own, moved, lighter or darker. */
function scene(seed: number, { x: dx = 0, y: dy = 0, gain = 1, light = 0, noise = 2 }: At = {}): Reduced {
  const board = boardOf(seed);
  const grain = generator(seed + 977 * (1 + Math.round(dx * 8)));
  const grey = new Uint8Array(SIZE.width * SIZE.height);
  const [i, j] = [Math.floor(dx), Math.floor(dy)];
  const [s, t] = [dx - i, dy - j];
  for (let y = 0, at = 0; y < SIZE.height; y += 1)
    for (let x = 0; x < SIZE.width; x += 1, at += 1) {
      const from = (y + j) * BOARD.width + x + i;
      const top = board[from]! * (1 - s) + board[from + 1]! * s;
      const low = board[from + BOARD.width]! * (1 - s) + board[from + BOARD.width + 1]! * s;
      const value = (top * (1 - t) + low * t) * gain + 118 + light + (grain() - 0.5) * 2 * noise;
      grey[at] = Math.max(0, Math.min(255, Math.round(value)));
    }
  return { ...SIZE, grey };
}

/** What a camera can pan over. */
const BOARD = { width: SIZE.width + 260, height: SIZE.height + 20 };
const boards = new Map<number, Float32Array>();

/** Clouds of several sizes, as pictures have, and boxes with edges. */
function boardOf(seed: number): Float32Array {
  const known = boards.get(seed);
  if (known) return known;
  const random = generator(seed);
  const octaves = [40, 20, 10, 5].map((cell) => ({ cell, strength: cell * 1.6, seed: random() * 1e6 }));
  const boxes = Array.from({ length: 18 }, () => ({
    left: random() * BOARD.width,
    top: random() * SIZE.height,
    width: 5 + random() * 22,
    height: 5 + random() * 22,
    value: (random() - 0.5) * 140,
  }));
  const board = new Float32Array(BOARD.width * BOARD.height);
  for (let y = 0, i = 0; y < BOARD.height; y += 1)
    for (let x = 0; x < BOARD.width; x += 1, i += 1) {
      for (const { cell, strength, seed: own } of octaves)
        board[i]! += strength * cloud(x / cell, y / cell, own);
      for (const { left, top, width, height, value } of boxes)
        if (x >= left && y >= top && x < left + width && y < top + height) board[i] = value;
    }
  boards.set(seed, board);
  return board;
}

/** Smooth noise, -1..1: numbers on a lattice, and what lies between them. */
function cloud(x: number, y: number, seed: number): number {
  const [i, j] = [Math.floor(x), Math.floor(y)];
  const at = (a: number, b: number) => {
    const hashed = Math.sin(a * 127.1 + b * 311.7 + seed) * 43758.5453;
    return 2 * (hashed - Math.floor(hashed)) - 1;
  };
  const ease = (t: number) => t * t * (3 - 2 * t);
  const [s, t] = [ease(x - i), ease(y - j)];
  const top = at(i, j) * (1 - s) + at(i + 1, j) * s;
  return top * (1 - t) + (at(i, j + 1) * (1 - s) + at(i + 1, j + 1) * s) * t;
}

function generator(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (state ^ (state << 13)) >>> 0;
    state = (state ^ (state >>> 17)) >>> 0;
    state = (state ^ (state << 5)) >>> 0;
    return state / 2 ** 32;
  };
}

function cutsOf(frames: readonly Reduced[], scenes: 'auto' | number = 'auto'): number[] {
  const watch = new SceneWatch();
  for (const frame of frames) watch.push(frame);
  return findCuts(watch.finish().changes, scenes);
}

describe('scene changes', () => {
  test('cuts between forty scenes that move: at least 95 % found, at least 95 % right', {
    timeout: 60_000,
  }, () => {
    const frames: Reduced[] = [];
    const cuts: number[] = [];
    for (let shot = 0; shot < 40; shot += 1) {
      if (shot > 0) cuts.push(frames.length);
      const speed = (shot % 5) * 1.7;
      for (let i = 0; i < 7 + (shot % 4); i += 1)
        frames.push(scene(shot + 1, { x: i * speed, y: i * 0.4 * (shot % 3) }));
    }
    const found = cutsOf(frames);
    const right = found.filter((i) => cuts.includes(i)).length;
    expect(right / cuts.length).toBeGreaterThanOrEqual(0.95);
    expect(right / found.length).toBeGreaterThanOrEqual(0.95);
  });

  test.each([2, 5, 8, 11])('a pan of %d reduced pixels a frame is no cut', (speed) => {
    expect(cutsOf(Array.from({ length: 20 }, (_, i) => scene(7, { x: i * speed })))).toEqual([]);
  });

  test.each([1, 2, 3, 4])('a flash of %d frames is no cut', (length) => {
    const frames = Array.from({ length: 24 }, (_, i) => {
      const isLit = i >= 10 && i < 10 + length;
      return scene(9, { x: i * 0.6, light: isLit ? 110 : 0, gain: isLit ? 0.4 : 1 });
    });
    expect(cutsOf(frames)).toEqual([]);
  });

  test('a picture of white for two frames is no cut either', () => {
    const white = { ...SIZE, grey: new Uint8Array(SIZE.width * SIZE.height).fill(255) };
    const frames = Array.from({ length: 20 }, (_, i) => (i === 8 || i === 9 ? white : scene(3, { x: i })));
    expect(cutsOf(frames)).toEqual([]);
  });

  test('fades to and from black are no cuts', () => {
    const fade = (i: number) => Math.abs(20 - i) / 20;
    const frames = Array.from({ length: 41 }, (_, i) =>
      scene(i < 20 ? 4 : 5, { gain: fade(i), light: -118 * (1 - fade(i)), noise: 1 }),
    );
    expect(cutsOf(frames)).toEqual([]);
  });

  test('a cut beside a flash is still one', () => {
    const frames = Array.from({ length: 30 }, (_, i) =>
      scene(i < 12 ? 11 : 12, { x: i, light: i === 22 ? 120 : 0 }),
    );
    expect(cutsOf(frames)).toEqual([12]);
  });

  test('between pictures without texture brightness tells', () => {
    const flat = (value: number) => ({ ...SIZE, grey: new Uint8Array(SIZE.width * SIZE.height).fill(value) });
    expect(cutsOf([...Array(8).fill(flat(40)), ...Array(8).fill(flat(200))])).toEqual([8]);
  });

  test('repeated frames are told, moved ones are not', () => {
    const watch = new SceneWatch();
    for (let i = 0; i < 12; i += 1) watch.push(scene(5, { x: Math.floor(i / 2) * 1.5, noise: 0 }));
    expect([...watch.finish().repeats]).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
  });

  test('off is off, and a number is the least change', () => {
    const changes = Float32Array.from([0, 0.1, 0.5, 0.2, 0.9]);
    expect(findCuts(changes, 'off')).toEqual([]);
    expect(findCuts(changes, 0.5)).toEqual([2, 4]);
  });
});
