import { expect, test } from 'vitest';
import { makeScheduler } from './scheduler.ts';

type Config = Readonly<Record<string, unknown>>;

/** Pictures of one value each, normal around 0: there the best network is known, and so is where every run ends. */
const SPREAD = 0.6;

/** How far a run ends from where the equation that it solves does. */
function errorOf(name: string, given: Config, steps: number): number {
  const config: Config = {
    beta_schedule: 'scaled_linear',
    beta_start: 0.00085,
    beta_end: 0.012,
    // Ends where the last call looks, so that no last step to 0 hides the order of the others.
    use_karras_sigmas: true,
    final_sigmas_type: 'sigma_min',
    lower_order_final: false,
    ...given,
  };
  const scheduler = makeScheduler(`${name}Scheduler`, config, { steps });
  const [none, one] = [Float32Array.of(0), Float32Array.of(1)];
  const noiseAt = (index: number) => scheduler.addNoise(none, one, index)[0]!;
  const spreadAt = (index: number) =>
    Math.hypot(scheduler.addNoise(one, none, index)[0]! * SPREAD, noiseAt(index));
  let sample = Float32Array.of(spreadAt(0));
  for (let index = 0; index < steps; index++) {
    const prediction = sample.map((value) => (noiseAt(index) * value) / spreadAt(index) ** 2);
    sample = new Float32Array(scheduler.step(prediction, index, sample, () => none).sample);
  }
  return Math.abs(sample[0]! - spreadAt(steps - 1));
}

/** With twice the steps, errors are to shrink by two to the order. DPM-Solver's third order is of second, as published. */
test.for<[string, Config, number]>([
  ['EulerDiscrete', {}, 1.9],
  ['DPMSolverMultistep', { solver_order: 1 }, 1.9],
  ['DPMSolverMultistep', { solver_order: 2 }, 3.8],
  ['DPMSolverMultistep', { solver_order: 2, solver_type: 'heun' }, 3.8],
  ['DPMSolverMultistep', { solver_order: 3 }, 2.5],
  ['UniPCMultistep', { solver_order: 1 }, 3.8],
  ['UniPCMultistep', { solver_order: 2 }, 7.5],
  ['UniPCMultistep', { solver_order: 2, solver_type: 'bh1' }, 7.5],
  ['UniPCMultistep', { solver_order: 3 }, 12],
  ['UniPCMultistep', { solver_order: 3, solver_type: 'bh1' }, 12],
])('%sScheduler of %o comes nearer with more steps, as fast as its order', ([name, config, times]) => {
  expect(errorOf(name, config, 20) / errorOf(name, config, 40)).toBeGreaterThan(times);
});
