import { MEASURED_OVERLAPS, type ModelDescriptor } from '../../contract/descriptor.ts';
import { isCancelled } from '../../contract/errors.ts';
import { leastCommonMultiple, roundUp } from '../../contract/numbers.ts';
import { STATISTICS, statisticsFeeds } from '../../contract/statistics.ts';
import { brokenModel } from '../errors.ts';
import type { OpenedModel } from '../formats/open.ts';
import { proveLatent } from './check-latent.ts';
import { proveReader } from './check-style.ts';
import { chooseOverlap, errorByDistance, OVERLAP_REACH } from './overlap.ts';
import type { RunModel, SizeRule } from './run-model.ts';
import { cropTensor, testPicture } from './test-picture.ts';

/** The largest mean difference between a picture and its result scaled back down; rubbish is near 0.3. */
const LIKENESS = 0.15;
/**
 * Rows of the strip on which the overlap is measured. More rows find rarer differences; a large network gets fewer,
 * because its strip takes seconds (Real-ESRGAN x4plus: 0.9 s for 48 rows on two cores).
 */
const ROWS = { small: 160, large: 48 };
const LARGE_PARAMETERS = 2_000_000;
/** Of what lies further away than any overlap reaches a local network shows less than this; half a step of 16 bits. */
const UNSEEN = 0.5 / 65535;
/** Columns beyond the tile's cut, so that the whole picture sees more than the tile does. */
const BEYOND = 56;

/**
 * Proves a converted model by running it and finds the sizes that it takes.
 * @returns `likeness`: what is wrong where the result is not the input picture at its scale
 * @throws GessoError model/broken where no size works
 */
export async function checkConverted(
  model: OpenedModel & Runnable,
  file: string,
  source: string,
  run: RunModel,
): Promise<SizeRule & { readonly likeness: Error | undefined }> {
  let problem: Error | undefined;
  // What the architecture says of itself is where the search begins.
  const least = model.sizes?.minimum ?? 0;
  const known = model.sizes?.multipleOf ?? 1;
  for (const multipleOf of [1, 2, 4, 8, 16, 32, 64].filter((each) => each % known === 0)) {
    // Odd numbers of them: what takes 9 x 13 takes anything.
    const up = (size: number) => {
      const times = Math.ceil(Math.max(size, least) / multipleOf);
      return (times + (times % 2 === 0 ? 1 : 0)) * multipleOf;
    };
    const runs = async (height: number, width: number) => {
      const picture = testPicture(model.inputChannels, height, width);
      return { picture, made: await attempt(model, file, run, picture, height, width) };
    };
    const odd = await runs(up(9), up(Math.max(13, least + 4)));
    if (odd.made instanceof Error) {
      problem ??= odd.made;
      continue;
    }
    const [height, width] = [up(40), up(Math.max(56, least + 8))];
    const { picture, made } = await runs(height, width);
    if (made instanceof Error) throw brokenModel(source, made.message, made);
    const likeness = likenessOf(model, source, picture, made.output, height, width);
    for (const minimum of [1, 2, 4, 8, 16, 32]) {
      if (minimum % multipleOf !== 0 || minimum >= up(9) || minimum < least) continue;
      if (!((await runs(minimum, minimum)).made instanceof Error)) return { multipleOf, minimum, likeness };
    }
    return { multipleOf, minimum: up(9), likeness };
  }
  throw brokenModel(source, 'the converted network runs at no size', problem);
}

/** The parts of an opened or an installed model that a run needs. */
type Runnable = Pick<OpenedModel, 'input' | 'output' | 'inputChannels' | 'outputChannels' | 'scale'> & {
  statistics?: number | undefined;
  /** Of a network that is told a style: which one is all the same. */
  style?: { readonly values: number; readonly reader?: string | undefined } | undefined;
};

/**
 * Runs a test picture through an installed model.
 * @throws GessoError model/broken where it does not run or the result is not the picture at its scale
 */
export async function proveInstalled(
  model: Runnable & { sizeMultipleOf: number } & Pick<ModelDescriptor, 'style' | 'latent'>,
  file: string,
  run: RunModel,
): Promise<void> {
  if (model.latent) return proveLatent(model.latent, file, file, run);
  if (model.style?.role === 'reads')
    return proveReader(model.style.values, model.sizeMultipleOf, file, file, run);
  const [height, width] = [roundUp(40, model.sizeMultipleOf), roundUp(56, model.sizeMultipleOf)] as const;
  const picture = testPicture(model.inputChannels, height, width);
  const made = await attempt(model, file, run, picture, height, width);
  if (made instanceof Error) throw brokenModel(file, made.message, made);
  // What paints in a style is to be unlike the picture that went in.
  const problem = model.style ? undefined : likenessOf(model, file, picture, made.output, height, width);
  if (problem) throw problem;
}

/** What a run gave: the output's values, and the network's statistics where it has any. */
interface Made {
  readonly output: Float32Array;
  readonly statistics: Float32Array | undefined;
}

/** @returns what it gave, or what went wrong */
async function attempt(
  model: Runnable,
  file: string,
  run: RunModel,
  data: Float32Array,
  height: number,
  width: number,
  given?: Float32Array,
): Promise<Made | Error> {
  try {
    const results = await run(file, feedsOf(model, data, height, width, given));
    const output = results[model.output];
    const wanted = [1, model.outputChannels, height * model.scale, width * model.scale];
    if (output?.dims.join() !== wanted.join())
      return new Error(`gave ${output?.dims.join()}, not ${wanted.join()}`);
    if (!output.data.every(Number.isFinite)) return new Error('gave values that are no numbers');
    return { output: output.data, statistics: results[STATISTICS.measured]?.data };
  } catch (thrown) {
    if (isCancelled(thrown)) throw thrown;
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  }
}

