import {
  type ColourTags,
  colourTags,
  PixelConverter,
  readAlpha,
  readPlanes,
  type VideoFrame,
  writePlanes,
} from '../../media/video/frame-planes.ts';
import type { FrameNetwork, NetworkFrame } from './network.ts';

/** A frame as the networks know it; its transparency is a picture of its own. */
export interface MadeFrame {
  colour: NetworkFrame;
  alpha?: { frame: NetworkFrame; planes: Float32Array } | undefined;
  dispose(): void;
}

/**
 * Makes frames between frames: out of the decoder's pixels into the network's planes and back. The signal's matrix and
 * range are applied, its primaries and transfer are not touched.
 */
export class FrameMaker {
  readonly #toPlanes = new PixelConverter();

  constructor(
    private readonly network: FrameNetwork,
    /** Whether transparency is kept. */
    private readonly hasAlpha: boolean,
  ) {}

  async prepare(frame: VideoFrame): Promise<MadeFrame> {
    const { network, hasAlpha } = this;
    const { width, height } = network;
    const format = hasAlpha ? 'gbrapf32le' : 'gbrpf32le';
    const converted = await this.#toPlanes.convert(frame, format, colourTags(frame), { width, height });
    const planes = network.takePlanes();
    readPlanes(converted, planes);
    const opacity = hasAlpha ? readAlpha(converted) : undefined;
    converted.free();
    const colour = await network.prepare(planes);
    let alpha: MadeFrame['alpha'];
    if (opacity) {
      const grey = network.takePlanes();
      for (let plane = 0; plane < 3; plane += 1) grey.set(opacity, plane * width * height);
      alpha = { frame: await network.prepare(grey), planes: opacity };
    }
    return {
      colour,
      alpha,
      dispose: () => {
        colour.dispose();
        alpha?.frame.dispose();
      },
    };
  }

  /** @param fraction above 0, below 1 @param tags of the result @returns a frame of floats; the caller frees it */
  async between(a: MadeFrame, b: MadeFrame, fraction: number, tags: ColourTags): Promise<VideoFrame> {
    const { network } = this;
    const planes = await network.between(a.colour, b.colour, fraction);
    const opacity = a.alpha && b.alpha ? await this.#opacity(a.alpha, b.alpha, fraction) : undefined;
    const made = writePlanes(planes, network.width, network.height, opacity);
    network.giveBack(planes);
    made.colorPrimaries = tags.primaries as never;
    made.colorTrc = tags.transfer as never;
    return made;
  }

  close(): void {
    this.#toPlanes.close();
  }

  async #opacity(
    a: NonNullable<MadeFrame['alpha']>,
    b: NonNullable<MadeFrame['alpha']>,
    fraction: number,
  ): Promise<Float32Array> {
    const level = a.planes[0]!;
    // Mostly everything is opaque.
    if (a.planes.every((value) => value === level) && b.planes.every((value) => value === level))
      return a.planes;
    const planes = await this.network.between(a.frame, b.frame, fraction);
    const opacity = planes.slice(0, this.network.width * this.network.height);
    this.network.giveBack(planes);
    return opacity;
  }
}
