import type { Net } from './net.ts';

/** A picture brought to sizes that the network takes, and the way back. */
export interface Evened {
  readonly value: string;
  /** Cuts a result that is `scale` times as large to the size of the original picture. */
  readonly crop: (x: string, scale: number) => string;
}

/** Pads a picture [1, channels, height, width] below and on the right to multiples of `factor`. */
export function evened(net: Net, x: string, factor: number, mode: 'reflect' | 'edge' | 'constant'): Evened {
  const { builder } = net;
  net.align(factor);
  if (factor === 1) return { value: x, crop: (y) => y };
  const [height, width] = [builder.sizeOf(x, 2), builder.sizeOf(x, 3)];
  const value = builder.padEnd(x, builder.missing(height, factor), builder.missing(width, factor), mode);
  return {
    value,
    crop: (y, scale) =>
      builder.crop(y, builder.sized('Mul', height, scale), builder.sized('Mul', width, scale)),
  };
}
