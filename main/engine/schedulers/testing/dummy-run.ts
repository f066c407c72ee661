import { TorchRandom } from '../../torch-random.ts';
import { makeScheduler } from '../scheduler.ts';

/** The shape of diffusers' own scheduler tests: pictures, channels, rows, columns. */
const [PICTURES, REST] = [4, 192];
const COUNT = PICTURES * REST;

/** Ways to go through a run; `kstyle` shows `step` the scaled latents, as diffusers' tests do by mistake. */
export type DummyLoop = 'plain' | 'kstyle' | 'pipeline';

export interface DummyRun {
  readonly scheduler: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly steps: number;
  readonly loop: DummyLoop;
  /** Index of the step at which a run with a picture begins. */
  readonly start?: number;
  readonly eta?: number;
}

export interface DummyResult {
  /** Latents at the end, picture by picture. */
  readonly sample: Float32Array;
  /** The sum of what latents are without their signs, after each call. */
  readonly sums: readonly number[];
}

/** A ramp that counts pictures first, and its reverse. */
function dummySample(): Float32Array {
  return Float32Array.from(
    { length: COUNT },
    (_, i) => ((i % REST) * PICTURES + Math.floor(i / REST)) / COUNT,
  );
}

function dummyNoise(): Float32Array {
  return dummySample().map((value) => (COUNT - 1) / COUNT - value);
}

/** Goes through a run with diffusers' stand-in of a network, which answers sample * t / (t + 1). */
export function dummyRun({ scheduler: name, config, steps, loop, start, eta }: DummyRun): DummyResult {
  const request = { steps, ...(eta === undefined ? {} : { eta }) };
  const order = makeScheduler(name, config, request).order;
  const begin = (start ?? 0) * order;
  const random = new TorchRandom(0);
  const scheduler = makeScheduler(name, config, { ...request, begin });
  const first = loop === 'plain' ? 1 : scheduler.initNoiseSigma;
  let sample = dummySample().map((value) => value * first);
  if (start !== undefined) sample = new Float32Array(scheduler.addNoise(sample, dummyNoise(), begin));

  const sums: number[] = [];
  for (let index = begin; index < scheduler.timesteps.length; index++) {
    const time = scheduler.timesteps[index]!;
    const shown = loop === 'plain' ? sample : scheduler.scaleInput(sample, index);
    const answer = shown.map((value) => (value * time) / (time + 1));
    const before = loop === 'kstyle' ? shown : sample;
    sample = new Float32Array(scheduler.step(answer, index, before, () => random.randn(COUNT)).sample);
    sums.push(sumOf(sample));
  }
  return { sample, sums };
}

export function sumOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0);
}
