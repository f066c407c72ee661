import type { ModelDescriptor } from '../../../../contract/descriptor.ts';
import { GessoError } from '../../../../contract/errors.ts';
import type { DeviceChoice } from '../../../../contract/recipe.ts';
import { cpuThreads, devicesFor } from '../../inference/devices.ts';
import type { SessionThread } from '../../inference/sessions.ts';
import type { SessionDevice } from '../../inference/worker-protocol.ts';
import { type FlowScale, flowScales } from './flow-scale.ts';
import { type FrameTensors, NetworkStages } from './network-stages.ts';

export interface FrameNetworkOptions {
  sessions: SessionThread;
  /** The installed ONNX file. */
  file: string;
  descriptor: ModelDescriptor;
  /** Of every frame, pixels. */
  width: number;
  height: number;
  device: DeviceChoice;
  /** Bytes to stay within, without what the caller holds; left out: a share of what is free. */
  memory?: number;
  /** The largest flow scale wanted; left out: 1. */
  flowScale?: FlowScale;
}

/** A source frame as the network knows it; owns what was computed of it once. */
export interface NetworkFrame {
  /** The frame is needed no more; one that is forgotten keeps memory in the session thread. */
  dispose(): void;
}

/**
 * A network that makes frames between frames, for frames of one size. Pictures are planar RGB float32 0..1, width x
 * height, tightly packed. The session thread serves in order; whoever calls can decode and encode meanwhile.
 */
export class FrameNetwork {
  readonly width: number;
  readonly height: number;
  readonly device: SessionDevice;
  /** 1, or less where memory is short: the flow is then found at a half or a quarter of the resolution. */
  readonly flowScale: FlowScale;
  readonly #options: FrameNetworkOptions;
  readonly #free: Float32Array[] = [];
  readonly #running = new Set<Promise<unknown>>();
  #stages: Promise<NetworkStages>;
  #threads: number;
  #sessionMs = 0;

  private constructor(options: FrameNetworkOptions, stages: NetworkStages) {
    this.#options = options;
    this.width = options.width;
    this.height = options.height;
    this.device = stages.device;
    this.flowScale = stages.flowScale;
    this.#stages = Promise.resolve(stages);
    this.#threads = stages.threads;
  }

  /**
   * Opens the model on the first device that takes it, at the largest flow scale that fits into the memory.
   * @throws GessoError device/unavailable, device/out-of-memory, model/broken
   */
  static async open(options: FrameNetworkOptions): Promise<FrameNetwork> {
    let last: unknown;
    for (const device of devicesFor(options.device)) {
      // A model that tells no flow has only 1.
      for (const flowScale of new Set<FlowScale>([...flowScales(options, device), 1])) {
        try {
          const stages = await NetworkStages.open({
            ...options,
            device,
            flowScale,
            threads: threadsOn(device),
          });
          if (stages) return new FrameNetwork(options, stages);
        } catch (cause) {
          const code = cause instanceof GessoError ? cause.code : undefined;
          if (code !== 'device/unavailable' && code !== 'device/out-of-memory') throw cause;
          last = cause;
          if (code === 'device/unavailable') break;
        }
      }
    }
    throw (
      last ??
      new GessoError(
        'model/broken',
        `${options.descriptor.name} does not make frames between frames.`,
        'Remove it and install it again.',
      )
    );
  }

  /** Milliseconds inside ONNX Runtime so far. */
  get sessionMs(): number {
    return this.#sessionMs;
  }

  /** Planes to fill, with whatever was in them; they are used again and again. */
  takePlanes(): Float32Array {
    const length = 3 * this.width * this.height;
    return this.#free.pop() ?? new Float32Array(new SharedArrayBuffer(length * 4));
  }

  giveBack(planes: Float32Array): void {
    this.#free.push(planes);
  }

  /** Takes a frame in; its planes, from `takePlanes`, are not the caller's any more. */
  async prepare(planes: Float32Array): Promise<NetworkFrame> {
    const { tensors, milliseconds } = await this.#run((stages) => stages.prepare(planes));
    this.#sessionMs += milliseconds;
    this.giveBack(planes);
    return new KeptFrame(this.#options.sessions, tensors);
  }

  /**
   * The picture at `fraction` (0 at the first, 1 at the second; exclusive) of the way between two frames.
   * @returns planes that are the caller's until `giveBack`
   */
  async between(a: NetworkFrame, b: NetworkFrame, fraction: number): Promise<Float32Array> {
    const planes = this.takePlanes();
    const pair = [tensorsOf(a), tensorsOf(b)] as const;
    this.#sessionMs += await this.#run((stages) => stages.between(pair, fraction, planes));
    return planes;
  }

  /** Lets the sessions and all memory go; frames are of no use after it. */
  async close(): Promise<void> {
    this.#free.length = 0;
    await (await this.#stages).close();
  }

  /** Runs with sessions for as many cores as are to be used now. */
  async #run<T>(work: (stages: NetworkStages) => Promise<T>): Promise<T> {
    const threads = threadsOn(this.device);
    if (this.#threads !== threads) {
      this.#threads = threads;
      this.#stages = this.#reopened(this.#stages, [...this.#running], threads);
    }
    const run = this.#stages.then(work);
    this.#running.add(run);
    try {
      return await run;
    } finally {
      this.#running.delete(run);
    }
  }

  /** What runs still needs its sessions to the end. */
  async #reopened(
    stages: Promise<NetworkStages>,
    running: readonly Promise<unknown>[],
    threads: number,
  ): Promise<NetworkStages> {
    await Promise.allSettled(running);
    return (await stages).reopen(threads);
  }
}

class KeptFrame implements NetworkFrame {
  readonly tensors: FrameTensors;
  readonly #sessions: SessionThread;

  constructor(sessions: SessionThread, tensors: FrameTensors) {
    this.#sessions = sessions;
    this.tensors = tensors;
  }

  dispose(): void {
    const { whole, features } = this.tensors;
    const numbers = [...features.values(), ...(whole === undefined ? [] : [whole])];
    // The thread may have ended meanwhile, and its memory with it.
    this.#sessions.drop(numbers).catch(() => {});
  }
}

function tensorsOf(frame: NetworkFrame): FrameTensors {
  if (frame instanceof KeptFrame) return frame.tensors;
  throw new Error('a frame of another network');
}

function threadsOn(device: SessionDevice): number {
  return device === 'cpu' ? cpuThreads() : 1;
}
