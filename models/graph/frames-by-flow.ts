import { GraphBuilder } from './builder.ts';
import type { Graph } from './graph.ts';
import { sampleByDeforming } from './sample-by-deforming.ts';

interface FrameSize {
  width: number;
  height: number;
}

/** Pixels of a side that is reduced `factor` times; what is left over makes one more. */
export function reducedSide(side: number, factor: number): number {
  return Math.ceil(side / factor);
}

/**
 * Makes frames smaller: `input` [1, 3, height, width] to `output` of the reduced size, each pixel the mean of factor x
 * factor, edges repeated.
 */
export function reduceFrame({ width, height }: FrameSize, factor: number): Graph {
  const builder = new GraphBuilder('reduce');
  const input = builder.extraInput('input', [1, 3, height, width]);
  const [bottom, right] = [height, width].map((side) => reducedSide(side, factor) * factor - side) as [
    number,
    number,
  ];
  const even = bottom + right > 0 ? builder.padEnd(input, bottom, right, 'edge') : input;
  const square = { ints: [factor, factor] };
  builder.node('AveragePool', [even], { kernel_shape: square, strides: square }, 'output');
  const dims = [1, 3, reducedSide(height, factor), reducedSide(width, factor)];
  builder.graph.outputs.push({ name: 'output', type: 'float32', dims });
  return builder.graph;
}

/**
 * Mixes a frame between two by what was estimated on reduced ones: `frame0` and `frame1` [1, 3, height, width], `flow`
 * [1, 4, h, w] and `mask` [1, 1, h, w] of the reduced size as IFNet gives them, to `output` [1, 3, height, width].
 * @param onProcessor uses operators that only the processor has
 */
export function framesByFlow({ width, height }: FrameSize, factor: number, onProcessor: boolean): Graph {
  const builder = new GraphBuilder('frames by flow');
  const frames = [0, 1].map((side) => builder.extraInput(`frame${side}`, [1, 3, height, width]));
  const reduced = [reducedSide(height, factor), reducedSide(width, factor)];
  const enlarged = (channels: number, name: string) => {
    const small = builder.extraInput(name, [1, channels, ...reduced]);
    const large = builder.resize(small, factor, factor, { mode: 'linear', coordinates: 'half_pixel' });
    return builder.slice(builder.slice(large, 2, 0, height), 3, 0, width);
  };
  // From reduced pixels to the whole's, to the units of GridSample's grid, whose -1 and 1 are the outermost centres.
  const [across, down] = [width, height].map((side) => (2 * factor) / Math.max(1, side - 1));
  const units = builder.constant(Float32Array.of(across!, down!), [1, 2, 1, 1]);
  const flow = enlarged(4, 'flow');
  const mask = enlarged(1, 'mask');
  const line = (side: number, dims: number[]) =>
    builder.constant(
      Float32Array.from({ length: side }, (_, at) => (2 * at) / Math.max(1, side - 1) - 1),
      dims,
    );
  const grid = (side: number) => {
    const steps = builder.mul(builder.slice(flow, 1, 2 * side, 2 * side + 2), units);
    const [x, y] = [builder.slice(steps, 1, 0, 1), builder.slice(steps, 1, 1, 2)];
    const places = [
      builder.add(x, line(width, [1, 1, 1, width])),
      builder.add(y, line(height, [1, 1, height, 1])),
    ];
    return builder.transpose(builder.concat(places), [0, 2, 3, 1]);
  };
  const [warped0, warped1] = frames.map((frame, side) =>
    builder.node('GridSample', [frame, grid(side)], {
      mode: { string: 'bilinear' },
      padding_mode: { string: 'border' },
      align_corners: { int: 1 },
    }),
  ) as [string, string];
  const difference = builder.mul(mask, builder.sub(warped0, warped1));
  builder.node('Add', [warped1, difference], {}, 'output');
  builder.graph.outputs.push({ name: 'output', type: 'float32', dims: [1, 3, height, width] });
  if (onProcessor) sampleByDeforming(builder.graph);
  return builder.graph;
}
