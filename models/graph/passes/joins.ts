import { type Graph, type GraphNode, intOf, redirect } from '../graph.ts';
import { Surroundings } from './pattern.ts';
import { addConstant, type Draft, replaceNode } from './rewrite.ts';

/** A stretch of one axis of a value; `to` is exclusive. */
interface Part {
  readonly source: string;
  readonly axis: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Tidies what is cut and joined: a Concat of Concats over one axis is one, neighbouring parts of one value that are
 * joined again are that value or one Slice of it, and what is cut out of a Concat is taken from the parts that it was
 * joined of.
 * @returns how many were changed
 */
export function tidyJoins(graph: Graph): number {
  return flatten(graph) + rejoin(graph) + cutParts(graph);
}

function flatten(graph: Graph): number {
  const around = new Surroundings(graph);
  let changes = 0;
  // In running order, so that an inner one is flat by the time that it is taken in.
  for (const node of graph.nodes) {
    if (!isJoin(node)) continue;
    const inputs = node.inputs.flatMap((input) => {
      const inner = around.maker(input, 'Concat');
      const isOnce = around.readers(input)?.length === 1;
      return inner && isOnce && axisOf(around, inner) === axisOf(around, node) ? inner.inputs : [input];
    });
    if (inputs.length === node.inputs.length) continue;
    node.inputs = inputs;
    changes += 1;
  }
  if (changes) dropUnread(graph, 'Concat');
  return changes;
}

function rejoin(graph: Graph): number {
  const around = new Surroundings(graph);
  let changes = 0;
  for (const node of [...graph.nodes]) {
    if (!isJoin(node)) continue;
    const axis = axisOf(around, node);
    if (axis === undefined) continue;
    const runs: (Part | string)[] = [];
    for (const input of node.inputs) {
      const part = partOf(around, input);
      const before = runs.at(-1);
      const isNext =
        part?.axis === axis &&
        typeof before === 'object' &&
        before.source === part.source &&
        before.to === part.from;
      if (isNext) runs[runs.length - 1] = { ...before, to: part.to };
      else runs.push(part?.axis === axis ? part : input);
    }
    if (runs.length === node.inputs.length) continue;
    const drafts: Draft[] = [];
    let at = 0;
    const inputs = runs.map((run) => {
      const given = node.inputs[at] ?? '';
      if (typeof run === 'string') {
        at += 1;
        return run;
      }
      // A part that stands alone keeps its value.
      const ends = endsAt(around, node.inputs, at, run);
      const isOne = ends === at + 1;
      at = ends;
      return isOne ? given : stretch(graph, around, run, `${node.outputs[0]}_run_${drafts.length}`, drafts);
    });
    const [only, ...others] = inputs;
    const output = node.outputs[0] ?? '';
    if (only !== undefined && !others.length && drafts.length === 1) {
      replaceNode(graph, node, [{ ...(drafts[0] as Draft), outputs: [output] }]);
    } else {
      const join: Draft = { op: 'Concat', inputs, outputs: [output], attributes: node.attributes };
      replaceNode(graph, node, [...drafts, join]);
    }
    changes += 1;
  }
  return changes;
}

/** The input behind the last one that belongs to a run which begins at `at`. */
function endsAt(around: Surroundings, inputs: readonly string[], at: number, run: Part): number {
  let end = at;
  while (end < inputs.length) {
    end += 1;
    if (partOf(around, inputs[end - 1])?.to === run.to) break;
  }
  return end;
}

/** The value itself where the part is all of it, else a Slice that is added to the drafts. */
function stretch(graph: Graph, around: Surroundings, part: Part, name: string, drafts: Draft[]): string {
  const { source, axis, from, to } = part;
  if (from === 0 && around.fixedSize(source, axis) === to) return source;
  drafts.push(sliceOf(graph, part, name));
  return name;
}

function cutParts(graph: Graph): number {
  const around = new Surroundings(graph);
  let changes = 0;
  for (const node of [...graph.nodes]) {
    if (node.domain || !(node.op === 'Slice' || node.op === 'Split')) continue;
    const join = around.maker(node.inputs[0], 'Concat');
    const pieces = join && piecesOf(around, join);
    if (!join || !pieces) continue;
    const drafts = node.outputs.map((output) => {
      const part = partOf(around, output);
      if (!part || part.axis !== axisOf(around, join)) return undefined;
      const taken = takenFrom(pieces, part);
      return taken && draftOf(graph, taken, part, join, output);
    });
    // A Split goes as a whole: else its input would be needed still.
    if (!drafts.every((draft) => draft !== undefined)) continue;
    const results = new Set(graph.outputs.map((port) => port.name));
    const made = drafts.filter(({ op, outputs }) => op !== 'Identity' || results.has(outputs[0] ?? ''));
    for (const draft of drafts)
      if (!made.includes(draft)) redirect(graph, draft.outputs[0] ?? '', draft.inputs[0] ?? '');
    if (made.length) replaceNode(graph, node, made);
    else graph.nodes.splice(graph.nodes.indexOf(node), 1);
    changes += 1;
  }
  if (changes) dropUnread(graph, 'Concat');
  return changes;
}

/** Where each input of a Concat lies in what it makes; undefined where a size follows the picture. */
function piecesOf(around: Surroundings, join: GraphNode): Part[] | undefined {
  const axis = axisOf(around, join);
  if (axis === undefined) return undefined;
  const pieces: Part[] = [];
  let from = 0;
  for (const source of join.inputs) {
    const size = around.fixedSize(source, axis);
    if (size === undefined) return undefined;
    pieces.push({ source, axis, from, to: from + size });
    from += size;
  }
  return pieces;
}

/** The pieces that a part is made of: whole ones, or a stretch of a single one. */
function takenFrom(pieces: readonly Part[], part: Part): readonly Part[] | undefined {
  const met = pieces.filter(({ from, to }) => from < part.to && to > part.from);
  const isWhole = met[0]?.from === part.from && met.at(-1)?.to === part.to;
  return isWhole || met.length === 1 ? met : undefined;
}

function draftOf(graph: Graph, taken: readonly Part[], part: Part, join: GraphNode, output: string): Draft {
  const [first, ...others] = taken as readonly [Part, ...Part[]];
  if (others.length)
    return {
      op: 'Concat',
      inputs: taken.map(({ source }) => source),
      outputs: [output],
      attributes: join.attributes,
    };
  if (first.from === part.from && first.to === part.to)
    return { op: 'Identity', inputs: [first.source], outputs: [output] };
  const inner = { ...first, from: part.from - first.from, to: part.to - first.from };
  return sliceOf(graph, inner, output);
}

function sliceOf(graph: Graph, { source, axis, from, to }: Part, output: string): Draft {
  const ints = (hint: string, value: number) =>
    addConstant(graph, `${output}_${hint}`, {
      type: 'int64',
      dims: [1],
      data: BigInt64Array.of(BigInt(value)),
    });
  return {
    op: 'Slice',
    inputs: [source, ints('from', from), ints('to', to), ints('axis', axis)],
    outputs: [output],
  };
}

/** The part of another value that a value is: what a Slice of one axis or a Split makes, at any size of the picture. */
function partOf(around: Surroundings, value: string | undefined): Part | undefined {
  const node = around.maker(value, 'Slice', 'Split');
  const source = node?.inputs[0] ?? '';
  const rank = around.dims(source)?.length;
  if (!node || !rank) return undefined;
  if (node.op === 'Split') {
    const axis = wrap(intOf(node, 'axis', 0), rank);
    const sizes = node.outputs.map((output) => around.fixedSize(output, axis));
    const at = node.outputs.indexOf(value ?? '');
    const before = sizes.slice(0, at).reduce<number>((sum, size) => sum + (size ?? Number.NaN), 0);
    const to = before + (sizes[at] ?? Number.NaN);
    return Number.isInteger(to) ? { source, axis, from: before, to } : undefined;
  }
  const [starts, ends, axes, steps] = node.inputs.slice(1).map((input) => around.numbers(input));
  const axis = wrap((axes ?? [0])[0] ?? 0, rank);
  const size = around.fixedSize(source, axis);
  const [start, end] = [starts?.[0], ends?.[0]];
  const isPlain =
    starts?.length === 1 &&
    ends?.length === 1 &&
    node.inputs.length >= 3 &&
    (!node.inputs[4] || steps?.[0] === 1);
  if (!isPlain || size === undefined || start === undefined || end === undefined) return undefined;
  const bound = (place: number) => Math.min(size, Math.max(0, place < 0 ? place + size : place));
  const [from, to] = [bound(start), bound(end)];
  // Bounds that are computed may be others at another size.
  return to > from && around.fixedSize(value ?? '', axis) === to - from && isConstant(around, node)
    ? { source, axis, from, to }
    : undefined;
}

function isConstant(around: Surroundings, node: GraphNode): boolean {
  return node.inputs.slice(1).every((input) => !around.maker(input));
}

function isJoin(node: GraphNode): boolean {
  return node.op === 'Concat' && !node.domain && node.inputs.length > 1;
}

function axisOf(around: Surroundings, node: GraphNode): number | undefined {
  const rank = around.dims(node.outputs[0])?.length;
  return rank === undefined ? undefined : wrap(intOf(node, 'axis', 1), rank);
}

function wrap(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** Nodes of one kind that nothing reads any more: else they would count as readers in the next pass. */
function dropUnread(graph: Graph, op: string): void {
  const read = new Set([
    ...graph.nodes.flatMap((node) => node.inputs),
    ...graph.outputs.map(({ name }) => name),
  ]);
  graph.nodes = graph.nodes.filter((node) => node.op !== op || node.outputs.some((name) => read.has(name)));
}
