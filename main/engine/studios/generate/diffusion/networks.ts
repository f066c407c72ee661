import path from 'node:path';
import type { BundleGraph, DiffusionBundle } from '../../../../../contract/bundle.ts';
import { isCancelled } from '../../../../../contract/errors.ts';
import type { DeviceChoice } from '../../../../../contract/recipe.ts';
import { TEXT_PORTS } from '../../../../../models/architectures/diffusion/clip-text.ts';
import { UNET_PORTS } from '../../../../../models/architectures/diffusion/unet.ts';
import { VAE_PORTS } from '../../../../../models/architectures/diffusion/vae.ts';
import { cpuThreads, devicesFor } from '../../../inference/devices.ts';
import type { ModelSession, SessionThread } from '../../../inference/sessions.ts';
import { availableMemory } from '../../../inference/tile-size.ts';
import type { Fed, SessionDevice } from '../../../inference/worker-protocol.ts';
import { shared } from './shared.ts';

/** An installed bundle as the engine is told of it. */
export interface BundleFiles {
  readonly bundle: DiffusionBundle;
  /** Its folder, or that of a copy with LoRAs in its weights. */
  readonly folder: string;
  /** A folder whose autoencoder is used instead. */
  readonly vaeFolder?: string | undefined;
}

/** What the U-Net reads beside the latents: [1, tokens, width], and of SDXL the text as a whole, [1, width]. */
export interface Condition {
  readonly text: Float32Array;
  readonly tokens: number;
  readonly pooled?: Float32Array | undefined;
}

export interface LatentSize {
  readonly height: number;
  readonly width: number;
}

/** What a text encoder has to say of one run: see TEXT_PORTS. */
export interface TextStates {
  readonly hidden: Float32Array;
  readonly normed: Float32Array;
  readonly pooled: Float32Array;
}

/** Tokens for one run of a text encoder. */
export interface TextRun {
  readonly ids: readonly number[];
  /** At which token the text ends. */
  readonly end: number;
  /** Vectors in place of the vocabulary's, by their place among the tokens. */
  readonly replaced?: ReadonlyMap<number, Float32Array>;
}

/** Weights in memory take what they take on the disk, and half as much again where the runtime packs them. */
const PACKED = 1.5;
const MEMORY_SHARE = 0.6;

/**
 * The networks of one bundle in sessions, opened when they are first run. Where memory asks for it only one is open at
 * a time.
 */
export class BundleNetworks {
  readonly bundle: DiffusionBundle;
  readonly #open = new Map<BundleGraph, ModelSession>();
  readonly #together: boolean;
  #device: SessionDevice | undefined;
  /** What prompts were read as, by all that it hangs on: the next picture of a job has the same. */
  readonly read = new Map<string, Promise<Condition>>();
  /** Milliseconds inside ONNX Runtime, in all. */
  sessionMs = 0;

  constructor(
    private readonly files: BundleFiles,
    readonly sessions: SessionThread,
    private readonly choice: DeviceChoice,
  ) {
    this.bundle = files.bundle;
    this.#together = files.bundle.bytes * PACKED < availableMemory() * MEMORY_SHARE;
  }

  /** The device that the last network was opened on. */
  get device(): SessionDevice {
    return this.#device ?? 'cpu';
  }

  /** Where the autoencoder's graphs lie. */
  get vaeFolder(): string {
    return this.files.vaeFolder ?? this.files.folder;
  }

  /** Closes what is open where not all is held together: something of the bundle's own comes. */
  async makeRoom(): Promise<void> {
    if (!this.#together) await this.close();
  }

  /** Where the tokenizer of a text encoder lies. */
  tokenizerFolder(index: number): string {
    return path.join(this.files.folder, index === 0 ? 'tokenizer' : 'tokenizer2');
  }

  /** @param index 0, or 1 for the second of SDXL */
  async text(index: number, { ids, end, replaced }: TextRun): Promise<TextStates> {
    const { tokens, width, layers, projection } = this.bundle.texts[index]!;
    const vectors = new Float32Array(tokens * width);
    const isReplaced = new Float32Array(tokens);
    for (const [place, vector] of replaced ?? []) {
      vectors.set(vector, place * width);
      isReplaced[place] = 1;
    }
    const states = (layers + 1) * tokens * width;
    const hidden = shared(states);
    const normed = shared(states);
    const pooled = shared(projection ?? width);
    await this.#run(
      index === 0 ? 'text' : 'text2',
      {
        [TEXT_PORTS.ids]: { floats: Float32Array.from(ids), dims: [1, tokens] },
        [TEXT_PORTS.replaced]: { floats: vectors, dims: [1, tokens, width] },
        [TEXT_PORTS.isReplaced]: { floats: isReplaced, dims: [1, tokens, 1] },
        [TEXT_PORTS.end]: { floats: Float32Array.of(end), dims: [1] },
      },
      {
        [TEXT_PORTS.hidden]: { floats: hidden, dims: [layers + 1, tokens, width] },
        [TEXT_PORTS.normed]: { floats: normed, dims: [layers + 1, tokens, width] },
        [TEXT_PORTS.pooled]: { floats: pooled, dims: [1, projection ?? width] },
      },
    );
    return { hidden, normed, pooled };
  }

