import { describe, expect, it } from 'vitest';
import { TensorShelf } from './tensor-shelf.ts';

describe('tensors kept between runs', () => {
  it('are had by number until they are dropped', () => {
    const shelf = new TensorShelf();
    const tensor = shelf.copy(Float32Array.of(1, 2, 3, 4), [2, 2]);
    shelf.keep(7, tensor);
    expect(shelf.get(7)).toBe(tensor);
    shelf.drop(7);
    shelf.drop(7);
    expect(() => shelf.get(7)).toThrow('7');
  });

  it('are copies: who gave the floats may write over them', () => {
    const floats = new Float32Array(new SharedArrayBuffer(8));
    const tensor = new TensorShelf().copy(floats, [2]);
    floats.fill(5);
    expect([...(tensor.data as Float32Array)]).toEqual([0, 0]);
  });

  it('leave their memory to the next of the same length, and to one only', () => {
    const shelf = new TensorShelf();
    const first = shelf.room([2, 3]);
    shelf.keep(1, first);
    shelf.drop(1);
    shelf.drop(1);
    const [second, third] = [shelf.room([6]), shelf.room([6])];
    expect(second.data).toBe(first.data);
    expect(third.data).not.toBe(first.data);
    shelf.giveBack(second);
    shelf.tidy();
    expect(shelf.room([6]).data).not.toBe(first.data);
  });
});
