import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { randomFloats } from '../testing/random.ts';
import { runBytes } from '../testing/run.ts';
import { GraphBuilder } from './builder.ts';
import type { Graph } from './graph.ts';
import { scaleOf } from './shapes.ts';
import { sizeNeeds } from './size-needs.ts';
import { writeOnnx } from './write.ts';

const PARTS = [
  'conv',
  'mirror',
  'down-and-up',
  'twice-down-and-up',
  'unshuffle',
  'groups-of-six',
  'pool',
] as const;

/** A network whose parts ask something of the picture's size, each in another way. */
function network(parts: readonly (typeof PARTS)[number][]): Graph {
  const builder = new GraphBuilder('needs');
  const conv = (x: string, from: number, to: number, size = 3) => {
    const half = (size - 1) / 2;
    const weight = randomFloats(to * from * size * size, to + size, -0.2, 0.2);
    return builder.conv(x, { weight, dims: [to, from, size, size], pads: [half, half, half, half] });
  };
  const halve = (x: string) =>
    builder.node('MaxPool', [x], { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } });
  const double = (x: string) => builder.resize(x, 2, 2, { mode: 'nearest', coordinates: 'asymmetric' });
  let x = conv(builder.input(3), 3, 4);
  for (const part of parts) {
    if (part === 'conv') x = builder.relu(conv(x, 4, 4));
    else if (part === 'mirror') {
      const padded = builder.node('Pad', [x, builder.ints([0, 0, 5, 5, 0, 0, 5, 5])], {
        mode: { string: 'reflect' },
      });
      x = builder.conv(padded, { weight: randomFloats(16 * 121, 2, -0.1, 0.1), dims: [4, 4, 11, 11] });
    } else if (part === 'down-and-up') x = conv(builder.concat([x, double(halve(x))]), 8, 4, 1);
    else if (part === 'twice-down-and-up') x = builder.add(x, double(double(halve(halve(x)))));
    else if (part === 'unshuffle') {
      const small = builder.node('SpaceToDepth', [x], { blocksize: { int: 2 } });
      x = builder.depthToSpace(conv(small, 16, 16), 2);
    } else if (part === 'groups-of-six') {
      const [height, width] = [builder.sizeOf(x, 2), builder.sizeOf(x, 3)];
      const apart = builder.reshape(x, [1, 4, builder.sized('Div', height, 6), 6, width]);
      x = builder.reshape(builder.relu(apart), [1, 4, height, width]);
    } else {
      // A valid convolution over a window, then back to its size.
      const narrow = builder.conv(x, { weight: randomFloats(16 * 49, 3, -0.1, 0.1), dims: [4, 4, 7, 7] });
      x = builder.pad(narrow, [0, 0, 3, 3, 0, 0, 3, 3]);
    }
  }
  builder.output(conv(x, 4, 3), 3);
  return builder.graph;
}

async function takes(graph: Graph, height: number, width: number): Promise<boolean> {
  try {
    const feeds = { input: { data: randomFloats(3 * height * width, 1, 0, 1), dims: [1, 3, height, width] } };
    const { dims } = (await runBytes(ort, writeOnnx(graph), feeds)).output!;
    return dims.join() === [1, 3, height, width].join();
  } catch {
    return false;
  }
}

describe('which sizes a graph takes', () => {
  test('is told without a run, as a run would', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 3 }), async (parts) => {
        const graph = network(parts);
        const { multipleOf, minimum } = sizeNeeds(graph, { scale: 1, offset: 0 })!;
        const least = minimum || multipleOf;
        expect(least % multipleOf).toBe(0);
        expect(await takes(graph, least, least)).toBe(true);
        expect(await takes(graph, least + 3 * multipleOf, least + multipleOf)).toBe(true);
        if (minimum) expect(await takes(graph, minimum - multipleOf, minimum - multipleOf)).toBe(false);
        // No smaller step would do: one of the sizes between is refused.
        const between = Array.from({ length: multipleOf - 1 }, (_, at) => least + 2 * multipleOf + at + 1);
        const refused = await Promise.all(between.map(async (side) => !(await takes(graph, side, side))));
        expect(multipleOf === 1 || refused.some(Boolean)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  test.each([
    ['conv', { multipleOf: 1, minimum: 0 }],
    ['mirror', { multipleOf: 1, minimum: 6 }],
    ['down-and-up', { multipleOf: 2, minimum: 0 }],
    ['twice-down-and-up', { multipleOf: 4, minimum: 0 }],
    ['unshuffle', { multipleOf: 2, minimum: 0 }],
    ['groups-of-six', { multipleOf: 6, minimum: 0 }],
    ['pool', { multipleOf: 1, minimum: 7 }],
  ] as const)('%s: %j', (part, needs) => {
    expect(sizeNeeds(network([part]), { scale: 1, offset: 0 })).toEqual(needs);
  });

  test('is not told of operators that have no rule', () => {
    const builder = new GraphBuilder('odd');
    builder.output(builder.node('Whatever', [builder.input(3)]), 3);
    expect(scaleOf(builder.graph)).toBeUndefined();
    expect(sizeNeeds(builder.graph, { scale: 1, offset: 0 })).toBeUndefined();
  });
});
