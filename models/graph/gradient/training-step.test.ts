import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { GraphBuilder } from '../builder.ts';
import { writeOnnx } from '../write.ts';
import { conv, linear, meanSquare } from './layers.ts';
import { rateAt, ratesOf, type StepOptions, type TrainingStep, trainingStep } from './training-step.ts';
import { FixedWeights, FlatWeights, startVector } from './weights.ts';

/** The mean square of the parameters' distance from `goal`: its gradient is known. */
function towards(goal: readonly number[], options: StepOptions = {}): TrainingStep {
  return trainingStep(
    'towards',
    (b, weights) => {
      const w = weights.get('w', [goal.length], { fill: 0 });
      return { loss: meanSquare(b, w, b.constant(Float32Array.from(goal), [goal.length])) };
    },
    options,
  );
}

type State = Record<string, Float32Array>;

async function run(
  step: TrainingStep,
  steps: number,
  rate: number,
  options: StepOptions = {},
): Promise<State> {
  const session = await ort.InferenceSession.create(writeOnnx(step.graph), { logSeverityLevel: 3 });
  let state: State = Object.fromEntries(step.state.map((name) => [name, new Float32Array(step.count)]));
  for (let number = 1; number <= steps; number++) {
    const feeds = Object.fromEntries(
      Object.entries(state).map(([name, data]) => [name, new ort.Tensor('float32', data, [step.count])]),
    );
    const rates = new ort.Tensor('float32', ratesOf(number, rate, options.optimiser), [3]);
    const made = await session.run({ ...feeds, rates });
    state = Object.fromEntries(step.state.map((name) => [name, made[`${name}_next`]!.data as Float32Array]));
  }
  return state;
}

it('Adam’s first step is the rate towards the goal, however far it is', async () => {
  const { parameters } = await run(towards([5, -0.01, 1e-3]), 1, 0.1);
  for (const [at, sign] of [1, -1, 1].entries()) expect(parameters![at]).toBeCloseTo(0.1 * sign, 3);
});

it('Adam follows the recurrence of its paper in double precision', async () => {
  const [goal, steps, rate] = [[2, -1], 25, 0.05];
  const { parameters } = await run(towards(goal), steps, rate);
  for (const [at, wanted] of goal.entries()) {
    let [w, m, v] = [0, 0, 0];
    for (let step = 1; step <= steps; step++) {
      const gradient = (2 * (w - wanted)) / goal.length;
      m = 0.9 * m + 0.1 * gradient;
      v = 0.999 * v + 0.001 * gradient * gradient;
      w -= (rate * (m / (1 - 0.9 ** step))) / (Math.sqrt(v / (1 - 0.999 ** step)) + 1e-8);
    }
    expect(parameters![at]).toBeCloseTo(w, 5);
  }
});

it('momentum gathers, and a clipped gradient is no longer than it may be', async () => {
  const options = { optimiser: { momentum: 0.5 }, clip: 0.1 };
  // The gradient points to the goal from far away: clipped, each step is 0.1 long, and so is what gathers.
  const { parameters } = await run(towards([300, 400], options), 2, 1, options);
  expect(parameters![0]).toBeCloseTo(0.6 * (0.1 + 0.15), 4);
  expect(parameters![1]).toBeCloseTo(0.8 * (0.1 + 0.15), 4);
});

it('the moving average begins where the weights are, and follows them', async () => {
  const options = { average: 0.9 };
  const first = await run(towards([1], options), 1, 0.1, options);
  expect(first.average![0]).toBe(first.parameters![0]);
  const later = await run(towards([1], options), 5, 0.1, options);
  expect(later.average![0]).toBeLessThan(later.parameters![0]!);
  expect(later.average![0]).toBeGreaterThan(first.average![0]!);
});

it('the rate rises evenly, then falls to a hundredth', () => {
  expect(rateAt(50, 0, 1, 100)).toBeCloseTo(0.5, 9);
  expect(rateAt(1000, 0, 1)).toBe(1);
  expect(rateAt(1000, 1, 1)).toBeCloseTo(0.01, 9);
  let before = 1;
  for (let done = 0; done <= 1; done += 0.05) {
    expect(rateAt(1000, done, 1)).toBeLessThanOrEqual(before);
    before = rateAt(1000, done, 1);
  }
});

it('a network gives the same with weights of its own as with those that are fed', async () => {
  const fed = new GraphBuilder('fed');
  const flat = new FlatWeights(fed, 'parameters');
  const define = (b: GraphBuilder, weights: FlatWeights | FixedWeights) => {
    const seen = conv({ b, weights }, 'see', b.extraInput('x', [2, 3, 4, 4]), 3, 5, { kernel: 3 });
    b.extraOutput(linear({ b, weights }, 'say', b.reshape(seen, [2, 80]), 80, 3), 'output', [2, 3]);
  };
  define(fed, flat);
  flat.declare();
  let drawn = 0;
  const vector = startVector(flat.layout, () => {
    drawn = (drawn + 0.37) % 1;
    return drawn;
  });
  const fixed = new GraphBuilder('fixed');
  define(fixed, new FixedWeights(fixed, flat.layout, vector));
  const x = new ort.Tensor(
    'float32',
    Float32Array.from({ length: 96 }, (_, i) => Math.sin(i)),
    [2, 3, 4, 4],
  );
  const run = async (b: GraphBuilder, feeds: Record<string, ort.Tensor>) =>
    (await (await ort.InferenceSession.create(writeOnnx(b.graph))).run(feeds)).output!.data as Float32Array;
  const own = await run(fixed, { x });
  const given = await run(fed, { x, parameters: new ort.Tensor('float32', vector, [vector.length]) });
  for (const [place, value] of own.entries()) expect(given[place]).toBeCloseTo(value, 5);
  expect(new Set(own).size).toBeGreaterThan(4);
});
