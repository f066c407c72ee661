import { outcome } from '../concrete.ts';
import type { Graph, GraphNode } from '../graph.ts';
import { type Probes, probe } from '../probes.ts';
import { countOf, type Numbers, stridesOf, type Value } from '../values.ts';
import { Surroundings } from './pattern.ts';
import { AXES, type Form, formsFor } from './resampling-forms.ts';
import { addConstant, type Draft, floats, replaceNode } from './rewrite.ts';

/** Operators that mix elements by fixed weights, and those that move them; of these, resampling is spelled out. */
const MIXING = new Set(['Add', 'Mul', 'Sub']);
const MOVING = new Set([
  ...['Concat', 'DepthToSpace', 'Expand', 'Flatten', 'Gather', 'Identity', 'Reshape', 'Slice', 'Split'],
  ...['Squeeze', 'Tile', 'Transpose', 'Unsqueeze', ...MIXING],
]);
/** The chains of real graphs are shorter: four corners of bilinear, each gathered and weighted. */
const LONGEST = 40;
/** Elements of the largest tensor that is followed. */
const LARGEST = 2 ** 21;
/** A prime beyond every index, so that no two elements of the followed picture are alike. */
const PRIME = 2_097_169;

/**
 * Finds enlarging (nearest, bilinear by pixel centres), DepthToSpace and SpaceToDepth that are spelled out in whatever
 * operators: a picture of numbers that are all different is sent through the chain at two sizes, and where it comes out
 * as the one operator would give it, that operator takes the chain's place. So reshapes with expanded or tiled axes,
 * joined copies, picked rows and columns and woven blocks are all known, channels first or last.
 * @returns how many were found
 */
export function recogniseResampling(graph: Graph): number {
  const around = new Surroundings(graph);
  const places = new Map(graph.nodes.map((node, index) => [node, index]));
  const gone = new Set<GraphNode>();
  const needed = new Set<string>();
  let probes: Probes | undefined | 'not looked' = 'not looked';
  let found = 0;
  // From the end on: of two enlargements in a row that are one, the whole is met before its half.
  for (const node of graph.nodes.toReversed()) {
    const [result = ''] = node.outputs;
    const readers = around.readers(result);
    if (readers?.every((reader) => gone.has(reader)) && !needed.has(result)) gone.add(node);
    if (gone.has(node) || !MOVING.has(node.op) || node.domain || node.outputs.length !== 1) continue;
    let best: { source: string; form: Form } | undefined;
    for (const { source, path } of sourcesOf(node, around, places)) {
      const forms = formsFor(around.dims(source) ?? [], around.dims(result) ?? []);
      if (!forms.length || (path.length === 1 && node.op === 'DepthToSpace')) continue;
      // A product or a sum alone stretches by broadcasting.
      if (path.every(({ op }) => MIXING.has(op))) continue;
      if (probes === 'not looked') probes = probe(graph);
      const form = probes && firstThatFits(source, path, probes);
      // The furthest one: rows may be enlarged first, and then columns.
      if (form) best = { source, form };
    }
    if (!best) continue;
    replaceNode(graph, node, draftsOf(graph, best.form, best.source, result));
    gone.add(node);
    needed.add(best.source);
    found += 1;
  }
  return found;
}

interface Chain {
  /** The one value that all of it is made of. */
  readonly source: string;
  /** In running order; the last makes the result. */
  readonly path: readonly GraphNode[];
}

/** Values that everything in front of a node comes from, nearest first. */
function* sourcesOf(
  node: GraphNode,
  around: Surroundings,
  places: ReadonlyMap<GraphNode, number>,
): Generator<Chain> {
  const path = new Set([node]);
  const open = new Set<string>();
  const enter = (entered: GraphNode) => {
    // What is known before a run (sizes, places, weights) is no source.
    for (const input of entered.inputs) if (input && !around.numbers(input)) open.add(input);
  };
  enter(node);
  while (path.size <= LONGEST) {
    const [only, ...others] = open;
    if (only !== undefined && !others.length)
      yield { source: only, path: [...path].toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0)) };
    let last: GraphNode | undefined;
    for (const value of open) {
      const maker = around.maker(value);
      if (!maker) return;
      if (!last || (places.get(maker) ?? 0) > (places.get(last) ?? 0)) last = maker;
    }
    if (!last || !MOVING.has(last.op)) return;
    for (const output of last.outputs) open.delete(output);
    path.add(last);
    enter(last);
  }
}

