import { consumersOf, floatsOf, type Graph, type GraphNode, intsOf } from '../graph.ts';
import { pick, stridesOf } from '../values.ts';
import { addConstant, floats } from './rewrite.ts';

/** Operators that treat every element for itself, so that the order of the axes does not matter to them. */
const ELEMENTWISE = new Set([
  ...[
    'Relu',
    'LeakyRelu',
    'Sigmoid',
    'Tanh',
    'Erf',
    'Exp',
    'Sqrt',
    'Neg',
    'Abs',
    'Gelu',
    'FastGelu',
    'HardSwish',
  ],
  ...['Add', 'Sub', 'Mul', 'Div'],
]);

/**
 * Merges transposes that follow each other, drops those that change nothing, and moves the others behind operators that
 * treat every element for itself, where they meet the ones that undo them. One walk: what moves is met again further on.
 * @returns how many changes were made
 */
export function moveTransposes(graph: Graph): number {
  const walk = new Walk(graph);
  for (const node of graph.nodes) walk.take(node);
  graph.nodes = walk.nodes;
  return walk.changes;
}

class Walk {
  readonly nodes: GraphNode[] = [];
  changes = 0;
  readonly #graph: Graph;
  readonly #turned = new Map<string, GraphNode>();
  readonly #same = new Map<string, string>();
  readonly #readers = new Map<string, number>();
  readonly #results: ReadonlySet<string>;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#results = new Set(graph.outputs.map(({ name }) => name));
    for (const [value, places] of consumersOf(graph)) this.#readers.set(value, places.length);
  }

  take(node: GraphNode): void {
    node.inputs = node.inputs.map((value) => this.#same.get(value) ?? value);
    if (node.op === 'Transpose' && !node.domain) this.#transpose(node);
    else if (ELEMENTWISE.has(node.op) && this.#sink(node)) this.changes += 1;
    else if (node.op === 'Pad' && !node.domain && this.#sinkPad(node)) this.changes += 1;
    else this.nodes.push(node);
  }

  #transpose(node: GraphNode): void {
    const [input = ''] = node.inputs;
    const [output = ''] = node.outputs;
    const before = this.#turned.get(input);
    const perm = intsOf(node, 'perm', []);
    if (!perm.length) {
      this.nodes.push(node);
      return;
    }
    const first = before ? intsOf(before, 'perm', []) : perm.map((_, axis) => axis);
    const both = perm.map((axis) => first[axis] ?? 0);
    const source = before?.inputs[0] ?? input;
    if (both.every((axis, index) => axis === index) && !this.#results.has(output)) {
      this.#same.set(output, source);
      this.#count(input, -1);
      this.#count(source, this.#readers.get(output) ?? 0);
      this.changes += 1;
      return;
    }
    if (before && both.every((axis, index) => axis === index)) {
      // A result keeps its name: an Identity, which goes when whoever makes the source can have that name.
      this.nodes.push({ ...node, op: 'Identity', inputs: [source], attributes: {} });
      this.#count(input, -1);
      this.#count(source, 1);
      this.changes += 1;
      return;
    }
    if (before) {
      this.#count(input, -1);
      this.#count(source, 1);
      this.changes += 1;
    }
    const merged = before ? { ...node, inputs: [source], attributes: { perm: { ints: both } } } : node;
    this.#turned.set(output, merged);
    this.nodes.push(merged);
  }

  /** Runs an operator before the transposes that it reads. */
  #sink(node: GraphNode): boolean {
    const [output = ''] = node.outputs;
    if (this.#results.has(output) || node.outputs.length !== 1) return false;
    const sources = node.inputs.map((value) => this.#turned.get(value));
    const perm = intsOf(sources.find(Boolean) ?? node, 'perm', []);
    const biased = node.op === 'FastGelu' && node.inputs.length > 1;
    if (!perm.length || biased) return false;
    const movable = node.inputs.every((value, index) => {
      const source = sources[index];
      if (!source) return movedConstant(this.#graph, value, perm) !== undefined;
      const mine = node.inputs.filter((other) => other === value).length;
      return this.#readers.get(value) === mine && intsOf(source, 'perm', []).join() === perm.join();
    });
    if (!movable) return false;
    const inner = this.#free(`${output}_moved`);
    const inputs = node.inputs.map((value, index) => {
      this.#count(value, -1);
      return sources[index]?.inputs[0] ?? constantFor(this.#graph, value, perm);
    });
    for (const value of inputs) this.#count(value, 1);
    this.nodes.push({ ...node, name: `n_${inner}`, inputs, outputs: [inner] });
    this.#readers.set(inner, 1);
    const transpose = {
      op: 'Transpose',
      domain: '',
      name: `n_${output}`,
      inputs: [inner],
      outputs: [output],
      attributes: { perm: { ints: perm } },
    };
    this.#turned.set(output, transpose);
    this.nodes.push(transpose);
    return true;
  }

  /** Pads before the transpose that is read, where nobody else reads that. */
  #sinkPad(node: GraphNode): boolean {
    const [x = '', pads = '', value = '', axes = ''] = node.inputs;
    const [output = ''] = node.outputs;
    const before = this.#turned.get(x);
    const perm = before ? intsOf(before, 'perm', []) : [];
    const data = this.#graph.initializers.get(pads)?.data;
    const isAll = data instanceof BigInt64Array && data.length === 2 * perm.length && !axes;
    if (!before || !isAll || this.#readers.get(x) !== 1 || this.#results.has(output)) return false;
    // Axis `perm[i]` of the source is padded as axis i of the transposed.
    const moved = BigInt64Array.from(data);
    perm.forEach((axis, index) => {
      moved[axis] = data[index] ?? 0n;
      moved[axis + perm.length] = data[index + perm.length] ?? 0n;
    });
    const name = addConstant(this.#graph, `${pads}_moved`, {
      type: 'int64',
      dims: [moved.length],
      data: moved,
    });
    const inner = this.#free(`${output}_moved`);
    const [source = ''] = before.inputs;
    this.#count(x, -1);
    this.#count(source, 1);
    const inputs = [source, name, ...(value ? [value] : [])];
    // The transpose behind it takes the name that it had.
    this.nodes.push({ ...node, name: `n_${inner}`, inputs, outputs: [inner] });
    this.#readers.set(inner, 1);
    const transpose = { ...before, name: `n_${output}`, inputs: [inner], outputs: [output] };
    this.#turned.set(output, transpose);
    this.nodes.push(transpose);
    return true;
  }

  #free(name: string): string {
    return this.#readers.has(name) ? this.#free(`${name}_`) : name;
  }

  #count(value: string, by: number): void {
    this.#readers.set(value, (this.#readers.get(value) ?? 0) + by);
  }
}

/** A constant as it has to be before the axes are put in the order of `perm`; undefined where it is none. */
function movedConstant(graph: Graph, name: string, perm: readonly number[]) {
  const data = floatsOf(graph, name);
  const own = graph.initializers.get(name)?.dims;
  if (!data || !own || own.length > perm.length) return undefined;
  const dims = [...perm.slice(own.length).map(() => 1), ...own];
  const strides = stridesOf(dims);
  const back = perm.map((_, axis) => perm.indexOf(axis));
  const out = back.map((axis) => dims[axis] ?? 1);
  return { data, dims: out, strides: back.map((axis) => strides[axis] ?? 0), own };
}

function constantFor(graph: Graph, name: string, perm: readonly number[]): string {
  const moved = movedConstant(graph, name, perm);
  if (!moved || moved.data.length === 1) return name;
  const data = pick(moved.data, moved.dims, moved.strides) as Float32Array;
  return addConstant(graph, `${name}_moved`, floats(moved.dims, data));
}
