import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { GRADIENT_CASES, LEVEL } from '../../testing/gradient-cases.ts';
import { randomFloats } from '../../testing/random.ts';
import { Case, float, int, ints } from '../../testing/reference/case.ts';
import { differences } from '../../testing/reference/differences.ts';
import { interpret } from '../../testing/reference/interpret.ts';
import { runBytes } from '../../testing/run.ts';
import type { Graph } from '../graph.ts';
import { writeOnnx } from '../write.ts';
import { gradientsOf } from './gradients.ts';
import { GRADIENT_RULES } from './rules/index.ts';

interface Bound {
  /** Of the largest number. */
  readonly near: number;
  /** What the arithmetic cannot tell from nothing. */
  readonly nothing: number;
}

/** Doubles against differences over 1e-5. Not closer: a graph's constants are float32, and so is its 2 / sqrt(pi). */
const DOUBLE: Bound = { near: 1e-6, nothing: 1e-8 };
const FLOAT: Bound = { near: 1e-4, nothing: 1e-5 };

/** Elements of an input that are tried where a difference runs a whole network; a wrong rule is wrong in most. */
const SOME = 16;

/** One number of several values: every element times a weight of its own, or its cube. */
function weighed(c: Case, values: readonly string[], power: 1 | 3 = 1): string {
  const { builder: b } = c;
  const made = interpret(b.graph, c.feeds);
  const sums = values.map((value, index) => {
    const { data, dims } = made.get(value)!;
    const weights = b.constant(randomFloats(data.length, 7919 * (index + 1), 0.5, 1.5), dims, 'weights');
    const signed = b.mul(weights, b.constant(alternating(data.length), dims, 'signs'));
    const x = power === 3 ? b.mul(b.mul(value, value), value) : value;
    return b.node('ReduceSum', [b.mul(x, signed)], { keepdims: { int: 0 } });
  });
  return sums.reduce((a, c) => b.add(a, c));
}

const alternating = (count: number) => Float32Array.from({ length: count }, (_, at) => (at % 3 ? 1 : -1));

/** The graph as it is now: what is appended later does not slow the differences down. */
const now = (graph: Graph): Graph => ({ ...graph, nodes: [...graph.nodes] });

const inputsOf = (c: Case) => Object.keys(c.feeds);

const largest = (data: Iterable<number>) => Math.max(0, ...[...data].map(Math.abs));

function expectNear(found: ArrayLike<number>, right: ArrayLike<number>, bound: Bound, what: string): void {
  const [a, b] = [Array.from(found, Number), Array.from(right, Number)];
  const apart = a.length === b.length ? largest(a.map((x, at) => x - b[at]!)) : Number.POSITIVE_INFINITY;
  const most = bound.near * largest(b) + bound.nothing;
  // Not `apart > most`: what is no number is no likeness.
  expect(apart <= most, `${what} is ${apart} apart: ${a} for ${b}`).toBe(true);
}

/**
 * Appends the gradient of `loss`, and holds it to the differences.
 * @param most elements of each input that are tried @returns the gradient's names
 */
function expectGradients(
  c: Case,
  loss: string,
  wrt: readonly string[],
  what: string,
  most?: number,
): string[] {
  const { graph } = c.builder;
  const before = now(graph);
  const gradients = gradientsOf(c.builder, loss, wrt);
  const made = interpret(graph, c.feeds);
  wrt.forEach((name, index) => {
    const gradient = made.get(gradients[index]!)!;
    expect(gradient.dims, `${what}: sizes of d/d${name}`).toEqual(c.feeds[name]!.dims);
    const right = differences(before, loss, c.feeds, name, most);
    const found = [...right.keys()].map((at) => gradient.data[at]!);
    expectNear(found, [...right.values()], DOUBLE, `${what}: d/d${name}`);
  });
  return gradients;
}

const CASES = Object.entries(GRADIENT_CASES);

