import type { GraphBuilder } from '../builder.ts';
import { countOf } from '../values.ts';

/** How a weight begins: even between -bound and bound, normal about zero, or one number everywhere. */
export type Start = { readonly uniform: number } | { readonly normal: number } | { readonly fill: number };

/** Where a weight lies in the flat vector. */
export interface Place {
  readonly name: string;
  readonly dims: readonly number[];
  /** In floats. */
  readonly offset: number;
}

/** A weight of a network that learns. */
export interface Weight extends Place {
  readonly start: Start;
}

/**
 * Where a network's weights come from. A network is written once against this: while it learns they are parts of one
 * flat input, and in what it leaves behind they are the graph's own.
 */
export interface Weights {
  /** The value of a weight; the same name gives the same value. */
  get(name: string, dims: readonly number[], start: Start): string;
  /** To be called once all weights have been asked for: adds what is fed to the graph. */
  declare(): void;
}

/** Weights that are parts of one vector fed to the graph, so that one optimiser sees all of them at once. */
export class FlatWeights implements Weights {
  readonly layout: Weight[] = [];
  readonly #values = new Map<string, string>();
  #count = 0;
  #declared: number | undefined;

  /**
   * @param input the graph input that holds the vector; `declare` adds it once all weights are known
   * @param known where weights lie in a vector that is learnt elsewhere; a graph may use some of them
   */
  constructor(
    private readonly b: GraphBuilder,
    readonly input: string,
    private readonly known?: readonly Weight[],
  ) {
    const last = known?.at(-1);
    if (last) this.#count = last.offset + countOf(last.dims);
  }

  get count(): number {
    return this.#count;
  }

  /** The weights' values in the order of the layout. */
  get values(): string[] {
    return this.layout.map(({ name }) => this.#values.get(name) ?? '');
  }

  get(name: string, dims: readonly number[], start: Start): string {
    const known = this.#values.get(name);
    if (known) return known;
    const weight = this.known ? placeOf(this.known, name, dims) : { name, dims, offset: this.#count, start };
    const end = weight.offset + countOf(dims);
    const value = this.b.reshape(this.b.slice(this.input, 0, weight.offset, end), dims);
    this.layout.push(weight);
    this.#values.set(name, value);
    this.#count = Math.max(this.#count, end);
    return value;
  }

  /** May be called again, but no weight may come after the first time. */
  declare(): void {
    if (this.#declared === undefined) this.b.extraInput(this.input, [this.#count]);
    else if (this.#declared !== this.#count) throw new Error('a weight was asked for too late');
    this.#declared = this.#count;
  }
}

/** Weights that are the graph's own, cut out of a vector as it was learnt. */
export class FixedWeights implements Weights {
  readonly #values = new Map<string, string>();

  constructor(
    private readonly b: GraphBuilder,
    private readonly layout: readonly Place[],
    private readonly vector: Float32Array,
  ) {}

  get(name: string, dims: readonly number[]): string {
    const known = this.#values.get(name);
    if (known) return known;
    const weight = placeOf(this.layout, name, dims);
    const data = this.vector.slice(weight.offset, weight.offset + countOf(dims));
    const value = this.b.constant(data, dims, name);
    this.#values.set(name, value);
    return value;
  }

  /** They are the graph's own: nothing is fed. */
  declare(): void {}
}

function placeOf<P extends Place>(layout: readonly P[], name: string, dims: readonly number[]): P {
  const weight = layout.find((item) => item.name === name);
  if (!weight || weight.dims.join() !== dims.join()) throw new Error(`no weight ${name} [${dims}]`);
  return weight;
}

/** PyTorch's own for linear and convolution layers: even within 1 / sqrt(inputs of one output). */
export const fanIn = (inputs: number): Start => ({ uniform: 1 / Math.sqrt(inputs) });

/**
 * The first vector.
 * @param random even in [0, 1); the same numbers give the same vector
 */
export function startVector(layout: readonly Weight[], random: () => number): Float32Array {
  const last = layout.at(-1);
  const vector = new Float32Array(last ? last.offset + countOf(last.dims) : 0);
  for (const { offset, dims, start } of layout) {
    const draw = () => {
      if ('fill' in start) return start.fill;
      if ('uniform' in start) return (random() * 2 - 1) * start.uniform;
      // Box and Muller; 1 - u keeps zero out of the logarithm.
      return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()) * start.normal;
    };
    const end = offset + countOf(dims);
    for (let at = offset; at < end; at += 1) vector[at] = draw();
  }
  return vector;
}
