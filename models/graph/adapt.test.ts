import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { runBytes } from '../testing/run.ts';
import { adapt } from './adapt.ts';
import { GraphBuilder } from './builder.ts';
import { writeOnnx } from './write.ts';

const picture = (channels: number, height: number, width: number) => ({
  data: Float32Array.from({ length: channels * height * width }, (_, at) => ((at * 7919) % 251) / 251),
  dims: [1, channels, height, width],
});

/** A convolution that hands its middle pixel on, channel by channel, without padding. */
function valid(channels: number, read = channels): GraphBuilder {
  const builder = new GraphBuilder('valid');
  const weight = new Float32Array(channels * read * 9);
  for (let channel = 0; channel < channels; channel += 1) weight[(channel * read + channel) * 9 + 4] = 1;
  builder.output(builder.conv(builder.input(read), { weight, dims: [channels, read, 3, 3] }), channels);
  return builder;
}

async function run({ graph }: GraphBuilder, input: ReturnType<typeof picture>) {
  return (await runBytes(ort, writeOnnx(graph), { input })).output;
}

const PLAIN = { scale: 1, offset: 0, inputChannels: 3, outputChannels: 3 };

describe('adapting a network', () => {
  it('gives back the border that it eats', async () => {
    const builder = valid(3);
    adapt(builder.graph, { ...PLAIN, offset: -2 }, 'x');
    const input = picture(3, 7, 9);
    expect(await run(builder, input)).toEqual({ data: input.data, dims: [1, 3, 7, 9] });
  });

  it('fills the planes that it reads behind the picture', async () => {
    const builder = new GraphBuilder('planes');
    const input = builder.input(5);
    const [rgb, noise] = [builder.slice(input, 1, 0, 3), builder.slice(input, 1, 4, 5)];
    builder.output(builder.add(rgb, noise), 3);
    adapt(builder.graph, { ...PLAIN, planes: [0.5, 0.25] }, 'x');
    const given = picture(3, 4, 5);
    const made = await run(builder, given);
    expect(made?.data[7]).toBeCloseTo((given.data[7] ?? 0) + 0.25, 6);
  });

  it('shows each colour to a network for grey pictures', async () => {
    const builder = valid(1);
    adapt(builder.graph, { ...PLAIN, offset: -2, inputChannels: 1, outputChannels: 1 }, 'x');
    const input = picture(3, 5, 6);
    expect((await run(builder, input))?.data).toEqual(input.data);
  });

  it('adds the picture to what is missing from it', async () => {
    const builder = new GraphBuilder('difference');
    const x = builder.resize(builder.input(3), 2, 2, { mode: 'nearest', coordinates: 'asymmetric' });
    builder.output(builder.scale(x, 0.5), 3);
    adapt(builder.graph, { ...PLAIN, scale: 2, addsEnlarged: true }, 'x');
    const input = picture(3, 2, 2);
    const made = await run(builder, input);
    expect(made?.dims).toEqual([1, 3, 4, 4]);
    expect(made?.data[0]).toBeCloseTo(1.5 * (input.data[0] ?? 0), 6);
  });

  it('refuses what is no picture of one or three colours', () => {
    const { graph } = valid(2);
    expect(() => adapt(graph, { ...PLAIN, inputChannels: 2, outputChannels: 2 }, 'x')).toThrow(
      expect.objectContaining({ code: 'model/unknown-architecture' }),
    );
  });
});