describe('the rules of gradients', () => {
  test('have cases, every one of them', () => {
    expect(Object.keys(GRADIENT_CASES).sort()).toEqual(Object.keys(GRADIENT_RULES).sort());
  });

  test.each(CASES)('give of %s what differences give', (op, builds) => {
    builds.forEach((build, index) => {
      const c = new Case(index + 1);
      const loss = weighed(c, [build(c)].flat());
      const gradients = expectGradients(c, loss, inputsOf(c), `${op}, case ${index}`);
      const made = interpret(c.builder.graph, c.feeds);
      // Nothing compared with nothing would always agree.
      const slopes = gradients.map((name) => largest(made.get(name)!.data));
      expect(largest(slopes) > 0, `${op}, case ${index} has a slope`).toBe(!LEVEL.has(op));
    });
  });

  test.each(CASES)('can be differentiated again after %s', (op, builds) => {
    builds.forEach((build, index) => {
      const c = new Case(index + 1);
      const loss = weighed(c, [build(c)].flat(), 3);
      const slopes = gradientsOf(c.builder, loss, inputsOf(c));
      expectGradients(c, weighed(c, slopes), inputsOf(c), `${op}, case ${index}, again`, SOME);
    });
  });

  test.each(CASES)('make of %s what ONNX Runtime can run, once and again', async (_, builds) => {
    await expectRunAlike(1, (c) =>
      builds.flatMap((build) => {
        const known = new Set(inputsOf(c));
        const loss = weighed(c, [build(c)].flat(), 3);
        const own = inputsOf(c).filter((name) => !known.has(name));
        const slopes = gradientsOf(c.builder, loss, own);
        return [...slopes, ...gradientsOf(c.builder, weighed(c, slopes), own)];
      }),
    );
  });

  test('are made of operators that have rules, and of tests that have no slope', () => {
    const emitted = new Set<string>();
    for (const [, builds] of CASES) {
      for (const build of builds) {
        const c = new Case(1);
        const loss = weighed(c, [build(c)].flat());
        const before = c.builder.graph.nodes.length;
        gradientsOf(c.builder, loss, inputsOf(c));
        for (const { op } of c.builder.graph.nodes.slice(before)) emitted.add(op);
      }
    }
    const named = (ops: Iterable<string>) => [...ops].sort().join(' ');
    expect(named([...emitted].filter((op) => !Object.hasOwn(GRADIENT_RULES, op)))).toBe('');
    // What a rule reads through these is lost to a second derivative: each has been thought about.
    expect(named([...emitted].filter((op) => LEVEL.has(op)))).toBe('And Equal Greater Less Not Sign');
  });
});

/** A picture of [2, 2, 10, 10] to one number each, by parameters that are inputs here. */
function discriminator(c: Case): { picture: string; parameters: string[]; scores: string } {
  const picture = c.x([2, 2, 10, 10]);
  const parameters = [[3, 2, 3, 3], [3], [4, 3, 3, 3], [4], [1, 36], [1]].map((dims) => c.x(dims, -0.5, 0.5));
  const [first, firstBias, second, secondBias, last, lastBias] = parameters as [string, ...string[]];
  const halved = { strides: ints(2, 2), pads: ints(1, 1, 1, 1) };
  const slope = { alpha: float(0.25) };
  const a = c.op('LeakyRelu', [c.op('Conv', [picture, first, firstBias!], halved)], slope);
  const b = c.op('LeakyRelu', [c.op('Conv', [a, second!, secondBias!], halved)], slope);
  const scores = c.op('Gemm', [c.op('Flatten', [b]), last!, lastBias!], { transB: int(1) });
  return { picture, parameters, scores };
}

/** R1: the squared slope of what a discriminator says of a picture, over the picture; and its gradients. */
function penalty(c: Case): { loss: string; parameters: string[] } {
  const { picture, parameters, scores } = discriminator(c);
  const total = c.op('ReduceSum', [scores], { keepdims: int(0) });
  const [slope] = gradientsOf(c.builder, total, [picture]);
  const square = c.op('ReduceSumSquare', [slope!], { keepdims: int(0) });
  const hinge = c.op('ReduceMean', [c.op('Softplus', [c.op('Neg', [scores])])], { keepdims: int(0) });
  return { loss: c.op('Add', [hinge, c.op('Mul', [square, c.scalar(0.5)])]), parameters };
}

