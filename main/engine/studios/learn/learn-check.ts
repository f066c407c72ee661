import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { expected, GessoError } from '../../../../contract/errors.ts';
import { ratesOf, trainingStep } from '../../../../models/graph/gradient/training-step.ts';
import type { Weight } from '../../../../models/graph/gradient/weights.ts';
import { countOf } from '../../../../models/graph/values.ts';
import { writeOnnx } from '../../../../models/graph/write.ts';
import { REFERENCE_CASES } from '../../../../models/learning/reference-cases.ts';
import { cpuThreads } from '../../inference/devices.ts';
import type { ModelSession, NamedTensor, SessionThread } from '../../inference/sessions.ts';
import type { Params, Result } from '../../protocol/methods.ts';

const tensor = z.object({ file: z.string(), shape: z.array(z.number().int().positive()) });
const tensors = z.record(z.string(), tensor);
const recordedCase = z.object({
  case: z.string(),
  adam: z.object({ lr: z.number(), beta1: z.number(), beta2: z.number(), eps: z.number() }),
  inputs: tensors,
  params: tensors,
  losses: z.array(z.number()).optional(),
  grads: tensors.optional(),
  paramsAfter1: tensors.optional(),
  paramsAfter3: tensors.optional(),
});
type RecordedCase = z.infer<typeof recordedCase>;

const STEPS = 3;
/** Below so much of the case's largest gradient, Adam's first steps are steps of rounding. */
const TOLD = 1e-5;

/**
 * Builds a case by its name, makes three steps of Adam on the recorded inputs, and writes the losses, the first
 * gradients and the parameters after one and after three steps.
 * @throws GessoError usage/invalid for a case that is not known, input/unreadable for files that are none
 */
export async function checkLearning(
  job: Params<'learn.check'>,
  sessions: SessionThread,
): Promise<Result<'learn.check'>> {
  const recorded = await readCase(job.manifest, job.case);
  const build = REFERENCE_CASES[recorded.case];
  if (!build)
    throw new GessoError(
      'usage/invalid',
      expected(`one of ${Object.keys(REFERENCE_CASES).join(', ')}`, 'a case', recorded.case),
      'Name a case that Gesso knows how to build.',
    );
  const files = new TensorFiles(path.dirname(job.manifest));
  const { adam, inputs, params } = recorded;
  const given = Object.entries(inputs);
  const step = trainingStep(
    recorded.case,
    (b, weights) => {
      for (const [name, { shape }] of given) b.extraInput(name, shape);
      const loss = build(b, weights, (name) => inputs[name]?.shape ?? params[name]?.shape ?? []);
      return { loss };
    },
    { optimiser: { beta1: adam.beta1, beta2: adam.beta2, epsilon: adam.eps }, givesGradient: true },
  );
  let state: Record<string, Float32Array> = Object.fromEntries(
    step.state.map((name) => [name, new Float32Array(step.count)]),
  );
  for (const weight of step.layout) {
    const found = params[weight.name];
    if (!found) throw lacking(job.manifest, weight.name);
    state.parameters!.set(await files.read(found), weight.offset);
  }
  const fixed = Object.fromEntries(
    await Promise.all(
      given.map(
        async ([name, found]) => [name, { data: await files.read(found), dims: found.shape }] as const,
      ),
    ),
  );
  const session = await sessions.hold({
    file: writeOnnx(step.graph),
    device: 'cpu',
    threads: cpuThreads(),
  });
  if (!session) throw new Error('the step does not open');
  const losses: number[] = [];
  const after: Float32Array[] = [];
  let gradient: Float32Array = new Float32Array();
  try {
    for (let number = 1; number <= STEPS; number++) {
      const made = await one(session, step.count, state, {
        ...fixed,
        rates: {
          data: ratesOf(number, adam.lr, { beta1: adam.beta1, beta2: adam.beta2, epsilon: adam.eps }),
          dims: [3],
        },
      });
      losses.push(made.loss![0]!);
      if (number === 1) gradient = made.gradient!;
      state = Object.fromEntries(step.state.map((name) => [name, made[`${name}_next`]!]));
      after.push(state.parameters!);
    }
  } finally {
    await sessions.forget(session);
  }
  await mkdir(job.out, { recursive: true });
  const write = (name: string, floats: Float32Array) =>
    writeFile(
      path.join(job.out, `${name}.f32`),
      new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength),
    );
  await write('losses', Float32Array.from(losses));
  for (const weight of step.layout) {
    const { name } = weight;
    await write(`g_${name}`, partOf(gradient, weight));
    await write(`p1_${name}`, partOf(after[0]!, weight));
    await write(`p3_${name}`, partOf(after[STEPS - 1]!, weight));
  }
  const errors = await compare(recorded, files, step.layout, { losses, gradient, after });
  return { losses, ...(errors && { errors }) };
}

