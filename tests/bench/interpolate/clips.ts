import path from 'node:path';
import { ClipReader } from '../../../main/engine/media/video/clip-reader.ts';
import { colourTags, PixelConverter, readPlanes } from '../../../main/engine/media/video/frame-planes.ts';
import type { Clip } from './network.ts';

const SAMPLES = path.resolve(import.meta.dirname, '../samples');

/** A clip that the set-up fetched. */
export function clipFile(name: string): string {
  return path.join(SAMPLES, `${name}.mp4`);
}

/** The first frames of a clip as the network sees them. */
export async function framesOf(file: string, count: number): Promise<Clip> {
  const reader = await ClipReader.open(file);
  const converter = new PixelConverter();
  const frames: Float32Array[] = [];
  let [width, height] = [0, 0];
  try {
    for await (const { frame } of reader.frames()) {
      [width, height] = [frame.width, frame.height];
      const floats = await converter.convert(frame, 'gbrpf32le', colourTags(frame));
      const planes = new Float32Array(3 * width * height);
      readPlanes(floats, planes);
      frames.push(planes);
      floats.free();
      frame.free();
      if (frames.length === count) break;
    }
  } finally {
    converter.close();
    await reader.close();
  }
  return { name: path.parse(file).name, width, height, frames };
}
