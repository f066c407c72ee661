import { GraphBuilder } from '../builder.ts';
import type { Graph } from '../graph.ts';
import { specialise } from '../specialise.ts';
import { gradientsOf } from './gradients.ts';
import { sumOf } from './layers.ts';
import { FlatWeights, type Weight } from './weights.ts';

/** Adam (Kingma and Ba 2015), as PyTorch counts it. */
export interface Adam {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Plain steps with momentum (0: none). */
export interface Sgd {
  readonly momentum: number;
}

const ADAM: Adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

export interface StepOptions {
  readonly optimiser?: Adam | Sgd;
  /** The gradient as a whole is made no longer than this (L2). */
  readonly clip?: number;
  /** A moving average of the weights that keeps this much of itself at every step. */
  readonly average?: number;
  /** The gradient comes out as well, as `gradient`. */
  readonly givesGradient?: boolean;
}

/** What a network is asked to make smaller, and what else comes out. */
export interface Objective {
  readonly loss: string;
  readonly outputs?: Readonly<Record<string, string>>;
}

/**
 * A step of training as a plain graph. What goes in and comes out under the same name plus `_next` is the state:
 * `parameters`, `moment1` and `moment2` (Adam) or `moment1` (momentum), `average`, all flat vectors of `count` floats.
 * `rates` [3] holds the numbers of this step (`ratesOf`). `loss` comes out, a number of before the step.
 */
export interface TrainingStep {
  readonly graph: Graph;
  readonly layout: readonly Weight[];
  /** Floats of the flat vector. */
  readonly count: number;
  /** Names of the flat vectors that are kept from step to step. */
  readonly state: readonly string[];
}

/** @param define builds the network on the given weights; declares its own inputs, with sizes that are numbers */
export function trainingStep(
  name: string,
  define: (b: GraphBuilder, weights: FlatWeights) => Objective,
  options: StepOptions = {},
): TrainingStep {
  const { optimiser = ADAM } = options;
  const b = new GraphBuilder(name);
  const weights = new FlatWeights(b, 'parameters');
  const { loss, outputs = {} } = define(b, weights);
  weights.declare();
  const { count } = weights;
  const gradients = gradientsOf(b, loss, weights.values).map((value) => b.reshape(value, [-1]));
  let gradient = b.concat(gradients, 0);
  if (options.givesGradient) b.extraOutput(gradient, 'gradient', [count]);
  if (options.clip) gradient = clipped(b, gradient, options.clip);
  b.extraInput('rates', [3]);
  const state = ['parameters'];
  const keep = (as: string) => {
    state.push(as);
    return b.extraInput(as, [count]);
  };
  const [rate, correction, first] = [0, 1, 2].map((at) => b.slice('rates', 0, at, at + 1)) as [
    string,
    string,
    string,
  ];
  let direction: string;
  if ('beta1' in optimiser) {
    const { beta1, beta2, epsilon } = optimiser;
    const mean = b.add(b.scale(keep('moment1'), beta1), b.scale(gradient, 1 - beta1));
    const square = b.add(b.scale(keep('moment2'), beta2), b.scale(b.mul(gradient, gradient), 1 - beta2));
    b.extraOutput(mean, 'moment1_next', [count]);
    b.extraOutput(square, 'moment2_next', [count]);
    const below = b.add(b.mul(b.node('Sqrt', [square]), correction), b.scalar(epsilon));
    direction = b.node('Div', [mean, below]);
  } else {
    direction = gradient;
    if (optimiser.momentum) {
      direction = b.add(b.scale(keep('moment1'), optimiser.momentum), gradient);
      b.extraOutput(direction, 'moment1_next', [count]);
    }
  }
  const next = b.sub('parameters', b.mul(direction, rate));
  b.extraOutput(next, 'parameters_next', [count]);
  if (options.average) {
    // At the first step there is nothing to keep: what `rates` says then is 1.
    const share = b.node('Max', [b.scalar(1 - options.average), first]);
    const old = keep('average');
    b.extraOutput(b.add(old, b.mul(b.sub(next, old), share)), 'average_next', [count]);
  }
  b.extraOutput(b.reshape(loss, [1]), 'loss', [1]);
  for (const [as, value] of Object.entries(outputs)) b.extraOutput(b.reshape(value, [1]), as, [1]);
  return { graph: specialise(b.graph, { height: 0, width: 0 }), layout: weights.layout, count, state };
}

/** @returns the gradient, scaled down where it is longer than `most` */
function clipped(b: GraphBuilder, gradient: string, most: number): string {
  const length = b.node('Sqrt', [sumOf(b, b.mul(gradient, gradient))]);
  const factor = b.node('Div', [b.scalar(most), b.add(length, b.scalar(1e-6))]);
  return b.mul(gradient, b.node('Min', [factor, b.scalar(1)]));
}

/**
 * The numbers of step `step` (from 1), counted in double precision.
 * @param rate the learning rate of this step
 */
export function ratesOf(step: number, rate: number, optimiser: Adam | Sgd = ADAM): Float32Array {
  const first = step === 1 ? 1 : 0;
  if (!('beta1' in optimiser)) return Float32Array.of(rate, 1, first);
  const { beta1, beta2 } = optimiser;
  return Float32Array.of(rate / (1 - beta1 ** step), 1 / Math.sqrt(1 - beta2 ** step), first);
}

/**
 * A learning rate that warms up evenly and falls along half a cosine to a hundredth.
 * @param step from 1 @param done how much of the learning is behind it, 0..1 @param warm steps
 */
export function rateAt(step: number, done: number, peak: number, warm = 30): number {
  const fall = 0.01 + 0.99 * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done)));
  return peak * Math.min(1, step / warm) * fall;
}
