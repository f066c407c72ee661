import type { Graph, GraphNode } from '../graph.ts';
import { Surroundings } from './pattern.ts';
import { replaceNode } from './rewrite.ts';

/** How far from its tanh or erf the GELU's input and output may lie. */
const FAR = 8;

const POINTS = [-6, -3.1, -1.7, -0.9, -0.3, 0, 0.2, 0.75, 1.4, 2.6, 5];

/**
 * GELU in its spelled-out forms becomes one node: x (1 + erf(x / sqrt 2)) / 2 and the tanh approximation (Hendrycks and
 * Gimpel 2016). Recognised by what it computes at a few points, not by how it is written: factors may stand anywhere.
 * @returns how many were found
 */
export function fuseGelu(graph: Graph): number {
  const around = new Surroundings(graph);
  let found = 0;
  for (const core of graph.nodes.filter(
    (node) => !node.domain && (node.op === 'Tanh' || node.op === 'Erf'),
  )) {
    const match = matchGelu(around, core);
    if (!match || !graph.nodes.includes(match.last)) continue;
    const op = core.op === 'Erf' ? 'Gelu' : 'FastGelu';
    replaceNode(graph, match.last, [
      { op, domain: 'com.microsoft', inputs: [match.input], outputs: [...match.last.outputs] },
    ]);
    found += 1;
  }
  return found;
}

function matchGelu(around: Surroundings, core: GraphNode): { input: string; last: GraphNode } | undefined {
  const gelu = core.op === 'Erf' ? exact : approximate;
  for (const input of above(around, core)) {
    let last: GraphNode | undefined = core;
    for (let steps = 0; last && steps < FAR; steps += 1) {
      const output: string = last.outputs[0] ?? '';
      if (last !== core && POINTS.every((x) => near(evaluate(around, output, input, x, 0), gelu(x)))) {
        return { input, last };
      }
      last = around.reader(output, 'Add', 'Mul', 'Div');
    }
  }
  return undefined;
}

/** The values that a node is made of, nearest first, through operators that work element by element. */
function above(around: Surroundings, core: GraphNode): string[] {
  const found: string[] = [];
  let level = [...core.inputs];
  for (let steps = 0; level.length && steps < FAR && found.length < 40; steps += 1) {
    found.push(...level.filter((value) => around.scalar(value) === undefined));
    level = level.flatMap((value) => around.maker(value, 'Add', 'Mul', 'Div', 'Pow')?.inputs ?? []);
  }
  return [...new Set(found)];
}

/** A value where `input` is x and everything else is constant; NaN where it hangs on more than that. */
function evaluate(around: Surroundings, value: string, input: string, x: number, depth: number): number {
  if (value === input) return x;
  const constant = around.scalar(value);
  if (constant !== undefined) return constant;
  const node = depth < 2 * FAR ? around.maker(value) : undefined;
  if (!node) return Number.NaN;
  const [a = Number.NaN, b = Number.NaN] = node.inputs.map((part) =>
    evaluate(around, part, input, x, depth + 1),
  );
  switch (node.op) {
    case 'Add':
      return a + b;
    case 'Mul':
      return a * b;
    case 'Div':
      return a / b;
    case 'Pow':
      return a ** b;
    case 'Tanh':
      return Math.tanh(a);
    case 'Erf':
      return erf(a);
    default:
      return Number.NaN;
  }
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) < 1e-5;
}

function exact(x: number): number {
  return (x * (1 + erf(x * Math.SQRT1_2))) / 2;
}

function approximate(x: number): number {
  return (x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))) / 2;
}

/** By its power series, which is exact enough as far out as the points lie. */
function erf(x: number): number {
  if (Math.abs(x) > 4.5) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; n < 90; n += 1) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
