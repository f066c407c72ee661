import type { Architecture } from './architecture.ts';
import { evened } from './evened.ts';
import type { Net } from './net.ts';
import {
  attend,
  cut,
  type Field,
  fieldOf,
  join,
  pictureOf,
  positionBias,
  roll,
  shiftMask,
} from './windows.ts';

/** Swin-Conv-UNet. Zhang et al., Practical Blind Denoising, arXiv:2203.13278. */
export const scunet: Architecture = {
  id: 'SCUNet',
  clues: [['m_head.0.weight', 'm_down1.0.trans_block.msa.embedding_layer.weight']],
  build(net) {
    const { builder, weights } = net;
    const channels = weights.size('m_head.0.weight', 1);
    const dim = weights.size('m_head.0.weight', 0);
    const input = builder.input(channels);
    const { value: fitted, crop } = evened(net, input, 64, 'reflect');
    let x = net.conv(fitted, 'm_head.0');
    const skips = [x];
    let width = dim;
    for (const level of [1, 2, 3]) {
      const list = `m_down${level}`;
      const last = weights.length(list) - 1;
      x = blocks(net, x, list, 0, last, width);
      x = net.conv(x, `${list}.${last}`, { stride: 2, pad: 0 });
      skips.push(x);
      width *= 2;
    }
    x = blocks(net, x, 'm_body', 0, weights.length('m_body'), width);
    for (const level of [3, 2, 1]) {
      const list = `m_up${level}`;
      x = net.convTranspose(builder.add(x, skips.pop() ?? x), `${list}.0`, 2);
      width /= 2;
      x = blocks(net, x, list, 1, weights.length(list), width);
    }
    x = net.conv(builder.add(x, skips.pop() ?? x), 'm_tail.0');
    builder.output(crop(x, 1), channels);
    return {
      task: 'denoise',
      scale: 1,
      inputChannels: channels,
      outputChannels: channels,
      sizeMinimum: 40,
      sizeMultipleOf: 1,
      tiling: 'global',
      tags: [],
    };
  },
};

/** Fixed in the published code, as is the number of channels a head. */
const WINDOW = { height: 8, width: 8 };
const SHIFT = { height: 4, width: 4 };

function blocks(net: Net, x: string, list: string, from: number, to: number, width: number): string {
  let value = x;
  for (let index = from; index < to; index += 1) {
    value = twoWays(net, value, `${list}.${index}`, width, (index - from) % 2 === 1);
  }
  return value;
}

/** Half of the channels go through convolutions, half through window attention. */
function twoWays(net: Net, x: string, name: string, width: number, isShifted: boolean): string {
  const { builder } = net;
  const half = width / 2;
  const [a, b] = builder.split(net.conv(x, `${name}.conv1_1`), 1, [half, half]) as [string, string];
  const hidden = builder.relu(net.conv(a, `${name}.conv_block.0`));
  const convs = builder.add(net.conv(hidden, `${name}.conv_block.2`), a);
  const tokens = pictureOf(net, transformer(net, fieldOf(net, b, half), `${name}.trans_block`, isShifted));
  return builder.add(x, net.conv(builder.concat([convs, tokens]), `${name}.conv1_2`));
}

function transformer(net: Net, field: Field, name: string, isShifted: boolean): Field {
  const { builder } = net;
  const normal = { ...field, value: net.layerNorm(field.value, `${name}.ln1`) };
  const y = builder.add(field.value, attention(net, normal, `${name}.msa`, isShifted).value);
  const hidden = builder.gelu(net.linear(net.layerNorm(y, `${name}.ln2`), `${name}.mlp.0`));
  return { ...field, value: builder.add(y, net.linear(hidden, `${name}.mlp.2`)) };
}

function attention(net: Net, field: Field, name: string, isShifted: boolean): Field {
  const { builder, weights } = net;
  const { channels } = field;
  const moved = isShifted ? roll(net, field, -SHIFT.height, -SHIFT.width) : field;
  const qkv = net.linear(cut(net, moved, WINDOW), `${name}.embedding_layer`);
  const [query, key, value] = builder.thirds(qkv, 2, channels);
  const params = `${name}.relative_position_params`;
  const [count = 0, rows = 0, columns = 0] = weights.dims(params, 3);
  const table = builder.constant(weights.read(params), [count, rows * columns], 'table');
  const mixed = attend(net, {
    query,
    key,
    value,
    tokens: WINDOW.height * WINDOW.width,
    channels,
    heads: count,
    bias: positionBias(net, table, WINDOW),
    // One mask a level of the U, named by its channels.
    mask: isShifted ? net.shared(`mask ${channels}`, () => shiftMask(net, field, WINDOW, SHIFT)) : undefined,
  });
  const joined = join(net, net.linear(mixed, `${name}.linear`), field, WINDOW);
  return isShifted ? roll(net, joined, SHIFT.height, SHIFT.width) : joined;
}
