import type { ModelDescriptor } from '../../../contract/descriptor.ts';
import { GessoError } from '../../../contract/errors.ts';
import type { DeviceChoice } from '../../../contract/recipe.ts';
import { cpuThreads, devicesFor } from '../inference/devices.ts';
import type { SessionThread } from '../inference/sessions.ts';
import { type Motion, motionBack, type Size, standStill, trustIn } from './motion.ts';
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
  readonly #network: PairSessions;
  #sessionMs = 0;

  private constructor(options: MotionOptions, network: PairSessions) {
    this.#options = options;
    this.#network = network;
  }

  /** @throws GessoError model/broken where it does not tell motion, device/unavailable, device/out-of-memory */
  static async open(options: MotionOptions): Promise<MotionNetwork> {
    const { sessions, file, size, descriptor } = options;
    let last: unknown;
    for (const device of devicesFor(options.device)) {
      try {
        const threads = device === 'cpu' ? cpuThreads() : 1;
        const network = await PairSessions.open({
          ...{ sessions, file, device, threads, ...size },
          outputs: ['flow'],
          thrifty: false,
        });
        if (network) return new MotionNetwork(options, network);
      } catch (thrown) {
        if (!(thrown instanceof GessoError) || thrown.code !== 'device/unavailable') throw thrown;
        last = thrown;
      }
    }
    throw (
      last ??
      new GessoError(
        'model/broken',
        `${descriptor.name} does not tell what moves where.`,
        'Remove it and install it again.',
      )
    );
  }

  /** Milliseconds inside ONNX Runtime so far. */
  get sessionMs(): number {
    return this.#sessionMs;
  }

  /** @param planes the frame's, which stay its own */
  async prepare(planes: Float32Array): Promise<MotionFrame> {
    const { sessions, size } = this.#options;
    const { features, milliseconds } = await this.#network.prepare({
      floats: planes,
      dims: [1, 3, size.height, size.width],
    });
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
    // Half way is what it was trained for most; at either end nothing tells it where a frame went that it does not use.
    this.#sessionMs += await this.#network.run([before.features, now.features], 0.5, {
      flow: { floats: middle, dims: [1, 4, height, width] },
    });
    const back = motionBack(middle, size);
    standStill(before.planes, now.planes, back.flow, size);
    return { ...size, flow: back.flow, trust: trustIn(before.planes, now.planes, back, size) };
  }

  async close(): Promise<void> {
    await this.#network.close();
  }
}
