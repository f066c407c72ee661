import type { HoldOptions, ModelSession, SessionThread } from '../inference/sessions.ts';
import type { Fed, SessionDevice, Wanted } from '../inference/worker-protocol.ts';

export interface PairOptions {
  sessions: SessionThread;
  /** The installed ONNX file: inputs `frame0`, `frame1`, `timestep`. */
  file: string;
  device: SessionDevice;
  threads: number;
  /** Of the frames that go in, pixels. */
  width: number;
  height: number;
  /** Those that are asked for. */
  outputs: readonly string[];
  /** What runs but shortly gives its memory back each time. */
  thrifty: boolean;
}

/** Tensors in the session thread that stand for a frame, by what stands behind the frame's own input in their name. */
export type Features = ReadonlyMap<string, number>;

const FRAMES = ['frame0', 'frame1'];

/**
 * The sessions of a network that looks at two frames of one size. On the processor what hangs on one frame alone is a
 * session of its own, run once a frame; on GPUs, and where the model cannot be had in parts, the whole network gets both
 * frames each time (docs/decisions/frames-between-frames.md).
 */
export class PairSessions {
  readonly #options: PairOptions;
  /** Left out: a frame stands for itself. */
  readonly #each: ModelSession | undefined;
  readonly #rest: ModelSession;

  private constructor(options: PairOptions, rest: ModelSession, each?: ModelSession) {
    this.#options = options;
    this.#each = each;
    this.#rest = rest;
  }

  /**
   * @returns undefined where the model has no such outputs
   * @throws GessoError device/unavailable, device/out-of-memory, model/broken
   */
  static async open(options: PairOptions): Promise<PairSessions | undefined> {
    const { sessions, file, device, threads, width, height, outputs, thrifty } = options;
    const asked = { file, device, threads };
    const variant = { ...asked, fixed: { width, height }, outputs };
    if (device === 'cpu') {
      const each = await sessions.hold({ ...variant, thrifty, part: { of: FRAMES, is: 'each' } });
      const rest = each && (await restBeside(each, sessions, variant));
      if (rest) return new PairSessions(options, rest, each);
      if (each) await sessions.forget(each);
    }
    const whole = await sessions.hold(device === 'cpu' ? asked : variant);
    if (whole && outputs.every((name) => whole.outputs.includes(name)))
      return new PairSessions(options, whole);
    if (whole) await sessions.forget(whole);
    return undefined;
  }

  /** @returns the features, to be dropped from the session thread by their numbers, and milliseconds in the runtime */
  async prepare(frame: Fed): Promise<{ features: Features; milliseconds: number }> {
    const { sessions } = this.#options;
    const each = this.#each;
    if (!each) {
      const number = 'floats' in frame ? await sessions.keep(frame.floats, frame.dims) : frame.kept;
      return { features: new Map([['', number]]), milliseconds: 0 };
    }
    const kept = each.outputs.map((name) => [name, sessions.number()] as const);
    const wanted = kept.map(([name, keep]) => [name, { keep, dims: each.sizes[name] ?? [] }] as const);
    const milliseconds = await each.compute({ input: frame }, Object.fromEntries(wanted));
    return { features: new Map(kept.map(([name, number]) => [`/${name}`, number])), milliseconds };
  }

  /** @param fraction of the way from the first to the second @returns milliseconds in the runtime */
  run(pair: readonly Features[], fraction: number, wanted: Record<string, Wanted>): Promise<number> {
    const feeds: Record<string, Fed> = {
      timestep: { floats: Float32Array.of(fraction), dims: [1, 1, 1, 1] },
    };
    for (const [side, features] of pair.entries())
      for (const [name, kept] of features) feeds[`${FRAMES[side]}${name}`] = { kept };
    return this.#rest.compute(feeds, wanted);
  }

  async close(): Promise<void> {
    for (const session of [this.#each, this.#rest]) if (session) await this.#options.sessions.forget(session);
  }
}

/** @throws what opening throws, with `each` closed again */
async function restBeside(
  each: ModelSession,
  sessions: SessionThread,
  variant: Omit<HoldOptions, 'part'>,
): Promise<ModelSession | undefined> {
  try {
    return await sessions.hold({ ...variant, part: { of: FRAMES, is: 'rest' } });
  } catch (cause) {
    await sessions.forget(each);
    throw cause;
  }
}
