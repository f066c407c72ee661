import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GessoError } from '../../contract/errors.ts';
import { STATISTICS, statisticsFeeds } from '../../contract/statistics.ts';
import { CATALOGUE } from '../../models/catalogue/index.ts';
import { bake } from '../../models/graph/bake.ts';
import { readOnnx } from '../../models/graph/read.ts';
import { writeOnnx } from '../../models/graph/write.ts';
import { convertSource } from '../../models/library/convert.ts';
import { type InstalledModel, ModelLibrary } from '../../models/library/library.ts';
import { cropTensor, testPicture } from '../../models/library/test-picture.ts';
import { largestDifference } from '../../models/testing/random.ts';
import { runBytes, runnerOf } from '../../models/testing/run.ts';

/** The networks of Style, installed by the library itself. */
const ROOT = path.resolve(import.meta.dirname, '../..');
const REFERENCE = process.env.GESSO_REFERENCE ?? path.resolve(ROOT, '../shared/expected');
const isGiven = existsSync(path.join(REFERENCE, 'tensors', 'magenta-arbitrary.stylized.f32'));

const work = mkdtempSync(path.join(tmpdir(), 'gesso-style-networks-'));
const run = runnerOf(ort);
const models = new Map<string, InstalledModel>();
let lacking = '';

beforeAll(async () => {
  const library = new ModelLibrary({
    folder: work,
    downloads: path.join(ROOT, '.cache/downloads'),
    catalogue: CATALOGUE,
    convert: (request) => convertSource(request, run),
  });
  try {
    for (const id of ['magenta-style', 'magenta-style-reader', 'multistyle26'])
      models.set(id, await library.install(id));
  } catch (thrown) {
    if (!(thrown instanceof GessoError) || thrown.code !== 'model/fetch-failed') throw thrown;
    lacking = `${thrown.message} ${thrown.hint}`;
  }
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

function given(name: string): Float32Array {
  const bytes = readFileSync(path.join(REFERENCE, 'tensors', `${name}.f32`));
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

/** Interleaved -> planar. */
function planar(data: Float32Array): Float32Array {
  const pixels = data.length / 3;
  return Float32Array.from(data, (_, at) => data[(at % pixels) * 3 + Math.floor(at / pixels)]!);
}

function meanDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + Math.abs(value - b[at]!), 0) / a.length;
}

async function paint(
  id: string,
  data: Float32Array,
  [height, width]: readonly [number, number],
  style: Float32Array,
): Promise<{ output: Float32Array; statistics: Float32Array }> {
  const { file, descriptor } = models.get(id)!;
  const made = await run(file, {
    input: { data, dims: [1, 3, height, width] },
    style: { data: style, dims: [style.length] },
    ...statisticsFeeds(descriptor.statistics ?? 0),
  });
  return { output: made.output!.data, statistics: made[STATISTICS.measured]!.data };
}

describe('against the reference tensors given with the task', () => {
  test.skipIf(!isGiven)('26 styles are within 1e-3', async ({ skip }) => {
    if (lacking) skip(lacking);
    const weights = given('multistyle26.style_weights');
    const { output } = await paint('multistyle26', given('multistyle26.image'), [128, 160], weights);
    expect(largestDifference(output, given('multistyle26.stylized'))).toBeLessThan(1e-3);
  });

  // The tensor is what 8-bit kernels of one processor made: the file itself is 0.13 from it, on average and as
  // onnxruntime runs it on a processor without VNNI, and 0.006 as it emulates it. See docs/decisions/style-networks.md.
  test.skipIf(!isGiven)('a style that is read is within two steps of the quantised one', async ({ skip }) => {
    if (lacking) skip(lacking);
    const { file } = models.get('magenta-style-reader')!;
    const input = { data: planar(given('magenta-arbitrary.style_image')), dims: [1, 3, 256, 256] };
    const style = (await run(file, { input })).output!.data;
    const wanted = given('magenta-arbitrary.style_vector');
    expect(largestDifference(style, wanted)).toBeLessThan(0.04);
    expect(meanDifference(style, wanted)).toBeLessThan(0.011);
  });

  test.skipIf(!isGiven)(
    'freed of its quantising, the painter is 0.02 from the quantised one',
    async ({ skip }) => {
      if (lacking) skip(lacking);
      const picture = planar(given('magenta-arbitrary.content_image'));
      const style = given('magenta-arbitrary.style_vector');
      const { output } = await paint('magenta-style', picture, [384, 384], style);
      expect(meanDifference(output, planar(given('magenta-arbitrary.stylized')))).toBeLessThan(0.02);
    },
  );
});

describe.each(['magenta-style', 'multistyle26'])('%s', (id) => {
  const [height, width] = [192, 480];
  const picture = testPicture(3, height, width);
  const style = () => {
    const { values = 0, reader } = models.get(id)!.descriptor.style ?? {};
    return Float32Array.from({ length: values }, (_, at) => (reader ? Math.sin(at * 1.7) : Number(at === 7)));
  };

  test('goes through picture and style: other ones make other pictures', async ({ skip }) => {
    if (lacking) skip(lacking);
    const { output } = await paint(id, picture, [height, width], style());
    expect(meanDifference(output, picture)).toBeGreaterThan(0.05);
    const other = await paint(id, picture, [height, width], style().toReversed());
    expect(meanDifference(output, other.output)).toBeGreaterThan(0.02);
  });

  test('with what it measures baked in is the same, and a tile of it is that part of the whole', async ({
    skip,
  }) => {
    if (lacking) skip(lacking);
    const { file, descriptor } = models.get(id)!;
    const { output, statistics } = await paint(id, picture, [height, width], style());
    const graph = readOnnx(readFileSync(file), id);
    bake(graph, { statistics, inputs: { style: style() } });
    expect(graph.nodes.map(({ op }) => op)).not.toContain('ReduceMean');
    const tiles = writeOnnx(graph);
    const whole = await runBytes(ort, tiles, { input: { data: picture, dims: [1, 3, height, width] } });
    expect(largestDifference(whole.output!.data, output)).toBeLessThan(1e-3);
    const size = { channels: 3, height, width };
    const [left, wide] = [96, 256];
    const part = cropTensor(picture, size, { top: 0, left, height, width: wide });
    const made = (await runBytes(ort, tiles, { input: { data: part, dims: [1, 3, height, wide] } })).output!;
    const { overlap } = descriptor;
    const inner = { top: 0, left: overlap, height, width: wide - 2 * overlap };
    const seen = cropTensor(made.data, { ...size, width: wide }, inner);
    const wanted = cropTensor(output, size, { ...inner, left: left + overlap });
    expect(largestDifference(seen, wanted)).toBeLessThan(3 / 255);
  });
});
