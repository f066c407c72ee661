import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeScheduler } from '../../main/engine/schedulers/scheduler.ts';
import { dummyRun, sumOf } from '../../main/engine/schedulers/testing/dummy-run.ts';
import { TorchRandom } from '../../main/engine/torch-random.ts';

/** What diffusers and PyTorch made, beside the repository: runs with a stand-in of a network, and with tiny ones. */
const EXPECTED = process.env.GESSO_REFERENCE ?? path.resolve(import.meta.dirname, '../../../shared/expected');
const FIXTURES = path.join(EXPECTED, '../fixtures/scheduler_fixtures.json');
const FOLDER = path.join(EXPECTED, 'diffusion');
const MANIFEST = path.join(FOLDER, 'manifest.json');
/** Square roots of PyTorch's are off by the last bit of float32, and so is what is made of them. */
const LAST_BITS = 3e-7;
/** The seed of every run of the manifest. */
const SEED = 11;

interface Case {
  readonly scheduler: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly mode?: string;
  readonly steps?: number;
  readonly num_inference_steps?: number | null;
  readonly t_start?: number | null;
  readonly timesteps: readonly number[];
  readonly init_noise_sigma: number | null;
  readonly per_step_abs_sum?: readonly number[];
  readonly per_step_abs_sum_mean?: readonly (readonly [number, number])[];
  readonly sum?: number;
  readonly recomputed?: { readonly sum: number };
  readonly first8?: readonly number[];
  readonly final_first8?: readonly number[];
}

interface Run {
  readonly scheduler: string;
  readonly scheduler_config: Readonly<Record<string, unknown>>;
  readonly args: { readonly num_inference_steps: number; readonly eta?: number };
  readonly all_timesteps: readonly number[];
  readonly steps: readonly { readonly timestep: number }[];
  readonly sigmas: readonly number[] | null;
  readonly init_noise_sigma: number;
  readonly noise: readonly { readonly drawn_by: string; readonly tensor: string }[];
}

/** Schedulers of the fixtures that Gesso leaves out. */
const LEFT_OUT = /Singlestep|DEIS|TCD/;

const fixtures = read<{
  upstream_tests: Case[];
  production_like_not_published: Case[];
  torch_randn_cpu: Drawn[];
}>(FIXTURES);
const manifest = read<{ runs: Record<string, Run>; tensors: Record<string, { file: string }> }>(MANIFEST);

interface Drawn {
  readonly seed: number;
  readonly n: number;
  readonly first8: readonly number[];
  readonly last4: readonly number[];
  readonly abs_sum: number;
  readonly next_draw_first4: readonly number[];
}

function read<T>(file: string): T | undefined {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

function expectClose(found: readonly number[], wanted: readonly number[], share: number): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - wanted[i]!)).toBeLessThanOrEqual(share * Math.max(1, Math.abs(wanted[i]!)));
  });
}

if (!fixtures) test(`diffusers’ own tests, of ${FIXTURES}`, ({ skip }) => skip('it is not there'));

