import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { GRADIENT_CASES, LEVEL } from '../../testing/gradient-cases.ts';
import { randomFloats } from '../../testing/random.ts';
import { Case } from '../../testing/reference/case.ts';
import { differences } from '../../testing/reference/differences.ts';
import { interpret } from '../../testing/reference/interpret.ts';
import { runBytes } from '../../testing/run.ts';
import type { Graph } from '../graph.ts';
import { writeOnnx } from '../write.ts';
import { gradientsOf } from './gradients.ts';
import { GRADIENT_RULES } from './rules/index.ts';

/** Of the largest slope. Constants of a graph are float32, and so is 2 / sqrt(pi). */
const NEAR = 1e-6;
/** What a difference of doubles over a step of 1e-5 cannot tell from nothing. */
const NOTHING = 1e-8;

/** One number of several values: every element times a weight of its own, or its square. */
function weighed(c: Case, values: readonly string[], power: 1 | 2 = 1): string {
  const { builder: b } = c;
  const made = interpret(b.graph, c.feeds);
  const sums = values.map((value, index) => {
    const { data, dims } = made.get(value)!;
    const weights = b.constant(randomFloats(data.length, 7919 * (index + 1), 0.5, 1.5), dims, 'weights');
    const signed = b.mul(weights, b.constant(alternating(data.length), dims, 'signs'));
    const x = power === 2 ? b.mul(value, value) : value;
    return b.node('ReduceSum', [b.mul(x, signed)], { keepdims: { int: 0 } });
  });
  return sums.reduce((a, c) => b.add(a, c));
}

const alternating = (count: number) => Float32Array.from({ length: count }, (_, at) => (at % 3 ? 1 : -1));

/** The graph as it is now: what is appended later does not slow the differences down. */
const now = (graph: Graph): Graph => ({ ...graph, nodes: [...graph.nodes] });

const inputsOf = (c: Case) => Object.keys(c.feeds);

const largest = (data: Iterable<number>) => Math.max(0, ...[...data].map(Math.abs));

function expectNear(found: ArrayLike<number>, right: ArrayLike<number>, near: number, what: string): void {
  const [a, b] = [Array.from(found, Number), Array.from(right, Number)];
  const apart = a.length === b.length ? largest(a.map((x, at) => x - b[at]!)) : Number.POSITIVE_INFINITY;
  const bound = near * largest(b) + NOTHING;
  if (!(apart <= bound)) expect(a, `${what} is ${apart} apart`).toEqual(b);
}

/** Appends the gradient of `loss`, and holds it to the differences. @returns the gradient's names */
function expectGradients(c: Case, loss: string, wrt: readonly string[], what: string): string[] {
  const { graph } = c.builder;
  const before = now(graph);
  const gradients = gradientsOf(c.builder, loss, wrt);
  const made = interpret(graph, c.feeds);
  wrt.forEach((name, index) => {
    const gradient = made.get(gradients[index]!)!;
    expect(gradient.dims, `${what}: sizes of d/d${name}`).toEqual(c.feeds[name]!.dims);
    expectNear(gradient.data, differences(before, loss, c.feeds, name), NEAR, `${what}: d/d${name}`);
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
      const loss = weighed(c, [build(c)].flat(), 2);
      const slopes = gradientsOf(c.builder, loss, inputsOf(c));
      expectGradients(c, weighed(c, slopes), inputsOf(c), `${op}, case ${index}, again`);
    });
  });

  test.each(CASES)('make of %s what ONNX Runtime can run', async (_, builds) => {
    await expectRunAlike(1, (c) =>
      builds.flatMap((build) => {
        const known = new Set(inputsOf(c));
        const loss = weighed(c, [build(c)].flat(), 2);
        return gradientsOf(
          c.builder,
          loss,
          inputsOf(c).filter((name) => !known.has(name)),
        );
      }),
    );
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
    expectNear(run[name]!.data, made.get(name)!.data, 1e-4, `gradient ${index}`);
  });
}
