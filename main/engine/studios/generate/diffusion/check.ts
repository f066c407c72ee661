import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { DiffusionBundle } from '../../../../../contract/bundle.ts';
import { expected, GessoError } from '../../../../../contract/errors.ts';
import { BundleStore } from '../../../../../models/library/bundles.ts';
import { convertBundle } from '../../../../../models/library/convert-bundle.ts';
import { mergeLoras } from '../../../../../models/library/merge-loras.ts';
import type { SessionThread } from '../../../inference/sessions.ts';
import { makeScheduler } from '../../../schedulers/scheduler.ts';
import { readTokenizer } from '../read-tokenizer.ts';
import { type PromptTokens, readPrompt, zeros } from './conditions.ts';
import { denoise, type Kept, type NoiseSource } from './denoise.ts';
import { encodePicture, latentMask } from './latents.ts';
import { BundleNetworks, type Condition } from './networks.ts';

const tensor = z.object({ file: z.string(), shape: z.array(z.number().int()), std: z.number().optional() });
const run = z.object({
  pipeline: z.string(),
  scheduler: z.string(),
  scheduler_config: z.record(z.string(), z.unknown()),
  args: z.object({
    prompt: z.string(),
    negative_prompt: z.string().nullish(),
    guidance_scale: z.number(),
    guidance_rescale: z.number().optional(),
    num_inference_steps: z.number().int(),
    strength: z.number().optional(),
    eta: z.number().optional(),
    clip_skip: z.number().int().nullish(),
    width: z.number().int().optional(),
    height: z.number().int().optional(),
  }),
  noise: z.array(z.object({ tensor: z.string() })),
  steps: z.array(z.object({ latents: z.string(), timestep: z.number() })),
  lora: z.object({ file: z.string(), scale: z.number() }).nullish(),
});
type RecordedRun = z.infer<typeof run>;
const manifestShape = z.object({
  runs: z.record(z.string(), run),
  tensors: z.record(z.string(), tensor),
  inputs: z.object({ image01: z.string(), mask01: z.string() }).partial().optional(),
});
type Manifest = z.infer<typeof manifestShape>;

export interface CheckJob {
  /** A manifest of recorded runs; its models lie in folders beside it. */
  readonly manifest: string;
  /** Left out: all. */
  readonly runs?: readonly string[] | undefined;
  /** A folder for the latents after each step, DIR/RUN/STEP.f32. */
  readonly trace?: string | undefined;
  /** A folder for converted models; the caller removes it. */
  readonly work: string;
}

export interface CheckContext {
  readonly sessions: SessionThread;
  checkpoint(): void;
  /** Largest difference of any step over the deviation of what was expected there. */
  checked(result: { run: string; steps: number; error: number }): void;
}

/**
 * Replays runs that were recorded with PyTorch, with the noise that was drawn there, and says how far ours are from
 * theirs after each call of the scheduler.
 * @throws GessoError usage/invalid for a run that the manifest does not have, input/unreadable for a manifest that is
 *   none, and what opening its models throws
 */
export async function checkDiffusion(job: CheckJob, context: CheckContext): Promise<void> {
  const recorded = new Recorded(job.manifest, await readManifest(job.manifest));
  const names = job.runs?.length ? job.runs : Object.keys(recorded.manifest.runs);
  const models = new ModelFolders(job, recorded.folder, context);
  for (const name of names) {
    const found = recorded.manifest.runs[name];
    if (!found)
      throw new GessoError(
        'usage/invalid',
        expected(`one of ${Object.keys(recorded.manifest.runs).join(', ')}`, 'a run', name),
        'Name runs of the manifest, or none for all of them.',
      );
    const networks = new BundleNetworks(await models.of(found), context.sessions, 'cpu');
    try {
      await replay(name, found, { recorded, networks, trace: job.trace, context });
    } finally {
      await networks.close();
    }
  }
}

async function readManifest(file: string): Promise<Manifest> {
  try {
    return manifestShape.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new GessoError(
      'input/unreadable',
      `${file} is no manifest of recorded runs.`,
      'Check the path.',
      cause,
    );
  }
}