describe.runIf(fixtures)('diffusers’ own tests', () => {
  const all = [...(fixtures?.upstream_tests ?? []), ...(fixtures?.production_like_not_published ?? [])];
  const cases = all.filter(({ scheduler }) => !LEFT_OUT.test(scheduler));

  test.for(cases)('$scheduler, $name, step by step', (given) => {
    const steps = given.steps ?? given.num_inference_steps ?? 1000;
    const scheduler = makeScheduler(given.scheduler, given.config, { steps });
    // Of all thousand steps of DDPM the fixtures hold the first and the last ones.
    if (given.mode !== 'ddpm_all') expectClose(scheduler.timesteps, given.timesteps, LAST_BITS);
    expect(scheduler.initNoiseSigma).toBeCloseTo(given.init_noise_sigma ?? 1, 4);

    const loop = given.mode === undefined ? 'pipeline' : given.mode === 'kstyle' ? 'kstyle' : 'plain';
    const start = given.t_start ?? undefined;
    const run = dummyRun({
      scheduler: given.scheduler,
      config: given.config,
      steps,
      loop,
      ...(start === undefined ? {} : { start }),
    });
    // Where alphas are tiny, float32 leaves PNDM 5 digits; DDPM's thousand steps as many.
    const share = /^(PNDM|DDPM)/.test(given.scheduler) ? 3e-5 : 6e-6;
    const sums = given.per_step_abs_sum ?? given.per_step_abs_sum_mean?.map(([sum]) => sum) ?? [];
    if (given.mode !== 'ddpm_all') expectClose(run.sums, sums, share);
    const sum = given.sum ?? given.recomputed!.sum;
    expect(Math.abs(sumOf(run.sample) - sum)).toBeLessThanOrEqual(share * Math.max(1, sum));
  });

  test.for(fixtures?.torch_randn_cpu ?? [])('seed $seed draws $n values as torch does', (drawn) => {
    const random = new TorchRandom(drawn.seed);
    const values = random.randn(drawn.n);
    expectClose([...values.subarray(0, drawn.first8.length)], drawn.first8, 2e-6);
    expectClose([...values.subarray(-drawn.last4.length)], drawn.last4, 2e-6);
    expect(sumOf(values)).toBeCloseTo(drawn.abs_sum, 3);
    const next = random.randn(drawn.n);
    expectClose([...next.subarray(0, drawn.next_draw_first4.length)], drawn.next_draw_first4, 2e-6);
  });
});

if (!manifest) test(`runs of tiny models, of ${MANIFEST}`, ({ skip }) => skip('it is not there'));

describe.runIf(manifest)('runs of tiny models', () => {
  const runs = Object.entries(manifest?.runs ?? {});

  test.for(runs)('%s: timesteps, sigmas and the first noise’s factor', ([, run]) => {
    const { num_inference_steps: steps } = run.args;
    const scheduler = makeScheduler(run.scheduler, run.scheduler_config, { steps });
    expectClose(scheduler.timesteps, run.all_timesteps, LAST_BITS);
    expect(scheduler.initNoiseSigma).toBe(run.init_noise_sigma);
    // Sigma is what noise is multiplied with over what the picture is.
    const [none, one] = [Float32Array.of(0), Float32Array.of(1)];
    const sigmas = scheduler.timesteps.map(
      (_, i) => scheduler.addNoise(none, one, i)[0]! / scheduler.addNoise(one, none, i)[0]!,
    );
    if (run.sigmas) expectClose([...sigmas, 0], run.sigmas, LAST_BITS);
  });

  test.for(runs)('%s: noise is drawn as often as diffusers draws it, and is the same', ([, run]) => {
    const { num_inference_steps: steps, eta = 0 } = run.args;
    const begin = run.all_timesteps.length - run.steps.length;
    const scheduler = makeScheduler(run.scheduler, run.scheduler_config, { steps, eta, begin });
    const tensors = run.noise.map(({ tensor }) => floats(manifest!.tensors[tensor]!.file));
    const random = new TorchRandom(SEED);
    const size = tensors[0]!.length;
    let sample: Float32Array = random.randn(size);
    expectClose([...sample], [...tensors[0]!], 2e-6);
    // Pipelines draw the picture's own latents and the first noise, before any step.
    let drawn = run.noise.filter(({ drawn_by }) => !drawn_by.endsWith('.step')).length;
    for (const tensor of tensors.slice(1, drawn)) expectClose([...random.randn(size)], [...tensor], 2e-6);
    for (let index = begin; index < scheduler.timesteps.length; index++)
      sample = scheduler.step(sample, index, sample, () => {
        const noise = random.randn(size);
        expectClose([...noise], [...tensors[drawn++]!], 2e-6);
        return noise;
      }).sample;
    expect(drawn).toBe(tensors.length);
  });
});

function floats(file: string): Float32Array {
  const bytes = readFileSync(path.join(FOLDER, file));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
