import { framesByFlow } from '../../../../models/graph/frames-by-flow.ts';
import { writeOnnx } from '../../../../models/graph/write.ts';
import { type Features, PairSessions } from '../../clips/pair-sessions.ts';
import type { ModelSession, SessionThread } from '../../inference/sessions.ts';
import type { SessionDevice } from '../../inference/worker-protocol.ts';
import type { FlowScale } from './flow-scale.ts';

export interface StagesOptions {
  sessions: SessionThread;
  file: string;
  width: number;
  height: number;
  device: SessionDevice;
  threads: number;
  flowScale: FlowScale;
}

/** A frame in the session thread, by the numbers of its tensors. */
export interface FrameTensors {
  /** The picture itself, where the network tells only flow and mask. */
  whole?: number | undefined;
  features: Features;
}

/** The network's outputs where it ends before its last blocks. */
const EARLY = {
  0.5: { flow: 'flow_half', mask: 'mask_half' },
  0.25: { flow: 'flow_quarter', mask: 'mask_quarter' },
} as const;

/**
 * All sessions between two frames and a third. At flow scale 1 that is the network. Below, the network ends early with
 * the flow that it has found at a half or a quarter of the resolution, and the frames are warped and mixed by it.
 */
export class NetworkStages {
  readonly #options: StagesOptions;
  readonly #network: PairSessions;
  readonly #mix: ModelSession | undefined;

  private constructor(options: StagesOptions, network: PairSessions, mix: ModelSession | undefined) {
    this.#options = options;
    this.#network = network;
    this.#mix = mix;
  }

  /**
   * @returns undefined where the model does not tell flow and mask of that scale
   * @throws GessoError device/unavailable, device/out-of-memory, model/broken
   */
  static async open(options: StagesOptions): Promise<NetworkStages | undefined> {
    const { sessions, device, threads, flowScale } = options;
    const outputs = flowScale === 1 ? ['output'] : Object.values(EARLY[flowScale]);
    const network = await PairSessions.open({ ...options, outputs, thrifty: flowScale < 1 });
    if (!network || flowScale === 1) return network && new NetworkStages(options, network, undefined);
    try {
      const file = writeOnnx(framesByFlow(options, device === 'cpu'));
      return new NetworkStages(
        options,
        network,
        await sessions.hold({ file, device, threads, thrifty: true }),
      );
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

  get flowScale(): FlowScale {
    return this.#options.flowScale;
  }

  /** The same with another number of threads. One at a time: two arenas may be more than there is. */
  async reopen(threads: number): Promise<NetworkStages> {
    await this.close();
    const stages = await NetworkStages.open({ ...this.#options, threads });
    if (!stages) throw new Error('a model that was open does not open again');
    return stages;
  }

  /** @returns tensors that whoever asked drops, and milliseconds in the runtime */
  async prepare(planes: Float32Array): Promise<{ tensors: FrameTensors; milliseconds: number }> {
    const { sessions, width, height } = this.#options;
    const dims = [1, 3, height, width];
    if (!this.#mix) {
      const { features, milliseconds } = await this.#network.prepare({ floats: planes, dims });
      return { tensors: { features }, milliseconds };
    }
    const whole = await sessions.keep(planes, dims);
    const { features, milliseconds } = await this.#network.prepare({ kept: whole });
    return { tensors: { whole, features }, milliseconds };
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
    if (flowScale === 1) return this.#network.run(pair, fraction, { output });
    const [flow, mask] = [sessions.number(), sessions.number()];
    const early = EARLY[flowScale];
    const estimating = await this.#network.run(pair, fraction, {
      [early.flow]: { keep: flow, dims: [1, 4, height, width] },
      [early.mask]: { keep: mask, dims: [1, 1, height, width] },
    });
    const mixing = await this.#mix!.compute(
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
    if (this.#mix) await this.#options.sessions.forget(this.#mix);
  }
}
