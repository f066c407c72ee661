import type { Graph, GraphNode } from '../graph.ts';
import { dropDeadCode } from './dead-code.ts';
import { dequantiseFirst, integersOf, isQuantiser, RANGES } from './quantised.ts';
import { addConstant, type Draft, floats, replaceNode } from './rewrite.ts';

/** A value that is held as whole numbers in floats: what it stands for is each of them times its scale. */
interface Whole {
  readonly value: string;
  /** One, or one for each output channel. */
  readonly scale: Float32Array;
}

/**
 * Spells the arithmetic of a quantised network with floats that hold whole numbers, so that it gives the same numbers
 * everywhere. Run as it is filed, it does not: on processors without VNNI, onnxruntime's kernels for 8 bits saturate
 * their sums of two products (a style vector came out 0.13 off, on average), and in emulation the mean of 64 whole
 * numbers, often exactly between two steps, is rounded either way. Sums below 2^24 are exact in float32.
 *
 * Takes what quantisers of convolutional networks write: QuantizeLinear and DequantizeLinear, one scale for each
 * activation, around Conv, Add, GlobalAveragePool, and Clips that the range stands for.
 * @returns whether it was done; where not, the graph is unchanged
 */
export function spellIntegers(graph: Graph): boolean {
  const draft: Graph = {
    ...graph,
    nodes: graph.nodes.map((node) => ({ ...node, inputs: [...node.inputs] })),
    initializers: new Map(graph.initializers),
  };
  for (const node of [...draft.nodes])
    if (isQuantiser(node, 'DequantizeLinear')) dequantiseFirst(draft, node);
  if (!new Speller(draft).run()) return false;
  dropDeadCode(draft);
  graph.nodes = draft.nodes;
  graph.initializers.clear();
  for (const [name, tensor] of draft.initializers) graph.initializers.set(name, tensor);
  return true;
}

class Speller {
  readonly graph: Graph;
  readonly #wholes = new Map<string, Whole>();
  readonly #makers: ReadonlyMap<string, GraphNode>;

  constructor(graph: Graph) {
    this.graph = graph;
    this.#makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
  }

  run(): boolean {
    let spelled = 0;
    for (const node of [...this.graph.nodes]) {
      if (isQuantiser(node, 'QuantizeLinear')) {
        if (!this.#quantise(node)) return false;
      } else if (isQuantiser(node, 'DequantizeLinear')) {
        if (!this.#dequantise(node)) return false;
        spelled += 1;
      }
    }
    return spelled > 0;
  }

  #dequantise(node: GraphNode): boolean {
    const [source = '', scaleName = ''] = node.inputs;
    const [output = ''] = node.outputs;
    const scale = this.#floats(scaleName);
    const made = this.#wholes.get(source);
    const value = made?.value ?? this.#stored(node);
    if (!value || !scale) return false;
    this.#wholes.set(output, { value, scale });
    // Whoever reads it without quantising it again gets what it stands for.
    const step = this.#constant(`${output}_step`, scale, scale.length === 1 ? [] : [scale.length, 1, 1, 1]);
    replaceNode(this.graph, node, [{ op: 'Mul', inputs: [value, step], outputs: [output] }]);
    return true;
  }

  #stored({ inputs: [source = '', , zeroName = ''], outputs: [output = ''] }: GraphNode): string | undefined {
    const tensor = this.graph.initializers.get(source);
    const numbers = tensor && integersOf(tensor);
    const zero = this.graph.initializers.get(zeroName);
    const zeros = zero ? integersOf(zero) : Int32Array.of(0);
    if (!tensor || !numbers || !zeros || !Array.from(zeros).every((each) => each === zeros[0])) return undefined;
    const data = Float32Array.from(numbers, (each) => each - (zeros[0] ?? 0));
    return addConstant(this.graph, `${output}_whole`, floats(tensor.dims, data));
  }

