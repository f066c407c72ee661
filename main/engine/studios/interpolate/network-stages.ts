import { framesByFlow, reducedSide, reduceFrame } from '../../../../models/graph/frames-by-flow.ts';
import { writeOnnx } from '../../../../models/graph/write.ts';
import type { ModelSession, SessionThread } from '../../inference/sessions.ts';
import type { SessionDevice } from '../../inference/worker-protocol.ts';
import { type Features, PairSessions } from './pair-sessions.ts';

export interface StagesOptions {
  sessions: SessionThread;
  file: string;
  width: number;
  height: number;
  device: SessionDevice;
  threads: number;
  /** 1, 0.5 or 0.25. */
  flowScale: number;
}

/** A frame in the session thread, by the numbers of its tensors. */
export interface FrameTensors {
  /** The picture itself, where the network saw a reduced one. */
  whole?: number | undefined;
  features: Features;
}

/** What stands around the network where the flow is estimated on reduced frames. */
interface Enlarging {
  reduce: ModelSession;
  mix: ModelSession;
}

/**
 * All sessions between two frames and a third. At flow scale 1 that is the network. Below, frames are reduced, the
 * network tells flow and mask of them, and both, enlarged, warp and mix the frames themselves.
 */
export class NetworkStages {
  readonly #options: StagesOptions;
  readonly #network: PairSessions;
  readonly #enlarging: Enlarging | undefined;

  private constructor(options: StagesOptions, network: PairSessions, enlarging: Enlarging | undefined) {
    this.#options = options;
    this.#network = network;
    this.#enlarging = enlarging;
  }

  /** @throws GessoError device/unavailable, device/out-of-memory, model/broken */
  static async open(options: StagesOptions): Promise<NetworkStages> {
    const factor = 1 / options.flowScale;
    const size = { width: reducedSide(options.width, factor), height: reducedSide(options.height, factor) };
    const outputs = factor === 1 ? ['output'] : ['flow', 'mask'];
    const network = await PairSessions.open({ ...options, ...size, outputs });
    try {
      return new NetworkStages(options, network, factor === 1 ? undefined : await enlarging(options, factor));
    } catch (cause) {
      await network.close();
      throw cause;
    }
  }

  get device(): SessionDevice {
    return this.#options.device;
  }

  get threads(): number {
    return this.#options.threads;
  }

  get flowScale(): number {
    return this.#options.flowScale;
  }

  /** The same with another number of threads. One at a time: two arenas may be more than there is. */
  async reopen(threads: number): Promise<NetworkStages> {
    await this.close();
    return NetworkStages.open({ ...this.#options, threads });
  }

  /** @returns tensors that whoever asked drops, and milliseconds in the runtime */
  async prepare(planes: Float32Array): Promise<{ tensors: FrameTensors; milliseconds: number }> {
    const { sessions, width, height } = this.#options;
    const dims = [1, 3, height, width];
    if (!this.#enlarging) {
      const { features, milliseconds } = await this.#network.prepare({ floats: planes, dims });
      return { tensors: { features }, milliseconds };
    }
    const { reduce } = this.#enlarging;
    const [whole, reduced] = [await sessions.keep(planes, dims), sessions.number()];
    const reducing = await reduce.compute(
      { input: { kept: whole } },
      { output: { keep: reduced, dims: reduce.sizes.output! } },
    );
    const { features, milliseconds } = await this.#network.prepare({ kept: reduced });
    if (![...features.values()].includes(reduced)) await sessions.drop([reduced]);
    return { tensors: { whole, features }, milliseconds: milliseconds + reducing };
  }

  /** Fills shared `planes` with the frame at `fraction` of the way. @returns milliseconds in the runtime */
  async between(
    [a, b]: readonly [FrameTensors, FrameTensors],
    fraction: number,
    planes: Float32Array,
  ): Promise<number> {
    const { sessions, width, height, flowScale } = this.#options;
    const pair = [a.features, b.features];
    const output = { floats: planes, dims: [1, 3, height, width] };
    if (!this.#enlarging) return this.#network.run(pair, fraction, { output });
    const sides = [reducedSide(height, 1 / flowScale), reducedSide(width, 1 / flowScale)];
    const [flow, mask] = [sessions.number(), sessions.number()];
    const estimating = await this.#network.run(pair, fraction, {
      flow: { keep: flow, dims: [1, 4, ...sides] },
      mask: { keep: mask, dims: [1, 1, ...sides] },
    });
    const mixing = await this.#enlarging.mix.compute(
      {
        frame0: { kept: a.whole! },
        frame1: { kept: b.whole! },
        flow: { kept: flow },
        mask: { kept: mask },
      },
      { output },
    );
    await sessions.drop([flow, mask]);
    return estimating + mixing;
  }

  async close(): Promise<void> {
    await this.#network.close();
    for (const session of Object.values(this.#enlarging ?? {})) await this.#options.sessions.forget(session);
  }
}

async function enlarging(options: StagesOptions, factor: number): Promise<Enlarging> {
  const { sessions, device, threads } = options;
  const open = async (graph: Parameters<typeof writeOnnx>[0]) =>
    (await sessions.hold({ file: writeOnnx(graph), device, threads }))!;
  const reduce = await open(reduceFrame(options, factor));
  return { reduce, mix: await open(framesByFlow(options, factor, device === 'cpu')) };
}
