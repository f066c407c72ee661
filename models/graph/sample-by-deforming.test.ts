import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { largestDifference, randomFloats } from '../testing/random.ts';
import { runBytes } from '../testing/run.ts';
import { GraphBuilder } from './builder.ts';
import { sampleByDeforming } from './sample-by-deforming.ts';
import { writeOnnx } from './write.ts';

const [HEIGHT, WIDTH] = [12, 20];

/** Looks up a picture of five channels where a grid says, planes of x and y in, or both side by side. */
function sampler(rows: number, columns: number, padding: string, planes: boolean): GraphBuilder {
  const builder = new GraphBuilder('sampler');
  const x = builder.extraInput('x', [1, 5, HEIGHT, WIDTH]);
  const grid = builder.extraInput('grid', planes ? [1, 2, rows, columns] : [1, rows, columns, 2]);
  const places = planes ? builder.transpose(grid, [0, 2, 3, 1]) : grid;
  builder.node(
    'GridSample',
    [x, places],
    {
      mode: { string: 'bilinear' },
      padding_mode: { string: padding },
      align_corners: { int: 1 },
    },
    'output',
  );
  builder.graph.outputs.push({ name: 'output', type: 'float32', dims: [1, 5, rows, columns] });
  return builder;
}

async function difference(rows: number, columns: number, planes: boolean): Promise<number> {
  const plain = sampler(rows, columns, 'border', planes).graph;
  const deformed = sampler(rows, columns, 'border', planes).graph;
  expect(sampleByDeforming(deformed)).toBe(1);
  expect(deformed.nodes.some(({ op }) => op === 'GridSample')).toBe(false);
  const feeds = {
    x: { data: randomFloats(5 * HEIGHT * WIDTH, 1), dims: [1, 5, HEIGHT, WIDTH] },
    // A good part of it lies outside the picture.
    grid: {
      data: randomFloats(2 * rows * columns, 2, -1.4, 1.4),
      dims: planes ? [1, 2, rows, columns] : [1, rows, columns, 2],
    },
  };
  const [wanted, made] = [
    await runBytes(ort, writeOnnx(plain), feeds),
    await runBytes(ort, writeOnnx(deformed), feeds),
  ];
  expect(made.output!.dims).toEqual(wanted.output!.dims);
  return largestDifference(made.output!.data, wanted.output!.data);
}

describe('looking pictures up by a deformable convolution', () => {
  it('gives what GridSample gives, inside the picture and beyond its edges', async () => {
    expect(await difference(HEIGHT, WIDTH, true)).toBeLessThan(1e-5);
    expect(await difference(HEIGHT, WIDTH, false)).toBeLessThan(1e-5);
  });

  it('also for fewer places than the picture has pixels', async () => {
    expect(await difference(HEIGHT / 2, WIDTH / 4, true)).toBeLessThan(1e-5);
  });

  it('leaves alone what it cannot stand in for', () => {
    expect(sampleByDeforming(sampler(HEIGHT, WIDTH, 'zeros', true).graph)).toBe(0);
    expect(sampleByDeforming(sampler(HEIGHT - 1, WIDTH, 'border', true).graph)).toBe(0);
    const { graph } = sampler(2 * HEIGHT, WIDTH, 'border', true);
    expect([sampleByDeforming(graph), graph.opset]).toEqual([0, 18]);
  });
});
