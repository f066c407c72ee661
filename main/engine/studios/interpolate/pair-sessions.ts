import { GessoError } from '../../../../contract/errors.ts';
import type { ModelSession, SessionThread } from '../../inference/sessions.ts';
import type { Fed, SessionDevice, Wanted } from '../../inference/worker-protocol.ts';

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

  /** @throws GessoError device/unavailable, device/out-of-memory, model/broken */
  static async open(options: PairOptions): Promise<PairSessions> {
    const { sessions, file, device, threads, width, height, outputs } = options;
    const asked = { file, device, threads, fixed: { width, height }, outputs };
    if (device !== 'cpu') return new PairSessions(options, await heldWhole(sessions, asked));
    const part = (is: 'each' | 'rest') => sessions.hold({ ...asked, part: { of: FRAMES, is } });
    const each = await part('each');
    const rest = each && (await part('rest'));
    if (rest) return new PairSessions(options, rest, each);
    if (each) await sessions.forget(each);
    return new PairSessions(options, await heldWhole(sessions, { file, device, threads }));
  }

  /** Whether what hangs on one frame alone is computed once a frame. */
  get sharesFeatures(): boolean {
    return this.#each !== undefined;
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

async function heldWhole(
  sessions: SessionThread,
  asked: Parameters<SessionThread['hold']>[0],
): Promise<ModelSession> {
  const session = await sessions.hold(asked);
  if (session) return session;
  throw new GessoError('model/broken', 'The model does not open.', 'Remove it and install it again.');
}