/** A block of attention with a normalisation before it and a gated layer behind it. */
function transformer(c: Case): { loss: string; parameters: string[] } {
  const x = c.x([2, 5, 4]);
  const weights = [4, 4, 4, 8].map((columns) => c.x([4, columns], -0.7, 0.7));
  const [scale, bias, back] = [c.x([4], 0.5, 1.5), c.x([4]), c.x([8, 4], -0.7, 0.7)];
  const normal = c.op('LayerNormalization', [x, scale, bias]);
  const [queries, keys, values] = weights.map((weight) => c.op('MatMul', [normal, weight]));
  const alike = c.op('MatMul', [queries!, c.builder.transpose(keys!, [0, 2, 1])]);
  const attended = c.op('MatMul', [c.builder.softmax(alike), values!]);
  const sum = c.op('Add', [x, attended]);
  const inner = c.builder.swish(c.op('MatMul', [sum, weights[3]!]));
  const out = c.op('Add', [sum, c.op('MatMul', [inner, back])]);
  return { loss: weighed(c, [out], 3), parameters: [x, ...weights, scale, bias, back] };
}

/** Down and up again, with what was seen on the way: the shape of the networks that draw. */
function pyramid(c: Case): { loss: string; parameters: string[] } {
  const { builder: b } = c;
  const x = c.x([1, 2, 8, 8]);
  const shapes = [
    [4, 2, 3, 3],
    [4, 4, 3, 3],
    [4, 4, 4, 4],
    [2, 8, 3, 3],
  ];
  const weights = shapes.map((dims) => c.x(dims, -0.5, 0.5));
  const [first, second, third, last] = weights as [string, string, string, string];
  const [scale, bias] = [c.x([4], 0.5, 1.5), c.x([4])];
  const same = { pads: ints(1, 1, 1, 1) };
  const wide = b.swish(c.op('InstanceNormalization', [c.op('Conv', [x, first], same), scale, bias]));
  const small = c.op('AveragePool', [wide], { kernel_shape: ints(2, 2), strides: ints(2, 2) });
  const deep = c.op('MaxPool', [b.swish(c.op('Conv', [small, second], same))], {
    kernel_shape: ints(2, 2),
    strides: ints(2, 2),
  });
  const grown = b.resize(deep, 2, 2, { mode: 'nearest', coordinates: 'asymmetric' });
  const back = c.op('ConvTranspose', [grown, third], { strides: ints(2, 2), ...same });
  const out = c.op('Tanh', [c.op('Conv', [b.concat([wide, back]), last], same)]);
  return { loss: weighed(c, [out], 3), parameters: [x, ...weights, scale, bias] };
}

const NETWORKS = { penalty, transformer, pyramid };

