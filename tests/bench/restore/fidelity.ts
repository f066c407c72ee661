import path from 'node:path';
import { CATMULL_ROM, type Kernel, LANCZOS3, RowResampler } from '../../../main/engine/inference/resample.ts';
import { psnr } from '../../integration/support/pictures.ts';
import type { Gesso } from '../support/engine.ts';
import type { Figures } from '../support/figures.ts';
import { type Picture, photograph, readPicture, writePng } from '../support/pictures.ts';

const PHOTOGRAPHS = ['astronaut.png', 'coffee.png', 'chelsea.png'];
/** Mean gain over Lanczos, dB. */
const LEAST_GAIN = { 2: 2.5, 4: 1.5 } as const;

/** How near SPAN comes to the photograph that was reduced (bicubic, as the field does it), against Lanczos. */
export async function fidelity(gesso: Gesso, figures: Figures): Promise<void> {
  for (const scale of [2, 4] as const) {
    const id = `span-x${scale}`;
    const model = await gesso.model(id);
    figures.heading(`${id}: PSNR (RGB) after a bicubic reduction by ${scale}`);
    const gains: number[] = [];
    for (const name of PHOTOGRAPHS) {
      const original = await multipleOf(scale, name);
      const { width, height } = original;
      const small = await resample(original, width / scale, height / scale, CATMULL_ROM);
      const input = await writePng(small, path.join(gesso.folder, 'small.png'));
      const { output } = await gesso.restore(input, model, { format: 'png' });
      const plain = await resample(small, width, height, LANCZOS3);
      const [ours, lanczos] = [await readPicture(output), plain].map(({ data }) => psnr(data, original.data));
      figures.add(`${id} ${name}`, ours!, 'dB', { note: `Lanczos ${lanczos!.toFixed(2)} dB` });
      gains.push(ours! - lanczos!);
    }
    const mean = gains.reduce((a, b) => a + b, 0) / gains.length;
    figures.add(`${id} mean gain over Lanczos`, mean, 'dB', { bound: ['>=', LEAST_GAIN[scale]] });
  }
}

async function multipleOf(scale: number, name: string): Promise<Picture> {
  const { width, height } = await photograph(name);
  return photograph(name, width - (width % scale), height - (height % scale));
}

/** By Gesso's own resampler: centres aligned, the kernel widened for a reduction; rounded to 8 bits. */
async function resample(picture: Picture, width: number, height: number, kernel: Kernel): Promise<Picture> {
  const data = new Uint8ClampedArray(width * height * 3);
  const resampler = new RowResampler(picture, { width, height }, 3, kernel);
  for (let y = 0; y < picture.height; y++) {
    const planes = [0, 1, 2].map((c) =>
      Float32Array.from(
        { length: picture.width },
        (_, x) => picture.data[(y * picture.width + x) * 3 + c]! / 255,
      ),
    );
    await resampler.push(planes, (row, made) => {
      for (const [c, plane] of made.entries())
        for (let x = 0; x < width; x++) data[(row * width + x) * 3 + c] = plane[x]! * 255;
    });
  }
  return { width, height, data: new Uint8Array(data.buffer) };
}
