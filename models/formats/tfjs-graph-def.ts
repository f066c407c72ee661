import { brokenModel, unknownModel } from '../errors.ts';

const MAX_NODES = 200_000;

/** A node of a TensorFlow graph. Attributes are decoded: bytes to text, int64 strings to numbers. */
export interface TfNode {
  readonly name: string;
  readonly op: string;
  /** Names of the values read: `node`, or `node:1` for an output that is not the first. */
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
}

/** Attributes of a node, read with a fallback: what is absent or of another kind is the fallback. */
class Attributes {
  readonly #raw: Readonly<Record<string, unknown>>;

  constructor(raw: unknown) {
    this.#raw = isRecord(raw) ? raw : {};
  }

  text(name: string, fallback = ''): string {
    const value = this.#part(name, 's');
    return typeof value === 'string' ? Buffer.from(value, 'base64').toString('latin1') : fallback;
  }

  /** A type by its TensorFlow name without DT_: FLOAT, INT32, BOOL... */
  type(name: string): string {
    const value = this.#part(name, 'type');
    if (typeof value === 'number')
      return { 1: 'FLOAT', 3: 'INT32', 9: 'INT64', 10: 'BOOL' }[value] ?? String(value);
    return typeof value === 'string' ? value.replace(/^DT_/, '') : '';
  }

  flag(name: string): boolean {
    return this.#part(name, 'b') === true;
  }

  int(name: string, fallback = 0): number {
    const value = Number(this.#part(name, 'i') ?? Number.NaN);
    return Number.isInteger(value) ? value : fallback;
  }

  float(name: string, fallback: number): number {
    const value = Number(this.#part(name, 'f') ?? Number.NaN);
    return Number.isFinite(value) ? value : fallback;
  }

  ints(name: string): number[] {
    const list = this.#part(name, 'list');
    const items = isRecord(list) && Array.isArray(list.i) ? list.i : [];
    return items.map(Number).filter(Number.isInteger);
  }

  texts(name: string): string[] {
    const list = this.#part(name, 'list');
    const items = isRecord(list) && Array.isArray(list.s) ? list.s : [];
    return items.map((item) => Buffer.from(String(item), 'base64').toString('latin1'));
  }

  /** Sizes of a declared shape; -1 is free. */
  shape(name: string): number[] {
    const shape = this.#part(name, 'shape');
    const dims = isRecord(shape) && Array.isArray(shape.dim) ? shape.dim : [];
    return dims.map((dim) => Number((isRecord(dim) ? dim.size : undefined) ?? -1));
  }

  #part(name: string, kind: string): unknown {
    const attribute = Object.hasOwn(this.#raw, name) ? this.#raw[name] : undefined;
    return isRecord(attribute) ? attribute[kind] : undefined;
  }
}

/**
 * The nodes of a GraphDef in JSON, each after what it reads.
 * @throws GessoError model/broken (not a graph, missing nodes, cycles), model/unknown-architecture (functions of its
 *   own, which hide loops and branches)
 */
export function parseGraphDef(topology: unknown, file: string): TfNode[] {
  if (!isRecord(topology) || !Array.isArray(topology.node))
    throw brokenModel(file, 'it has no list of nodes');
  const { library } = topology;
  if (isRecord(library) && Array.isArray(library.function) && library.function.length)
    throw unknownModel(file, 'functions of its own');
  if (topology.node.length > MAX_NODES) throw brokenModel(file, 'it has no sensible number of nodes');
  const nodes = new Map<string, TfNode>();
  for (const raw of topology.node) {
    if (!isRecord(raw) || typeof raw.name !== 'string' || typeof raw.op !== 'string')
      throw brokenModel(file, 'a node has no name or operator');
    if (nodes.has(raw.name)) throw brokenModel(file, `two nodes are called "${raw.name}"`);
    const listed = Array.isArray(raw.input) ? raw.input : [];
    // "^name" only orders the run.
    const inputs = listed.map(String).filter((input) => !input.startsWith('^'));
    nodes.set(raw.name, {
      name: raw.name,
      op: raw.op,
      inputs: inputs.map((input) => input.replace(/:0$/, '')),
      attributes: new Attributes(raw.attr),
    });
  }
  return inOrder(nodes, file);
}

/** Depth first without recursion: a chain of thousands of nodes is ordinary. */
function inOrder(nodes: ReadonlyMap<string, TfNode>, file: string): TfNode[] {
  const ordered: TfNode[] = [];
  const state = new Map<string, 'open' | 'done'>();
  for (const root of nodes.values()) {
    const stack = [root];
    while (stack.length) {
      const node = stack.at(-1) as TfNode;
      if (state.get(node.name) === 'done') {
        stack.pop();
        continue;
      }
      state.set(node.name, 'open');
      let ready = true;
      for (const input of node.inputs) {
        const source = nodes.get(input.replace(/:\d+$/, ''));
        if (!source) throw brokenModel(file, `"${node.name}" reads "${input}", which no node makes`);
        if (state.get(source.name) === 'done') continue;
        if (state.get(source.name) === 'open')
          throw brokenModel(file, `"${source.name}" reads its own result`);
        stack.push(source);
        ready = false;
        break;
      }
      if (!ready) continue;
      state.set(node.name, 'done');
      ordered.push(node);
      stack.pop();
    }
  }
  return ordered;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