/** The manifest's tensors, read when they are asked for. */
class Recorded {
  readonly folder: string;

  constructor(
    private readonly file: string,
    readonly manifest: Manifest,
  ) {
    this.folder = path.dirname(file);
  }

  async read(name: string): Promise<{ data: Float32Array; shape: readonly number[]; std: number }> {
    const listed = this.manifest.tensors[name];
    if (!listed)
      throw new GessoError('input/unreadable', `${this.file} lists no tensor ${name}.`, 'Check the file.');
    const bytes = await readFile(path.join(this.folder, listed.file));
    const data = new Float32Array(new Uint8Array(bytes).buffer);
    return { data, shape: listed.shape, std: listed.std ?? deviationOf(data) };
  }
}

function deviationOf(data: Float32Array): number {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  return Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
}

/** Models beside the manifest, each converted once. */
class ModelFolders {
  readonly #converted = new Map<string, Promise<{ bundle: DiffusionBundle; folder: string }>>();

  constructor(
    private readonly job: CheckJob,
    private readonly folder: string,
    private readonly context: CheckContext,
  ) {}

  of({ pipeline, lora }: RecordedRun): Promise<{ bundle: DiffusionBundle; folder: string }> {
    const name = pipeline.includes('XL') ? 'tiny-sdxl' : 'tiny-sd';
    return this.#once(name, () => this.#convert(name)).then((plain) =>
      lora
        ? this.#once(`${name} ${JSON.stringify(lora)}`, async () => {
            const folder = path.join(this.job.work, `${name}-lora-${this.#converted.size}`);
            const file = path.join(this.folder, lora.file);
            await mergeLoras(plain.bundle, plain.folder, [{ file, weight: lora.scale }], folder);
            return { bundle: plain.bundle, folder };
          })
        : plain,
    );
  }

  #once<T extends { bundle: DiffusionBundle; folder: string }>(key: string, make: () => Promise<T>) {
    const known = this.#converted.get(key) ?? make();
    this.#converted.set(key, known);
    return known;
  }

  async #convert(name: string): Promise<{ bundle: DiffusionBundle; folder: string }> {
    const made = path.join(this.job.work, `${name}-made`);
    const { format, sha256, ...facts } = await convertBundle({
      source: path.join(this.folder, name),
      wishes: {},
      outFolder: made,
      vocabulary: undefined,
      checkpoint: this.context.checkpoint,
    });
    const imported = { from: name, format, sha256, stamp: '' };
    const bundle = await new BundleStore(this.job.work).adopt(made, {
      ...{ gesso: 1, id: name, name, licence: 'unknown', imported },
      ...facts,
    });
    return { bundle, folder: bundle.folder };
  }
}

interface Replay {
  readonly recorded: Recorded;
  readonly networks: BundleNetworks;
  readonly trace: string | undefined;
  readonly context: CheckContext;
}

