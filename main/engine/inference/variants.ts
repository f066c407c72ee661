import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { testPicture } from '../../../models/library/test-picture.ts';
import { VariantCache } from '../../../models/library/variants.ts';
import { statisticsOf } from './statistics-feeds.ts';
import type { WorkerRequest } from './worker-protocol.ts';

type OpenRequest = Extract<WorkerRequest, { kind: 'open' }>;

/** Opens a file on the device of a request. */
type OpenFile = (file: string) => Promise<InferenceSession>;

/** How far a result in half floats may lie from that in floats: one step of an 8-bit picture. */
const HALF_TOLERANCE = 1 / 255;
/** Half floats are worth their error where a tile takes at most so much of the time. */
const WORTH = 0.9;
/** Runs of each after the first, which also prepares. */
const RUNS = 3;
/** A device on which one tile takes longer is emulated or hopeless: no trial is made. Milliseconds. */
const SLOW_MS = 2000;

/**
 * Opens the variant of a model that suits a GPU: made for the one shape of tile, and with half floats where a trial
 * found them faster on this device and true within `HALF_TOLERANCE`. The trial is made once a model and device.
 * @returns undefined where there is no variant of it, or none that works here: the plain file is opened then
 */
export async function openVariant(
  request: OpenRequest,
  open: OpenFile,
  folder = process.env.GESSO_VARIANTS,
): Promise<InferenceSession | undefined> {
  const { file: model, device, fixed, outputs } = request;
  if (device === 'cpu' || !fixed || !folder || typeof model !== 'string') return undefined;
  const cache = new VariantCache(folder);
  const opened = async (precision: 'fp32' | 'fp16') => {
    let file: string | undefined;
    try {
      file = await cache.file(model, { ...fixed, precision, outputs });
      return file === undefined ? undefined : await open(file);
    } catch {
      // Whatever is wrong with it, the plain file is there; a full disk or a broken file must not be in the way.
      if (file) await cache.drop(file).catch(() => {});
      return undefined;
    }
  };
  const known = await cache.choice(model, device);
  if (known === 'fp16') {
    const halves = await opened('fp16');
    if (halves) return halves;
  }
  const floats = await opened('fp32');
  if (known === 'fp32' || !floats) return floats;
  const halves = known ? undefined : await opened('fp16');
  const isBetter = halves !== undefined && (await isWorth(floats, halves, fixed));
  await cache.choose(model, device, isBetter ? 'fp16' : 'fp32').catch(() => {});
  await (isBetter ? floats : halves)?.release();
  return isBetter ? halves : floats;
}

/**
 * Opens a part of a model, made for one shape of picture, on the processor.
 * @returns undefined where there is no such part of it, or no folder to keep it in
 * @throws what `open` throws: memory may be short
 */
export async function openPart(
  { file: model, fixed, outputs, part }: OpenRequest,
  open: OpenFile,
  folder = process.env.GESSO_VARIANTS,
): Promise<InferenceSession | undefined> {
  if (!fixed || !part || !folder || typeof model !== 'string') return undefined;
  const variant = { ...fixed, outputs, part, precision: 'fp32', onProcessor: true } as const;
  // A full disk or a file that is not what it should be: there are other ways than by parts.
  const file = await new VariantCache(folder).file(model, variant).catch(() => undefined);
  return file === undefined ? undefined : open(file);
}

/** Whether half floats give the same picture in less time. */
async function isWorth(
  floats: InferenceSession,
  halves: InferenceSession,
  { width, height }: { width: number; height: number },
): Promise<boolean> {
  try {
    const input = floats.inputMetadata[0];
    const channels = input?.isTensor ? Number(input.shape[1]) : 0;
    // More inputs than the picture: what belongs there is not known here.
    const extra = statisticsOf(floats);
    if (floats.inputNames.length !== 1 + Object.keys(extra).length || !(channels > 0)) return false;
    const data = testPicture(channels, height, width);
    const run = async (session: InferenceSession) => {
      const begun = performance.now();
      const feeds = {
        [session.inputNames[0]!]: new Tensor('float32', data.slice(), [1, channels, height, width]),
        ...statisticsOf(session),
      };
      const output = (await session.run(feeds))[session.outputNames[0]!]!;
      return { ms: performance.now() - begun, data: output.data as Float32Array };
    };
    const wanted = await run(floats);
    // The first run also prepares, which may well take longer than the second.
    if (wanted.ms > SLOW_MS && (await run(floats)).ms > SLOW_MS) return false;
    const made = await run(halves);
    // A value that is no number is not within any bound.
    if (!made.data.every((value, at) => Math.abs(value - wanted.data[at]!) <= HALF_TOLERANCE)) return false;
    let [slow, fast] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let count = 0; count < RUNS; count += 1) {
      slow = Math.min(slow, (await run(floats)).ms);
      fast = Math.min(fast, (await run(halves)).ms);
    }
    return fast <= WORTH * slow;
  } catch {
    return false;
  }
}