function firstThatFits(source: string, path: readonly GraphNode[], probes: Probes): Form | undefined {
  const [first, ...others] = probes.values;
  const from = first?.get(source)?.dims ?? [];
  // Where rows and columns are others too: a single pixel, or what is padded to 64, is enlarged by a chance number.
  const second = others.find((values) => {
    const dims = values.get(source)?.dims ?? [];
    return dims.filter((size, axis) => size !== from[axis]).length === 2;
  });
  if (!second) return undefined;
  const once = first && followed(source, path, first);
  const forms = once ? formsFor(once.from, once.to) : [];
  const index = once ? forms.findIndex((form) => fits(form, once)) : -1;
  const twice = index >= 0 ? followed(source, path, second) : undefined;
  const [form, other] = [forms[index], twice && formsFor(twice.from, twice.to)[index]];
  // A factor that is another at the other size is no factor.
  const isSame = JSON.stringify(form?.draft('', '', String)) === JSON.stringify(other?.draft('', '', String));
  return form && twice && other && isSame && fits(other, twice) ? form : undefined;
}

interface Run {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly given: Numbers;
  readonly made: Numbers;
}

/** Sends numbers through the chain. @returns undefined where they cannot be followed */
function followed(
  source: string,
  path: readonly GraphNode[],
  values: ReadonlyMap<string, Value>,
): Run | undefined {
  const from = values.get(source)?.dims;
  if (!from || countOf(from) > LARGEST) return undefined;
  const given = Float32Array.from({ length: countOf(from) }, (_, index) => ((index * 7919) % PRIME) / PRIME);
  const known = new Map<string, Value>([[source, { type: 'float32', dims: from, data: given }]]);
  for (const node of path) {
    for (const input of node.inputs) {
      const value = values.get(input);
      if (value && !known.has(input)) known.set(input, value);
    }
    outcome(node, known, LARGEST).forEach((value, index) => {
      const name = node.outputs[index];
      if (name) known.set(name, value);
    });
  }
  const { dims: to, data: made } = known.get(path.at(-1)?.outputs[0] ?? '') ?? {};
  return to && made ? { from, to, given, made } : undefined;
}

function fits({ layout, at, tolerance }: Form, { from, to, given, made }: Run): boolean {
  const axes = AXES[layout];
  const [steps, places] = [stridesOf(from), stridesOf(to)].map((strides) =>
    axes.map((axis) => strides[axis] ?? 0),
  );
  const dot = (a: readonly number[] = [], b: readonly number[] = []) =>
    a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
  const read = (...place: readonly number[]) => given[dot(place, steps)] ?? Number.NaN;
  const [batch = 0, channels = 0, rows = 0, columns = 0] = axes.map((axis) => to[axis] ?? 0);
  for (let n = 0; n < batch; n += 1) {
    for (let c = 0; c < channels; c += 1) {
      for (let y = 0; y < rows; y += 1) {
        for (let x = 0; x < columns; x += 1) {
          const wanted = at([n, c, y, x], read);
          const is = made[dot([n, c, y, x], places)] ?? Number.NaN;
          if (!(Math.abs(is - wanted) <= tolerance)) return false;
        }
      }
    }
  }
  return true;
}

function draftsOf(graph: Graph, { layout, draft }: Form, source: string, result: string): Draft[] {
  const scales = (factors: readonly number[]) =>
    addConstant(graph, `${result}_scales`, floats([4], Float32Array.from(factors)));
  if (layout === 'nchw') return [draft(source, result, scales)];
  const turn = (input: string, output: string, ints: readonly number[]): Draft => ({
    op: 'Transpose',
    inputs: [input],
    outputs: [output],
    attributes: { perm: { ints } },
  });
  const [picture, made] = [`${result}_nchw`, `${result}_resampled`];
  return [
    turn(source, picture, [0, 3, 1, 2]),
    draft(picture, made, scales),
    turn(made, result, [0, 2, 3, 1]),
  ];
}
