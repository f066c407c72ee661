import { existsSync } from 'node:fs';
import path from 'node:path';
import { availableMemory } from '../../../inference/tile-size.ts';
import type { RawPicture } from '../../../media/raw-picture.ts';
import type { NoiseSource } from './denoise.ts';
import { drawLatents } from './latents.ts';
import type { BundleNetworks, LatentSize } from './networks.ts';
import { runStaged } from './staged-vae.ts';

/** Rows [rows, 3, width] of a picture, -1..1. */
export type PictureRows = (from: number, count: number) => Float32Array;

export interface AutoencoderOptions {
  /** A folder that is there. */
  readonly work: string;
  /** Side of a tile, pixels, where one was asked for; else it goes in strips only where it does not fit whole. */
  readonly tile: number | undefined;
  checkpoint(): void;
}

/** What a run over a whole picture may take, bytes, however much memory there is. */
const MOST_FOR_THE_WHOLE = 1.5e9;

/** Pictures to latents and back: whole where that fits, in strips of rows else. */
export class Autoencoder {
  constructor(
    private readonly networks: BundleNetworks,
    private readonly options: AutoencoderOptions,
  ) {}

  /** @returns one draw of the picture's latents, scaled */
  async encode(rows: PictureRows, size: LatentSize, noise: NoiseSource): Promise<Float32Array> {
    const { networks } = this;
    const { latentChannels, latentStep, scalingFactor } = networks.bundle;
    if (this.#isWhole(size)) {
      const picture = planar(rows(0, size.height), size);
      return drawLatents(await networks.encode(picture, size), noise, scalingFactor);
    }
    const [high, wide] = [size.height / latentStep, size.width / latentStep];
    const moments = new Float32Array(2 * latentChannels * high * wide);
    let row = 0;
    await this.#staged('vae-encoder', { ...size, channels: 3 }, rows, (made) => {
      const count = made.length / (wide * 2 * latentChannels);
      for (let r = 0; r < count; r += 1, row += 1)
        for (let c = 0; c < 2 * latentChannels; c += 1) {
          const from = (r * 2 * latentChannels + c) * wide;
          moments.set(made.subarray(from, from + wide), (c * high + row) * wide);
        }
    });
    return drawLatents(moments, noise, scalingFactor);
  }

  /** @param latents scaled, [channels, height, width] */
  async decode(latents: Float32Array, size: LatentSize): Promise<RawPicture> {
    const { networks } = this;
    const { latentChannels, latentStep, scalingFactor } = networks.bundle;
    const [height, width] = [size.height * latentStep, size.width * latentStep];
    const data = new Uint8Array(3 * width * height);
    const plain = latents.map((value) => value / scalingFactor);
    if (this.#isWhole({ height, width })) {
      const made = await networks.decode(plain, size);
      for (let at = 0; at < width * height; at += 1)
        for (let c = 0; c < 3; c += 1) data[3 * at + c] = toByte(made[c * width * height + at] ?? 0);
      return { width, height, data };
    }
    const rows: PictureRows = (from, count) => {
      const out = new Float32Array(count * latentChannels * size.width);
      for (let r = 0; r < count; r += 1)
        for (let c = 0; c < latentChannels; c += 1) {
          const at = (c * size.height + from + r) * size.width;
          out.set(plain.subarray(at, at + size.width), (r * latentChannels + c) * size.width);
        }
      return out;
    };
    let row = 0;
    await this.#staged('vae-decoder', { ...size, channels: latentChannels }, rows, (made) => {
      for (let at = 0; at < made.length; row += 1)
        for (let c = 0; c < 3; c += 1)
          for (let x = 0; x < width; x += 1, at += 1) data[3 * (row * width + x) + c] = toByte(made[at] ?? 0);
    });
    return { width, height, data };
  }

  #isWhole({ height, width }: LatentSize): boolean {
    // A model of ONNX files has no stages.
    if (!existsSync(path.join(this.networks.vaeFolder, 'vae-decoder-stages.json'))) return true;
    if (this.options.tile !== undefined) return false;
    const [finest = 128, next = finest] = this.networks.bundle.vaeChannels;
    // About three maps of the finest level live at a time, one of them before its channels become fewer.
    const bytes = height * width * 4 * (2 * finest + next);
    return bytes <= Math.min(MOST_FOR_THE_WHOLE, availableMemory() / 4);
  }

  async #staged(
    half: 'vae-encoder' | 'vae-decoder',
    input: { width: number; height: number; channels: number },
    rows: PictureRows,
    made: (rows: Float32Array) => void,
  ): Promise<void> {
    const { networks } = this;
    const { work, tile, checkpoint } = this.options;
    await networks.makeRoom();
    await runStaged({
      ...{ half, input, rows, made, work, checkpoint },
      folder: networks.vaeFolder,
      sessions: networks.sessions,
      device: networks.device,
      stripRows: tile === undefined ? undefined : Math.max(2, Math.round(tile / networks.bundle.latentStep)),
    });
  }
}

/** A picture's rows: bytes to -1..1. @param shown of each pixel: 0 hides it (grey) */
export function rowsOf({ width, data }: RawPicture, shown?: (pixel: number) => boolean): PictureRows {
  return (from, count) => {
    const out = new Float32Array(count * 3 * width);
    for (let r = 0; r < count; r += 1)
      for (let x = 0; x < width; x += 1) {
        const pixel = (from + r) * width + x;
        if (shown && !shown(pixel)) continue;
        for (let c = 0; c < 3; c += 1) out[(r * 3 + c) * width + x] = (data[3 * pixel + c] ?? 0) / 127.5 - 1;
      }
    return out;
  };
}

/** [rows, 3, width] as [3, rows, width] */
function planar(rows: Float32Array, { height, width }: LatentSize): Float32Array {
  const out = new Float32Array(rows.length);
  for (let y = 0; y < height; y += 1)
    for (let c = 0; c < 3; c += 1) {
      const from = (y * 3 + c) * width;
      out.set(rows.subarray(from, from + width), (c * height + y) * width);
    }
  return out;
}

function toByte(value: number): number {
  return Math.min(255, Math.max(0, Math.round((value / 2 + 0.5) * 255)));
}