async function one(
  session: ModelSession,
  count: number,
  state: Readonly<Record<string, Float32Array>>,
  given: Readonly<Record<string, NamedTensor>>,
): Promise<Record<string, Float32Array>> {
  const vectors = Object.entries(state).map(
    ([name, data]) => [name, { data, dims: [count] }] as [string, NamedTensor],
  );
  const made = await session.infer({ ...given, ...Object.fromEntries(vectors) });
  return Object.fromEntries(Object.entries(made).map(([name, { data }]) => [name, data]));
}

/**
 * In the measures of the law: losses by themselves; gradients over the larger of the tensor's largest value and 1e-3 of
 * the case's; parameters over their tensor's largest value where the gradient is told, elsewhere over what the steps
 * could move them.
 */
async function compare(
  recorded: RecordedCase,
  files: TensorFiles,
  layout: readonly Weight[],
  made: { losses: number[]; gradient: Float32Array; after: Float32Array[] },
): Promise<Result<'learn.check'>['errors']> {
  const { losses, grads, paramsAfter1, paramsAfter3, adam } = recorded;
  if (!losses || !grads || !paramsAfter1 || !paramsAfter3) return undefined;
  const wanted = new Map<string, Float32Array>();
  for (const { name } of layout) if (grads[name]) wanted.set(name, await files.read(grads[name]));
  const largest = Math.max(...[...wanted.values()].map(largestOf));
  let [gradient, parameters] = [0, 0];
  for (const weight of layout) {
    const told = wanted.get(weight.name);
    if (!told) continue;
    const own = partOf(made.gradient, weight);
    const measure = Math.max(largestOf(told), 1e-3 * largest);
    told.forEach((value, at) => {
      gradient = Math.max(gradient, Math.abs(value - own[at]!) / measure);
    });
    for (const [steps, found] of [
      [1, paramsAfter1[weight.name]],
      [STEPS, paramsAfter3[weight.name]],
    ] as const) {
      if (!found) continue;
      const there = await files.read(found);
      const ours = partOf(made.after[steps - 1]!, weight);
      const whole = largestOf(there);
      there.forEach((value, at) => {
        const off = Math.abs(value - ours[at]!);
        // What the steps could move is as good as 1e-4 of the tensor: one number for both.
        const isTold = Math.abs(told[at]!) > TOLD * largest;
        const error = isTold ? off / whole : (1e-4 * off) / (steps * adam.lr);
        parameters = Math.max(parameters, error);
      });
    }
  }
  const loss = Math.max(...losses.map((value, at) => Math.abs(value - made.losses[at]!)));
  return { loss, gradient, parameters };
}

function partOf(vector: Float32Array, { offset, dims }: Weight): Float32Array {
  return vector.subarray(offset, offset + countOf(dims));
}

function largestOf(floats: Float32Array): number {
  return floats.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

async function readCase(manifest: string, name: string): Promise<RecordedCase> {
  let all: unknown;
  try {
    all = JSON.parse(await readFile(manifest, 'utf8'));
  } catch (cause) {
    throw new GessoError(
      'input/unreadable',
      `${path.basename(manifest)} is no manifest of recorded trainings.`,
      'Name the manifest.json beside the recorded tensors.',
      cause,
    );
  }
  const parsed = z.array(recordedCase).safeParse(all);
  if (!parsed.success)
    throw new GessoError(
      'input/unreadable',
      `${path.basename(manifest)} is no manifest of recorded trainings: ${z.prettifyError(parsed.error)}`,
      'Name the manifest.json beside the recorded tensors.',
    );
  const found = parsed.data.find((each) => each.case === name);
  if (found) return found;
  throw new GessoError(
    'usage/invalid',
    expected(`one of ${parsed.data.map((each) => each.case).join(', ')}`, 'a case', name),
    'Name a case of the manifest.',
  );
}

function lacking(manifest: string, name: string): GessoError {
  return new GessoError(
    'input/unreadable',
    `${path.basename(manifest)} has no parameter ${name} of that case.`,
    'Record it with all its parameters.',
  );
}

/** Raw tensors beside a manifest: `.f32` floats, `.i32` whole numbers, which are read as floats. */
class TensorFiles {
  constructor(private readonly folder: string) {}

  async read({ file, shape }: z.infer<typeof tensor>): Promise<Float32Array> {
    const count = countOf(shape);
    let bytes: Buffer;
    try {
      bytes = await readFile(path.join(this.folder, file));
    } catch (cause) {
      throw new GessoError(
        'input/unreadable',
        `${file} is missing.`,
        'It belongs beside the manifest.',
        cause,
      );
    }
    if (bytes.length !== 4 * count)
      throw new GessoError(
        'input/unreadable',
        `${file} holds ${bytes.length} bytes, not the ${4 * count} of [${shape.join(', ')}].`,
        'It is damaged, or of another manifest.',
      );
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    return file.endsWith('.i32') ? Float32Array.from(new Int32Array(buffer)) : new Float32Array(buffer);
  }
}
