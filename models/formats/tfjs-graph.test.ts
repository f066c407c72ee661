import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { GessoError } from '../../contract/errors.ts';
import { optimise } from '../graph/passes/index.ts';
import { writeOnnx } from '../graph/write.ts';
import { largestDifference, randomFloats } from '../testing/random.ts';
import { runBytes } from '../testing/run.ts';
import { doublingGraphModel, tinyGraphModel } from '../testing/tfjs-graph.ts';
import { inMemory } from './byte-source.ts';
import { tfjsGraphModel } from './tfjs-graph.ts';

const read = async (text: string, bytes: Uint8Array) =>
  tfjsGraphModel(text, () => inMemory(bytes), 'model.json');

async function codeOf(text: string, bytes: Uint8Array): Promise<string> {
  const thrown = await read(text, bytes).then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason,
  );
  if (thrown instanceof GessoError) return thrown.code;
  throw thrown;
}

/** What the tiny model computes, straight from TensorFlow's definitions. */
function expected(picture: Float32Array, height: number, width: number): Float32Array {
  const { weights } = tinyGraphModel();
  const matrix = weights.matrix as Float32Array;
  const at = (c: number, y: number, x: number) => picture[(c * height + y) * width + x]!;
  const out = new Float32Array(3 * height * width);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (let o = 0; o < 3; o += 1) {
        let sum = 0;
        for (let c = 0; c < 3; c += 1) sum += at(c, y, x) * matrix[c * 3 + o]!;
        out[(o * height + y) * width + x] = Math.max(0, sum) + at(o, y, x);
      }
    }
  }
  return out;
}

describe('a graph model of TensorFlow.js', () => {
  test('does what its nodes say, in NCHW, at several sizes', async () => {
    const { text, bytes } = tinyGraphModel();
    const graph = await read(text, bytes);
    for (const ready of [graph, undefined]) {
      if (!ready) optimise(graph);
      for (const [height, width] of [
        [4, 6],
        [8, 2],
      ] as const) {
        const data = randomFloats(3 * height * width, 7, 0, 1);
        const feeds = { input: { data, dims: [1, 3, height, width] } };
        const made = (await runBytes(ort, writeOnnx(graph), feeds)).output!;
        expect(made.dims).toEqual([1, 3, height, width]);
        expect(largestDifference(made.data, expected(data, height, width))).toBeLessThan(1e-5);
      }
    }
  });

  test('keeps nothing of the sizes that it computes node by node', async () => {
    const { text, bytes } = tinyGraphModel();
    const graph = await read(text, bytes);
    expect(graph.nodes.some((node) => /^(FloorDiv|Pack|Mod|Unsqueeze|Cast)$/.test(node.op))).toBe(false);
  });

  test('that spells an enlargement out is one Resize', async () => {
    const { text, bytes } = doublingGraphModel();
    const graph = await read(text, bytes);
    const data = randomFloats(3 * 4 * 6, 7, 0, 1);
    const feeds = { input: { data, dims: [1, 3, 4, 6] } };
    const before = (await runBytes(ort, writeOnnx(graph), feeds)).output!;
    expect(before.dims).toEqual([1, 3, 8, 12]);
    optimise(graph);
    expect(graph.nodes.map((node) => node.op).filter((op) => op !== 'Identity')).toEqual(['Resize']);
    const after = (await runBytes(ort, writeOnnx(graph), feeds)).output!;
    expect(largestDifference(before.data, after.data)).toBe(0);
  });

  test('reads quantised weights and whole numbers', async () => {
    const { text, bytes, weights } = tinyGraphModel({ quantised: true });
    const graph = await read(text, bytes);
    const tensor = [...graph.initializers.values()].find(({ dims }) => dims.join() === '3,3');
    expect(largestDifference(tensor!.data as Float32Array, weights.matrix as Float32Array)).toBeLessThan(
      0.01,
    );
  });

  test.each([
    [
      'a cycle',
      'model/broken',
      (nodes: Node[]): unknown => nodes.find(({ op }) => op === 'Relu')!.input!.splice(0, 1, 'sum'),
    ],
    ['a missing node', 'model/broken', (nodes: Node[]): unknown => nodes.splice(1, 1)],
    ['two of one name', 'model/broken', (nodes: Node[]): unknown => nodes.push(nodes[0]!)],
    [
      'an unknown operator',
      'model/unknown-architecture',
      (nodes: Node[]): unknown => (nodes.find(({ op }) => op === 'Relu')!.op = 'Evil'),
    ],
    [
      'an operator like a property',
      'model/unknown-architecture',
      (nodes: Node[]): unknown => (nodes.find(({ op }) => op === 'Relu')!.op = 'constructor'),
    ],
    ['no nodes', 'model/broken', (nodes: Node[]): unknown => nodes.splice(0)],
  ] as const)('refuses %s', async (_, code, change) => {
    const { json, bytes } = tinyGraphModel();
    change(json.modelTopology.node as Node[]);
    expect(await codeOf(JSON.stringify(json), bytes)).toBe(code);
  });

  test('refuses weights that lie about their size or place', async () => {
    const { json, text, bytes } = tinyGraphModel();
    expect(await codeOf(text, bytes.subarray(0, 8))).toBe('model/broken');
    json.weightsManifest[0]!.weights[0]!.shape = [1e6, 1e6];
    expect(await codeOf(JSON.stringify(json), bytes)).toBe('model/broken');
    const other = tinyGraphModel().json;
    other.weightsManifest[0]!.paths = ['../../etc/passwd'];
    expect(await codeOf(JSON.stringify(other), bytes)).toBe('model/unsafe');
  });

  test('answers any damage with a typed error or a graph', async () => {
    const { text, bytes } = tinyGraphModel();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(text.length - 1), fc.constantFrom(...'0"[]{},:-9ex')), {
          minLength: 1,
          maxLength: 4,
        }),
        async (flips) => {
          const letters = [...text];
          for (const [at, letter] of flips) letters[at] = letter;
          const outcome = await read(letters.join(''), bytes).catch((thrown: unknown) => thrown);
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(GessoError);
        },
      ),
      { numRuns: 300 },
    );
  });
});

interface Node {
  name: string;
  op: string;
  input?: string[];
}