  /**
   * One call of the U-Net.
   * @param sample [1, input channels, height, width] @param sizes of SDXL: see UNET_PORTS
   * @returns [1, latent channels, height, width]
   */
  async predict(
    sample: Float32Array,
    { height, width }: LatentSize,
    time: number,
    condition: Condition,
    sizes: readonly number[],
  ): Promise<Float32Array> {
    const { bundle } = this;
    const output = shared(bundle.latentChannels * height * width);
    const { text, tokens, pooled } = condition;
    await this.#run(
      'unet',
      {
        [UNET_PORTS.sample]: { floats: sample, dims: [1, bundle.inputChannels, height, width] },
        [UNET_PORTS.time]: { floats: Float32Array.of(time), dims: [1] },
        [UNET_PORTS.text]: { floats: text, dims: [1, tokens, bundle.textWidth] },
        ...(bundle.pooledWidth !== undefined && {
          [UNET_PORTS.pooled]: {
            floats: pooled ?? new Float32Array(bundle.pooledWidth),
            dims: [1, bundle.pooledWidth],
          },
          [UNET_PORTS.sizes]: { floats: Float32Array.from(sizes), dims: [6] },
        }),
      },
      { [UNET_PORTS.output]: { floats: output, dims: [1, bundle.latentChannels, height, width] } },
    );
    return output;
  }

  /**
   * @param picture [1, 3, height, width], -1..1, sizes that the latents' step divides
   * @returns [1, 2 * latent channels, ...]: means, then the logarithms of the variances
   */
  async encode(picture: Float32Array, { height, width }: LatentSize): Promise<Float32Array> {
    const { latentChannels, latentStep } = this.bundle;
    const [high, wide] = [height / latentStep, width / latentStep];
    const moments = shared(2 * latentChannels * high * wide);
    await this.#run(
      'vae-encoder',
      { [VAE_PORTS.picture]: { floats: picture, dims: [1, 3, height, width] } },
      { [VAE_PORTS.moments]: { floats: moments, dims: [1, 2 * latentChannels, high, wide] } },
    );
    return moments;
  }

  /** @param latents as the encoder means them @returns [1, 3, step * height, step * width], about -1..1 */
  async decode(latents: Float32Array, { height, width }: LatentSize): Promise<Float32Array> {
    const { latentChannels, latentStep } = this.bundle;
    const [high, wide] = [height * latentStep, width * latentStep];
    const decoded = shared(3 * high * wide);
    await this.#run(
      'vae-decoder',
      { [VAE_PORTS.latents]: { floats: latents, dims: [1, latentChannels, height, width] } },
      { [VAE_PORTS.decoded]: { floats: decoded, dims: [1, 3, high, wide] } },
    );
    return decoded;
  }

  /** Closes every session. */
  async close(): Promise<void> {
    for (const [name, session] of this.#open) {
      this.#open.delete(name);
      await this.sessions.forget(session);
    }
  }

  async #run(
    graph: BundleGraph,
    feeds: Record<string, Fed>,
    wanted: Record<string, { floats: Float32Array; dims: number[] }>,
  ): Promise<void> {
    const session = await this.#session(graph);
    // A graph that others made may have fewer ports.
    const there =
      (names: readonly string[]) =>
      ([name]: [string, unknown]) =>
        names.includes(name);
    this.sessionMs += await session.compute(
      Object.fromEntries(Object.entries(feeds).filter(there(session.inputs))),
      Object.fromEntries(Object.entries(wanted).filter(there(session.outputs))),
    );
  }

  async #session(graph: BundleGraph): Promise<ModelSession> {
    const known = this.#open.get(graph);
    if (known) return known;
    if (!this.#together) await this.close();
    const isVae = graph === 'vae-encoder' || graph === 'vae-decoder';
    const folder = isVae ? this.vaeFolder : this.files.folder;
    const file = path.join(folder, `${graph}.onnx`);
    const devices = this.#device ? [this.#device] : devicesFor(this.choice);
    for (const [at, device] of devices.entries()) {
      try {
        const session = await this.sessions.hold({ file, device, threads: cpuThreads(), alone: true });
        if (!session) throw new Error('a network without parts was lacking one');
        this.#device = device;
        this.#open.set(graph, session);
        return session;
      } catch (thrown) {
        if (isCancelled(thrown) || at === devices.length - 1) throw thrown;
      }
    }
    throw new Error('there is no device');
  }
}
