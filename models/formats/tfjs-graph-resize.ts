import { concreteValues, inputDimsFor } from '../graph/concrete.ts';
import { consumersOf, type Graph, type GraphNode, intOf, stringOf } from '../graph/graph.ts';
import { dropDeadCode } from '../graph/passes/dead-code.ts';
import { addConstant, floats, replaceNode } from '../graph/passes/rewrite.ts';
import type { Probes } from '../graph/probes.ts';
import type { Value } from '../graph/values.ts';

/** Matrices of resizing are computed up to this size at the two smallest probes. */
const LARGEST = 2 ** 17;

/**
 * Finds resizing that is spelled out. JAX resizes by a product with a matrix that it computes from the sizes (dozens
 * of nodes each), and picks pixels by computed indices. Both are recognised by their numbers at two sizes: a matrix
 * that is that of linear interpolation becomes a Resize, indices with a fixed step a Slice.
 * @returns how many were found
 */
export function recogniseResizing(graph: Graph, { sizes }: Probes): number {
  const values = sizes.slice(0, 2).map((size) => concreteValues(graph, inputDimsFor(graph, size), LARGEST));
  const readers = consumersOf(graph);
  const makers = new Map(graph.nodes.map((node) => [node.outputs[0] ?? '', node]));
  let found = 0;
  for (const node of [...graph.nodes]) {
    if (node.op === 'Gather') found += Number(gatherToSlice(graph, node, values));
    if (node.op !== 'Einsum' || stringOf(node, 'equation', '') !== 'abgd,gf->abdf') continue;
    const rows = makers.get(node.inputs[0] ?? '');
    if (rows?.op !== 'Einsum' || stringOf(rows, 'equation', '') !== 'gb,cgef->bcef') continue;
    if (readers.get(rows.outputs[0] ?? '')?.length !== 1) continue;
    const [down, across] = [scaleOf(rows.inputs[0], values), scaleOf(node.inputs[1], values)];
    const [picture, result] = [rows.inputs[1], node.outputs[0]];
    if (!down || !across || !picture || !result || down < 1 !== across < 1) continue;
    const scales = addConstant(graph, `${result}_scales`, floats([4], Float32Array.of(1, 1, down, across)));
    const attributes = {
      mode: { string: 'linear' },
      coordinate_transformation_mode: { string: 'half_pixel' },
      // JAX widens its kernel where it makes smaller, and lets only pixels inside count.
      ...(down < 1 ? { antialias: { int: 1 }, exclude_outside: { int: 1 } } : {}),
    };
    replaceNode(graph, node, [
      // [batch, height, width, channels] comes out as [height, batch, channels, width].
      {
        op: 'Transpose',
        inputs: [picture],
        outputs: [`${result}_nchw`],
        attributes: { perm: { ints: [0, 3, 1, 2] } },
      },
      { op: 'Resize', inputs: [`${result}_nchw`, '', scales], outputs: [`${result}_sized`], attributes },
      {
        op: 'Transpose',
        inputs: [`${result}_sized`],
        outputs: [result],
        attributes: { perm: { ints: [2, 0, 1, 3] } },
      },
    ]);
    found += 1;
  }
  if (found) dropDeadCode(graph);
  return found;
}

/** The factor by which a matrix [from, to] resizes, the same at all probes; undefined where it is no such matrix. */
function scaleOf(
  name: string | undefined,
  values: readonly ReadonlyMap<string, Value>[],
): number | undefined {
  const scales = values.map((known) => {
    const { dims, data } = known.get(name ?? '') ?? {};
    const [from = 0, to = 0] = dims ?? [];
    if (!data || dims?.length !== 2 || !from || !to) return undefined;
    const wanted = linearMatrix(from, to);
    return data.every((value, at) => Math.abs(value - (wanted[at] ?? 0)) < 1e-4) ? to / from : undefined;
  });
  return scales.every((scale) => scale === scales[0]) ? scales[0] : undefined;
}

/** Weights [from, to] of linear interpolation between pixel centres; the triangle widens where it makes smaller. */
function linearMatrix(from: number, to: number): Float32Array {
  const matrix = new Float32Array(from * to);
  const reach = Math.max(1, from / to);
  for (let target = 0; target < to; target += 1) {
    const centre = ((target + 0.5) * from) / to - 0.5;
    let sum = 0;
    for (let source = 0; source < from; source += 1) {
      const weight = Math.max(0, 1 - Math.abs(source - centre) / reach);
      matrix[source * to + target] = weight;
      sum += weight;
    }
    for (let source = 0; source < from; source += 1) {
      matrix[source * to + target] = (matrix[source * to + target] ?? 0) / sum;
    }
  }
  return matrix;
}

/** Indices start, start + step, ... to the end of the axis. */
function gatherToSlice(
  graph: Graph,
  node: GraphNode,
  values: readonly ReadonlyMap<string, Value>[],
): boolean {
  const axis = intOf(node, 'axis', 0);
  const rules = values.map((known) => {
    const places = known.get(node.inputs[1] ?? '');
    const size = known.get(node.inputs[0] ?? '')?.dims.at(axis);
    const [start = 0, second = 0] = places?.data ?? [];
    const step = second - start;
    if (!places?.data || places.dims.length !== 1 || !size || start < 0 || step < 1) return undefined;
    const whole = Math.ceil((size - start) / step) === places.data.length;
    return whole && places.data.every((place, index) => place === start + index * step)
      ? { start, step }
      : undefined;
  });
  const [rule] = rules;
  if (!rule || rules.some((other) => other?.start !== rule.start || other.step !== rule.step)) return false;
  const ints = (hint: string, value: number) =>
    addConstant(graph, `${node.outputs[0]}_${hint}`, {
      type: 'int64',
      dims: [1],
      data: BigInt64Array.of(BigInt(value)),
    });
  const bounds = [
    ints('start', rule.start),
    ints('end', 2 ** 31 - 1),
    ints('axis', axis),
    ints('step', rule.step),
  ];
  replaceNode(graph, node, [
    { op: 'Slice', inputs: [node.inputs[0] ?? '', ...bounds], outputs: [...node.outputs] },
  ]);
  return true;
}