  #quantise(node: GraphNode): boolean {
    const [source = '', scaleName = '', zeroName = ''] = node.inputs;
    const [output = ''] = node.outputs;
    const [step, ...steps] = this.#floats(scaleName) ?? [];
    const zero = this.graph.initializers.get(zeroName);
    const range = RANGES[zero?.type ?? 'uint8'];
    if (step === undefined || steps.length > 0 || !range) return false;
    const offset = (zero && integersOf(zero)?.[0]) ?? 0;
    const real = `${output}_in_steps`;
    const bounds = range.map((bound, index) =>
      this.#constant(`${output}_bound_${index}`, Float32Array.of(bound - offset), []),
    );
    const made = this.#inSteps(this.#behindClip(source, step, range, offset), step, real);
    replaceNode(this.graph, node, [
      ...made,
      { op: 'Round', inputs: [real], outputs: [`${output}_rounded`] },
      { op: 'Clip', inputs: [`${output}_rounded`, ...bounds], outputs: [`${output}_whole`] },
    ]);
    this.#wholes.set(output, { value: `${output}_whole`, scale: Float32Array.of(step) });
    return true;
  }

  /** A Clip to the range of the quantising is done by that. */
  #behindClip(value: string, step: number, range: readonly [number, number], offset: number): string {
    const clip = this.#makers.get(value);
    if (clip?.op !== 'Clip' && clip?.op !== 'Relu') return value;
    const [source = '', low = '', high = ''] = clip.inputs;
    const least = clip.op === 'Relu' ? 0 : (this.#floats(low)?.[0] ?? Number.NEGATIVE_INFINITY);
    const most = clip.op === 'Relu' ? Number.POSITIVE_INFINITY : (this.#floats(high)?.[0] ?? Number.POSITIVE_INFINITY);
    const [from, to] = range.map((bound) => (bound - offset) * step) as [number, number];
    return from >= least - step / 2 && to <= most + step / 2 ? source : value;
  }

  /** The nodes that give a value in steps, not yet rounded; in whole numbers as far as it can be. */
  #inSteps(value: string, step: number, output: string): Draft[] {
    const node = this.#makers.get(value);
    const parts = node?.inputs.map((input) => this.#wholes.get(input)) ?? [];
    const [first, second, third] = parts;
    const ratio = (name: string, scale: Float32Array, dims: readonly number[]) =>
      this.#constant(name, scale.map((each) => each / step), dims);
    if (node?.op === 'Conv' && first && second && (node.inputs.length < 3 || third)) {
      const scale = second.scale.map((each) => each * (first.scale[0] ?? 0));
      const dims = scale.length === 1 ? [] : [scale.length, 1, 1];
      const inputs = [first.value, second.value, ...(third ? [third.value] : [])];
      return [
        { ...node, name: `n_${output}_sum`, inputs, outputs: [`${output}_sum`] },
        { op: 'Mul', inputs: [`${output}_sum`, ratio(`${output}_ratio`, scale, dims)], outputs: [output] },
      ];
    }
    if (node?.op === 'GlobalAveragePool' && first) {
      return [
        { ...node, name: `n_${output}_mean`, inputs: [first.value], outputs: [`${output}_mean`] },
        { op: 'Mul', inputs: [`${output}_mean`, ratio(`${output}_ratio`, first.scale, [])], outputs: [output] },
      ];
    }
    if (node?.op === 'Add' && first && second && first.scale.length === 1 && second.scale.length === 1) {
      const sides = [first, second].map(({ value: whole, scale }, index) => ({
        op: 'Mul',
        inputs: [whole, ratio(`${output}_ratio_${index}`, scale, [])],
        outputs: [`${output}_side_${index}`],
      }));
      return [...sides, { op: 'Add', inputs: sides.flatMap(({ outputs }) => outputs), outputs: [output] }];
    }
    const by = this.#constant(`${output}_by`, Float32Array.of(step), []);
    return [{ op: 'Div', inputs: [value, by], outputs: [output] }];
  }

  #floats(name: string): Float32Array | undefined {
    const data = this.graph.initializers.get(name)?.data;
    return data instanceof Float32Array ? data : undefined;
  }

  #constant(name: string, data: Float32Array, dims: readonly number[]): string {
    return addConstant(this.graph, name, floats(dims, data));
  }
}
