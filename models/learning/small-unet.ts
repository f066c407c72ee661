import { conv, convTranspose, type Layers } from '../graph/gradient/layers.ts';

const SLOPE = 0.1;
const HALVE = { kernel: 4, stride: 2, pad: 1 };

interface SmallUnet {
  /** Channels of the three levels, the finest first. */
  readonly widths: readonly [number, number, number];
  /** Names of the layers at the lowest level, one after the other. */
  readonly lowest: readonly string[];
}

/**
 * A U-Net of three levels (Ronneberger et al. 2015) up to its last layer, which each user adds: x [batch, 3, height,
 * width], sides multiples of 4, to as many channels as the finest level has.
 */
export function smallUnet(layers: Layers, { widths, lowest }: SmallUnet, x: string): string {
  const { b } = layers;
  const [fine, middle, deep] = widths;
  const act = (value: string) => b.leakyRelu(value, SLOPE);
  const c = (name: string, value: string, from: number, to: number) =>
    act(conv(layers, name, value, from, to, { kernel: 3 }));
  const first = c('first.2', c('first.1', x, 3, fine), fine, fine);
  const second = c('second', act(conv(layers, 'down.1', first, fine, middle, HALVE)), middle, middle);
  let third = act(conv(layers, 'down.2', second, middle, deep, HALVE));
  for (const name of lowest) third = c(name, third, deep, deep);
  const up = act(convTranspose(layers, 'up.2', third, deep, middle, HALVE));
  const joined = c('joined.2', b.concat([up, second]), 2 * middle, middle);
  const upper = act(convTranspose(layers, 'up.1', joined, middle, fine, HALVE));
  return c('joined.1', b.concat([upper, first]), 2 * fine, fine);
}
