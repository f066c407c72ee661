import type { ModelDescriptor } from '../../../contract/descriptor.ts';
import { GessoError } from '../../../contract/errors.ts';
import type { DeviceChoice } from '../../../contract/recipe.ts';
import { cpuThreads, devicesFor } from '../inference/devices.ts';
import type { SessionThread } from '../inference/sessions.ts';
import type { SessionDevice } from '../inference/worker-protocol.ts';
import { letGoOfFast, type Motion, motionBack, type Size, standStill, trustIn } from './motion.ts';
import { type Features, PairSessions } from './pair-sessions.ts';

export interface MotionOptions {
  sessions: SessionThread;
  /** A network that makes frames between frames and tells what moves where: an installed ONNX file. */
  file: string;
  descriptor: ModelDescriptor;
  device: DeviceChoice;
  /** Of the pictures that it is given: see `motionSize`. */
  size: Size;
}

/** A frame as the network knows it. */
export interface MotionFrame {
  planes: Float32Array;
  features: Features;
  /** The frame is needed no more; one that is forgotten keeps memory in the session thread. */
  dispose(): void;
}

/** Of a frame with more pixels, motion is looked for at half its size: as right within a tenth, at a third of the time. */
const WHOLE_PIXELS = 2 ** 16;
/** At most, pixels: beyond, the network would take longer than what the motion is for. */
const MOST_PIXELS = 2 ** 18;

/** The size at which motion is looked for in frames of `size`. */
export function motionSize({ width, height }: Size): Size {
  const pixels = width * height;
  const factor = Math.min(pixels > WHOLE_PIXELS ? 0.5 : 1, Math.sqrt(MOST_PIXELS / pixels));
  const side = (length: number) => Math.max(1, Math.round(length * factor));
  return { width: side(width), height: side(height) };
}

/** The motion between frames that follow each other. Pictures are planar RGB float32 0..1 in shared memory. */
export class MotionNetwork {
  readonly #options: MotionOptions;
  readonly #device: SessionDevice;
  readonly #running = new Set<Promise<unknown>>();
  #network: Promise<PairSessions>;
  #threads: number;
  #sessionMs = 0;

  private constructor(options: MotionOptions, device: SessionDevice, network: PairSessions) {
    this.#options = options;
    this.#device = device;
    this.#network = Promise.resolve(network);
    this.#threads = threadsOn(device);
  }

  /** @throws GessoError model/broken where it does not tell motion, device/unavailable, device/out-of-memory */
  static async open(options: MotionOptions): Promise<MotionNetwork> {
    let last: unknown;
    for (const device of devicesFor(options.device)) {
      try {
        return new MotionNetwork(options, device, await openOn(device, options));
      } catch (thrown) {
        if (!(thrown instanceof GessoError) || thrown.code !== 'device/unavailable') throw thrown;
        last = thrown;
      }
    }
    throw last;
  }

  /** Milliseconds inside ONNX Runtime so far. */
  get sessionMs(): number {
    return this.#sessionMs;
  }

  /** @param planes the frame's, which stay its own */
  async prepare(planes: Float32Array): Promise<MotionFrame> {
    const { sessions, size } = this.#options;
    const frame = { floats: planes, dims: [1, 3, size.height, size.width] };
    const { features, milliseconds } = await this.#run((network) => network.prepare(frame));
    this.#sessionMs += milliseconds;
    return {
      planes,
      features,
      dispose: () => {
        // The thread may have ended meanwhile, and its memory with it.
        sessions.drop([...features.values()]).catch(() => {});
      },
    };
  }

  async between(before: MotionFrame, now: MotionFrame): Promise<Motion> {
    const { size } = this.#options;
    const { width, height } = size;
    const middle = new Float32Array(new SharedArrayBuffer(4 * width * height * 4));
    const pair = [before.features, now.features];
    // Half way is what it was trained for most; at either end nothing tells it where a frame went that it does not use.
    this.#sessionMs += await this.#run((network) =>
      network.run(pair, 0.5, { flow: { floats: middle, dims: [1, 4, height, width] } }),
    );
    const back = motionBack(middle, size);
    standStill(before.planes, now.planes, back.flow, size);
    const trust = trustIn(before.planes, now.planes, back, size);
    letGoOfFast(trust, back.flow, size);
    return { ...size, flow: back.flow, trust };
  }

  async close(): Promise<void> {
    // One that could not be opened anew is closed.
    await this.#network.then(
      (network) => network.close(),
      () => {},
    );
  }

  /** Runs with sessions for as many cores as are to be used now. */
  async #run<T>(work: (network: PairSessions) => Promise<T>): Promise<T> {
    const threads = threadsOn(this.#device);
    if (this.#threads !== threads) {
      this.#threads = threads;
      this.#network = this.#reopened(this.#network, [...this.#running]);
    }
    const run = this.#network.then(work);
    this.#running.add(run);
    try {
      return await run;
    } finally {
      this.#running.delete(run);
    }
  }

  /** What runs still needs its sessions to the end. */
  async #reopened(
    network: Promise<PairSessions>,
    running: readonly Promise<unknown>[],
  ): Promise<PairSessions> {
    await Promise.allSettled(running);
    await (await network).close();
    return openOn(this.#device, this.#options);
  }
}

async function openOn(
  device: SessionDevice,
  { sessions, file, size, descriptor }: MotionOptions,
): Promise<PairSessions> {
  const network = await PairSessions.open({
    ...{ sessions, file, device, threads: threadsOn(device), ...size },
    outputs: ['flow'],
    thrifty: false,
  });
  if (network) return network;
  throw new GessoError(
    'model/broken',
    `${descriptor.name} does not tell what moves where.`,
    'Remove it and install it again.',
  );
}

function threadsOn(device: SessionDevice): number {
  return device === 'cpu' ? cpuThreads() : 1;
}
