import type { ModelDescriptor } from '../../../../contract/descriptor.ts';
import { GessoError } from '../../../../contract/errors.ts';
import type { DeviceChoice } from '../../../../contract/recipe.ts';
import { PairSessions } from '../../clips/pair-sessions.ts';
import { cpuThreads, devicesFor } from '../../inference/devices.ts';
import type { SessionThread } from '../../inference/sessions.ts';

export interface BetweenOptions {
  sessions: SessionThread;
  /** The installed ONNX file. */
  file: string;
  descriptor: ModelDescriptor;
  device: DeviceChoice;
  /** Of both frames, pixels. */
  width: number;
  height: number;
}

/** What a network sees between two frames; all of width x height, planar. */
export interface SeenBetween {
  /** To the first frame and to the second, each right and down, pixels. */
  flow: Float32Array;
  /** The first frame's share of the mix, 0..1. */
  mask: Float32Array;
  /** The frame itself, RGB 0..1. */
  made: Float32Array;
}

const OUTPUTS = ['output', 'flow', 'mask'];

/**
 * Runs a network once between two frames, planar RGB 0..1, and takes all that it tells of it.
 * @throws GessoError model/broken where it does not tell it, device/unavailable, device/out-of-memory
 */
export async function seeBetween(
  options: BetweenOptions,
  pair: readonly [Float32Array, Float32Array],
  fraction: number,
): Promise<SeenBetween> {
  const network = await open(options);
  const { sessions, width, height } = options;
  const kept: number[] = [];
  try {
    const features = [];
    for (const floats of pair) {
      const { features: own } = await network.prepare({ floats, dims: [1, 3, height, width] });
      kept.push(...own.values());
      features.push(own);
    }
    const room = (channels: number) => ({
      floats: new Float32Array(new SharedArrayBuffer(channels * width * height * 4)),
      dims: [1, channels, height, width],
    });
    const [output, flow, mask] = [room(3), room(4), room(1)];
    await network.run(features, fraction, { output, flow, mask });
    return { flow: flow.floats, mask: mask.floats, made: output.floats };
  } finally {
    if (kept.length > 0) await sessions.drop(kept);
    await network.close();
  }
}

async function open({ descriptor, device: choice, ...rest }: BetweenOptions): Promise<PairSessions> {
  let last: unknown;
  for (const device of devicesFor(choice)) {
    try {
      const threads = device === 'cpu' ? cpuThreads() : 1;
      const network = await PairSessions.open({ ...rest, device, threads, outputs: OUTPUTS, thrifty: true });
      if (network) return network;
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