async function replay(
  name: string,
  recordedRun: RecordedRun,
  { recorded, networks, trace, context }: Replay,
) {
  const { args, noise: drawn, steps } = recordedRun;
  const { bundle } = networks;
  const noise = await drawnBefore(drawn, recorded);
  const conditions = await conditionsOf(networks, args);
  const isImage = /Img2Img|Inpaint/.test(recordedRun.pipeline);
  const isInpaint = recordedRun.pipeline.includes('Inpaint');
  const plain = makeScheduler(recordedRun.scheduler, recordedRun.scheduler_config, {
    steps: args.num_inference_steps,
    eta: args.eta ?? 0,
  });
  const strength = isImage ? (args.strength ?? 0.8) : 1;
  const asked = Math.min(Math.floor(args.num_inference_steps * strength), args.num_inference_steps);
  const begin = (args.num_inference_steps - asked) * plain.order;
  const scheduler = makeScheduler(recordedRun.scheduler, recordedRun.scheduler_config, {
    steps: args.num_inference_steps,
    eta: args.eta ?? 0,
    begin,
  });
  const image = isImage ? await recorded.read(recorded.manifest.inputs?.image01 ?? '') : undefined;
  const [height, width] = image
    ? [image.shape[2] ?? 0, image.shape[3] ?? 0]
    : [args.height ?? bundle.nativeSize, args.width ?? bundle.nativeSize];
  const size = { height: height / bundle.latentStep, width: width / bundle.latentStep };
  const count = bundle.latentChannels * size.height * size.width;
  const picture = image?.data.map((value) => value * 2 - 1);
  const own = picture && (await encodePicture(networks, picture, { height, width }, noise));
  const first = noise.next(count);
  const latents =
    own && strength < 1
      ? scheduler.addNoise(own, first, begin)
      : first.map((value) => value * scheduler.initNoiseSigma);
  let kept: Kept | undefined;
  if (isInpaint && own) {
    const mask = await recorded.read(recorded.manifest.inputs?.mask01 ?? '');
    kept = { latents: own, noise: first, mask: latentMask(mask.data, { height, width }, bundle.latentStep) };
    // Diffusers encodes the masked picture too, and draws for it, where the network does not read it.
    noise.next(count);
  }
  let error = 0;
  let step = 0;
  await denoise(networks, {
    ...{ scheduler, size, latents, begin, noise, kept },
    ...conditions,
    guidance: args.guidance_scale,
    rescale: args.guidance_rescale,
    sizes: [height, width, 0, 0, height, width],
    checkpoint: context.checkpoint,
    stepped: async (_, now) => {
      const there = steps[step];
      if (trace) await writeTrace(path.join(trace, name), step, now);
      step += 1;
      if (!there) return;
      const { data, std } = await recorded.read(there.latents);
      const apart = now.reduce((most, value, at) => Math.max(most, Math.abs(value - (data[at] ?? 0))), 0);
      error = Math.max(error, apart / std);
    },
  });
  if (step !== steps.length)
    throw new GessoError(
      'internal/bug',
      `${name} took ${step} calls of its scheduler, where ${steps.length} were recorded.`,
      'Report it with the manifest.',
    );
  context.checked({ run: name, steps: step, error });
}

/** The recorded draws in their order. */
async function drawnBefore(drawn: RecordedRun['noise'], recorded: Recorded): Promise<NoiseSource> {
  const tensors: Float32Array[] = [];
  for (const { tensor: name } of drawn) tensors.push((await recorded.read(name)).data);
  let at = 0;
  return {
    next(count) {
      const next = tensors[at++];
      if (next?.length !== count)
        throw new GessoError(
          'input/unreadable',
          `The recorded noise has no ${count} numbers at draw ${at}.`,
          'Check that the manifest belongs to this model.',
        );
      return next;
    },
  };
}

async function conditionsOf(
  networks: BundleNetworks,
  args: RecordedRun['args'],
): Promise<{ positive: Condition; negative?: Condition }> {
  const read = (text: string, skipped: number) =>
    plainTokens(networks, text).then((tokens) =>
      readPrompt(networks, tokens, skipped, (embeddings) => embeddings),
    );
  const positive = await read(args.prompt, args.clip_skip ?? 0);
  if (args.guidance_scale <= 1) return { positive };
  const { negative_prompt: negative } = args;
  if (typeof negative !== 'string' && networks.bundle.zerosForEmpty)
    return { positive, negative: zeros(positive) };
  return { positive, negative: await read(negative ?? '', 0) };
}

/** A prompt as diffusers cuts it: one run, without weights. */
async function plainTokens(networks: BundleNetworks, text: string): Promise<PromptTokens> {
  const runs = [];
  for (const [index, { tokens }] of networks.bundle.texts.entries()) {
    const tokenizer = await readTokenizer(networks.tokenizerFolder(index));
    const words = tokenizer.encode(text).slice(0, tokens - 2);
    const ids = [tokenizer.bos, ...words, tokenizer.eos];
    const filled = [...ids, ...Array<number>(tokens - ids.length).fill(tokenizer.pad)];
    runs.push([{ ids: filled, end: words.length + 1 }]);
  }
  return { runs };
}

async function writeTrace(folder: string, step: number, latents: Float32Array): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${step}.f32`);
  await writeFile(`${file}.part`, new Uint8Array(Float32Array.from(latents).buffer), { flush: true });
  await rename(`${file}.part`, file);
}