describe('gradients of networks', () => {
  test.each(Object.entries(NETWORKS))('of the %s are what differences give', (name, build) => {
    const c = new Case(5);
    const { loss, parameters } = build(c);
    expectGradients(c, loss, parameters, name, SOME);
  });

  test.each(Object.entries(NETWORKS))(
    'of the %s are what ONNX Runtime makes in float32',
    async (_, build) => {
      await expectRunAlike(6, (c) => {
        const { loss, parameters } = build(c);
        return [loss, ...gradientsOf(c.builder, loss, parameters)];
      });
    },
  );

  test('of SiLU are what differences give, once and again', () => {
    const c = new Case(3);
    const x = c.x([3, 4], -4, 4);
    const slopes = expectGradients(c, weighed(c, [c.builder.swish(x)]), [x], 'SiLU');
    expectGradients(c, weighed(c, slopes), [x], 'SiLU, again');
  });

  test('add up where a value is read more than once', () => {
    const c = new Case(4);
    const x = c.x([3]);
    const cube = c.op('Mul', [c.op('Mul', [x, x]), x]);
    const twice = c.op('Sub', [c.op('Add', [cube, c.op('Sin', [x])]), x]);
    expectGradients(c, weighed(c, [twice, cube]), [x], 'sum of paths');
  });

  test.each(['Max', 'ReduceMax'])(
    'hand out no more of %s than there is where several are the greatest',
    (op) => {
      const c = new Case(1);
      const values = [c.x([3]), c.x([3])];
      for (const name of values) c.feeds[name]!.data.set([1, 2, 2]);
      const together = op === 'Max' ? c.op(op, values) : c.op(op, [c.builder.concat(values, 0), c.ints(0)]);
      const gradients = gradientsOf(c.builder, c.op('ReduceSum', [together], { keepdims: int(0) }), values);
      const made = interpret(c.builder.graph, c.feeds);
      const total = gradients.flatMap((name) => [...made.get(name)!.data]).reduce((a, b) => a + b, 0);
      expect(total).toBe(op === 'Max' ? 3 : 1);
    },
  );

  test('are zeros where the loss does not hang on a value', () => {
    const c = new Case(1);
    const [x, other] = [c.x([3]), c.x([2, 2])];
    const [gradient] = gradientsOf(c.builder, weighed(c, [x]), [other]);
    const { data, dims } = interpret(c.builder.graph, c.feeds).get(gradient!)!;
    expect([dims, [...data]]).toEqual([
      [2, 2],
      [0, 0, 0, 0],
    ]);
  });

  test('do not go back through what is told as constant', () => {
    const c = new Case(1);
    const x = c.x([3]);
    const held = c.op('Exp', [x]);
    const loss = c.op('ReduceSum', [c.op('Mul', [held, x])], { keepdims: int(0) });
    const [gradient] = gradientsOf(c.builder, loss, [x], { constant: [held] });
    const made = interpret(c.builder.graph, c.feeds);
    expectNear(made.get(gradient!)!.data, made.get(held)!.data, DOUBLE, 'gradient past a constant');
  });

  test('of an inner value are those of an input that has its numbers', () => {
    const c = new Case(1);
    const x = c.x([3]);
    const inner = c.op('Sin', [x]);
    const [gradient] = gradientsOf(c.builder, weighed(c, [c.op('Exp', [inner])]), [inner]);
    const made = interpret(c.builder.graph, c.feeds).get(inner)!.data;
    const alone = new Case(1);
    const given = alone.x([3]);
    alone.feeds[given]!.data.set(made);
    const [right] = gradientsOf(alone.builder, weighed(alone, [alone.op('Exp', [given])]), [given]);
    const [a, b] = [
      interpret(c.builder.graph, c.feeds).get(gradient!)!,
      interpret(alone.builder.graph, alone.feeds).get(right!)!,
    ];
    expectNear(a.data, b.data, DOUBLE, 'gradient of an inner value');
  });

  test('are refused where an operator has no rule, by its name', () => {
    const c = new Case(1);
    const x = c.x([4]);
    const loss = c.op('ReduceProd', [x], { keepdims: int(0) });
    expect(() => gradientsOf(c.builder, loss, [x])).toThrow(/ReduceProd/);
  });
});

/** Runs in float32 what the interpreter makes in doubles; `build` names the values to compare. */
async function expectRunAlike(seed: number, build: (c: Case) => string[]): Promise<void> {
  const c = new Case(seed);
  const { builder: b } = c;
  // Some gradients are one and the same value, and outputs are not.
  const outputs = build(c).map((name) => b.node('Identity', [name]));
  const made = interpret(b.graph, c.feeds);
  b.graph.outputs = outputs.map((name) => ({ ...made.get(name)!, name }));
  const run = await runBytes(ort, writeOnnx(b.graph), c.feeds);
  outputs.forEach((name, index) => {
    expect(run[name]!.dims).toEqual(made.get(name)!.dims);
    expectNear(run[name]!.data, made.get(name)!.data, FLOAT, `gradient ${index}`);
  });
}