/** The picture, and the statistics of another where the network takes any. */
function feedsOf(model: Runnable, data: Float32Array, height: number, width: number, given?: Float32Array) {
  const values = model.style?.values ?? 0;
  return {
    [model.input]: { data, dims: [1, model.inputChannels, height, width] },
    ...(model.style && values > 0 && { style: { data: anyStyle(model.style), dims: [values] } }),
    ...(model.statistics && statisticsFeeds(model.statistics, given)),
  };
}

/** Weights of equal size, or numbers as a reader gives them: a list of equal ones paints hardly anything. */
function anyStyle({ values, reader }: NonNullable<Runnable['style']>): Float32Array {
  return Float32Array.from({ length: values }, (_, at) =>
    reader === undefined ? 1 / values : Math.sin(at * 1.7) + 0.15,
  );
}

/**
 * The result, box-reduced to the input's size, is the input: a wrong range or channel order shows here. What does not
 * enlarge may set light and contrast anew (low light, haze): it is compared after the gain and offset that fit best.
 */
function likenessOf(
  model: Runnable,
  source: string,
  input: Float32Array,
  output: Float32Array,
  height: number,
  width: number,
): Error | undefined {
  const { scale } = model;
  if (model.inputChannels !== model.outputChannels) return undefined;
  const made = new Float32Array(input.length);
  for (let row = 0; row < model.inputChannels * height; row += 1) {
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      for (let dy = 0; dy < scale; dy += 1) {
        const from = ((row * scale + dy) * width + x) * scale;
        for (let dx = 0; dx < scale; dx += 1) sum += output[from + dx] ?? 0;
      }
      made[row * width + x] = sum / scale ** 2;
    }
  }
  const { gain, offset } = scale === 1 ? bestFit(made, input) : { gain: 1, offset: 0 };
  const total = input.reduce((sum, value, at) => sum + Math.abs(gain * (made[at] ?? 0) + offset - value), 0);
  const difference = total / input.length;
  if (difference > LIKENESS) {
    return brokenModel(
      source,
      `its result is unlike the picture that went in (mean difference ${difference.toFixed(2)})`,
    );
  }
  return undefined;
}

/** Least squares of wanted = gain * made + offset; an inverted picture gets no gain at all. */
function bestFit(made: Float32Array, wanted: Float32Array): { gain: number; offset: number } {
  const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;
  const [from, to] = [mean(made), mean(wanted)];
  let [together, alone] = [0, 0];
  made.forEach((value, at) => {
    together += (value - from) * ((wanted[at] ?? 0) - to);
    alone += (value - from) ** 2;
  });
  const gain = alone > 0 ? Math.max(0, together / alone) : 0;
  return { gain, offset: to - gain * from };
}

/**
 * Finds the input pixels that a tile needs around it: one run over a strip, one over its left part alone, and the
 * differences by distance from the cut.
 * @returns one of `MEASURED_OVERLAPS`
 */
export async function measureOverlap(
  model: OpenedModel & Runnable,
  sizes: SizeRule,
  file: string,
  run: RunModel,
): Promise<number> {
  const step = leastCommonMultiple(model.alignment, sizes.multipleOf);
  const fitted = (size: number) => roundUp(Math.max(size, sizes.minimum), step);
  const [height, tileWidth] = [
    fitted(model.parameters < LARGE_PARAMETERS ? ROWS.small : ROWS.large),
    fitted(OVERLAP_REACH),
  ];
  const wholeWidth = fitted(tileWidth + BEYOND);
  const channels = model.inputChannels;
  const picture = testPicture(channels, height, wholeWidth);
  const left = cropTensor(
    picture,
    { channels, height, width: wholeWidth },
    { top: 0, left: 0, height, width: tileWidth },
  );
  const whole = await attempt(model, file, run, picture, height, wholeWidth);
  if (whole instanceof Error) throw brokenModel(file, whole.message, whole);
  // As tiles of a picture get them: those of the whole strip.
  const { statistics } = whole;
  const tile = await attempt(model, file, run, left, height, tileWidth, statistics);
  if (tile instanceof Error) throw brokenModel(file, tile.message, tile);
  const size = { channels: model.outputChannels, height, scale: model.scale, wholeWidth, tileWidth };
  if (model.tiling === 'global') {
    // Where even the far end is seen (MAXIM's grids), the widest overlap and large tiles are what helps most; that one
    // picture happens to come out alike says nothing.
    const altered = picture.map((value, at) => (at % wholeWidth < tileWidth ? value : 1 - value));
    const made = await attempt(model, file, run, altered, height, wholeWidth, statistics);
    if (made instanceof Error) throw brokenModel(file, made.message, made);
    const far = { ...size, tileWidth: wholeWidth };
    const near = tileWidth - OVERLAP_REACH;
    const errors = errorByDistance(whole.output, made.output, far).slice(wholeWidth - near);
    if (errors.some((error) => error > UNSEEN)) return MEASURED_OVERLAPS.at(-1) ?? 64;
  }
  return chooseOverlap(errorByDistance(whole.output, tile.output, size));
}
