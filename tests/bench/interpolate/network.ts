import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { roundUp } from '../../../contract/numbers.ts';
import { SessionThread } from '../../../main/engine/inference/sessions.ts';
import type { FlowScale } from '../../../main/engine/studios/interpolate/flow-scale.ts';
import { FrameNetwork } from '../../../main/engine/studios/interpolate/network.ts';
import { dropDeadCode } from '../../../models/graph/passes/dead-code.ts';
import { readOnnx } from '../../../models/graph/read.ts';
import { specialise } from '../../../models/graph/specialise.ts';
import { writeOnnx } from '../../../models/graph/write.ts';
import type { InstalledModel } from '../../../models/library/library.ts';
import { variantsFolder } from '../../../models/library/variants.ts';
import { BUNDLES, type Gesso, HOME } from '../support/engine.ts';
import type { Figures } from '../support/figures.ts';
import { best, interleave, timed } from '../support/interleave.ts';

/** Frames of a clip that follow each other: planar RGB float32 0..1, width x height. */
export interface Clip {
  name: string;
  width: number;
  height: number;
  frames: readonly Float32Array[];
}

/** What the network reaches over: frames are padded to multiples of it. */
const REACH = 64;
/** Against the bare network on the same pairs (issue 7). */
const MOST = 1.1;

/**
 * The studio's network, which shares what it computes of a frame among its pairs, against the installed network in bare
 * ONNX Runtime: every second frame of each clip made anew, one fraction and three fractions a pair.
 */
export async function network(
  gesso: Gesso,
  figures: Figures,
  clips: readonly Clip[],
  quick: boolean,
): Promise<void> {
  const model = await gesso.model('rife-4.25');
  process.env.GESSO_VARIANTS = variantsFolder(HOME);
  const sessions = new SessionThread(pathToFileURL(path.join(BUNDLES, 'sessions.js')));
  try {
    for (const clip of clips) await against(sessions, model, figures, clip, quick);
  } finally {
    await sessions.close();
  }
}

async function against(
  sessions: SessionThread,
  model: InstalledModel,
  figures: Figures,
  clip: Clip,
  quick: boolean,
): Promise<void> {
  const { name, width, height } = clip;
  // Every second frame is known, the one between is made.
  const known = clip.frames.filter((_, at) => at % 2 === 0).slice(0, quick ? 4 : 7);
  const open = (flowScale: FlowScale) =>
    FrameNetwork.open({ ...{ sessions, ...model, width, height, flowScale }, device: 'cpu', memory: 64e9 });
  const bare = await Bare.open(model.file, clip);
  const shared = await open(1);
  figures.heading(`${name}: ${width} x ${height}, ${known.length - 1} pairs`);
  for (const fractions of [[0.5], [0.25, 0.5, 0.75]]) {
    const count = fractions.length * (known.length - 1);
    const runs = await interleave(quick ? 2 : 3, {
      bare: () => timed(() => bare.pass(known, fractions)),
      network: () => timed(() => pass(shared, known, fractions, () => {})),
    });
    const [alone, mine] = [runs.bare, runs.network].map((each) => best(each, (ms) => ms) / 1000 / count);
    const label = `${name} ${fractions.length + 1}x`;
    figures.add(`${label} network, a frame`, mine!, 's');
    figures.add(`${label} bare network, a frame`, alone!, 's');
    figures.add(`${label} network / bare network`, mine! / alone!, '', { bound: ['<=', MOST] });
  }
  await bare.close();
  await shared.close();
  for (const flowScale of [1, 0.5, 0.25] as const) await quality(await open(flowScale), figures, clip, known);
}

/** How near the frames made come to those that were left out. */
async function quality(
  network: FrameNetwork,
  figures: Figures,
  { name, frames }: Clip,
  known: readonly Float32Array[],
): Promise<void> {
  let sum = 0;
  const begun = performance.now();
  await pass(network, known, [0.5], (made, pair) => {
    sum += psnr(made, frames[2 * pair + 1]!);
  });
  const seconds = (performance.now() - begun) / 1000 / (known.length - 1);
  const note = `${seconds.toFixed(3)} s a frame, the first with all that is done once`;
  figures.add(`${name} flow scale ${network.flowScale}`, sum / (known.length - 1), 'dB', { note });
  await network.close();
}

