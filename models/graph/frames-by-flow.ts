import { GraphBuilder } from './builder.ts';
import type { Graph } from './graph.ts';
import { sampleByDeforming } from './sample-by-deforming.ts';

interface FrameSize {
  width: number;
  height: number;
}

/**
 * Warps and mixes two frames: `frame0` and `frame1` [1, 3, height, width], `flow` [1, 4, height, width] and `mask`
 * [1, 1, height, width] as IFNet gives them, to `output` [1, 3, height, width].
 * @param onProcessor uses operators that only the processor has
 */
export function framesByFlow({ width, height }: FrameSize, onProcessor: boolean): Graph {
  const builder = new GraphBuilder('frames by flow');
  const frames = [0, 1].map((side) => builder.extraInput(`frame${side}`, [1, 3, height, width]));
  const flow = builder.extraInput('flow', [1, 4, height, width]);
  const mask = builder.extraInput('mask', [1, 1, height, width]);
  // A pixel in the units of GridSample's grid, where -1 and 1 are the outermost centres.
  const [across, down] = [width, height].map((side) => 2 / Math.max(1, side - 1));
  const units = builder.constant(Float32Array.of(across!, down!), [1, 2, 1, 1]);
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
