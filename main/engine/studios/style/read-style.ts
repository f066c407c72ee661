import path from 'node:path';
import { GessoError } from '../../../../contract/errors.ts';
import { cpuThreads } from '../../inference/devices.ts';
import { probe } from '../../media/probe.ts';
import { smallPicture } from '../../media/small-picture.ts';
import type { Copies } from './copies.ts';
import type { StyleContext, StyleJob } from './job.ts';
import { isPicture, type StyleChoice } from './layers.ts';
import { colourRows } from './picture-rows.ts';

/** Of fewer pixels a side nothing is left that could be called a style. */
const LEAST_SIDE = 16;
/** Style pictures are decoded in memory as far as their format asks for it. */
const MOST_PIXELS = 300e6;

export interface StyleReader {
  /** @throws GessoError input/unreadable, input/unsupported, input/too-large, naming the style's file */
  read(file: string): Promise<Float32Array>;
  /** The style that the picture itself has. */
  readOwn(copies: Copies): Promise<Float32Array>;
  /** The style of a picture of `side` x `side` pixels, planar RGB 0..1. */
  readPlanes(planes: Float32Array): Promise<Float32Array>;
  readonly side: number;
}

/** @returns undefined where no style is read from a picture */
export async function readerOf(
  job: Pick<StyleJob, 'reader' | 'styles'>,
  { sessions }: Pick<StyleContext, 'sessions'>,
): Promise<StyleReader | undefined> {
  const model = job.reader;
  if (!model || !job.styles.some(({ from }) => isPicture(from))) return undefined;
  const { input, output, sizeMultipleOf: side } = model.descriptor;
  const session = await sessions.open({ file: model.file, device: 'cpu', threads: cpuThreads() });
  const infer = async (data: Float32Array) => {
    const made = await session.infer({ [input]: { data, dims: [1, 3, side, side] } });
    return made[output]!.data;
  };
  return {
    side,
    readPlanes: infer,
    async read(file) {
      const info = await probe(file);
      const { width, height } = info;
      const name = path.basename(file);
      if (Math.min(width, height) < LEAST_SIDE)
        throw new GessoError(
          'input/unsupported',
          `${name} is ${width} x ${height} pixels: too small to take a style from.`,
          `Choose a picture of at least ${LEAST_SIDE} pixels a side.`,
        );
      if (width * height > MOST_PIXELS)
        throw new GessoError(
          'input/too-large',
          `${name} has ${width} x ${height} pixels, more than a style is taken from.`,
          `Use a smaller copy of it: a style is read from ${side} x ${side} pixels.`,
        );
      return infer(await smallPicture(info, side));
    },
    async readOwn(copies) {
      const data = new Float32Array(3 * side * side);
      let y = 0;
      for await (const row of colourRows(await copies.of({ width: side, height: side }))) {
        for (let c = 0; c < 3; c++) data.set(row[c] ?? row[0]!, (c * side + y) * side);
        y++;
      }
      return infer(data);
    },
  };
}

export function styleOf(styles: ReadonlyMap<string, Float32Array>, from: StyleChoice['from']): Float32Array {
  const style = isPicture(from) ? styles.get(from.picture) : undefined;
  if (!style) throw new Error('a style that was not read');
  return style;
}
