import { STATISTICS } from '../../../contract/statistics.ts';
import { concreteValues, inputDimsFor } from '../concrete.ts';
import { floatsOf, type Graph, type GraphNode } from '../graph.ts';
import { DATA_TYPES } from '../proto.ts';
import { countOf, type Value } from '../values.ts';
import { type Draft, floats, replaceNode } from './rewrite.ts';

/** Two sizes that every network takes; what is equally large for both does not grow with the picture. */
const SIZES = [
  { height: 128, width: 192 },
  { height: 192, width: 256 },
];

/** The operator set whose Split and ReduceMean take lists as inputs. */
const OPSET = 18;

/**
 * Makes what a network measures over the whole picture a thing that can be handed in: see contract/statistics.ts for
 * the inputs and the output that are added. Nothing given, the graph computes what it did before.
 *
 * A statistic is found by its size: its node reads values that grow with the picture and makes one that does not.
 * Means of what tiles measured are the whole picture's for the first statistic, and for each later one where those
 * before it are given.
 * @returns how many numbers all statistics are; undefined where there is none and the graph is unchanged
 */
export function exposeStatistics(graph: Graph): number | undefined {
  if (graph.opset < OPSET) return undefined;
  spellInstanceNorms(graph);
  const found = statisticsOf(graph);
  const [port] = graph.inputs;
  if (found.length === 0 || !port) return undefined;
  const values = found.reduce((sum, { dims }) => sum + countOf(dims), 0);
  graph.inputs.push(
    { name: STATISTICS.given, type: port.type, dims: [values] },
    { name: STATISTICS.known, type: port.type, dims: [1] },
  );
  const sizes = found.map(({ dims }) => BigInt(countOf(dims)));
  graph.initializers.set('statistics_sizes', ints(sizes));
  graph.initializers.set('statistics_flat', ints([-1n]));
  graph.nodes.unshift(
    node({
      op: 'Split',
      inputs: [STATISTICS.given, 'statistics_sizes'],
      outputs: found.map((_, index) => `statistic_${index}_flat`),
      attributes: { axis: { int: 0 } },
    }),
  );
  for (const [index, statistic] of found.entries()) giveOrMeasure(graph, statistic, index);
  graph.nodes.push(
    node({
      op: 'Concat',
      inputs: found.map((_, index) => `statistic_${index}_measured`),
      outputs: [STATISTICS.measured],
      attributes: { axis: { int: 0 } },
    }),
  );
  graph.outputs.push({ name: STATISTICS.measured, type: port.type, dims: [values] });
  return values;
}

interface Statistic {
  readonly value: string;
  readonly dims: readonly number[];
}

/** Operators whose results are lists of sizes, or move values without measuring them. */
const NOT_MEASURED = /^(Shape|Size|Slice|Gather.*|Constant.*|Range|Resize|Split|Cast|ArgM.*|NonZero)$/;

function statisticsOf(graph: Graph): Statistic[] {
  const [small, large] = SIZES.map((size) => concreteValues(graph, inputDimsFor(graph, size)));
  const results = new Set(graph.outputs.map(({ name }) => name));
  const grows = (name: string) => {
    const [a, b] = [small?.get(name), large?.get(name)];
    return Boolean(a && b && isFloat(a) && a.dims.join() !== b.dims.join());
  };
  return graph.nodes.flatMap(({ op, domain, inputs, outputs }) => {
    const [value] = outputs;
    const known = small?.get(value ?? '');
    if (!value || !known || !isFloat(known) || results.has(value) || outputs.length > 1) return [];
    if (domain === '' && NOT_MEASURED.test(op)) return [];
    if (large?.get(value)?.dims.join() !== known.dims.join()) return [];
    return inputs.some(grows) ? [{ value, dims: known.dims }] : [];
  });
}

function isFloat({ type }: Value): boolean {
  return type === 'float32' || type === 'float16';
}