/** All fractions of all pairs, as a job would ask for them. */
async function pass(
  network: FrameNetwork,
  known: readonly Float32Array[],
  fractions: readonly number[],
  onFrame: (made: Float32Array, pair: number) => void,
): Promise<void> {
  const prepared = (frame: Float32Array) => {
    const planes = network.takePlanes();
    planes.set(frame);
    return network.prepare(planes);
  };
  let last = await prepared(known[0]!);
  for (const [pair, frame] of known.slice(1).entries()) {
    const next = await prepared(frame);
    for (const fraction of fractions) {
      const made = await network.between(last, next, fraction);
      onFrame(made, pair);
      network.giveBack(made);
    }
    last.dispose();
    last = next;
  }
  last.dispose();
}

/** The installed network whole, for one size, in this thread; frames lie ready in the size that it wants. */
export class Bare {
  readonly #session: InferenceSession;
  readonly #clip: Clip;
  readonly #padded = new Map<Float32Array, Float32Array>();

  private constructor(session: InferenceSession, clip: Clip) {
    this.#session = session;
    this.#clip = clip;
  }

  static async open(file: string, clip: Clip): Promise<Bare> {
    const graph = specialise(readOnnx(readFileSync(file), file), sizeOf(clip));
    // Only the picture: flow and mask are not asked for.
    graph.outputs = graph.outputs.filter(({ name }) => name === 'output');
    dropDeadCode(graph);
    const session = await InferenceSession.create(writeOnnx(graph), {
      intraOpNumThreads: availableParallelism(),
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
    return new Bare(session, clip);
  }

  async pass(known: readonly Float32Array[], fractions: readonly number[]): Promise<void> {
    const { width, height } = sizeOf(this.#clip);
    const tensor = (frame: Float32Array) => new Tensor('float32', this.#pad(frame), [1, 3, height, width]);
    for (const [at, frame] of known.slice(1).entries())
      for (const fraction of fractions) {
        const timestep = new Tensor('float32', [fraction], [1, 1, 1, 1]);
        const feeds = { frame0: tensor(known[at]!), frame1: tensor(frame), timestep };
        (await this.#session.run(feeds)).output!.dispose();
      }
  }

  /** What it makes at `fraction` of every pair, without the padding. */
  async frames(known: readonly Float32Array[], fraction: number): Promise<Float32Array[]> {
    const { width, height } = sizeOf(this.#clip);
    const tensor = (frame: Float32Array) => new Tensor('float32', this.#pad(frame), [1, 3, height, width]);
    const made: Float32Array[] = [];
    for (const [at, frame] of known.slice(1).entries()) {
      const timestep = new Tensor('float32', [fraction], [1, 1, 1, 1]);
      const feeds = { frame0: tensor(known[at]!), frame1: tensor(frame), timestep };
      const { output } = await this.#session.run(feeds);
      made.push(this.#cropped(output!.data as Float32Array));
      output!.dispose();
    }
    return made;
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  #cropped(padded: Float32Array): Float32Array {
    const { width, height } = this.#clip;
    const size = sizeOf(this.#clip);
    const made = new Float32Array(3 * width * height);
    for (let plane = 0; plane < 3; plane += 1)
      for (let y = 0; y < height; y += 1) {
        const from = (plane * size.height + y) * size.width;
        made.set(padded.subarray(from, from + width), (plane * height + y) * width);
      }
    return made;
  }

  #pad(frame: Float32Array): Float32Array {
    const found = this.#padded.get(frame);
    if (found) return found;
    const { width, height } = this.#clip;
    const size = sizeOf(this.#clip);
    const out = new Float32Array(3 * size.width * size.height);
    for (let at = 0; at < out.length; at++) {
      const row = Math.floor(at / size.width);
      const [plane, y] = [Math.floor(row / size.height), Math.min(height - 1, row % size.height)];
      out[at] = frame[(plane * height + y) * width + Math.min(width - 1, at % size.width)]!;
    }
    this.#padded.set(frame, out);
    return out;
  }
}

function sizeOf({ width, height }: Clip): { width: number; height: number } {
  return { width: roundUp(width, REACH), height: roundUp(height, REACH) };
}

export function psnr(made: Float32Array, truth: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < made.length; at++) sum += (Math.min(1, Math.max(0, made[at]!)) - truth[at]!) ** 2;
  return 10 * Math.log10(made.length / sum);
}
