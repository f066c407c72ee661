import type { ModelDescriptor } from '../../../../contract/descriptor.ts';
import { GessoError } from '../../../../contract/errors.ts';
import type { DeviceChoice } from '../../../../contract/recipe.ts';
import { cpuThreads, devicesFor } from '../../inference/devices.ts';
import type { ModelSession, SessionThread } from '../../inference/sessions.ts';
import type { SessionDevice } from '../../inference/worker-protocol.ts';

export interface FrameNetworkOptions {
  sessions: SessionThread;
  /** The installed ONNX file. */
  file: string;
  descriptor: ModelDescriptor;
  /** Of every frame, pixels. */
  width: number;
  height: number;
  device: DeviceChoice;
  /** Bytes to stay within; left out: half of what is free. */
  memory?: number;
}

/** A source frame as the network knows it; owns what was computed of it once. */
export interface NetworkFrame {
  /** The frame is not needed any more; whoever forgets it keeps memory in the session thread. */
  dispose(): void;
}

/**
 * A network that makes frames between frames, for frames of one size. Pictures are planar RGB float32 0..1, width x
 * height, tightly packed. Runs are served in order by the session thread; whoever calls can decode and encode meanwhile.
 */
export class FrameNetwork {
  readonly width: number;
  readonly height: number;
  readonly device: SessionDevice;
  /** 1, or less where the flow is estimated on reduced frames. */
  readonly flowScale: number = 1;
  readonly #options: FrameNetworkOptions;
  readonly #free: Float32Array[] = [];
  #open: { session: ModelSession; threads: number };
  #sessionMs = 0;

  private constructor(options: FrameNetworkOptions, session: ModelSession, threads: number) {
    this.#options = options;
    this.width = options.width;
    this.height = options.height;
    this.device = session.device;
    this.#open = { session, threads };
  }

  /**
   * Opens the model on the first device that takes it.
   * @throws GessoError device/unavailable, device/out-of-memory, model/broken
   */
  static async open(options: FrameNetworkOptions): Promise<FrameNetwork> {
    let last: unknown;
    for (const device of devicesFor(options.device)) {
      try {
        const threads = threadsOn(device);
        return new FrameNetwork(options, await openSession(options, device, threads), threads);
      } catch (cause) {
        const code = cause instanceof GessoError ? cause.code : undefined;
        if (code !== 'device/unavailable' && code !== 'device/out-of-memory') throw cause;
        last = cause;
      }
    }
    throw last;
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
    const { sessions } = this.#options;
    const number = await sessions.keep(planes, [1, 3, this.height, this.width]);
    this.giveBack(planes);
    return new KeptFrame(sessions, [number]);
  }

  /**
   * The picture at `fraction` (0 at the first, 1 at the second; exclusive) of the way between two frames.
   * @returns planes that are the caller's until `giveBack`
   */
  async between(a: NetworkFrame, b: NetworkFrame, fraction: number): Promise<Float32Array> {
    const session = await this.#session();
    const planes = this.takePlanes();
    this.#sessionMs += await session.compute(
      {
        frame0: { kept: (a as KeptFrame).numbers[0]! },
        frame1: { kept: (b as KeptFrame).numbers[0]! },
        timestep: { floats: Float32Array.of(fraction), dims: [1, 1, 1, 1] },
      },
      { output: { floats: planes, dims: [1, 3, this.height, this.width] } },
    );
    return planes;
  }

  /** Lets the session and all memory go; frames are of no use after it. */
  async close(): Promise<void> {
    this.#free.length = 0;
    await this.#options.sessions.forget(this.#open.session);
  }

  /** The session for the next run: another one when the number of cores to use has changed. */
  async #session(): Promise<ModelSession> {
    const threads = threadsOn(this.device);
    if (this.#open.threads !== threads) {
      // One at a time: two arenas may be more than there is.
      await this.#options.sessions.forget(this.#open.session);
      this.#open = { session: await openSession(this.#options, this.device, threads), threads };
    }
    return this.#open.session;
  }
}

class KeptFrame implements NetworkFrame {
  constructor(
    private readonly sessions: SessionThread,
    readonly numbers: number[],
  ) {}

  dispose(): void {
    // The thread may have ended meanwhile, and its memory with it.
    this.sessions.drop(this.numbers).catch(() => {});
  }
}

function openSession(
  { sessions, file, width, height }: FrameNetworkOptions,
  device: SessionDevice,
  threads: number,
): Promise<ModelSession> {
  const isGpu = device !== 'cpu';
  return sessions.open({ file, device, threads, held: true, ...(isGpu && { fixed: { width, height } }) });
}

function threadsOn(device: SessionDevice): number {
  return device === 'cpu' ? cpuThreads() : 1;
}