/** All that read the statistic read the given one instead where it is known. */
function giveOrMeasure(graph: Graph, { value, dims }: Statistic, index: number): void {
  const name = `statistic_${index}`;
  const maker = graph.nodes.findIndex(({ outputs }) => outputs.includes(value));
  const used = `${name}_used`;
  for (const reader of graph.nodes.slice(maker + 1))
    if (reader.inputs.includes(value))
      reader.inputs = reader.inputs.map((each) => (each === value ? used : each));
  graph.initializers.set(`${name}_place`, floats([1], Float32Array.of(index)));
  graph.initializers.set(`${name}_dims`, ints(dims.map(BigInt)));
  graph.nodes.splice(
    maker + 1,
    0,
    node({ op: 'Reshape', inputs: [value, 'statistics_flat'], outputs: [`${name}_measured`] }),
    node({ op: 'Less', inputs: [`${name}_place`, STATISTICS.known], outputs: [`${name}_is_known`] }),
    node({ op: 'Reshape', inputs: [`${name}_flat`, `${name}_dims`], outputs: [`${name}_given`] }),
    node({ op: 'Where', inputs: [`${name}_is_known`, `${name}_given`, value], outputs: [used] }),
  );
}

/** Operators that measure by taking a mean over the last two axes. */
const MEANS = new Set(['ReduceMean', 'GlobalAveragePool']);

/** The input that `measureWithin` adds. */
export const CORE = 'core';

/**
 * Makes a graph that `exposeStatistics` has changed measure within a part of what it is shown: the new input
 * `CORE` (float32 [4]: top, left, bottom, right, in units of `stride` input pixels) says within which. What lies around
 * the part is seen by the layers before, and not counted: so the parts of tiles that overlap add up to the whole
 * picture. The features that are measured have 1/n of the picture's size, n a divisor of `stride`.
 * @param stride the network's coarsest step, input pixels
 * @returns how many measuring nodes were told; 0 where one of them cannot be, and the graph is unchanged
 */
export function measureWithin(graph: Graph, stride: number): number {
  const [size] = SIZES;
  const values = concreteValues(graph, inputDimsFor(graph, size!));
  const given = graph.nodes.flatMap((measuring) => {
    const [source = ''] = measuring.inputs;
    const dims = values.get(source)?.dims;
    const isStatistic = graph.nodes.some(
      ({ inputs, outputs }) =>
        inputs.includes(measuring.outputs[0] ?? '') && /^statistic_\d+_measured$/.test(outputs[0] ?? ''),
    );
    return isStatistic ? [{ measuring, source, step: size!.height / (dims?.[2] ?? 0) }] : [];
  });
  const isKnown = ({ measuring, step }: (typeof given)[number]) =>
    MEANS.has(measuring.op) && Number.isInteger(step) && stride % step === 0;
  if (given.length === 0 || !given.every(isKnown)) return 0;
  graph.inputs.push({ name: CORE, type: 'float32', dims: [4] });
  graph.initializers.set('core_halves', ints([2n, 2n]));
  graph.initializers.set('core_axes', ints([2n, 3n]));
  graph.nodes.unshift(
    node({
      op: 'Cast',
      inputs: [CORE],
      outputs: ['core_whole'],
      attributes: { to: { int: DATA_TYPES.int64 } },
    }),
    node({
      op: 'Split',
      inputs: ['core_whole', 'core_halves'],
      outputs: ['core_from', 'core_to'],
      attributes: { axis: { int: 0 } },
    }),
  );
  for (const [index, { measuring, source, step }] of given.entries()) {
    const name = `core_${index}`;
    graph.initializers.set(`${name}_times`, ints([BigInt(stride / step)]));
    const at = graph.nodes.indexOf(measuring);
    graph.nodes.splice(
      at,
      0,
      node({ op: 'Mul', inputs: ['core_from', `${name}_times`], outputs: [`${name}_from`] }),
      node({ op: 'Mul', inputs: ['core_to', `${name}_times`], outputs: [`${name}_to`] }),
      node({
        op: 'Slice',
        inputs: [source, `${name}_from`, `${name}_to`, 'core_axes'],
        outputs: [`${name}_part`],
      }),
    );
    measuring.inputs[0] = `${name}_part`;
  }
  return given.length;
}

/**
 * Which of the statistics are variances around the one before: the mean of (x - mean)^2.
 * @returns their places
 */
