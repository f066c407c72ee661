import type { ModelDescriptor } from '../../../../../contract/descriptor.ts';
import { isCancelled } from '../../../../../contract/errors.ts';
import type { DeviceChoice } from '../../../../../contract/recipe.ts';
import { LATENT_PORTS } from '../../../../../models/graph/latent-ports.ts';
import { cpuThreads, devicesFor } from '../../../inference/devices.ts';
import type { ModelSession, SessionThread } from '../../../inference/sessions.ts';
import type { SessionDevice } from '../../../inference/worker-protocol.ts';
import type { RawPicture } from '../../../media/raw-picture.ts';
import type { LatentPoint } from './latent-space.ts';

/** A network that makes pictures of numbers, ready to run; each run overwrites the picture of the one before. */
export class LatentNetwork {
  readonly width: number;
  readonly height: number;
  /** Milliseconds inside ONNX Runtime, in all. */
  sessionMs = 0;
  readonly #planes: Float32Array;

  private constructor(
    private readonly session: ModelSession,
    latent: NonNullable<ModelDescriptor['latent']>,
  ) {
    this.width = latent.width;
    this.height = latent.height;
    this.#planes = new Float32Array(new SharedArrayBuffer(4 * 3 * latent.width * latent.height));
  }

  /**
   * Opens it on the best device that makes a picture with it.
   * @throws GessoError device/unavailable, device/out-of-memory, model/broken
   */
  static async open(
    file: string,
    latent: NonNullable<ModelDescriptor['latent']>,
    sessions: SessionThread,
    choice: DeviceChoice,
  ): Promise<LatentNetwork> {
    const devices = devicesFor(choice);
    for (const [at, device] of devices.entries()) {
      try {
        const session = await sessions.open({ file, device, threads: cpuThreads() });
        const network = new LatentNetwork(session, latent);
        // A GPU may refuse an operator only when it runs; a picture costs milliseconds.
        if (at < devices.length - 1) await network.planes(middleOf(latent));
        return network;
      } catch (thrown) {
        if (isCancelled(thrown) || at === devices.length - 1) throw thrown;
      }
    }
    throw new Error('there is no device');
  }

  get device(): SessionDevice {
    return this.session.device;
  }

  /** @returns planar RGB, about 0..1, [3, height, width]: good until the next run */
  async planes({ z, condition }: LatentPoint): Promise<Float32Array> {
    const { width, height, session } = this;
    this.sessionMs += await session.compute(
      {
        [LATENT_PORTS.z]: { floats: z, dims: [1, z.length] },
        ...(condition.length > 0 && {
          [LATENT_PORTS.condition]: { floats: condition, dims: [1, condition.length] },
        }),
      },
      { [LATENT_PORTS.output]: { floats: this.#planes, dims: [1, 3, height, width] } },
    );
    return this.#planes;
  }

  /** What the last run made, as bytes that stay. */
  picture(): RawPicture {
    const { width, height } = this;
    const planes = this.#planes;
    const area = width * height;
    const data = new Uint8Array(3 * area);
    for (let at = 0; at < data.length; at++)
      data[at] = Math.min(255, Math.max(0, Math.round(255 * planes[(at % 3) * area + Math.floor(at / 3)]!)));
    return { width, height, data };
  }
}

function middleOf({ size, conditions = [] }: NonNullable<ModelDescriptor['latent']>): LatentPoint {
  return {
    z: new Float32Array(size),
    condition: new Float32Array(conditions.length).fill(1 / Math.max(1, conditions.length)),
  };
}