export function varianceStatistics(graph: Graph): Set<number> {
  const makers = new Map(graph.nodes.flatMap((each) => each.outputs.map((name) => [name, each])));
  const found = new Set<number>();
  statisticSizes(graph).forEach((_, index) => {
    const measuring = makers.get(makers.get(`statistic_${index}_measured`)?.inputs[0] ?? '');
    const squares = makers.get(measuring?.inputs[0] ?? '');
    const centred = makers.get(squares?.inputs[0] ?? '');
    const isSquare =
      squares?.op === 'Pow' || (squares?.op === 'Mul' && squares.inputs[0] === squares.inputs[1]);
    if (isSquare && centred?.op === 'Sub' && reads(centred, `statistic_${index - 1}_used`)) found.add(index);
  });
  return found;

  /** Itself, or in another form. */
  function reads({ inputs }: GraphNode, name: string): boolean {
    return inputs.some((each) => each === name || makers.get(each)?.inputs[0] === name);
  }
}

/** How many numbers each of the statistics has, in their order, in a graph that `exposeStatistics` has changed. */
export function statisticSizes(graph: Graph): number[] {
  const sizes = graph.initializers.get('statistics_sizes')?.data;
  return sizes instanceof BigInt64Array ? Array.from(sizes, Number) : [];
}

/** Instance normalisation in steps, so that its mean and its variance are values of their own. */
function spellInstanceNorms(graph: Graph): void {
  const norms = graph.nodes.filter(({ op }) => op === 'InstanceNormalization');
  if (norms.length === 0) return;
  const [small, large] = SIZES.map((size) => concreteValues(graph, inputDimsFor(graph, size)));
  for (const norm of norms) {
    const [x = '', scale = '', bias = ''] = norm.inputs;
    const [output = ''] = norm.outputs;
    const [before, after] = [small?.get(x)?.dims, large?.get(x)?.dims];
    const [scales, biases] = [floatsOf(graph, scale), floatsOf(graph, bias)];
    // Of channels that grow with the picture it is something else: a normalisation of each place.
    if (!before || !after || before[1] !== after[1] || !scales || !biases) continue;
    const spatial = before.slice(2).map((_, axis) => BigInt(axis + 2));
    const perChannel = [scales.length, ...spatial.map(() => 1)];
    const name = (part: string) => `${output}_${part}`;
    const epsilon = norm.attributes.epsilon;
    graph.initializers.set(name('axes'), ints(spatial));
    graph.initializers.set(
      name('epsilon'),
      floats([], Float32Array.of(epsilon && 'float' in epsilon ? epsilon.float : 1e-5)),
    );
    graph.initializers.set(name('scale'), floats(perChannel, scales));
    graph.initializers.set(name('bias'), floats(perChannel, biases));
    const keep = { keepdims: { int: 1 } };
    replaceNode(graph, norm, [
      { op: 'ReduceMean', inputs: [x, name('axes')], outputs: [name('mean')], attributes: keep },
      { op: 'Sub', inputs: [x, name('mean')], outputs: [name('centred')] },
      { op: 'Mul', inputs: [name('centred'), name('centred')], outputs: [name('squares')] },
      {
        op: 'ReduceMean',
        inputs: [name('squares'), name('axes')],
        outputs: [name('variance')],
        attributes: keep,
      },
      { op: 'Add', inputs: [name('variance'), name('epsilon')], outputs: [name('sum')] },
      { op: 'Sqrt', inputs: [name('sum')], outputs: [name('deviation')] },
      { op: 'Div', inputs: [name('scale'), name('deviation')], outputs: [name('factor')] },
      { op: 'Mul', inputs: [name('centred'), name('factor')], outputs: [name('normal')] },
      { op: 'Add', inputs: [name('normal'), name('bias')], outputs: [output] },
    ]);
  }
}

function ints(values: readonly bigint[]) {
  return { type: 'int64', dims: [values.length], data: BigInt64Array.from(values) } as const;
}

function node(draft: Draft): GraphNode {
  return { domain: '', name: `n_${draft.outputs[0]}`, attributes: {}, ...draft };
}
